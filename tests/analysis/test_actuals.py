"""Actuals against the model: positions worked by hand, and files that one future of the model wrote."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agt.analysis.actuals import COLUMNS, compare, figures, needs
from agt.calendar import month_number
from agt.records.actuals import FIGURES, SCHEMA, latest, read_actuals, report
from agt.registry import load
from agt.simulation import Paths, simulate
from tests.analysis.synthetic import text

SYNTHETIC = Path(__file__).parents[2] / "book" / "economy" / "actuals-synthetic.csv"


def measured(month="2025-06", version=1, published="2025-07-01", **given) -> pd.DataFrame:
    """A row of actuals."""
    row = {"month": month, "published": published, "source": "a test", "version": version} | given
    return SCHEMA.validate(pd.DataFrame([row]))


def held(**paths) -> Paths:
    """An ensemble of month 0, in which no flow is measured, and month 1."""
    runs = len(next(iter(paths.values())))
    return Paths(runs, 1, 1, 0, {name: np.array([np.full(runs, np.nan), path]) for name, path in paths.items()})


def compared(actuals, **paths):
    return compare(actuals, held(**paths)).to_dict("records")


@pytest.mark.parametrize(
    ("value", "below", "inside"),
    [
        (0.0, 0.005, False),
        (4.9, 0.05, False),
        (4.96, 0.05, True),
        (5.0, 0.055, True),
        (50.0, 0.505, True),
        (50.5, 0.51, True),
        (94.0, 0.945, True),
        (94.06, 0.95, False),
        (1e9, 1.0, False),
    ],
)
def test_a_position_worked_by_hand(value, below, inside):
    """Among the futures 0, 1, .. 99, whose 5 % and 95 % quantiles are 4.95 and 94.05."""
    [found] = compared(measured(revenue_usd=value), demand_revenue=np.arange(100.0)[::-1])
    assert found == {
        "month": "2025-06",
        "version": 1,
        "figure": "revenue_usd",
        "unit": "USD",
        "value": value,
        "p05": pytest.approx(4.95),
        "p50": 49.5,
        "p95": pytest.approx(94.05),
        "below": pytest.approx(below),
        "inside": inside,
    }


def test_where_all_futures_agree_the_last_digits_do_not_count():
    path = np.full(3, np.exp(np.log(0.020285)))
    [found] = compared(measured(price_usd=0.020285), market_price=path)
    assert (found["below"], found["inside"]) == (0.5, True)
    [found] = compared(measured(price_usd=0.0203), market_price=path)
    assert (found["below"], found["inside"]) == (1.0, False)


def test_quantities_are_added_up_future_by_future():
    staked = {"contributors_staked": [1.0, 2.0], "investors_staked": [20.0, 10.0], "team_staked": [300.0, 300.0]}
    [found] = compared(measured(staked_agt=315), **staked)
    assert (found["p50"], found["below"]) == (316.5, 0.5)
    assert (found["p05"], found["p95"]) == (pytest.approx(312.45), pytest.approx(320.55))


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"items_audited": 400, "items_correct": 372}, 0.93),
        ({"items_audited": 400, "items_correct": 0}, 0.0),
        ({"items_audited": 0, "items_correct": 0}, None),
        ({"items_audited": 400}, None),
        ({"items_correct": 400}, None),
    ],
)
def test_a_share_is_compared_as_a_share(given, value):
    found = compared(measured(**given), quality_accuracy=[0.9, 0.95])
    assert [(row["figure"], row["unit"], row["value"]) for row in found] == (
        [] if value is None else [("items_correct", "share", value)]
    )


def test_the_latest_version_is_compared():
    actuals = pd.concat([measured(version=2, clients=5), measured(version=1, clients=4, aia_issued=7)])
    [found] = compared(actuals, demand_clients=[4.0, 6.0])
    assert (found["version"], found["figure"], found["value"]) == (2, "clients", 5.0)
    assert needs(actuals) == (1, ("demand_clients",))


def test_what_month_0_does_not_measure_is_left_out():
    actuals = measured(month="2025-05", published="2025-06-01", clients=5, revenue_usd=5)
    ensemble = simulate(4, *needs(actuals)[:1], keep=needs(actuals)[1])
    assert compare(actuals, ensemble)["figure"].tolist() == ["clients"]


@pytest.mark.parametrize("given", [{}, {"aia_submitted": 5, "items_delivered": 7, "items_audited": 9}])
def test_what_the_model_has_no_quantity_for_is_left_out(given):
    actuals = measured(**given)
    assert needs(actuals) == (1, ())
    found = compare(actuals, held(demand_clients=[1.0]))
    assert (len(found), tuple(found.columns)) == (0, COLUMNS)


@pytest.mark.parametrize(("month", "missing"), [("2025-06", KeyError), ("2025-07", IndexError)])
def test_an_ensemble_that_lacks_something_is_no_ensemble_of_these_months(month, missing):
    name = "demand_revenue" if missing is KeyError else "demand_clients"
    with pytest.raises(missing):
        compare(measured(month=month, published="2026-01-01", clients=5), held(**{name: [1.0, 2.0]}))


def test_families_are_named_member_by_member():
    _, keep = needs(measured(aia_redeemed=5, active_contributors=5))
    registry = load()
    assert keep[:4] == registry.families["redemption_redeemed"]
    assert keep[4:] == registry.families["contributors_active"][:3]


def test_nine_in_ten_futures_lie_inside_of_all():
    """A run of the ensemble, taken for what was measured, lies where its rank says."""
    ensemble = simulate(101, 18, keep=("demand_revenue",))
    inside = [
        compare(measured("2026-11", published="2026-12-01", revenue_usd=value), ensemble)["inside"][0]
        for value in ensemble["demand_revenue"][18]
    ]
    assert sum(inside) == 91


def test_a_future_of_the_model_can_be_written_and_read(tmp_path):
    path = tmp_path / "future.csv"
    for run in range(3):
        path.write_text(text(5 * run, ("2026-10", "2026-11", "2026-12")), encoding="utf-8")
        found = report(read_actuals(path))
        assert found["figures"] == [figure.column for figure in FIGURES]
        assert (found["months"], found["revised"]) == (["2026-10", "2026-11", "2026-12"], ["2026-11"])


def test_the_synthetic_file():
    """It says that it is one, gives every figure, and is like the futures of the model."""
    read = read_actuals(SYNTHETIC)
    assert read.frame["source"].str.startswith("SYNTHETIC").all()
    found = report(read)
    assert found["figures"] == [figure.column for figure in FIGURES]
    assert (found["months"], found["revised"]) == (["2026-09", "2026-10", "2026-11", "2026-12"], ["2026-10"])
    months, keep = needs(read.frame)
    assert months == month_number(latest(read.frame)["month"].iloc[-1])
    compared = compare(read.frame, simulate(200, months, keep=keep))
    assert len(compared) == 4 * len(figures(read.frame))
    assert compared["inside"].mean() > 0.5
