"""Swaps against the vectors of the exchange that made them common, and what they do to AGT's price.

Sources: Uniswap v2 core, https://github.com/Uniswap/v2-core, test/UniswapV2Pair.spec.ts, `swapTestCases`
("getInputPrice"): amount in, both reserves and the most that may be taken out; one unit more is refused by the
contract for breaking "K".
Hayden Adams, Noah Zinsmeister, Dan Robinson, "Uniswap v2 Core", March 2020: the fee of 0.3 % and that condition.
Facts 5, "DEX only (constant product, $1.19-1.42 M TVL)": an upper bound, since the kind of the pool is not known.
"""

import pytest

from agt.mechanisms.market import swap

UNIT = 10**18
FEE = (3, 1_000)

VECTORS = [
    (1, 5, 10, 1_662_497_915_624_478_906),
    (1, 10, 5, 453_305_446_940_074_565),
    (2, 5, 10, 2_851_015_155_847_869_602),
    (2, 10, 5, 831_248_957_812_239_453),
    (1, 10, 10, 906_610_893_880_149_131),
    (1, 100, 100, 987_158_034_397_061_298),
    (1, 1_000, 1_000, 996_006_981_039_903_216),
]


@pytest.mark.parametrize(("amount", "reserve_in", "reserve_out", "paid"), VECTORS)
def test_the_vectors_of_uniswap(amount, reserve_in, reserve_out, paid):
    pool = {"reserve_in": reserve_in * UNIT, "reserve_out": reserve_out * UNIT}
    assert swap(amount * UNIT, fee=FEE, **pool) == paid


@pytest.mark.parametrize(("amount", "reserve_in", "reserve_out", "paid"), VECTORS)
def test_the_condition_of_uniswap_holds_to_the_unit(amount, reserve_in, reserve_out, paid):
    """(1000 x - 3 x_in) 1000 y >= 1000^2 x_0 y_0, with what the pool holds afterwards on the left."""
    reserve_in, reserve_out, amount = reserve_in * UNIT, reserve_out * UNIT, amount * UNIT

    def holds(taken):
        return (1_000 * (reserve_in + amount) - 3 * amount) * 1_000 * (
            reserve_out - taken
        ) >= 1_000**2 * reserve_in * reserve_out

    assert holds(paid)
    assert not holds(paid + 1)


@pytest.mark.parametrize(
    ("order", "value", "printed"),
    [
        (10_000, 1_420_000, "-2.8"),
        (10_000, 1_190_000, "-3.3"),
        (50_000, 1_420_000, "-13"),
        (50_000, 1_190_000, "-15"),
        (100_000, 1_420_000, "-23"),
        (100_000, 1_190_000, "-27"),
    ],
)
def test_what_an_order_does_to_the_price_on_the_dex_alone(order, value, printed):
    """AGT worth `order` USD at 0.0155 is sold into a pool of `value` USD, half of it in AGT; no fee is counted."""
    dollars = value * UNIT // 2
    tokens, sold = dollars * 10_000 // 155, order * UNIT * 10_000 // 155
    paid = swap(sold, reserve_in=tokens, reserve_out=dollars, fee=(0, 1))
    change = 100 * ((dollars - paid) * tokens / ((tokens + sold) * dollars) - 1)
    decimals = 1 if "." in printed else 0
    assert f"{change:.{decimals}f}" == printed
