"""The exact rule of a swap: the pool's product never falls, the fee stays in it, and it never pays out all it holds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.market import swap

amounts, reserves = st.integers(0, 60), st.integers(1, 60)
fees = st.tuples(st.integers(0, 5), st.integers(1, 5)).filter(lambda fee: fee[0] <= fee[1])


@pytest.mark.parametrize(
    ("amount", "reserve_in", "reserve_out", "fee", "paid"),
    [
        (10, 100, 220, (0, 1), 20),
        (10, 100, 220, (3, 1_000), 19),  # 19.95
        (10, 100, 219, (0, 1), 19),  # 19.91
        (100, 100, 100, (0, 1), 50),
        (100, 100, 100, (1, 2), 33),
        (100, 100, 100, (1, 1), 0),  # all of it is fee
        (0, 100, 100, (0, 1), 0),
        (1, 100, 100, (0, 1), 0),  # 0.99
        (1, 99, 100, (0, 1), 1),
        (10**30, 1, 7, (0, 1), 6),  # whatever is paid in, the last unit stays
    ],
)
def test_swaps_by_hand(amount, reserve_in, reserve_out, fee, paid):
    assert swap(amount, reserve_in=reserve_in, reserve_out=reserve_out, fee=fee) == paid


@given(amounts, reserves, reserves, fees)
def test_the_product_never_falls_and_one_unit_more_would_make_it(amount, reserve_in, reserve_out, fee):
    """x y of what counts, the amount without its fee; and so of what the pool then holds."""
    paid = swap(amount, reserve_in=reserve_in, reserve_out=reserve_out, fee=fee)
    counted = reserve_in + amount * (1 - Fraction(*fee))
    assert counted * (reserve_out - paid) >= reserve_in * reserve_out > counted * (reserve_out - paid - 1)
    assert 0 <= paid < reserve_out


@given(amounts, amounts, reserves, reserves, fees)
def test_more_paid_in_pays_out_no_less_at_no_better_price(amount, more, reserve_in, reserve_out, fee):
    pool = {"reserve_in": reserve_in, "reserve_out": reserve_out, "fee": fee}
    less, all_in_one = swap(amount, **pool), swap(amount + more, **pool)
    assert all_in_one >= less
    assert all_in_one * amount <= (less + 1) * (amount + more)


@given(amounts, reserves, reserves, fees, fees)
def test_a_higher_fee_pays_out_no_more(amount, reserve_in, reserve_out, fee, other):
    low, high = sorted([fee, other], key=lambda share: Fraction(*share))
    pool = {"reserve_in": reserve_in, "reserve_out": reserve_out}
    assert swap(amount, fee=low, **pool) >= swap(amount, fee=high, **pool)


@given(amounts, reserves, reserves, fees)
def test_there_and_back_gains_nothing(amount, reserve_in, reserve_out, fee):
    paid = swap(amount, reserve_in=reserve_in, reserve_out=reserve_out, fee=fee)
    assert swap(paid, reserve_in=reserve_out - paid, reserve_out=reserve_in + amount, fee=fee) <= amount


@given(amounts, amounts, reserves, reserves)
def test_without_a_fee_two_orders_pay_what_one_pays_but_for_rounding(first, second, reserve_in, reserve_out):
    pool = {"fee": (0, 1)}
    one = swap(first + second, reserve_in=reserve_in, reserve_out=reserve_out, **pool)
    begun = swap(first, reserve_in=reserve_in, reserve_out=reserve_out, **pool)
    rest = swap(second, reserve_in=reserve_in + first, reserve_out=reserve_out - begun, **pool)
    assert one - 1 <= begun + rest <= one
