"""The exact rule of energy: a point every period, none beyond the most, and one for every task set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.contributors import Energy, Shift, recharge, work

HOUR = 3_600
DAY = 24 * HOUR
TERMS = {"most": 3, "period": 6 * HOUR}  # facts 1c
small = st.integers(0, 9)
energies = st.builds(Energy, small, small)
terms = st.fixed_dictionaries({"most": st.integers(0, 4), "period": st.integers(1, 4)})


@pytest.mark.parametrize(
    ("points", "hours", "expected"),
    [
        (0, 0, Energy(0, 0)),
        (0, 5, Energy(0, 0)),
        (0, 6, Energy(1, 6 * HOUR)),
        (0, 11, Energy(1, 6 * HOUR)),
        (0, 12, Energy(2, 12 * HOUR)),
        (0, 17, Energy(2, 12 * HOUR)),
        (0, 18, Energy(3, 18 * HOUR)),
        (0, 23, Energy(3, 23 * HOUR)),  # full: the clock rests
        (1, 100, Energy(3, 100 * HOUR)),
        (3, 1, Energy(3, HOUR)),
        (4, 1, Energy(3, HOUR)),  # as when the most was lowered
    ],
)
def test_energy_by_hand(points, hours, expected):
    assert recharge(Energy(points, 0), at=hours * HOUR, **TERMS) == expected


def test_a_second_too_early_is_too_early():
    assert recharge(Energy(0, 100), at=100 + 6 * HOUR - 1, **TERMS) == Energy(0, 100)
    assert recharge(Energy(0, 100), at=100 + 6 * HOUR, **TERMS) == Energy(1, 100 + 6 * HOUR)


@pytest.mark.parametrize(
    ("wanted", "hours", "expected"),
    [
        (5, 7, Shift(2, Energy(0, 6 * HOUR))),
        (1, 7, Shift(1, Energy(1, 6 * HOUR))),
        (0, 7, Shift(0, Energy(2, 6 * HOUR))),
        (2, 7, Shift(2, Energy(0, 6 * HOUR))),
        (9, 13, Shift(3, Energy(0, 13 * HOUR))),
        (9, 99, Shift(3, Energy(0, 99 * HOUR))),
    ],
)
def test_work_by_hand(wanted, hours, expected):
    assert work(Energy(1, 0), wanted, at=hours * HOUR, **TERMS) == expected


def days(visits, number):
    """The task sets of each day of an account that does all it can at the hours `visits`, full at the start."""
    energy, done = Energy(3, 0), []
    for day in range(number):
        today = 0
        for hour in visits:
            sets, energy = work(energy, 99, at=day * DAY + hour * HOUR, **TERMS)
            today += sets
        done.append(today)
    return done


@pytest.mark.parametrize(
    ("visits", "first", "later"),
    [
        (range(24), 6, 4),  # always there: the 3 it began with, and 4 a day from then on
        ((0, 6, 12, 18), 6, 4),
        ((0, 12), 5, 4),
        ((6, 18), 5, 4),
        ((0, 18), 6, 4),
        ((9,), 3, 3),  # once a day: full after 18 hours, so the fourth point is lost
        ((0, 1), 3, 3),  # nor does a second visit an hour later bring it back
    ],
)
def test_at_most_four_sets_a_day_once_the_first_points_are_used(visits, first, later):
    assert days(visits, 8) == [first] + [later] * 7


@given(st.lists(st.tuples(st.integers(0, 5), small), max_size=12), small, terms)
def test_nobody_does_more_than_the_points_there_were_and_grew(visits, points, terms):
    energy, at, done = Energy(points, 0), 0, 0
    for wait, wanted in visits:
        at += wait
        sets, energy = work(energy, wanted, at=at, **terms)
        done += sets
        assert 0 <= sets <= min(wanted, terms["most"])
        assert 0 <= energy.points <= terms["most"]
        assert at - terms["period"] < energy.since <= at
        assert done <= min(points, terms["most"]) + at // terms["period"]


@given(energies, small, small, terms)
def test_looking_in_between_changes_nothing(energy, wait, longer, terms):
    first = energy.since + wait
    between = recharge(energy, at=first, **terms)
    assert recharge(between, at=first + longer, **terms) == recharge(energy, at=first + longer, **terms)


@given(energies, small, small, small, terms)
def test_time_and_points_never_leave_less(energy, wait, longer, more, terms):
    at = energy.since + wait
    found = recharge(energy, at=at, **terms).points
    assert recharge(energy, at=at + longer, **terms).points >= found
    assert recharge(Energy(energy.points + more, energy.since), at=at, **terms).points >= found


@given(energies, small, small, terms)
def test_a_point_is_done_or_left(energy, wanted, wait, terms):
    full = recharge(energy, at=energy.since + wait, **terms)
    sets, left = work(energy, wanted, at=energy.since + wait, **terms)
    assert (sets + left.points, left.since) == full
    assert sets == wanted or left.points == 0


@pytest.mark.parametrize("sets_per_day", [1, 2, 3, 4, 6, 8, 12])
def test_the_months_cap_is_what_the_rule_allows(sets_per_day):
    """A point every 24 hours / sets per day: an account that is always there does 30 times that in 30 days."""
    energy, done = Energy(0, 0), 0
    for hour in range(1, 30 * 24 + 1):
        sets, energy = work(energy, 99, at=hour * HOUR, most=3, period=DAY // sets_per_day)
        done += sets
    assert done == 30 * sets_per_day
