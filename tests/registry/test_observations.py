"""The observations: what the world reported, each row as it was reported, and malformed rows refused by line."""

from decimal import Decimal

import pytest

from agt.registry import load
from tests.registry.test_loader import HEADER, ROW, refused, written


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2026-13-23,price,0.02,USD/AGT,s,official,fit", "month must be in 1..12"),
        ("2026-02-30,price,0.02,USD/AGT,s,official,fit", "day is out of range"),
        ("23 September 2026,price,0.02,USD/AGT,s,official,fit", "is no date; write YYYY-MM-DD"),
        ("2026-09-23,price,cheap,USD/AGT,s,official,fit", "value"),
        ("2026-09-23,price,,USD/AGT,s,official,fit", "value"),
        ("2026-09-23,price,2e-2,USD/AGT,s,official,fit", "value"),
        ("2026-09-23,price,NaN,USD/AGT,s,official,fit", "value"),
        ("2026-09-23,price,0,USD/AGT,s,official,fit", "positive"),
        ("2026-09-23,price,-0.02,USD/AGT,s,official,fit", "positive"),
        ("2026-09-23,,0.02,USD/AGT,s,official,fit", "quantity"),
        ("2026-09-23,price,0.02,,s,official,fit", "unit"),
        ("2026-09-23,price,0.02,USD/AGT,,official,fit", "source"),
        ("2026-09-23,price,0.02,USD/AGT,s,rumour,fit", "confidence"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,guess", "use"),
        ("2026-09-23,price,0.02,USD/AGT,s,official", "use"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,more", ""),
    ],
)
def test_a_malformed_row_is_refused_by_its_line(tmp_path, row, message):
    places, messages = refused(written(tmp_path, observations=HEADER + ROW + row + "\n" + ROW))
    assert places == [("table-value", "observations.csv", 3, 1)]
    assert message in messages[0]


OTHER_ORDER = "quantity,date" + HEADER.removeprefix("date,quantity")


@pytest.mark.parametrize("header", ["", "date,quantity\n", HEADER.upper(), OTHER_ORDER, "\ufeff" + HEADER])
def test_a_wrong_header_is_refused(tmp_path, header):
    places, messages = refused(written(tmp_path, observations=header))
    assert places == [("table-column", "observations.csv", 1, 1)]
    assert messages == ["the header must be date,quantity,value,unit,source,confidence,use"]


def test_a_missing_file_is_refused(tmp_path):
    folder = written(tmp_path)
    (folder / "observations.csv").unlink()
    places, messages = refused(folder)
    assert [place[0] for place in places] == ["file-unreadable"]
    assert messages == ["No such file or directory; check the path"]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    folder = written(tmp_path)
    (folder / "observations.csv").write_bytes(HEADER.encode() + ROW.encode("utf-16"))
    places, _ = refused(folder)
    assert [place[0] for place in places] == ["file-unreadable"]


# Facts 1b: the prices that were reported [USD/AGT].
PRICES = {
    "2025-08-25": "0.004815",
    "2026-06-07": "0.015733",
    "2026-06-22": "0.020898",
    "2026-08-11": "0.01546",
    "2026-09-22": "0.018249",
    "2026-09-23": "0.020285",
}


def test_the_prices_are_those_of_the_facts():
    seen = {entry.date: entry.value for entry in load().observations if entry.quantity == "price"}
    assert seen == {date: Decimal(price) for date, price in PRICES.items()}


def test_what_set_a_level_is_not_counted_as_a_validation_too():
    """Prices, volatility and the median volume of a year were fitted; registered users are context only."""
    by_use = {use: {seen.quantity for seen in load().observations if seen.use == use} for use in ("fit", "validation")}
    assert "price" in by_use["fit"]
    assert not by_use["fit"] & by_use["validation"]
    assert "Registered accounts" not in by_use["fit"] | by_use["validation"]
