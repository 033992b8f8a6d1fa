"""Paired runs: what differs is the change and nothing else, however the futures are cut and bundled."""

import numpy as np
import pytest

from agt.analysis.paired import BASELINE, Case, bundled, difference, of_hundred, play, play_bundle
from agt.registry import load
from agt.simulation import Economy, simulate, simulate_side_by_side

KEEP = {"base": ("reward_reserve", "redemption_rate", "market_price")}
SINCE = 20
MONTHS = 60
QUOTA = {"redemption_quota": {SINCE: 7_500_000.0}}


def played(settings=None, *, seed=1, runs=24, scenario="base"):
    economies = {BASELINE: {}, "changed": QUOTA if settings is None else settings}
    return play_bundle(economies, [Case(scenario, seed, 0, runs)], MONTHS, SINCE, KEEP, economies)[0]


@pytest.fixture(scope="module")
def pair():
    return played()


def test_both_economies_share_their_past_and_their_luck(pair):
    for name in KEEP["base"]:
        assert np.array_equal(pair.paths[BASELINE][name][:SINCE], pair.paths["changed"][name][:SINCE])
    gone = pair.paths["changed"]["reward_reserve"] - pair.paths[BASELINE]["reward_reserve"]
    assert np.all(gone[SINCE:] > 0)
    assert "vesting_unlocked" not in pair.moved["changed"]
    assert "market_factor" not in pair.moved["changed"]


def test_common_luck_makes_small_effects_visible(pair):
    """The same change, once against the same luck and once against another: the spread of the difference."""
    other = played(seed=3)
    price = {name: path["market_price"][-1] for name, path in pair.paths.items()}
    paired = np.log(price["changed"] / price[BASELINE])
    crossed = np.log(other.paths["changed"]["market_price"][-1] / price[BASELINE])
    assert np.std(paired) < np.std(crossed) / 10


@pytest.mark.parametrize("settings", [{}, {"redemption_expiry": {SINCE: 0.0}}, {"redemption_quota": {SINCE: 15e6}}])
@pytest.mark.parametrize("scenario", ["base", "sybil_attack"])
def test_what_changes_nothing_differs_by_exactly_zero(settings, scenario):
    pair = played(settings, scenario=scenario)
    assert pair.moved["changed"] == frozenset()
    for name, values in pair.measures[BASELINE].items():
        assert np.array_equal(values, pair.measures["changed"][name])


def test_a_higher_quorum_moves_its_own_figures_and_nothing_else():
    """Nothing in the model follows from a vote."""
    assert played({"voting_quorum": {SINCE: 0.1}}).moved["changed"] == {"voting_quorum_ratio", "voting_quorum_reached"}


def test_the_last_digit_of_one_month_is_seen():
    near = played({"redemption_quota": {MONTHS: np.nextafter(15e6, 16e6)}})
    assert near.moved["changed"]


def test_economies_side_by_side_are_those_that_are_played_alone():
    names = load().quantities()
    economies = [Economy({}, "base"), Economy(QUOTA, "crypto_winter"), Economy({"quality_annotators": 5.0}, None)]
    together = simulate_side_by_side(economies, 24, MONTHS, 7, keep=names, first_run=8)
    for economy, found in zip(economies, together, strict=True):
        alone = simulate(24, MONTHS, 7, settings=economy.settings, scenario=economy.scenario, keep=names, first_run=8)
        assert all(np.array_equal(alone[name], found[name], equal_nan=True) for name in names)
        assert (alone.alarms, alone.clipped) == (found.alarms, found.clipped)


def test_bundles_and_workers_change_nothing(monkeypatch):
    economies = {BASELINE: {}, "changed": QUOTA}
    cases = [Case(scenario, seed, 0, 8) for scenario in ("base", "boom", "suspension") for seed in (1, 2)]

    def found(workers):
        asked = {"months": MONTHS, "start": SINCE, "keep": KEEP, "workers": workers}
        return [
            (part.case, {name: values.tobytes() for name, values in part.measures["changed"].items()}, part.moved)
            for part in play(economies, cases, **asked)
        ]

    whole = found(1)
    assert [case for case, *_ in whole] == cases
    assert found(2) == whole
    monkeypatch.setattr("agt.analysis.paired.COLUMNS", 32)
    assert found(1) == whole


def test_a_bundle_holds_cases_of_the_same_futures_and_no_more_than_memory_affords(monkeypatch):
    monkeypatch.setattr("agt.analysis.paired.COLUMNS", 7_000)
    cases = [Case(scenario, seed, 0, 1_000) for seed in (1, 2) for scenario in "abcdefgh"]
    bundles = list(bundled(cases, 2))
    assert [case for bundle in bundles for case in bundle] == cases
    assert all(len({case[1:] for case in bundle}) == 1 for bundle in bundles)
    assert [len(bundle) for bundle in bundles] == [2, 3, 3, 2, 3, 3]


def test_a_share_of_nothing_is_no_number_unless_nothing_became_of_nothing():
    before, after = np.array([0.0, 0.0, 2.0, 4.0]), np.array([1.0, 0.0, 3.0, 1.0])
    assert np.array_equal(difference(before, after, relative=True), [np.nan, 0.0, 0.5, -0.75], equal_nan=True)
    assert difference(before, after, relative=False).tolist() == [1.0, 0.0, 1.0, -3.0]


@pytest.mark.parametrize("count", range(0, 2_001, 20))
def test_a_chance_is_neither_never_nor_always(count):
    words = of_hundred(count, 2_000)
    if count in (0, 2_000):
        assert words in ("fewer than 1 of 100", "more than 99 of 100")
    else:
        assert words == f"{count / 20:.0f} of 100"
