"""The ledger: AGT only moves. Whatever the parameters, the sum stays what it is and no account goes below zero."""

from collections import namedtuple
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from agt.ledger import play
from agt.mechanisms.vesting import unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import load
from agt.simulation.chunk import Request
from tests.months import WHOLE, anywhere, play_months

REGISTRY = load()
LOCKED = REGISTRY.families["locked"]
RUNS, MONTHS = 200, 60
LAST = "supply.account"  # the month's last function

# A sum of 28 accounts of up to 5e9 AGT is exact to a few millionths of an AGT: 5e9 x 2^-52 = 1.1e-6 for each addition.
SUM = 1e-4

Checked = namedtuple("Checked", ("residual", "negative", "unfinished", "capped"))


def checked(steps):
    """What is wrong at any substep: distance of the sum, accounts below zero, values that are no number."""
    residual, negative, unfinished, capped = 0.0, [], [], []
    for month, title, state in steps:
        amounts = {name: np.asarray(state[name]) for name in REGISTRY.accounts}
        residual = max(residual, float(np.max(np.abs(sum(amounts.values()) - WHOLE))))
        negative += [(month, title, name) for name, amount in amounts.items() if not np.all(amount >= 0.0)]
        if month and title == LAST:
            unfinished += [(month, name) for name, value in state.items() if not np.all(np.isfinite(value))]
            capped.append(np.mean(state["market_price_capped"]))
    return Checked(residual, negative, unfinished, float(np.mean(capped)))


@cache
def stressed(pick, pinned):
    settings = anywhere(RUNS, seed=7, pick=pick)
    return checked(play_months(Request(MONTHS, 7, (), settings, priors=False, pinned=pinned), RUNS))


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("pick", ["inside", "corners", "either"])
def test_anywhere_in_the_bounds_the_sum_stays_and_no_account_is_overdrawn(pick, pinned):
    found = stressed(pick, pinned)
    assert found.residual < SUM
    assert found.negative == []


@pytest.mark.parametrize("pick", ["inside", "corners", "either"])
def test_anywhere_in_the_bounds_every_quantity_is_a_number(pick):
    assert stressed(pick, pinned=False).unfinished == []


def test_drawn_from_the_priors_the_same_holds_and_no_alarm_rings_often():
    found = checked(play_months(Request(78, 3, ()), runs=400))
    assert found.residual < SUM
    assert (found.negative, found.unfinished) == ([], [])
    assert found.capped <= 0.001


def test_the_check_notices_a_flow_that_overdraws():
    call = {"reads": {"held": "market_float"}, "writes": ["market_sold"]}
    block = {"calls": [call], "flows": [("market_sold", "market_float", "burned")]}
    state = dict.fromkeys(REGISTRY.accounts, np.zeros(2)) | {"market_float": np.array([1.0, 2.0])}
    after = state | play(lambda held: 2.0 * held, block, state) | {"market_price_capped": 0.0}
    found = checked([(1, LAST, after)])
    assert found.negative == [(1, LAST, "market_float")]
    assert found.residual == WHOLE - 1.0


@cache
def unlocking():
    """The locked accounts at the end of every month of runs with parameters anywhere in their bounds."""
    steps = play_months(Request(MONTHS, 7, (), anywhere(RUNS, 7, "either"), priors=False, pinned=False), RUNS)
    months = [
        [np.broadcast_to(state[name], RUNS) for name in LOCKED]
        for _, title, state in steps
        if title == LAST or title == "supply.opening"
    ]
    return np.array(months)  # month, bucket, run


def test_nothing_leaves_a_locked_bucket_early_and_nothing_late():
    for place, name in enumerate(LOCKED):
        terms = schedule(REGISTRY, name.partition(".")[2])
        due = [(terms.allocation - unlocked(terms, month)) / UNIT for month in range(MONTHS + 1)]
        assert np.max(np.abs(unlocking()[:, place, :] - np.array(due)[:, None])) < 1e-6


def test_nothing_returns_to_a_locked_bucket():
    assert np.all(np.diff(unlocking(), axis=0) <= 0.0)


def test_within_a_month_only_the_schedule_touches_what_is_locked():
    steps = list(play_months(Request(24, 1, ()), runs=4))
    for (_, _, before), (_, title, after) in pairwise(steps):
        moved = [name for name in LOCKED if np.any(before[name] != after[name])]
        assert title == "vesting.policy" or moved == []


