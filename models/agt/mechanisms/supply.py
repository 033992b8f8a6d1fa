"""Supply: unlocked, handed out and sold are three stocks that must never be added; and what members ask every month."""

import numpy as np

from agt.vocabulary import AGT, USD, Month, People, Share, USD_per_AGT, ratio


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
) -> tuple[AGT, AGT, AGT, AGT, Month, Share, Share, Share, USD, USD, USD, Share]:
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
    supply_outflow = supply_outflow + supply_runway_memory * (outflow - supply_outflow)
    runway = np.where(supply_outflow > 0.0, ratio(reward_reserve, supply_outflow), supply_runway_longest)
    supply_runway = np.minimum(runway, supply_runway_longest)
    supply_coverage = ratio(buyback_bought, market_sold)
    supply_client_coverage = ratio(buyback_bought + demand_pool_purchase, market_sold)
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
        supply_endogenous,
        supply_client_money,
        supply_sale_proceeds,
        supply_new_money,
        supply_repeat_active,
    )
