"""Scenarios: each does what it names and nothing before its time, and the economy answers as its mechanisms say.

And the two models that must break do break: without reversion of the price, and without routing of paid work.
"""

from functools import cache

import numpy as np
import pytest

from agt.calendar import month_number
from agt.registry import load
from agt.simulation import simulate, today

REGISTRY = load()
QUANTITIES = REGISTRY.quantities()
RUNS, SEED, AHEAD = 400, 5, 30
WORSE = [name for name, one in REGISTRY.scenarios.items() if one.side == "worse"]


@cache
def played(scenario=None):
    return simulate(RUNS, today() + AHEAD, SEED, keep=QUANTITIES, scenario=scenario)


def first_month(scenario):
    """The first month in which a scenario changes anything."""
    return today() + min(change.after for change in REGISTRY.scenarios[scenario].changes)


def change(scenario, quantity, months=slice(None)):
    """How much larger a quantity is than without the scenario, by month, in the middle run; as a share of it."""
    plain, other = played()[quantity], played(scenario)[quantity]
    share = np.divide(other - plain, plain, out=np.zeros_like(plain), where=plain > 0.0)
    return np.median(share, axis=1)[months]


@pytest.mark.parametrize("scenario", [name for name in REGISTRY.scenarios if name != "base"])
def test_nothing_happens_before_its_time_and_then_something_does(scenario):
    start = first_month(scenario)
    moved = set()
    for name in QUANTITIES:
        plain, other = played()[name], played(scenario)[name]
        assert np.array_equal(plain[:start], other[:start], equal_nan=True), name
        if not np.array_equal(plain, other, equal_nan=True):
            moved.add(name)
    assert "market_price" in moved


def test_the_base_scenario_is_no_scenario():
    assert all(np.array_equal(played()[name], played("base")[name], equal_nan=True) for name in QUANTITIES)


@pytest.mark.parametrize("scenario", WORSE)
def test_what_is_called_worse_is_worse_for_somebody(scenario):
    """Pay of a regular in the half year after it begins, or clients' money in the year after, falls in the middle."""
    start = first_month(scenario)
    pay = np.mean(change(scenario, "rewards_pay.regular", slice(start, start + 6)))
    money = np.mean(change(scenario, "demand_revenue", slice(start + 3, start + 15)))
    seasons = np.min(change(scenario, "redemption_paid.regular", slice(start, start + 6)))
    assert min(pay, money, seasons) < -0.003


@pytest.mark.parametrize("scenario", ["boom", "clients_flock"])
def test_what_is_called_better_is_better(scenario):
    assert np.mean(change(scenario, "demand_revenue", slice(today() + 12, None))) > 0.2


# What the questions ask for.


def test_an_attack_of_farms_lowers_quality_and_then_revenue():
    start = first_month("sybil_attack")
    gap = np.median(played("sybil_attack")["quality_accuracy"] - played()["quality_accuracy"], axis=1)
    assert np.median(played("sybil_attack")["redemption_farmed"][start + 3]) > 0.4
    assert gap[start : start + 8].min() < -0.02
    assert change("sybil_attack", "demand_revenue", start) == pytest.approx(0.0, abs=0.02)  # clients learn
    assert change("sybil_attack", "demand_revenue", start + 12) < -0.08
    assert change("sybil_attack", "demand_clients", start + 12) < -0.08


def test_where_revenue_stalls_clients_money_covers_next_to_nothing():
    late = slice(today() + 12, None)
    plain, stalled = (
        np.median(run["supply_client_coverage"][late], axis=1) for run in (played(), played("revenue_stalls"))
    )
    assert np.all(stalled < 0.5 * plain)
    assert stalled[-1] < 0.02
    assert np.median(played("revenue_stalls")["supply_newcomers"][late]) > 0.97


def test_a_suspension_changes_what_people_expect_and_who_stays():
    start = first_month("suspension")
    assert np.all(played("suspension")["redemption_payout"][start : start + 4] == 0.0)
    assert np.all(played("suspension")["redemption_payout"][start + 4] > 0.0)
    worth = change("suspension", "redemption_aia_value")
    assert worth[start] < -0.1
    assert worth[start + 3] < -0.3
    assert change("suspension", "contributors_active.regular", start + 5) < -0.05
    reopened = change("suspension", "redemption_rate", start + 4)
    assert reopened < -0.4  # what has piled up is all submitted at once


def test_a_wallet_fault_redistributes_and_saves_nothing():
    start = first_month("wallets_fail")
    assert np.array_equal(played("wallets_fail")["redemption_payout"][start], played()["redemption_payout"][start])
    assert change("wallets_fail", "redemption_rate", start) == pytest.approx(1.5)
    assert change("wallets_fail", "redemption_rate", start + 1) < -0.2


def test_the_larger_unlocks_raise_what_is_sold_and_the_price_cannot_show_it():
    """Month 13. The extra impact is a tenth of what a month's luck moves the price by, and most of it recovers."""
    cliff = month_number("2026-06")
    assert cliff == 13
    run = simulate(2_000, cliff + 1, SEED, keep=("market_sold", "market_price", "market_impact"), pinned=False)
    sold = np.median(run["market_sold"], axis=1)
    assert sold[cliff] > 1.4 * sold[cliff - 1]
    extra = np.median(run["market_impact"][cliff] - run["market_impact"][cliff - 1])
    noise = np.std(np.log(run["market_price"][cliff] / run["market_price"][cliff - 1]))
    assert 0.0 < extra < 0.15 * noise


def test_zero_work_earns_zero_at_any_stake():
    idle = {f"contributors_effort_{cohort}": 0.0 for cohort in ("casual", "regular", "expert")}
    empty = dict.fromkeys(REGISTRY.families["redemption_aia_at_tge"], 0.0)
    for belief in (0.0, 0.3, 1.0):
        settings = {
            **idle,
            **empty,
            "contributors_farm_use": 0.0,
            "staking_belief_at_tge": belief,
            "staking_speed": 1.0,
        }
        found = simulate(40, 24, SEED, keep=QUANTITIES, settings=settings)
        assert not any(np.any(found[name][1:]) for name in REGISTRY.families["rewards_income"])
        assert np.all((found["contributors_staked"][3] > 0.0) == (belief > 0.0))


def test_without_reversion_the_fan_explodes():
    months = today() + 60
    plain, adrift = (
        simulate(1_000, months, SEED, keep=("market_price",), settings=settings)["market_price"][months]
        for settings in ({}, {"market_reversion": 0.0, "market_variance_ratio": 1.0})
    )
    width, wider = (np.subtract(*np.quantile(np.log(price), [0.95, 0.05])) for price in (plain, adrift))
    assert np.exp(wider) > 10.0 * np.exp(width)


def test_without_routing_and_limits_quality_and_demand_fall_together():
    months = today() + 42
    plain, spiral = (
        simulate(1_000, months, SEED, keep=("quality_accuracy", "demand_clients"), settings=settings)
        for settings in ({}, {"quality_routing": 0.0, "quality_throttle": 0.0})
    )
    accuracy, clients = (
        [float(np.median(run[name][months])) for run in (plain, spiral)]
        for name in ("quality_accuracy", "demand_clients")
    )
    assert accuracy[1] < accuracy[0] - 0.1
    assert clients[1] < 0.5 * clients[0]
