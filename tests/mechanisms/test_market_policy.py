"""Market: the price follows its anchor, the market and its luck, and net selling moves it by a square-root law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import market
from agt.mechanisms.market import sell, swap
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

# Nothing happens in this month: no flow, no luck, and the price is where it is pulled to.
QUIET = {
    "market_price": 0.02,
    "market_peak": 0.02,
    "market_anchor": 0.02,
    "market_factor": 0.3,
    "market_impact": 0.0,
    "market_sold": 0.0,
    "treasury_marketing": 0.0,
    "treasury_ecosystem": 0.0,
    "treasury_community": 0.0,
    "treasury_liquidity": 0.0,
    "buyback_bought": 0.0,
    "demand_pool_purchase": 0.0,
    "staking_bought": 0.0,
    "projects_compute": 0.0,
    "market_volume": 1e6,
    "market_impact_scale": 0.6,
    "market_impact_linear": 0.005,
    "market_impact_permanent": 0.33,
    "market_reversion": 0.06,
    "market_beta": 0.4,
    "market_sigma": 0.126,
    "market_sigma_day": 0.1,
    "market_variance_ratio": 0.3,
    "market_price_floor": 1e-7,
    "market_price_ceiling": 100.0,
    "market_factor_noise": 0.0,
    "market_price_noise": 0.0,
    "market_observed": 0.0,
    "market_observed_log_price": 0.0,
}
DEPTH = {
    "market_price": 0.02,
    "vesting_unlocked": 4e9,
    "market_volume_reference": 3.4e6,
    "market_value_reference": 20e6,
    "market_volume_elasticity": 0.5,
    "market_volume_spread": 0.5,
    "market_volume_noise": 0.0,
    "market_sigma_day": 0.1,
    "market_impact_coefficient": 2.0,
    "market_dex_reference": 1.2e6,
    "market_dex_price": 0.005,
}
SALES = {
    "market_most_new": 0.95,
    "market_most_old": 0.5,
    "contributors_liquid": 100.0,
    "investors_liquid": 200.0,
    "team_liquid": 400.0,
    "vesting_to_contributors": 10.0,
    "vesting_to_investors": 30.0,
    "vesting_to_team": 80.0,
    "rewards_direct": 4.0,
    "rewards_project_payout": 3.0,
    "redemption_payout": 2.0,
    "staking_unstake": 1.0,
    "staking_investors_unstake": 10.0,
    "staking_team_unstake": 20.0,
    "market_first_contributors": 0.5,
    "market_first_investors": 0.4,
    "market_first_team": 0.2,
    "market_hazard_contributors": 0.1,
    "market_hazard_investors": 0.05,
    "market_hazard_team": 0.02,
    "market_disposition": 0.5,
    "market_price": 0.02,
    "market_anchor": 0.02,
}
ANCHOR = {
    "market_narrative": 100e6,
    "market_narrative_decay": 0.01,
    "market_narrative_turn": 0.0,
    "market_factor": 0.5,
    "market_beta": 0.4,
    "market_sales_multiple": 8.0,
    "demand_revenue": 50_000.0,
    "market_price_floor": 1e-7,
    "supply_total": 5e9,
    "burned": 1e9,
}
SELLERS = (
    "market_sold",
    "treasury_marketing",
    "treasury_ecosystem",
    "treasury_community",
    "treasury_liquidity",
    "projects_compute",
)
BUYERS = ("buyback_bought", "demand_pool_purchase", "staking_bought")


def played(**changes):
    return outcome(market.policy, QUIET | changes)


def test_in_a_quiet_month_nothing_moves():
    assert played() == {
        "market_price": pytest.approx(0.02, rel=1e-15),
        "market_peak": pytest.approx(0.02, rel=1e-15),
        "market_drawdown": pytest.approx(0.0, abs=1e-15),
        "market_factor": 0.3,
        "market_impact": 0.0,
        "market_pressure": 0.0,
        "market_price_capped": 0.0,
    }


def test_net_selling_by_hand():
    """45 M AGT at 0.02 USD are 0.9 M of 30 M USD of volume, 3 %: 0.6 x 0.03 / sqrt(0.035) = 0.0962140 of log price."""
    found = played(market_sold=45e6)
    assert found["market_pressure"] == pytest.approx(0.03)
    assert found["market_impact"] == pytest.approx(0.0962140, abs=1e-7)
    assert found["market_price"] == pytest.approx(0.02 * 0.9082695, rel=1e-6)


def test_the_rest_of_a_month_by_hand():
    """The anchor at twice the price pulls by 0.06 x ln 2 = 0.0415888; the crypto market's 0.126 moves it by 0.4 of
    that, 0.0504; two thirds of last month's 0.1 come back, 0.067; its own luck adds 0.1 x sqrt(9) x 0.5 = 0.15."""
    found = played(market_anchor=0.04, market_factor_noise=1.0, market_impact=0.1, market_price_noise=0.5)
    assert np.log(found["market_price"] / 0.02) == pytest.approx(0.0415888 + 0.0504 + 0.067 + 0.15, abs=1e-7)
    assert (found["market_factor"], found["market_impact"]) == (pytest.approx(0.426), 0.0)


