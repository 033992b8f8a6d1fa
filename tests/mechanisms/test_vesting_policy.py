"""Vesting's policy: it unlocks what the exact rule unlocks, and tells who receives it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import vesting
from agt.mechanisms.vesting import Schedule, unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import load
from tests.months import outcome, up_to

REGISTRY = load()
BUCKETS = list(REGISTRY.allocation())
MONTHS = range(61)


def inputs(terms, month, locked):
    """The policy's inputs for a schedule in base units."""
    return {
        "month": month,
        "locked": locked,
        "vesting_allocation": terms.allocation / UNIT,
        "vesting_share_at_tge": float(Fraction(*terms.share_at_tge)),
        "vesting_start": float(terms.start),
        "vesting_share_at_start": float(Fraction(*terms.share_at_start)),
        "vesting_steps": float(terms.steps),
    }


def course(terms, months=MONTHS):
    """What is unlocked in all, month by month, when the policy is played from the first month on."""
    locked, amounts = terms.allocation / UNIT, []
    for month in months:
        locked = locked - outcome(vesting.policy, inputs(terms, month, locked))["vesting_unlock"]
        amounts.append(terms.allocation / UNIT - locked)
    return amounts


@pytest.mark.parametrize("bucket", BUCKETS)
def test_every_bucket_and_month_as_the_rule_has_it(bucket):
    terms = schedule(REGISTRY, bucket)
    exact = [unlocked(terms, month) / UNIT for month in MONTHS]
    assert np.max(np.abs(np.array(course(terms)) - exact)) < 1e-6


@st.composite
def schedules(draw):
    of_tge, of_start = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    tge = draw(st.integers(0, of_tge))
    start = draw(st.integers(0, (of_tge - tge) * of_start // of_tge))
    allocation = draw(st.integers(0, 1_750_000_000)) * UNIT
    return Schedule(allocation, (tge, of_tge), draw(st.integers(0, 9)), (start, of_start), draw(st.integers(1, 12)))


@given(schedules())
def test_any_schedule_as_the_rule_has_it(terms):
    exact = [unlocked(terms, month) / UNIT for month in range(25)]
    assert np.max(np.abs(np.array(course(terms, range(25))) - exact)) < 1e-6


@given(schedules(), st.integers(0, 30), up_to(1.0))
def test_never_more_than_is_locked_and_never_back(terms, month, part):
    locked = part * (terms.allocation / UNIT)
    flow = outcome(vesting.policy, inputs(terms, month, locked))["vesting_unlock"]
    assert 0.0 <= flow <= locked


def test_a_month_by_hand():
    """User rewards: 20 % of 1,750 M at the event, then 1,400 M / 18 a month; the KOL round starts with a fifth."""
    rewards, kol = schedule(REGISTRY, "user_rewards"), schedule(REGISTRY, "kol")
    assert outcome(vesting.policy, inputs(rewards, 0, 1_750e6))["vesting_unlock"] == 350e6
    assert outcome(vesting.policy, inputs(rewards, 1, 1_400e6))["vesting_unlock"] == pytest.approx(
        77_777_777.78, abs=0.01
    )
    assert outcome(vesting.policy, inputs(kol, 5, 100e6))["vesting_unlock"] == 0.0
    assert outcome(vesting.policy, inputs(kol, 6, 100e6))["vesting_unlock"] == 20e6
    assert outcome(vesting.policy, inputs(kol, 7, 80e6))["vesting_unlock"] == pytest.approx(4_444_444.44, abs=0.01)


def test_a_missed_month_is_made_up_for():
    """What is due counts from the schedule, not from the month before: two months of a seed round at once."""
    seed = schedule(REGISTRY, "seed")
    assert outcome(vesting.policy, inputs(seed, 14, 400e6))["vesting_unlock"] == pytest.approx(44_444_444.44, abs=0.01)


def test_who_receives_and_what_is_unlocked_by_hand():
    """Twelve buckets of 100 with 1 to 12 unlocked this month and 10 to 120 still locked, in the registry's order."""
    found = outcome(
        vesting.recipients,
        {
            "vesting_unlock": tuple(float(number) for number in range(1, 13)),
            "locked": tuple(10.0 * number for number in range(1, 13)),
            "vesting_allocation": (100.0,) * 12,
            "supply_total": 1200.0,
        },
    )
    assert found == {
        "vesting_to_contributors": 4.0,  # the airdrop
        "vesting_to_investors": 5.0 + 6.0 + 7.0,  # seed, private, KOL
        "vesting_to_team": 8.0 + 9.0,  # team, advisers
        "vesting_unlocking": 78.0,  # of all twelve
        "vesting_unlocked": 1200.0 - 780.0,
        "vesting_circulating": 420.0 - (100.0 - 20.0) - (100.0 - 100.0),  # less ecosystem and treasury
    }


def test_the_order_of_the_buckets_is_the_one_that_recipients_unpacks():
    assert BUCKETS == [
        "user_rewards", "ecosystem", "marketing", "airdrop", "seed", "private", "kol", "team", "advisers",
        "treasury", "liquidity", "ido",
    ]  # fmt: skip
