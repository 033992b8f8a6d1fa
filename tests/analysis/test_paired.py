"""Paired runs: what differs is the change and nothing else, however the futures are cut into chunks."""

import numpy as np
import pytest

from agt.analysis.paired import Pair, difference, effect, fan_of_difference, of_hundred, play_pair
from agt.registry import load

KEEP = ("reward_reserve", "redemption_rate", "market_price")
SINCE = 20


def played(settings=None, **changes) -> Pair:
    settings = {"redemption_quota": {SINCE: 7_500_000.0}} if settings is None else settings
    return play_pair(settings, **({"seeds": (1, 2), "runs": 24, "months": 30, "keep": KEEP} | changes))


@pytest.fixture(scope="module")
def pair() -> Pair:
    return played()


def made(baseline: list[float], changed: list[float]) -> Pair:
    """A pair of one figure in one month."""
    return Pair({"x": np.array([baseline])}, {"x": np.array([changed])}, ("x",), 0.0, len(baseline))


def test_both_economies_share_their_past_and_their_luck(pair):
    for name in KEEP:
        assert np.array_equal(pair.baseline[name][:SINCE], pair.changed[name][:SINCE])
    assert not np.array_equal(pair.baseline["reward_reserve"][SINCE:], pair.changed["reward_reserve"][SINCE:])
    assert "vesting_unlocked" not in pair.moved
    assert "market_factor" not in pair.moved


def test_common_luck_makes_small_effects_visible(pair):
    """The same change, once against the same luck and once against another: the spread of the difference."""
    other = played(seeds=(3, 4))
    paired = np.log(pair.changed["market_price"][-1] / pair.baseline["market_price"][-1])
    crossed = np.log(other.changed["market_price"][-1] / pair.baseline["market_price"][-1])
    assert np.std(paired) < np.std(crossed) / 10


@pytest.mark.parametrize("settings", [{}, {"redemption_expiry": {SINCE: 0.0}}, {"redemption_quota": {SINCE: 15e6}}])
def test_what_changes_nothing_differs_by_exactly_zero(settings):
    pair = played(settings)
    assert pair.moved == ()
    for name in KEEP:
        assert not difference(pair, name, relative=True).any()
        one = effect(pair, name, 30, relative=False)
        assert (one.low, one.middle, one.high, one.more, one.less) == (0.0, 0.0, 0.0, 0, 0)


def test_a_higher_quorum_moves_its_own_figures_and_nothing_else():
    """Nothing in the model follows from a vote."""
    pair = played({"voting_quorum": {SINCE: 0.1}}, keep=("voting_quorum_ratio", "voting_quorum_reached"))
    assert pair.moved == ("voting_quorum_ratio", "voting_quorum_reached")
    for name in pair.moved:
        assert np.all(pair.changed[name][SINCE:] <= pair.baseline[name][SINCE:])


@pytest.mark.parametrize("cut", [{"chunk": 4}, {"chunk": 12}, {"workers": 2, "chunk": 8}])
def test_chunks_and_workers_change_speed_only(pair, cut):
    other = played(**cut)
    assert other.moved == pair.moved
    for name in KEEP:
        assert np.array_equal(other.baseline[name], pair.baseline[name])
        assert np.array_equal(other.changed[name], pair.changed[name])


def test_blocks_stand_side_by_side(pair):
    alone = played(seeds=(2,))
    assert pair.runs == 48
    assert np.array_equal(alone.changed["market_price"], pair.changed["market_price"][:, 24:])


def test_an_effect_worked_by_hand():
    pair = made([1.0, 2.0, 4.0, 0.0, 0.0], [2.0, 1.0, 4.0, 0.0, 3.0])
    one = effect(pair, "x", 0, relative=False)
    assert (one.middle, one.more, one.less, one.runs) == (0.0, 2, 1, 5)
    one = effect(pair, "x", 0, relative=True)  # a share of nothing is left out, nothing of nothing is no change
    assert np.array_equal(difference(pair, "x", relative=True)[0], [1.0, -0.5, 0.0, 0.0, np.nan], equal_nan=True)
    assert (one.middle, one.more, one.less, one.runs) == (0.0, 1, 1, 4)
    assert (one.baseline, one.changed) == (1.5, 1.5)


def test_where_nothing_can_be_compared_there_is_no_effect():
    pair = made([0.0, np.nan], [1.0, np.nan])
    assert effect(pair, "x", 0, relative=True) is None
    assert fan_of_difference(pair, "x", 0, relative=True).empty


def test_a_fan_begins_where_it_is_told(pair):
    frame = fan_of_difference(pair, "reward_reserve", SINCE - 1, relative=False)
    assert len(frame) == 30 - SINCE + 2
    assert f"{frame['date'].iloc[1]:%Y-%m}" == "2027-01"
    assert (frame["p05"] <= frame["p50"]).all()
    assert not frame.iloc[0, 1:].any()


def test_everything_that_the_model_computes_is_compared():
    registry = load()
    sections = (registry.accounts, registry.stocks, registry.flows, registry.metrics)
    assert registry.quantities() == tuple(name for section in sections for name in section)
    assert len(set(registry.quantities())) == sum(map(len, sections))


@pytest.mark.parametrize(
    ("count", "runs", "words"),
    [
        (0, 2_000, "fewer than 1 of 100"),
        (19, 2_000, "fewer than 1 of 100"),
        (20, 2_000, "1 of 100"),
        (1_240, 2_000, "62 of 100"),
        (1_980, 2_000, "99 of 100"),
        (1_981, 2_000, "more than 99 of 100"),
        (2_000, 2_000, "more than 99 of 100"),
    ],
)
def test_a_chance_is_never_nil_or_certain(count, runs, words):
    assert of_hundred(count, runs) == words