@pytest.mark.parametrize("seller", SELLERS)
@pytest.mark.parametrize("buyer", BUYERS)
def test_who_sells_and_who_buys_weigh_the_same(seller, buyer):
    assert played(**{seller: 1e6})["market_pressure"] == -played(**{buyer: 1e6})["market_pressure"] > 0.0
    assert played(**{seller: 1e6, buyer: 1e6}) == played()


@given(up_to(5e9))
def test_impact_is_as_large_whichever_way(amount):
    """I(-y) = -I(y), and I(0) = 0."""
    down, up = played(market_sold=amount), played(buyback_bought=amount)
    assert down["market_impact"] == -up["market_impact"]
    assert (down["market_impact"] == 0.0) == (amount == 0.0)


def test_impact_is_linear_for_small_orders_and_a_square_root_for_large_ones():
    def impact(amount):
        return played(market_sold=amount)["market_impact"]

    assert impact(2e3) / impact(1e3) == pytest.approx(2.0, rel=1e-3)
    assert impact(4e11) / impact(1e11) == pytest.approx(2.0, rel=1e-3)


def test_of_an_impact_a_third_stays():
    """Sold in one month, nothing after: once it has come back, 0.33 of 0.0962140 is left."""
    first = played(market_sold=45e6)
    after = played(**{name: first[name] for name in ("market_price", "market_impact")}, market_reversion=0.0)
    assert np.log(after["market_price"] / 0.02) == pytest.approx(-0.33 * 0.0962140, abs=1e-7)


def test_an_observed_price_is_taken_and_the_rest_of_the_month_goes_on():
    observed = {"market_observed": 1.0, "market_observed_log_price": np.log(0.05), "market_sold": 45e6}
    price = dict.fromkeys(("market_price", "market_peak"), pytest.approx(0.05, rel=1e-12))
    assert played(**observed) == played(market_sold=45e6) | price | {"market_drawdown": 0.0}


@pytest.mark.parametrize(("peak", "highest", "drawdown"), [(0.01, 0.02, 0.0), (0.02, 0.02, 0.0), (0.08, 0.08, 0.75)])
def test_how_far_the_price_lies_below_its_peak_by_hand(peak, highest, drawdown):
    found = played(market_peak=peak)
    assert found["market_peak"] == pytest.approx(highest, rel=1e-12)
    assert found["market_drawdown"] == pytest.approx(drawdown, abs=1e-12)


@pytest.mark.parametrize(
    ("luck", "price", "capped"),
    [(0.0, 0.02, 0.0), (1.0, 0.0269972, 0.0), (30.0, 100.0, 1.0), (1e4, 100.0, 1.0), (-1e4, 1e-7, 1.0)],
)
def test_alarms_ring_at_both_ends_of_the_range(luck, price, capped):
    """One unit of luck is 0.1 x sqrt(9) = 0.3 of log price."""
    found = played(market_price_noise=luck)
    assert (found["market_price"], found["market_price_capped"]) == (pytest.approx(price, rel=1e-5), capped)


