"""The exact rules of staking: tiers, what they open, unbonding, and what rejected work forfeits."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.staking import Account, Withdrawal, forfeit, opens, tier, withdraw

TERMS = {"thresholds": (3_000, 9_000, 30_000), "high_level": 5}
small = st.integers(0, 20)
rising = st.lists(small, unique=True, max_size=5).map(sorted).map(tuple)


@pytest.mark.parametrize(
    ("stake", "reached"), [(0, 0), (2_999, 0), (3_000, 1), (8_999, 1), (9_000, 2), (29_999, 2), (30_000, 3), (10**9, 3)]
)
def test_tiers_at_their_edges(stake, reached):
    assert tier(stake, thresholds=TERMS["thresholds"]) == reached


@given(small, small, rising)
def test_more_stake_never_reaches_less(stake, more, thresholds):
    assert 0 <= tier(stake, thresholds=thresholds) <= tier(stake + more, thresholds=thresholds) <= len(thresholds)


@given(small, rising)
def test_a_tier_is_how_many_thresholds_are_met(stake, thresholds):
    reached = tier(stake, thresholds=thresholds)
    assert all(stake >= threshold for threshold in thresholds[:reached])
    assert all(stake < threshold for threshold in thresholds[reached:])


@pytest.mark.parametrize(
    ("account", "task", "allowed"),
    [
        (Account(0, False, 0), "general", False),
        (Account(0, False, 1), "general", True),
        (Account(10**9, False, 0), "general", False),
        (Account(10**9, False, 9), "specialised", False),
        (Account(0, True, 1), "specialised", True),
        (Account(0, True, 4), "advanced", False),
        (Account(2_999, True, 4), "advanced", False),
        (Account(3_000, False, 1), "advanced", True),
        (Account(0, False, 5), "advanced", True),
    ],
)
def test_what_an_account_may_do(account, task, allowed):
    assert opens(account, task, **TERMS) == allowed


@pytest.mark.parametrize("task", ["general", "specialised", "advanced"])
@given(
    account=st.builds(Account, st.integers(0, 40_000), st.booleans(), st.integers(0, 9)), more=st.integers(0, 40_000)
)
def test_more_stake_never_closes_a_door(task, account, more):
    richer = account._replace(stake=account.stake + more)
    assert opens(richer, task, **TERMS) >= opens(account, task, **TERMS)


requests = st.lists(st.tuples(small, small), max_size=6).map(lambda made: sorted(made, key=lambda request: request[0]))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (59, Withdrawal(100, 0, 100)),
        (60, Withdrawal(70, 30, 70)),
        (109, Withdrawal(70, 30, 70)),
        (110, Withdrawal(0, 100, 0)),
    ],
)
def test_a_request_waits_its_time(at, expected):
    """30 asked for at 0 and 90 at 50, out of 100, with 60 seconds to wait: the second is granted 70."""
    assert withdraw(100, [(0, 30), (50, 90)], at=at, unbonding=60) == expected


@given(small, requests, small, small)
def test_every_unit_is_staked_waiting_or_released(stake, made, at, unbonding):
    left, released, waiting = withdraw(stake, made, at=at + 20, unbonding=unbonding)
    assert left + released == stake
    assert 0 <= waiting <= left
    assert released + waiting == min(stake, sum(amount for _, amount in made))


@given(small, requests, small, small, small)
def test_time_only_releases(stake, made, at, later, unbonding):
    before = withdraw(stake, made, at=at, unbonding=unbonding)
    after = withdraw(stake, made, at=at + later, unbonding=unbonding)
    assert after.released >= before.released
    assert after.released + after.waiting == before.released + before.waiting


@given(small, requests, small)
def test_without_a_waiting_time_everything_asked_for_is_released(stake, made, at):
    assert withdraw(stake, made, at=at + 20, unbonding=0).waiting == 0


rates = st.tuples(st.integers(0, 5), st.integers(1, 5)).filter(lambda rate: rate[0] <= rate[1])


@pytest.mark.parametrize(
    ("stake", "rejected", "judged", "rate", "lost"),
    [
        (1_000, 1, 4, (1, 10), 25),
        (1_000, 0, 4, (1, 1), 0),
        (1_000, 4, 4, (1, 1), 1_000),
        (1_000, 4, 4, (0, 1), 0),
        (1_000, 0, 0, (1, 1), 0),
        (1_000, 1, 3, (1, 1), 333),
        (10, 1, 4, (1, 10), 0),
        (0, 4, 4, (1, 1), 0),
    ],
)
def test_forfeits_by_hand(stake, rejected, judged, rate, lost):
    assert forfeit(stake, rejected=rejected, judged=judged, rate=rate) == lost


@given(small, small, small, rates)
def test_a_forfeit_is_rounded_down_and_never_more_than_the_stake(stake, rejected, accepted, rate):
    judged = rejected + accepted
    lost = forfeit(stake, rejected=rejected, judged=judged, rate=rate)
    exact = Fraction(stake * rejected * rate[0], judged * rate[1]) if judged else Fraction(0)
    assert 0 <= exact - lost < 1
    assert 0 <= lost <= stake


@given(small, small, small, rates, small)
def test_more_rejected_work_never_forfeits_less(stake, rejected, accepted, rate, more):
    judged = rejected + accepted + more
    before = forfeit(stake, rejected=rejected, judged=judged, rate=rate)
    assert forfeit(stake, rejected=rejected + more, judged=judged, rate=rate) >= before
