"""The observations: what the world reported, each row as it was reported, and malformed rows refused by line."""

from decimal import Decimal

import pytest

from agt.registry import load
from tests.registry.test_loader import HEADER, ROW, refused, written


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2026-13-23,price,0.02,USD/AGT,s,official,fit,,1", "month must be in 1..12"),
        ("2026-02-30,price,0.02,USD/AGT,s,official,fit,,1", "day is out of range"),
        ("23 September 2026,price,0.02,USD/AGT,s,official,fit,,1", "is no date; write YYYY-MM-DD"),
        ("2026-09-23,price,cheap,USD/AGT,s,official,fit,,1", "value"),
        ("2026-09-23,price,,USD/AGT,s,official,fit,,1", "value"),
        ("2026-09-23,price,2e-2,USD/AGT,s,official,fit,,1", "value"),
        ("2026-09-23,price,NaN,USD/AGT,s,official,fit,,1", "value"),
        ("2026-09-23,price,0,USD/AGT,s,official,fit,,1", "positive"),
        ("2026-09-23,price,-0.02,USD/AGT,s,official,fit,,1", "positive"),
        ("2026-09-23,,0.02,USD/AGT,s,official,fit,,1", "quantity"),
        ("2026-09-23,price,0.02,,s,official,fit,,1", "unit"),
        ("2026-09-23,price,0.02,USD/AGT,,official,fit,,1", "source"),
        ("2026-09-23,price,0.02,USD/AGT,s,rumour,fit,,1", "confidence"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,guess,,1", "use"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,1.5", "months: '1.5' is no whole number"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,one", "months: 'one' is no whole number"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,1e1", "months: '1e1' is no whole number"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,", "months: '' is no whole number"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,0", "greater than or equal to 1"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,-3", "greater than or equal to 1"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,", "months"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit", "months"),
        ("2026-09-23,price,0.02,USD/AGT,s,official", "months"),
        ("2026-09-23,price", "months"),
        ("2026-09-23", "months"),
        ("2026-09-23,price,0.02,USD/AGT,s,official,fit,,1,more", ""),
    ],
)
def test_a_malformed_row_is_refused_by_its_line(tmp_path, row, message):
    places, messages = refused(written(tmp_path, observations=HEADER + ROW + row + "\n" + ROW))
    assert places == [("table-value", "observations.csv", 3, 1)]
    assert message in messages[0]


@pytest.mark.parametrize(
    ("figure", "hint"), [("purss", " - did you mean purse?"), ("zzz", ""), ("tiny_quota", ""), ("tiny_flow", "")]
)
def test_a_figure_that_the_model_does_not_compute_is_refused(tmp_path, figure, hint):
    """A parameter is given and a family is many: neither can be held against one figure."""
    row = ROW.replace(",purse,", f",{figure},")
    places, messages = refused(written(tmp_path, observations=HEADER + ROW + row))
    assert [place[:2] for place in places] == [("name-unknown", "observations.csv")]
    assert messages[0].startswith(f"price of 2026-09-23: {figure} is no quantity of the model{hint}")


def test_an_observation_may_be_held_against_nothing_or_against_many_months(tmp_path):
    rows = ROW.replace("purse,1", ",1") + ROW.replace("purse,1", "chest,12.0")
    found = load(written(tmp_path, observations=HEADER + rows)).observations
    assert [(seen.figure, seen.months) for seen in found] == [("", 1), ("chest", 12)]


OTHER_ORDER = "quantity,date" + HEADER.removeprefix("date,quantity")


@pytest.mark.parametrize("header", ["", "date,quantity\n", HEADER.upper(), OTHER_ORDER, "\ufeff" + HEADER])
def test_a_wrong_header_is_refused(tmp_path, header):
    places, messages = refused(written(tmp_path, observations=header))
    assert places == [("table-column", "observations.csv", 1, 1)]
    assert messages == ["the header must be date,quantity,value,unit,source,confidence,use,figure,months"]


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


def by_use(use):
    return {(seen.quantity, seen.date) for seen in load().observations if seen.use == use}


def test_what_set_a_level_is_not_counted_as_a_validation_too():
    """Prices, volatility and the median volume of a year were fitted; registered users are context only. Of the DEX
    pool the first value set the level, and a later one checks how it follows the price."""
    fitted, checked = ({quantity for quantity, _ in by_use(use)} for use in ("fit", "validation"))
    assert "price" in fitted
    assert fitted & checked == {"DEX liquidity"}
    assert "Registered accounts" not in fitted | checked
    last_fit = max(date for quantity, date in by_use("fit") if quantity == "DEX liquidity")
    assert all(date > last_fit for quantity, date in by_use("validation") if quantity == "DEX liquidity")


# What each observation is held against, and over how many months; the rest is context.
COMPARED = {
    "price": ("market_price", {1}),
    "One-day volume": ("market_volume", {1}),
    "Median daily volume over 360 days": ("market_volume", {12}),
    "Median daily volume over 60 days": ("market_volume", {2}),
    "Median daily volume over 15 days": ("market_volume", {1}),
    "Circulating supply": ("vesting_circulating", {1}),
    "DEX liquidity": ("market_dex_liquidity", {1}),
    "Market value": ("supply_value", {1}),
}


def test_what_is_held_against_which_figure():
    compared = [seen for seen in load().observations if seen.figure]
    assert {seen.quantity: (seen.figure, {seen.months}) for seen in compared} == COMPARED
    assert all(seen.use != "context" for seen in compared)
    plain = {"vesting_circulating": "AGT"}
    units = {seen.figure: seen.unit for seen in compared}
    assert all(plain.get(figure, load().entry(figure).unit) == unit for figure, unit in units.items())


def test_every_validation_is_held_against_a_figure():
    assert all(seen.figure for seen in load().observations if seen.use == "validation")