def test_depth_by_hand():
    """80 M USD of value are 4 times the reference: twice the volume at an elasticity of 1/2. An order of a month's
    volume moves the log price by 2 x 0.1 x sqrt(30) = 1.0954451. Four times the price at which the DEX pool held 1.2 M
    USD: twice as much."""
    found = outcome(market.depth, DEPTH)
    assert found == {
        "market_volume": pytest.approx(6.8e6),
        "market_impact_scale": pytest.approx(1.0954451, abs=1e-7),
        "market_dex_liquidity": pytest.approx(2.4e6),
    }
    noisy = outcome(market.depth, DEPTH | {"market_volume_noise": 2.0})
    assert noisy["market_volume"] == pytest.approx(6.8e6 * np.e)


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 100))
def test_the_pool_of_constant_product_is_worth_what_swaps_leave_in_it(agt, usd, tenths):
    """Without a fee: pay USD in until the price has moved; the value of both sides follows the root of the price."""
    before = {"market_dex_price": usd / agt, "market_dex_reference": 2.0 * usd, "market_price": usd / agt}
    paid = usd * UNIT * tenths // 10
    bought = swap(paid, reserve_in=usd * UNIT, reserve_out=agt * UNIT, fee=(0, 1))
    price = (usd * UNIT + paid) / (agt * UNIT - bought)
    found = outcome(market.depth, DEPTH | before | {"market_price": price})
    value = (usd * UNIT + paid + (agt * UNIT - bought) * price) / UNIT
    assert found["market_dex_liquidity"] == pytest.approx(value, rel=1e-9)


def test_the_square_root_law_does_not_care_about_the_clock():
    """Y sigma_day sqrt(Q / daily volume) = Y sigma_month sqrt(Q / monthly volume), beyond the linear zone."""
    depth = outcome(market.depth, DEPTH)
    order = 1e12
    monthly = played(**depth, market_sold=order, market_impact_linear=1e-9)["market_impact"]
    daily = 2.0 * 0.1 * np.sqrt(order * 0.02 / depth["market_volume"])
    assert monthly == pytest.approx(daily, rel=1e-6)


def test_sales_by_hand():
    """At its anchor the price makes nobody keener. Contributors received 20 of their 100: 10 + 8. Investors 40 of
    200: 16 + 8. The team 100 of 400: 20 + 6."""
    assert outcome(market.sales, SALES) == {
        "market_sold_contributors": pytest.approx(18.0),
        "market_sold_investors": pytest.approx(24.0),
        "market_sold_team": pytest.approx(26.0),
        "market_sold": pytest.approx(68.0),
    }


def test_holders_sell_more_when_dear_by_hand():
    """Four times the anchor: hill(4, 0.5) = 2/3, so 4/3 of everything; a quarter of it: 2/3."""
    dear = outcome(market.sales, SALES | {"market_price": 0.08})
    cheap = outcome(market.sales, SALES | {"market_price": 0.005})
    assert (dear["market_sold"], cheap["market_sold"]) == (pytest.approx(68 * 4 / 3), pytest.approx(68 * 2 / 3))


amounts, shares, tilts = up_to(5e9), up_to(1.0), up_to(2.0)


@given(amounts, amounts, shares, shares, tilts)
def test_nobody_sells_more_than_is_held(held, fresh, first, hazard, tilt):
    sold = sell(held, fresh, first, hazard, tilt, 0.95, 0.5)
    assert 0.0 <= sold <= 0.95 * held * (1.0 + 1e-12)


@given(amounts, amounts, shares, shares, tilts, up_to(1.0))
def test_more_reason_to_sell_never_sells_less(held, fresh, first, hazard, tilt, more):
    assert sell(held, fresh, first, hazard, tilt, 0.95, 0.5) <= sell(
        held, fresh, first, hazard, tilt + more, 0.95, 0.5
    ) * (1.0 + 1e-12)


