"""The exact rule of one task set: unpaid when rejected, multiplied when accepted, rounded down once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.rewards import WHOLE, Pay, Task, pay

shares = st.integers(0, 2 * WHOLE)
tasks = st.builds(Task, st.booleans(), shares, shares, shares, shares)
terms = st.fixed_dictionaries(
    {"aia_per_set": st.integers(0, 99), "agt_per_set": st.integers(0, 99), "commission": st.integers(0, WHOLE)}
)


def share(part, whole=1):
    return part * WHOLE // whole


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task(False, WHOLE, WHOLE, WHOLE, WHOLE), Pay(0, 0, 0)),
        (Task(True, WHOLE, 0, WHOLE, 0), Pay(1000, 7, 100)),
        (Task(True, share(4, 5), 0, WHOLE, 0), Pay(800, 7, 80)),  # quality 0.8
        (Task(True, WHOLE, share(3, 10), WHOLE, 0), Pay(1300, 7, 130)),  # a tier's premium of 30 %
        (Task(True, WHOLE, 0, share(3, 2), 0), Pay(1500, 7, 150)),  # an expert's level
        (Task(True, WHOLE, 0, WHOLE, share(1, 4)), Pay(1250, 7, 125)),  # a booster of a quarter
        (Task(True, share(4, 5), share(3, 10), share(3, 2), share(1, 4)), Pay(1950, 7, 195)),  # 0.8 x 1.3 x 1.5 x 1.25
        (Task(True, 0, share(3, 10), WHOLE, 0), Pay(0, 7, 0)),
        (Task(True, share(1, 3), 0, WHOLE, 0), Pay(333, 7, 33)),
    ],
)
def test_by_hand(task, expected):
    assert pay(task, aia_per_set=1000, agt_per_set=7, commission=WHOLE // 10) == expected


@given(tasks, terms)
def test_rejected_work_earns_nothing_whatever_is_staked(task, terms):
    assert pay(task._replace(accepted=False), **terms) == Pay(0, 0, 0)


@given(tasks, terms)
def test_rounded_down_once(task, terms):
    found = pay(task._replace(accepted=True), **terms)
    multiplier = Fraction(task.quality * task.level, WHOLE**2) * Fraction(
        (WHOLE + task.premium) * (WHOLE + task.booster), WHOLE**2
    )
    assert 0 <= terms["aia_per_set"] * multiplier - found.aia < 1
    assert 0 <= Fraction(found.aia * terms["commission"], WHOLE) - found.commission < 1
    assert found.agt == terms["agt_per_set"]


@given(tasks, terms, st.sampled_from(["quality", "premium", "level", "booster"]), shares)
def test_more_of_anything_never_earns_less(task, terms, field, more):
    raised = task._replace(**{field: getattr(task, field) + more})
    assert pay(raised, **terms).aia >= pay(task, **terms).aia


@given(tasks, terms)
def test_the_commission_is_paid_on_top(task, terms):
    without = pay(task, **terms | {"commission": 0})
    found = pay(task, **terms)
    assert (found.aia, found.agt, without.commission) == (without.aia, without.agt, 0)
    assert found.commission <= found.aia
