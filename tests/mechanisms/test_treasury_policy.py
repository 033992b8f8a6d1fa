"""Treasury: each fund spends its share, and never more than it holds."""

from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import treasury
from tests.months import outcome, up_to

FUNDS = ("marketing_fund", "ecosystem_fund", "community_treasury", "liquidity_reserve")
SPENDS = (
    "treasury_marketing_spend",
    "treasury_ecosystem_spend",
    "treasury_community_spend",
    "treasury_liquidity_spend",
)
FLOWS = ("treasury_marketing", "treasury_ecosystem", "treasury_community", "treasury_liquidity")


def test_a_month_by_hand():
    """4 % of 350 M, 3 % of 100 M, 1 % of 60 M and 2 % of 200 M."""
    held = dict(zip(FUNDS, (350e6, 100e6, 60e6, 200e6), strict=True))
    shares = dict(zip(SPENDS, (0.04, 0.03, 0.01, 0.02), strict=True))
    assert outcome(treasury.policy, held | shares) == dict(zip(FLOWS, (14e6, 3e6, 0.6e6, 4e6), strict=True))


def test_half_a_fund_is_left_after_seventeen_months_at_four_per_cent():
    """ln 2 / -ln 0.96 = 16.98 months."""
    fund = 350e6
    for _ in range(17):
        fund -= outcome(treasury.policy, dict.fromkeys(FUNDS, fund) | dict.fromkeys(SPENDS, 0.04))["treasury_marketing"]
    assert 0.499 < fund / 350e6 < 0.5


amounts, shares = up_to(5e9), up_to(1.0)


@given(st.tuples(*[amounts] * 4), st.tuples(*[shares] * 4))
def test_no_fund_spends_more_than_it_holds(held, spent):
    found = outcome(treasury.policy, dict(zip(FUNDS, held, strict=True)) | dict(zip(SPENDS, spent, strict=True)))
    assert all(0.0 <= found[flow] <= fund for flow, fund in zip(FLOWS, held, strict=True))


@given(st.tuples(*[amounts] * 4))
def test_a_fund_that_spends_nothing_keeps_everything(held):
    found = outcome(treasury.policy, dict(zip(FUNDS, held, strict=True)) | dict.fromkeys(SPENDS, 0.0))
    assert set(found.values()) == {0.0}