@pytest.mark.parametrize(
    ("held", "fresh", "first", "hazard", "tilt", "sold"),
    [
        (100.0, 0.0, 0.5, 0.1, 1.0, 10.0),
        (100.0, 100.0, 0.5, 0.1, 1.0, 50.0),
        (100.0, 300.0, 0.5, 0.1, 1.0, 50.0),  # what was received and staked again is not there to sell
        (100.0, 100.0, 0.9, 0.1, 2.0, 95.0),
        (100.0, 0.0, 0.5, 0.4, 2.0, 50.0),
        (100.0, 50.0, 0.5, 0.1, 0.0, 0.0),
    ],
)
def test_what_one_group_sells_by_hand(held, fresh, first, hazard, tilt, sold):
    assert sell(held, fresh, first, hazard, tilt, 0.95, 0.5) == pytest.approx(sold)


def test_the_anchor_by_hand():
    """99 M of narrative x exp(0.4 x 0.5) + 8 x 600,000 USD of yearly revenue = 125.7189 M for 4,000 M AGT."""
    found = outcome(market.anchor, ANCHOR)
    assert found["market_narrative"] == pytest.approx(99e6)
    assert found["market_anchor"] == pytest.approx(0.03142972, abs=1e-8)


@pytest.mark.parametrize(("turn", "narrative"), [(0.12, 110.88e6), (-0.1, 89.1e6), (-1.0, 0.0)])
def test_a_turn_of_the_story_comes_on_top_of_its_fading_by_hand(turn, narrative):
    found = outcome(market.anchor, ANCHOR | {"market_narrative_turn": turn})
    assert found["market_narrative"] == pytest.approx(narrative)
    expected = (narrative * np.exp(0.2) + 4.8e6) / 4e9
    assert found["market_anchor"] == pytest.approx(expected, rel=1e-12)


def test_an_anchor_of_nothing_is_the_least_price():
    nothing = {"market_narrative": 0.0, "demand_revenue": 0.0}
    assert outcome(market.anchor, ANCHOR | nothing)["market_anchor"] == 1e-7


def test_a_rarer_token_is_worth_more_each():
    before, after = (outcome(market.anchor, ANCHOR | {"burned": burned})["market_anchor"] for burned in (0.0, 2.5e9))
    assert after == pytest.approx(2.0 * before)


def test_at_the_opening_there_is_a_price_and_a_story():
    start = {"market_price_at_tge": 0.012, "market_narrative_at_tge": 95e6}
    expected = {"market_price": 0.012, "market_narrative": 95e6, "market_peak": 0.012}
    assert outcome(market.opening, start) == expected


prices = st.floats(1e-7, 100.0)


@given(prices, prices, prices, amounts, amounts, st.floats(-4.0, 4.0), st.floats(-4.0, 4.0), st.floats(1e-3, 1e12))
def test_every_price_is_a_price(price, peak, anchor, sold, bought, factor, luck, volume):
    found = played(
        market_price=price,
        market_peak=peak,
        market_anchor=anchor,
        market_sold=sold,
        buyback_bought=bought,
        market_factor_noise=factor,
        market_price_noise=luck,
        market_volume=volume,
    )
    assert 1e-7 * (1.0 - 1e-12) <= found["market_price"] <= 100.0 * (1.0 + 1e-12)
    assert found["market_peak"] >= max(peak, found["market_price"])
    assert 0.0 <= found["market_drawdown"] < 1.0


@given(prices, st.floats(1e-3, 1.0), st.floats(1.0, 10.0))
def test_a_higher_price_and_a_larger_pool_never_leave_less_in_it(price, reference, times):
    terms = {"market_price": price, "market_dex_reference": reference}
    found = [
        outcome(market.depth, DEPTH | terms | {name: terms[name] * times})["market_dex_liquidity"] for name in terms
    ]
    usual = outcome(market.depth, DEPTH | terms)["market_dex_liquidity"]
    assert found == [pytest.approx(usual * times**0.5), pytest.approx(usual * times)]


def test_reversion_halves_a_gap_in_about_eleven_months():
    """ln 2 / -ln(1 - 0.06) = 11.2: without it the gap would stay for good."""
    price = 0.02
    for _ in range(11):
        price = played(market_price=price, market_anchor=0.08)["market_price"]
    assert np.log(0.08 / price) / np.log(4.0) == pytest.approx(0.94**11, rel=1e-9)