# Facts 2, "Cumulative unlocked", worked out from its table of buckets to the AGT: all, without treasury and ecosystem
# fund, and user rewards. Month 6, say: 1,400 M at the event + 6 x 1,750 M x 0.8 / 18 + 20 M of the KOL round.
FACTS = [
    (0, 1_400_000_000, 1_400_000_000, 350_000_000),
    (6, 1_886_666_667, 1_886_666_667, 816_666_667),
    (10, 2_304_444_444, 2_215_555_556, 1_127_777_778),
    (11, 2_408_888_889, 2_297_777_778, 1_205_555_556),
    (12, 2_513_333_333, 2_380_000_000, 1_283_333_333),
    (13, 2_677_500_000, 2_521_944_444, 1_361_111_111),
    (18, 3_498_333_333, 3_231_666_667, 1_750_000_000),
    (24, 4_016_666_667, 3_616_666_667, 1_750_000_000),
    (36, 4_733_333_333, 4_066_666_667, 1_750_000_000),
    (48, 5_000_000_000, 4_200_000_000, 1_750_000_000),
]


@cache
def course():
    """What a run says is unlocked, month by month."""
    steps = play_months(Request(48, 1, ()), runs=4)
    ends = {month: state for month, title, state in steps if title == LAST or not month}
    return {
        month: (state["vesting_unlocked"], state["vesting_circulating"], 1_750_000_000 - state["locked.user_rewards"])
        for month, state in ends.items()
    }


@pytest.mark.parametrize(("month", "everything", "outside", "user_rewards"), FACTS)
def test_a_run_unlocks_what_the_facts_say(month, everything, outside, user_rewards):
    for found, expected in zip(course()[month], (everything, outside, user_rewards), strict=True):
        assert np.all(np.abs(found - expected) < 1.0)


def test_the_flows_of_a_month_are_the_facts():
    """Facts 2, in brackets: the flow of months 6, 10, 12, 13, 18, 24 and 36 in M AGT."""
    flows = {month: course()[month][0] - course()[month - 1][0] for month in (6, 10, 12, 13, 18, 24, 36)}
    printed = {month: f"{float(np.max(flow)) / 1e6:.1f}" for month, flow in flows.items()}
    assert printed == {6: "97.8", 10: "104.4", 12: "104.4", 13: "164.2", 18: "164.2", 24: "86.4", 36: "37.5"}


# The generic update itself, on functions made by hand.


def move(a, part):
    return a * part


def test_a_balance_is_the_old_one_plus_inflows_minus_outflows():
    block = {"calls": [{"reads": {"a": "a", "part": "part"}, "writes": ["flow"]}], "flows": [("flow", "a", "b")]}
    values = {"a": np.array([10.0, 20.0]), "b": np.array([1.0, 2.0]), "part": 0.25, "other": 7.0}
    changed = play(move, block, values)
    assert {name: value.tolist() for name, value in changed.items()} == {
        "flow": [2.5, 5.0],
        "a": [7.5, 15.0],
        "b": [3.5, 7.0],
    }
    assert (values["a"].tolist(), values["b"].tolist()) == ([10.0, 20.0], [1.0, 2.0])


def test_two_flows_through_one_account_are_both_booked():
    block = {
        "calls": [{"reads": {"a": "a"}, "writes": ["first", "second", "memory"]}],
        "flows": [("first", "a", "b"), ("second", "b", "c")],
    }
    changed = play(lambda a: (a / 2.0, a / 4.0, a * 3.0), block, {"a": 8.0, "b": 1.0, "c": 0.0})
    assert changed == {"first": 4.0, "second": 2.0, "memory": 24.0, "a": 4.0, "b": 3.0, "c": 2.0}


def test_a_mapped_function_plays_each_member_and_a_family_is_read_as_a_tuple():
    members = [
        {"reads": {"a": f"a.{member}", "all_of_them": ["a.x", "a.y"]}, "writes": [f"flow.{member}"]} for member in "xy"
    ]
    block = {"calls": members, "flows": [("flow.x", "a.x", "b"), ("flow.y", "a.y", "b")]}
    changed = play(lambda a, all_of_them: a / sum(all_of_them), block, {"a.x": 1.0, "a.y": 3.0, "b": 0.0})
    assert changed == {"flow.x": 0.25, "flow.y": 0.75, "a.x": 0.75, "b": 1.0, "a.y": 2.25}


def test_a_function_may_write_a_whole_family():
    block = {"calls": [{"reads": {"a": "a"}, "writes": [["m.x", "m.y"], "n"]}], "flows": []}
    assert play(lambda a: ((a, 2.0 * a), 3.0 * a), block, {"a": 1.0}) == {"m.x": 1.0, "m.y": 2.0, "n": 3.0}


def test_a_function_that_writes_one_family_alone():
    block = {"calls": [{"reads": {"a": "a"}, "writes": [["m.x", "m.y"]]}], "flows": []}
    assert play(lambda a: (a, 2.0 * a), block, {"a": 1.0}) == {"m.x": 1.0, "m.y": 2.0}
