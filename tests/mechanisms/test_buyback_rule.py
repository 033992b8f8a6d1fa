"""The exact rule of a buyback: spend no more than the budget, and account for every base unit bought."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.buyback import Split, split

small = st.integers(0, 50)
prices = st.tuples(st.integers(1, 9), st.integers(1, 9))


shares = st.integers(1, 6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("budget", "price", "burn", "treasury", "expected"),
    [
        (100, (3, 1), (1, 10), (0, 1), Split(33, 99, 30, 3, 0, 1)),
        (100, (1, 3), (0, 1), (0, 1), Split(300, 100, 300, 0, 0, 0)),
        (100, (1, 1), (1, 1), (0, 1), Split(100, 100, 0, 100, 0, 0)),
        (100, (1, 1), (0, 1), (1, 1), Split(100, 100, 0, 0, 100, 0)),
        (100, (1, 1), (1, 3), (1, 3), Split(100, 100, 34, 33, 33, 0)),
        (2, (3, 1), (1, 1), (0, 1), Split(0, 0, 0, 0, 0, 2)),
        (0, (1, 1), (1, 2), (1, 2), Split(0, 0, 0, 0, 0, 0)),
        (7, (2, 3), (0, 1), (0, 1), Split(10, 7, 10, 0, 0, 0)),
        (100, (1, 1), (7, 10), (6, 10), Split(100, 100, 0, 70, 30, 0)),  # burning comes first
    ],
)
def test_by_hand(budget, price, burn, treasury, expected):
    assert split(budget, price, burn=burn, treasury=treasury) == expected


@given(small, prices, shares, shares)
def test_never_more_than_the_budget_and_every_unit_accounted_for(budget, price, burn, treasury):
    found = split(budget, price, burn=burn, treasury=treasury)
    assert min(found) >= 0
    assert found.spent + found.unspent == budget
    assert found.recycled + found.burned + found.treasury == found.bought


@given(small, prices, shares, shares)
def test_as_much_is_bought_as_the_budget_pays_for(budget, price, burn, treasury):
    found = split(budget, price, burn=burn, treasury=treasury)
    cost = Fraction(*price)
    assert found.bought * cost <= budget < (found.bought + 1) * cost
    assert 0 <= found.spent - found.bought * cost < 1


@given(small, prices, shares, shares)
def test_shares_are_rounded_down_and_the_rest_is_recycled(budget, price, burn, treasury):
    found = split(budget, price, burn=burn, treasury=treasury)
    assert 0 <= found.bought * Fraction(*burn) - found.burned < 1
    left = min(found.bought * Fraction(*treasury), found.bought - found.burned)
    assert 0 <= left - found.treasury < 1


@given(small, small, prices)
def test_a_larger_budget_never_buys_less(budget, more, price):
    terms = {"burn": (0, 1), "treasury": (0, 1)}
    assert split(budget + more, price, **terms).bought >= split(budget, price, **terms).bought
