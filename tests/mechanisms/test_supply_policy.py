"""Supply: unlocked, handed out and sold are three stocks; and the month's figures, each by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import supply
from agt.simulation.chunk import Request
from tests.months import outcome, play_months, up_to

MONTH = {
    "supply_distributed": 1_000.0,
    "supply_sold": 500.0,
    "supply_outflow": 40.0,
    "supply_runway_memory": 0.25,
    "supply_runway_longest": 240.0,
    "vesting_to_contributors": 7.0,
    "rewards_direct": 20.0,
    "rewards_project_payout": 10.0,
    "redemption_payout": 60.0,
    "staking_forfeited": 6.0,
    "progression_recycled": 10.0,
    "market_sold": 50.0,
    "market_price": 0.02,
    "demand_pool_purchase": 15.0,
    "buyback_bought": 5.0,
    "buyback_recycled": 4.0,
    "buyback_spent": 0.11,
    "reward_reserve": 900.0,
    "contributors_liquid": 1.0,
    "contributors_staked": 2.0,
    "investors_liquid": 4.0,
    "investors_staked": 8.0,
    "team_liquid": 16.0,
    "team_staked": 32.0,
    "market_float": 64.0,
    "project_pools": 128.0,
    "model_pools": 256.0,
    "contributors_active": (60.0, 30.0, 10.0, 900.0),
}
ACCOUNT = {
    "market_price": 0.02,
    "market_sold_investors": 30_000.0,
    "market_sold_team": 10_000.0,
    "rewards_direct": 20_000.0,
    "rewards_project_payout": 5_000.0,
    "redemption_payout": 75_000.0,
    "demand_items": 10_000.0,
    "quality_fulfilment": 0.5,
    "quality_accuracy": 0.8,
    "treasury_community": 300.0,
    "treasury_ecosystem": 700.0,
    "community_treasury": 30_000.0,
    "ecosystem_fund": 20_000.0,
    "contributors_staked": 1_000.0,
    "investors_staked": 2_000.0,
    "team_staked": 3_000.0,
    "burned": 100_000.0,
    "supply_total": 1_000_000.0,
    "supply_runway_longest": 240.0,
    "vesting_circulating": 60_000.0,
}


def played(**changes):
    return outcome(supply.policy, MONTH | changes)


def accounted(**changes):
    return outcome(supply.account, ACCOUNT | changes)


def test_a_month_by_hand():
    """The reserve paid out 20 + 60 = 80 and got 6 + 10 + 4 = 20 back, so the pace moves from 40 by a quarter of 20 to
    45, and 900 last 20 months. Of 90 handed out as rewards, clients' pools and the buyback funded 14. Clients' money,
    0.11 + 15 x 0.02 USD, bought 20 of the 50 sold, and newcomers the rest."""
    assert played() == {
        "supply_distributed": 1_097.0,
        "supply_sold": 550.0,
        "supply_outflow": 45.0,
        "supply_in_hands": 511.0,
        "supply_runway": 20.0,
        "supply_coverage": pytest.approx(0.1),
        "supply_client_coverage": pytest.approx(0.4),
        "supply_newcomers": pytest.approx(0.6),
        "supply_endogenous": pytest.approx(14 / 90),
        "supply_client_money": pytest.approx(0.41),
        "supply_sale_proceeds": pytest.approx(1.0),
        "supply_new_money": pytest.approx(0.59),
        "supply_repeat_active": pytest.approx(0.4),
    }


@pytest.mark.parametrize(
    ("changes", "runway"),
    [
        ({"reward_reserve": 0.0}, 0.0),
        ({"reward_reserve": 1e9}, 240.0),
        ({"rewards_direct": 0.0, "redemption_payout": 0.0, "supply_outflow": 0.0}, 240.0),
        ({"rewards_direct": 0.0, "redemption_payout": 0.0, "supply_runway_memory": 1.0}, 240.0),
        ({"buyback_recycled": 64.0, "supply_runway_memory": 1.0}, 240.0),  # as much comes back as goes out
        ({"buyback_recycled": 63.0, "supply_runway_memory": 1.0}, 240.0),
        ({"buyback_recycled": 63.0, "supply_runway_memory": 1.0, "reward_reserve": 9.0}, 9.0),
        ({"buyback_recycled": 1e6}, 240.0),
    ],
)
def test_the_runway_at_its_edges(changes, runway):
    assert played(**changes)["supply_runway"] == runway


def test_where_nothing_is_sold_nothing_is_covered():
    found = played(market_sold=0.0)
    assert (found["supply_coverage"], found["supply_client_coverage"]) == (0.0, 0.0)


def test_where_clients_buy_more_than_is_sold_nobody_depends_on_newcomers():
    found = played(market_sold=10.0)
    assert (found["supply_client_coverage"], found["supply_newcomers"]) == (2.0, 0.0)


def test_where_nobody_is_rewarded_nothing_is_endogenous():
    nothing = ("rewards_direct", "redemption_payout", "rewards_project_payout", "buyback_recycled")
    assert played(**dict.fromkeys(nothing, 0.0))["supply_endogenous"] == 0.0


def test_clients_cannot_fund_more_than_all():
    assert played(buyback_recycled=1e6)["supply_endogenous"] == 1.0


def test_farms_are_no_people():
    assert played(contributors_active=(0.0, 0.0, 0.0, 900.0))["supply_repeat_active"] == 0.0


def test_at_the_opening_the_airdrop_is_handed_out():
    assert outcome(supply.opening, {"vesting_to_contributors": 250e6}) == {"supply_distributed": 250e6}


amounts = up_to(5e9)


@given(amounts, amounts, amounts, up_to(100.0), amounts)
def test_usd_balance_by_construction(sold, pools, bought, price, spent):
    """What sellers received is what clients paid and what new speculative money paid."""
    found = played(
        market_sold=sold,
        demand_pool_purchase=pools,
        buyback_bought=bought,
        market_price=price,
        buyback_spent=spent,
    )
    paid = found["supply_client_money"] + found["supply_new_money"]
    assert paid == pytest.approx(found["supply_sale_proceeds"], rel=1e-9, abs=1e-6 * (1.0 + spent + pools * price))


flows = ("rewards_direct", "redemption_payout", "staking_forfeited", "progression_recycled", "buyback_recycled")


@given(st.tuples(*[amounts] * 5), amounts, amounts, st.floats(0.01, 1.0), st.sampled_from(flows), amounts)
def test_what_goes_out_shortens_the_runway_and_what_comes_back_lengthens_it(moved, reserve, pace, memory, flow, more):
    terms = dict(zip(flows, moved, strict=True))
    terms |= {"reward_reserve": reserve, "supply_outflow": pace, "supply_runway_memory": memory}
    before, after = played(**terms), played(**terms | {flow: terms[flow] + more})
    assert 0.0 <= before["supply_runway"] <= 240.0
    if flow in ("rewards_direct", "redemption_payout"):
        assert after["supply_runway"] <= before["supply_runway"] * (1.0 + 1e-9)
    else:
        assert after["supply_runway"] >= before["supply_runway"] * (1.0 - 1e-9)


@given(amounts, amounts, amounts, amounts, amounts, amounts)
def test_shares_of_the_month_are_shares(sold, bought, pools, direct, payout, recycled):
    found = played(
        market_sold=sold,
        buyback_bought=bought,
        demand_pool_purchase=pools,
        rewards_direct=direct,
        rewards_project_payout=payout,
        buyback_recycled=recycled,
    )
    for name in ("newcomers", "endogenous", "repeat_active"):
        assert 0.0 <= found[f"supply_{name}"] <= 1.0
    assert 0.0 <= found["supply_coverage"] <= found["supply_client_coverage"]
    rest = max(1.0 - found["supply_client_coverage"], 0.0)
    assert found["supply_newcomers"] == pytest.approx(rest, abs=1e-12)


# The accounts of groups.


def test_what_groups_receive_labels_cost_and_the_supply_is_worth_by_hand():
    """At 0.02 USD. Half of 10,000 items and four fifths of those are right: 4,000 for 100,000 AGT of rewards, 5,000 of
    them out of pools. Treasury and ecosystem hold 50,000 and spend 1,000. 6,000 of 60,000 are staked."""
    assert accounted() == {
        "supply_proceeds_investors": pytest.approx(600.0),
        "supply_proceeds_team": pytest.approx(200.0),
        "supply_label_cost": pytest.approx(0.5),
        "supply_pool_label_cost": pytest.approx(0.025),
        "supply_treasury_runway": pytest.approx(50.0),
        "supply_staked_share": pytest.approx(0.1),
        "supply_value": pytest.approx(1_200.0),
        "supply_diluted_value": pytest.approx(18_000.0),
    }


@pytest.mark.parametrize("nothing", ["demand_items", "quality_fulfilment", "quality_accuracy"])
def test_labels_that_nobody_gets_right_have_no_cost(nothing):
    found = accounted(**{nothing: 0.0})
    assert (found["supply_label_cost"], found["supply_pool_label_cost"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "runway"),
    [
        ({"treasury_community": 0.0, "treasury_ecosystem": 0.0}, 240.0),
        ({"treasury_community": 0.0, "treasury_ecosystem": 1.0}, 240.0),
        ({"community_treasury": 0.0, "ecosystem_fund": 0.0}, 0.0),
        (
            dict.fromkeys(("community_treasury", "ecosystem_fund", "treasury_community", "treasury_ecosystem"), 0.0),
            240.0,
        ),
        ({"supply_runway_longest": 12.0}, 12.0),
    ],
)
def test_the_treasurys_runway_at_its_edges(changes, runway):
    assert accounted(**changes)["supply_treasury_runway"] == runway


def test_before_anything_circulates_nothing_is_staked_or_worth_anything():
    found = accounted(vesting_circulating=0.0)
    assert (found["supply_staked_share"], found["supply_value"]) == (0.0, 0.0)


@given(st.tuples(*[amounts] * 3), amounts, st.floats(1e-7, 100.0), st.floats(1.0, 10.0))
def test_figures_in_usd_scale_with_the_price_and_no_others(sizes, burned, price, times):
    terms = dict(zip(("rewards_direct", "rewards_project_payout", "redemption_payout"), sizes, strict=True))
    before, after = (accounted(**terms, burned=burned, market_price=each) for each in (price, price * times))
    still = {"supply_treasury_runway", "supply_staked_share"}
    for name, value in before.items():
        assert after[name] == pytest.approx(value * (1.0 if name in still else times), rel=1e-12)


HANDED_OUT = ("vesting_to_contributors", "rewards_direct", "rewards_project_payout", "redemption_payout")


def test_over_a_run_the_stocks_are_the_sums_of_their_flows():
    steps = play_months(Request(24, 1, ()), runs=8)
    ends = [state for month, title, state in steps if month and title == "supply.policy"]
    handed = sum(state[flow] for state in ends for flow in HANDED_OUT)
    assert ends[-1]["supply_distributed"] == pytest.approx(250e6 + handed, rel=1e-12)
    assert ends[-1]["supply_sold"] == pytest.approx(sum(state["market_sold"] for state in ends), rel=1e-12)


def test_unlocked_handed_out_and_sold_differ():
    """A redeemed AGT was unlocked long before: adding the two would count it twice."""
    *_, (_, _, state) = play_months(Request(24, 1, ()), runs=8)
    assert all(state["vesting_unlocked"] > state["supply_in_hands"])
    assert all(state["supply_distributed"] != state["supply_sold"])
