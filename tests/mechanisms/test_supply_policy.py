"""Supply: unlocked, handed out and sold are three stocks; and the month's figures, each by hand."""

import pytest
from hypothesis import given

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
    "market_sold": 50.0,
    "market_price": 0.02,
    "demand_pool_purchase": 15.0,
    "buyback_bought": 5.0,
    "buyback_recycled": 4.0,
    "buyback_spent": 0.11,
    "reward_reserve": 1_000.0,
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


def played(**changes):
    return outcome(supply.policy, MONTH | changes)


def test_a_month_by_hand():
    """The reserve paid out 20 + 60 = 80, so the pace moves from 40 by a quarter of 40 to 50, and 1,000 last 20 months.
    Of 90 handed out as rewards, clients' pools and the buyback funded 14. Clients' money: 0.11 + 15 x 0.02 USD."""
    assert played() == {
        "supply_distributed": 1_097.0,
        "supply_sold": 550.0,
        "supply_outflow": 50.0,
        "supply_in_hands": 511.0,
        "supply_runway": 20.0,
        "supply_coverage": pytest.approx(0.1),
        "supply_client_coverage": pytest.approx(0.4),
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
    ],
)
def test_the_runway_at_its_edges(changes, runway):
    assert played(**changes)["supply_runway"] == runway


def test_where_nothing_is_sold_nothing_is_covered():
    found = played(market_sold=0.0)
    assert (found["supply_coverage"], found["supply_client_coverage"]) == (0.0, 0.0)


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
