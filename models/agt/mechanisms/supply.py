"""Supply: unlocked, handed out and sold are three stocks that must never be added; and what members ask every month."""

import numpy as np

from agt.vocabulary import AGT, USD, Items, Month, People, Share, USD_per_AGT, USD_per_item, pos, ratio


def opening(vesting_to_contributors: AGT) -> AGT:
    """At the token generation event the airdrop is all that has been handed out, and nothing has been sold."""
    supply_distributed = vesting_to_contributors
    return supply_distributed


def policy(
    supply_distributed: AGT,
    supply_sold: AGT,
    supply_outflow: AGT,
    supply_runway_memory: Share,
    supply_runway_longest: Month,
    vesting_to_contributors: AGT,
    rewards_direct: AGT,
    rewards_project_payout: AGT,
    redemption_payout: AGT,
    staking_forfeited: AGT,
    progression_recycled: AGT,
    market_sold: AGT,
    market_price: USD_per_AGT,
    demand_pool_purchase: AGT,
    buyback_bought: AGT,
    buyback_recycled: AGT,
    buyback_spent: USD,
    reward_reserve: AGT,
    contributors_liquid: AGT,
    contributors_staked: AGT,
    investors_liquid: AGT,
    investors_staked: AGT,
    team_liquid: AGT,
    team_staked: AGT,
    market_float: AGT,
    project_pools: AGT,
    model_pools: AGT,
    contributors_active: tuple[People, ...],
) -> tuple[AGT, AGT, AGT, AGT, Month, Share, Share, Share, Share, USD, USD, USD, Share]:
    """The figures of the month that no single mechanism owns.

    Source: definitions of this project.
    """
    # SUPPLY
    supply_distributed = supply_distributed + vesting_to_contributors + rewards_direct + rewards_project_payout
    supply_distributed = supply_distributed + redemption_payout
    supply_sold = supply_sold + market_sold
    held = contributors_liquid + contributors_staked + investors_liquid + investors_staked + team_liquid + team_staked
    supply_in_hands = held + market_float + project_pools + model_pools

    # SUSTAIN
    outflow = rewards_direct + redemption_payout
    returned = staking_forfeited + progression_recycled + buyback_recycled
    supply_outflow = supply_outflow + supply_runway_memory * (outflow - returned - supply_outflow)
    runway = np.where(supply_outflow > 0.0, ratio(reward_reserve, supply_outflow), supply_runway_longest)
    supply_runway = np.minimum(runway, supply_runway_longest)
    supply_coverage = ratio(buyback_bought, market_sold)
    supply_client_coverage = ratio(buyback_bought + demand_pool_purchase, market_sold)
    supply_newcomers = pos(1.0 - supply_client_coverage)
    supply_endogenous = ratio(rewards_project_payout + buyback_recycled, outflow + rewards_project_payout)
    supply_endogenous = np.minimum(supply_endogenous, 1.0)

    # MONEY
    supply_client_money = buyback_spent + demand_pool_purchase * market_price
    supply_sale_proceeds = market_sold * market_price
    supply_new_money = supply_sale_proceeds - supply_client_money

    # PEOPLE
    people = contributors_active[0] + contributors_active[1] + contributors_active[2]
    supply_repeat_active = ratio(contributors_active[1] + contributors_active[2], people)
    return (
        supply_distributed,
        supply_sold,
        supply_outflow,
        supply_in_hands,
        supply_runway,
        supply_coverage,
        supply_client_coverage,
        supply_newcomers,
        supply_endogenous,
        supply_client_money,
        supply_sale_proceeds,
        supply_new_money,
        supply_repeat_active,
    )


def account(
    market_price: USD_per_AGT,
    market_sold_investors: AGT,
    market_sold_team: AGT,
    rewards_direct: AGT,
    rewards_project_payout: AGT,
    redemption_payout: AGT,
    demand_items: Items,
    quality_fulfilment: Share,
    quality_accuracy: Share,
    treasury_community: AGT,
    treasury_ecosystem: AGT,
    community_treasury: AGT,
    ecosystem_fund: AGT,
    contributors_staked: AGT,
    investors_staked: AGT,
    team_staked: AGT,
    burned: AGT,
    supply_total: AGT,
    supply_runway_longest: Month,
    vesting_circulating: AGT,
) -> tuple[USD, USD, USD_per_item, USD_per_item, Month, Share, USD, USD]:
    """What groups received, what a correct label cost, and what the supply is worth.

    Source: definitions of this project.
    """
    # RECEIVE
    supply_proceeds_investors = market_sold_investors * market_price
    supply_proceeds_team = market_sold_team * market_price

    # COST
    correct = demand_items * quality_fulfilment * quality_accuracy
    rewards = rewards_direct + rewards_project_payout + redemption_payout
    supply_label_cost = ratio(rewards * market_price, correct)
    supply_pool_label_cost = ratio(rewards_project_payout * market_price, correct)

    # HOLD
    spending = treasury_community + treasury_ecosystem
    funds = community_treasury + ecosystem_fund
    lasting = np.where(spending > 0.0, ratio(funds, spending), supply_runway_longest)
    supply_treasury_runway = np.minimum(lasting, supply_runway_longest)
    supply_staked_share = ratio(contributors_staked + investors_staked + team_staked, vesting_circulating)
    supply_value = market_price * vesting_circulating
    supply_diluted_value = market_price * (supply_total - burned)
    return (
        supply_proceeds_investors,
        supply_proceeds_team,
        supply_label_cost,
        supply_pool_label_cost,
        supply_treasury_runway,
        supply_staked_share,
        supply_value,
        supply_diluted_value,
    )
