"""Pinning: past months take the prices that were observed, the months between them are a bridge, the rest is free."""

from functools import cache

import numpy as np
import pytest

from agt.registry import load
from agt.simulation import simulate
from agt.simulation.chunk import Given, Request
from agt.simulation.pinning import bridge, observed_months
from agt.simulation.shocks import draw

REGISTRY = load()
RUNS, SEED = 400, 2

# Facts 1b, the last price reported in each month [USD/AGT]; August 2025 is month 3, September 2026 month 16.
OBSERVED = {3: 0.004815, 13: 0.020898, 15: 0.01546, 16: 0.020285}


@cache
def pinned():
    return simulate(RUNS, 30, SEED, keep=("market_price",))["market_price"]


@cache
def free():
    return simulate(RUNS, 30, SEED, keep=("market_price",), pinned=False)["market_price"]


def bridged(spread, runs, first=0, unpinned=()):
    """The bridge of the runs `first` .. `first + runs - 1`, each with its own luck."""
    spreads = np.full(runs, spread)
    return bridge(REGISTRY, spreads, lambda shock, month: draw(shock, SEED, month, first, runs)[0], unpinned)


def test_the_last_price_of_a_month_is_the_one_that_counts():
    assert {
        month: pytest.approx(np.exp(price), rel=1e-12) for month, price in observed_months(REGISTRY).items()
    } == OBSERVED


@pytest.mark.parametrize(("month", "price"), OBSERVED.items())
def test_observed_months_take_the_observed_price(month, price):
    assert np.max(np.abs(pinned()[month] / price - 1.0)) < 1e-12


@pytest.mark.parametrize("month", [1, 2, 17, 18, 25, 30])
def test_months_before_and_after_the_observations_are_free(month):
    assert np.std(np.log(pinned()[month])) > 0.1


def test_before_the_first_observation_pinning_changes_nothing():
    assert np.array_equal(pinned()[:3], free()[:3])
    assert np.all(pinned()[3] != free()[3])


def test_without_pinning_no_month_is_tied():
    assert all(np.std(np.log(free()[month])) > 0.1 for month in range(1, 31))


@pytest.mark.parametrize("month", [4, 8, 12, 14])
def test_between_two_observations_the_runs_differ_around_the_line(month):
    start, end = (3, 13) if month < 13 else (13, 15)
    share = (month - start) / (end - start)
    line = np.log(OBSERVED[start]) + share * np.log(OBSERVED[end] / OBSERVED[start])
    logs = np.log(pinned()[month])
    assert np.std(logs) > 0.1
    assert np.mean(logs) == pytest.approx(line, abs=4 * np.std(logs) / RUNS**0.5)


def test_a_bridge_is_widest_where_it_is_furthest_from_its_ends():
    """A bridge of n equal steps has variance step x (n - step) / n of one step's, here clipped."""
    spread = 0.3
    path = bridged(spread, 20_000)
    for month in range(4, 13):
        steps = month - 3
        expected = spread * (steps * (10 - steps) / 10) ** 0.5
        assert np.std(path[month]) == pytest.approx(expected, rel=0.06)


def test_both_ends_of_a_bridge_are_tied():
    path = bridged(5.0, 8)
    assert sorted(path) == list(range(3, 17))
    for month, price in OBSERVED.items():
        assert np.max(np.abs(path[month] - np.log(price))) < 1e-12


def test_a_bridge_without_luck_is_a_straight_line_in_logarithms():
    path = bridged(0.0, 4)
    steps = np.diff([np.ravel(path[month])[0] for month in range(3, 14)])
    assert np.allclose(steps, np.log(0.020898 / 0.004815) / 10, rtol=1e-12)


def test_a_bridge_belongs_to_the_run_not_to_the_chunk():
    whole, part = (bridged(0.4, runs, first) for first, runs in ((0, 24), (8, 8)))
    for month, values in part.items():
        assert np.array_equal(np.broadcast_to(whole[month], 24)[8:16], np.broadcast_to(values, 8))


# Months left out, as a back-test leaves out what it wants to foresee.


@pytest.mark.parametrize(("left_out", "months"), [(3, (13, 16)), (13, (3, 16)), (15, (3, 16)), (16, (3, 15))])
def test_a_month_that_is_left_out_is_bridged_or_free(left_out, months):
    path = bridged(0.0, 4, unpinned=(left_out,))
    assert (min(path), max(path)) == months
    for month, price in OBSERVED.items():
        if month != left_out:
            assert np.allclose(path[month], np.log(price), rtol=1e-12)
    if left_out == 13:  # straight from August 2025 to August 2026
        line = np.log(0.004815) + (13 - 3) / (15 - 3) * np.log(0.01546 / 0.004815)
        assert np.allclose(path[13], line, rtol=1e-12)


@pytest.mark.parametrize("left_out", OBSERVED)
def test_a_month_that_is_left_out_is_not_pinned_and_the_others_are(left_out):
    found = simulate(40, 20, SEED, keep=("market_price",), unpinned=(left_out,))["market_price"]
    assert np.std(np.log(found[left_out])) > 0.1
    for month, price in OBSERVED.items():
        assert month == left_out or np.max(np.abs(found[month] / price - 1.0)) < 1e-12
    before = max((month for month in OBSERVED if month < left_out), default=0)
    assert np.array_equal(found[: before + 1], pinned()[: before + 1, :40])


def test_where_every_month_is_left_out_nothing_is_pinned():
    found = simulate(40, 20, SEED, keep=("market_price",), unpinned=tuple(OBSERVED))["market_price"]
    assert np.array_equal(found, free()[:21, :40])


def test_leaving_out_a_month_without_an_observation_changes_nothing():
    found = simulate(40, 20, SEED, keep=("market_price",), unpinned=(1, 9, 17, 99))["market_price"]
    assert np.array_equal(found, pinned()[:21, :40])


def test_a_month_that_is_left_out_after_the_last_pin_says_that_its_price_is_not_known():
    given = Given(REGISTRY, Request(20, SEED, (), unpinned=(16,)), first=0, runs=4)
    assert [float(given(month)["market_observed"]) for month in (2, 3, 14, 15, 16, 17)] == [0, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(("month", "observed"), [(0, 0), (2, 0), (3, 1), (9, 1), (16, 1), (17, 0), (60, 0)])
def test_a_month_says_whether_its_price_is_known(month, observed):
    given = Given(REGISTRY, Request(60, SEED, ()), first=0, runs=4)(month)
    assert float(given["market_observed"]) == observed
    known = np.log(OBSERVED[month]) if month in OBSERVED else 0.0
    assert month == 9 or np.all(np.abs(given["market_observed_log_price"] - known) < 1e-12)


def test_what_is_decided_after_the_last_observation_leaves_the_past_alone():
    changed = simulate(RUNS, 22, SEED, keep=("market_price",), settings={"redemption_quota": {20: 0.0}})["market_price"]
    assert np.array_equal(changed[:20], pinned()[:20])
    assert np.all(changed[20] != pinned()[20])


def test_forecasts_start_from_the_last_observed_price():
    """One month on, the price has moved by a month's luck, pull and impact: not by the fan of seventeen months."""
    after, unpinned = np.std(np.log(pinned()[17])), np.std(np.log(free()[17]))
    assert after < 0.75 * unpinned
    assert np.median(pinned()[17]) == pytest.approx(0.020285, rel=0.2)
