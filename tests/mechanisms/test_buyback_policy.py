"""Buyback: it keeps to its budget, buys at the mean price of its own order, and splits as the rule does."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import buyback
from agt.mechanisms.buyback import split
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

MONTH = {
    "demand_revenue": 60_000.0,
    "market_price": 0.02,
    "market_volume": 400_000.0,
    "market_impact_scale": 0.6,
    "market_impact_linear": 0.005,
    "market_float": 500e6,
    "buyback_revenue_share": 0.2,
    "buyback_burn_share": 0.25,
    "buyback_treasury_share": 0.5,
    "buyback_float_share": 0.2,
    "buyback_volume_share": 0.1,
}


def played(**changes):
    return outcome(buyback.policy, MONTH | changes)


def test_a_month_by_hand():
    """A fifth of 60,000 USD is 12,000, a thousandth of a month's 12 M of volume. It moves the price by
    0.6 x 0.001 / sqrt(0.006) = 0.0077460 at its end and costs exp(2/3 of that) = 1.0051774 times the price on average:
    12,000 / 0.020103548 = 596,909.6 AGT, a quarter burned, half banked, a quarter recycled."""
    found = played()
    assert found["buyback_bought"] == pytest.approx(596_909.6, abs=0.2)
    assert found["buyback_spent"] == pytest.approx(12_000.0, rel=1e-12)
    assert found["buyback_slippage"] == pytest.approx(0.0051774, abs=1e-7)
    assert found["buyback_burned"] == pytest.approx(149_227.4, abs=0.1)
    assert found["buyback_banked"] == pytest.approx(298_454.8, abs=0.1)
    assert found["buyback_recycled"] == pytest.approx(149_227.4, abs=0.1)


def test_the_float_limits_what_is_bought():
    found = played(market_float=1e6)
    assert found["buyback_bought"] == pytest.approx(200_000.0)
    assert found["buyback_spent"] == pytest.approx(200_000.0 * 0.020103548, rel=1e-6)


def test_the_months_volume_limits_what_is_spent():
    """A tenth of 30 days of 1,000 USD."""
    assert played(market_volume=1_000.0)["buyback_spent"] == pytest.approx(3_000.0)


def test_without_revenue_nothing_is_bought():
    assert set(played(demand_revenue=0.0).values()) == {0.0}


@pytest.mark.parametrize(("burn", "treasury"), [(1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (1.0, 1.0), (0.7, 0.6)])
def test_nothing_is_recycled_that_is_promised_elsewhere(burn, treasury):
    """Shares that together exceed one are not for a month to mend, but burning comes first and no flow turns round."""
    found = played(buyback_burn_share=burn, buyback_treasury_share=treasury)
    assert found["buyback_burned"] == pytest.approx(burn * found["buyback_bought"])
    assert found["buyback_banked"] == pytest.approx(min(treasury, 1.0 - burn) * found["buyback_bought"])
    assert found["buyback_recycled"] == pytest.approx(0.0, abs=1e-6)


hundredths = st.tuples(st.integers(0, 100), st.integers(0, 100))


@given(st.integers(1, 1_000_000), st.integers(1, 100), hundredths)
def test_it_splits_as_the_rule_does(budget, share, cut):
    """The rule is told what the order cost on average; USD of the budget and hundredths of revenue."""
    burn, treasury = cut
    found = played(
        demand_revenue=budget * 100 / share,
        market_volume=1e6,
        buyback_revenue_share=share / 100,
        buyback_burn_share=burn / 100,
        buyback_treasury_share=treasury / 100,
        buyback_float_share=1.0,
        market_float=5e9,
    )
    mean = Fraction(float(0.02 * (1.0 + found["buyback_slippage"])))
    exact = split(budget * UNIT, mean.as_integer_ratio(), burn=(burn, 100), treasury=(treasury, 100))
    for name, amount in (
        ("bought", exact.bought),
        ("burned", exact.burned),
        ("banked", exact.treasury),
        ("recycled", exact.recycled),
        ("spent", exact.spent),
    ):
        assert abs(found[f"buyback_{name}"] - amount / UNIT) < 1e-6


@given(
    up_to(1e10),
    st.floats(1e-7, 100.0),
    st.floats(1e-3, 1e10),
    up_to(50.0),
    up_to(5e9),
    up_to(1.0),
    hundredths,
)
def test_never_more_than_the_budget_or_the_float(revenue, price, volume, scale, floating, share, cut):
    found = played(
        demand_revenue=revenue,
        market_price=price,
        market_volume=volume,
        market_impact_scale=scale,
        market_float=floating,
        buyback_revenue_share=share,
        buyback_burn_share=cut[0] / 100,
        buyback_treasury_share=cut[1] / 100,
    )
    assert all(np.isfinite(value) and value >= 0.0 for value in found.values())
    assert found["buyback_spent"] <= share * revenue * (1.0 + 1e-12)
    assert found["buyback_bought"] <= 0.2 * floating
    split_up = found["buyback_recycled"] + found["buyback_burned"] + found["buyback_banked"]
    assert split_up == pytest.approx(found["buyback_bought"], rel=1e-12)


@given(st.floats(1.0, 1e8), st.floats(1.01, 10.0))
def test_a_larger_budget_buys_more_at_a_dearer_price(revenue, times):
    before, after = played(demand_revenue=revenue), played(demand_revenue=revenue * times)
    assert after["buyback_bought"] >= before["buyback_bought"] * (1.0 - 1e-12)
    assert after["buyback_slippage"] >= before["buyback_slippage"]
