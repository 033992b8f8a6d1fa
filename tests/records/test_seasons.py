"""Seasons: terms from the registry, the report, and the file that is written."""

import csv
from pathlib import Path

import pytest

from agt.mechanisms.redemption import Claim
from agt.records.amounts import UNIT
from agt.records.seasons import (
    Season,
    holdings_warning,
    keep_apart,
    pool_warning,
    report,
    season,
    season_warning,
    write_settlement,
)
from agt.registry import Faults, load
from tests.registry.decided import change, registry_with

WALLET = "0x5dbde81fce337ff4bcaaee4ca3466c00aecae274"
MAY = Season("2026-05", 100 * UNIT, 3 * UNIT, 1777593600, 1779321600)
CLAIMS = [
    Claim("a", "A", WALLET, 5 * UNIT, MAY.opens),
    Claim("b", "B", "=1+1", 4 * UNIT, MAY.opens),
    Claim("c", "B", WALLET, 4 * UNIT, MAY.closes - 1),
]


def files(folder):
    return [path.name for path in folder.iterdir()]


def test_the_terms_are_the_registry_s():
    terms = season(load(), "2026-05")
    assert (terms.pool, terms.minimum) == (15_000_000 * UNIT, 3_000 * UNIT)
    assert (terms.opens, terms.closes) == (MAY.opens, MAY.closes)


def test_the_terms_are_those_in_force_in_the_month_of_the_season():
    quota, minimum = (
        change("redemption_quota", "15000000", "7500000", "2027-02"),
        change("redemption_minimum", "3000", "2000", "2027-03"),
    )
    registry = registry_with([quota, minimum])
    found = {month: season(registry, month) for month in ("2027-01", "2027-02", "2027-03")}
    assert [terms.pool // UNIT for terms in found.values()] == [15_000_000, 7_500_000, 7_500_000]
    assert [terms.minimum // UNIT for terms in found.values()] == [3_000, 3_000, 2_000]


@pytest.mark.parametrize(("pool", "units"), [("0", 0), ("0.000000000000000001", 1), ("80000000", 80_000_000 * UNIT)])
def test_a_pool_of_one_s_own(pool, units):
    assert season(load(), "2026-05", pool).pool == units


@pytest.mark.parametrize("name", ["2026-13", "2026-5", "2026-05-01", "may", "", "0000-05", "٢٠٢٦-05"])
def test_no_season(name):
    with pytest.raises(Faults) as caught:
        season(load(), name)
    assert [fault.id for fault in caught.value.faults] == ["season-syntax"]


@pytest.mark.parametrize("pool", ["-1", "1e6", "NaN", "", "0.0000000000000000001"])
def test_no_pool(pool):
    with pytest.raises(Faults) as caught:
        season(load(), "2026-05", pool)
    assert [fault.id for fault in caught.value.faults] == ["number-syntax"]


@pytest.mark.parametrize(("units", "warned"), [(0, False), (77_777_777 * UNIT, False), (77_777_777 * UNIT + 1, True)])
def test_a_pool_outside_the_bounds_is_allowed_with_a_warning(units, warned):
    warning = pool_warning(load(), units)
    assert (warning is not None) == warned
    assert warning is None or (warning.id, warning.severity) == ("setting-bounds", "warning")


@pytest.mark.parametrize(("name", "warned"), [("2025-04", True), ("0001-01", True), ("2025-05", False)])
def test_a_season_before_the_token_is_allowed_with_a_warning(name, warned):
    warning = season_warning(name)
    assert (warning is not None) == warned
    assert warning is None or (warning.id, warning.severity) == ("season-early", "warning")
    assert warning is None or f"the season {name} lies before 2025-05" in warning.message


@pytest.mark.parametrize(
    ("holdings", "start"),
    [({"A": 1, "B": 0, "C": 1}, None), ({"A": 1}, "1 contributor of the claims is not"), ({}, "2 contributors")],
)
def test_contributors_without_holdings_are_counted(holdings, start):
    warning = holdings_warning(CLAIMS, holdings, Path("holdings.csv"))
    assert (warning is None) == (start is None)
    assert warning is None or warning.message.startswith(start)
    assert warning is None or (warning.id, warning.severity, warning.file) == (
        "holdings-missing",
        "warning",
        "holdings.csv",
    )


def test_the_report():
    assert report(MAY, CLAIMS, MAY.settle(CLAIMS)) == {
        "season": "2026-05",
        "pool": "100",
        "eligible_aia": "9",
        "agt_per_aia": "11.111111111111111111",
        "paid": "99.999999999999999999",
        "returned": "0.000000000000000001",
        "payouts": [
            {"claim_id": "a", "contributor": "A", "wallet": WALLET, "aia": "5", "agt": "55.555555555555555555"},
            {"claim_id": "c", "contributor": "B", "wallet": WALLET, "aia": "4", "agt": "44.444444444444444444"},
        ],
        "refused": [{"row": 2, "claim_id": "b", "reason": "wallet-invalid"}],
    }


def test_rows_are_reported_in_the_file_s_order():
    claims = [CLAIMS[0], CLAIMS[1], CLAIMS[0]]
    answer = report(MAY, claims, MAY.settle(claims, {"A": 0}))
    assert [(row["row"], row["reason"]) for row in answer["refused"]] == [
        (1, "exceeds-holdings"),
        (2, "wallet-invalid"),
        (3, "duplicate-claim"),
    ]
    assert (answer["agt_per_aia"], answer["paid"], answer["returned"]) == ("0", "0", "100")


def test_the_file(tmp_path):
    out = tmp_path / "out.csv"
    write_settlement(out, CLAIMS, MAY.settle(CLAIMS))
    assert out.read_text().splitlines() == [
        "row,claim_id,contributor,wallet,aia,agt,refused",
        f"1,a,A,{WALLET},5,55.555555555555555555,",
        "2,b,B,'=1+1,4,0,wallet-invalid",
        f"3,c,B,{WALLET},4,44.444444444444444444,",
    ]
    assert files(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_the_file_is_a_formula(tmp_path, start):
    write_settlement(tmp_path / "out.csv", [CLAIMS[1]._replace(wallet=f"{start}x")], MAY.settle(CLAIMS))
    with (tmp_path / "out.csv").open(newline="") as stream:
        assert list(csv.reader(stream))[1][3] == f"'{start}x"


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_settlement(out, [CLAIMS[0], CLAIMS[1]._replace(wallet="\ud800")], MAY.settle(CLAIMS))
    assert (out.read_text(), files(tmp_path)) == ("before", ["out.csv"])


@pytest.mark.parametrize("place", ["none/out.csv", "folder"])
def test_a_place_that_cannot_be_written(tmp_path, place):
    (tmp_path / "folder").mkdir()
    with pytest.raises(Faults) as caught:
        write_settlement(tmp_path / place, CLAIMS, MAY.settle(CLAIMS))
    assert [fault.id for fault in caught.value.faults] == ["output-unwritable"]
    assert files(tmp_path) == ["folder"]


def test_what_is_read_is_not_overwritten(tmp_path):
    claims, other = tmp_path / "claims.csv", tmp_path / "other.csv"
    claims.write_text("")
    keep_apart(other, claims)
    with pytest.raises(Faults):
        keep_apart(tmp_path / "." / "claims.csv", other, claims)
