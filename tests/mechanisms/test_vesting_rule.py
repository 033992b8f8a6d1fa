"""Vesting's exact rule: the table of facts 2, and what holds for every schedule."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.vesting import Schedule, unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import load

MILLION = 10**6 * UNIT
ABROAD = ("ecosystem", "treasury")  # the second column of the facts leaves them out

# Facts 2, "Cumulative unlocked", worked out by hand as fractions [M AGT]: all, without ABROAD, user rewards.
FACTS = [
    (0, 1400, 1400, 350),
    (6, Fraction(5660, 3), Fraction(5660, 3), Fraction(2450, 3)),
    (10, Fraction(20740, 9), Fraction(19940, 9), Fraction(10150, 9)),
    (11, Fraction(21680, 9), Fraction(20680, 9), Fraction(10850, 9)),
    (12, Fraction(7540, 3), 2380, Fraction(3850, 3)),
    (13, Fraction(5355, 2), Fraction(90790, 36), Fraction(12250, 9)),
    (18, Fraction(10495, 3), Fraction(9695, 3), 1750),
    (24, Fraction(12050, 3), Fraction(10850, 3), 1750),
    (36, Fraction(14200, 3), Fraction(12200, 3), 1750),
    (48, 5000, 4200, 1750),
]

# Bucket, month and amount [M AGT] where the division leaves nothing over: the edges of each schedule.
EXACT = [
    ("user_rewards", -1, 0),
    ("user_rewards", 0, 350),
    ("user_rewards", 9, 1050),
    ("user_rewards", 18, 1750),
    ("ecosystem", 6, 0),
    ("ecosystem", 24, 250),
    ("ecosystem", 42, 500),
    ("marketing", -1, 0),
    ("marketing", 0, 350),
    ("airdrop", 0, 250),
    ("seed", 12, 0),
    ("seed", 21, 200),
    ("seed", 30, 400),
    ("private", 21, 200),
    ("kol", 5, 0),
    ("kol", 6, 20),
    ("kol", 15, 60),
    ("kol", 24, 100),
    ("team", 12, 0),
    ("team", 30, 200),
    ("team", 48, 400),
    ("advisers", 12, 0),
    ("advisers", 18, 25),
    ("advisers", 36, 100),
    ("treasury", 6, 0),
    ("treasury", 24, 150),
    ("treasury", 42, 300),
    ("liquidity", 0, 200),
    ("ido", 0, 250),
]


def amounts(month):
    registry = load()
    return {bucket: unlocked(schedule(registry, bucket), month) for bucket in registry.allocation()}


@pytest.mark.parametrize(("month", "everything", "at_home", "user_rewards"), FACTS)
def test_the_table_of_the_facts(month, everything, at_home, user_rewards):
    buckets = amounts(month)
    assert 0 <= everything * MILLION - sum(buckets.values()) < len(buckets)
    inside = [amount for bucket, amount in buckets.items() if bucket not in ABROAD]
    assert 0 <= at_home * MILLION - sum(inside) < len(inside)
    assert buckets["user_rewards"] == user_rewards * MILLION // 1


@pytest.mark.parametrize(
    ("month", "everything", "at_home"),
    [
        (0, "1400.0", "1400.0"),
        (6, "1886.7", "1886.7"),
        (10, "2304.4", "2215.6"),
        (11, "2408.9", "2297.8"),
        (12, "2513.3", "2380.0"),
        (13, "2677.5", "2521.9"),
        (18, "3498.3", "3231.7"),
        (24, "4016.7", "3616.7"),
        (36, "4733.3", "4066.7"),
        (48, "5000.0", "4200.0"),
    ],
)
def test_the_facts_as_printed(month, everything, at_home):
    [worked] = [row for row in FACTS if row[0] == month]
    assert (f"{float(worked[1]):.1f}", f"{float(worked[2]):.1f}") == (everything, at_home)


@pytest.mark.parametrize(("bucket", "month", "millions"), EXACT)
def test_to_the_base_unit(bucket, month, millions):
    assert amounts(month)[bucket] == millions * MILLION


@pytest.mark.parametrize(
    ("month", "tokens", "bucket"),
    [(1, 427_777_777, "user_rewards"), (7, 13_888_888, "ecosystem"), (13, 22_222_222, "seed"), (7, 24_444_444, "kol")],
)
def test_the_first_step_falls_a_month_after_the_start(month, tokens, bucket):
    assert amounts(month)[bucket] // UNIT == tokens


def test_nothing_more_after_month_48():
    assert sum(amounts(47).values()) < sum(amounts(48).values()) == 5000 * MILLION
    assert (
        amounts(48)
        == amounts(49)
        == amounts(1000)
        == {bucket: int(allocation) * UNIT for bucket, allocation in load().allocation().items()}
    )


@st.composite
def schedules(draw):
    of_tge, of_start = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    tge = draw(st.integers(0, of_tge))
    start = draw(st.integers(0, (of_tge - tge) * of_start // of_tge))
    return Schedule(
        allocation=draw(st.integers(0, 60)),
        share_at_tge=(tge, of_tge),
        start=draw(st.integers(0, 5)),
        share_at_start=(start, of_start),
        steps=draw(st.integers(1, 6)),
    )


def payments(terms):
    """The schedule as a list of dated shares: another way to say the same."""
    tge, start = Fraction(*terms.share_at_tge), Fraction(*terms.share_at_start)
    later = [(terms.start + step, (1 - tge - start) / terms.steps) for step in range(1, terms.steps + 1)]
    return [(0, tge), (terms.start, start), *later]


@given(schedules(), st.integers(-3, 15))
def test_a_sum_of_dated_payments(terms, month):
    share = sum((part for due, part in payments(terms) if due <= month), Fraction(0))
    assert unlocked(terms, month) == terms.allocation * share // 1


@given(schedules())
def test_never_backwards_never_too_much(terms):
    course = [unlocked(terms, month) for month in range(-3, 15)]
    assert course == sorted(course)
    assert course[:3] == [0, 0, 0]
    assert course[-1] == terms.allocation
    assert unlocked(terms, terms.start + terms.steps) == terms.allocation
