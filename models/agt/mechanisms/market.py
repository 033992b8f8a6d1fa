"""Market: the price moves with the crypto market, its own luck, a slow anchor, and the net selling of the month."""

import numpy as np

from agt.vocabulary import AGT, USD, Number, Share, USD_per_AGT, USD_per_day, clip, hill, ratio


def swap(amount: int, *, reserve_in: int, reserve_out: int, fee: tuple[int, int]) -> int:
    """What a pool of constant product pays out for an amount paid in, rounded down, after a fee on the way in.

    Args: amount [base units of what is paid in]; reserve_in, reserve_out: what the pool holds of what is paid in and
        of what it pays out, both above 0 [base units]; fee [(numerator, denominator)].
    Returns: [base units of what it pays out], always less than the pool holds.
    Source: x y = k as in Uniswap v2 (Adams, Zinsmeister, Robinson 2020); the kind of AGT's pool is unknown (facts 5).

    >>> swap(10, reserve_in=100, reserve_out=220, fee=(0, 1)), swap(10, reserve_in=100, reserve_out=220, fee=(3, 1000))
    (20, 19)
    """
    part, whole = fee
    kept = amount * (whole - part)
    return kept * reserve_out // (reserve_in * whole + kept)


def opening(market_price_at_tge: USD_per_AGT, market_narrative_at_tge: USD) -> tuple[USD_per_AGT, USD, USD_per_AGT]:
    """The price and the story at the token generation event; the first price is the highest so far."""
    market_price = market_price_at_tge
    market_peak = market_price_at_tge
    market_narrative = market_narrative_at_tge
    return market_price, market_narrative, market_peak


def depth(
    market_price: USD_per_AGT,
    vesting_unlocked: AGT,
    market_volume_reference: USD_per_day,
    market_value_reference: USD,
    market_volume_elasticity: Number,
    market_volume_spread: Number,
    market_volume_noise: Number,
    market_sigma_day: Number,
    market_impact_coefficient: Number,
    market_dex_reference: USD,
    market_dex_price: USD_per_AGT,
) -> tuple[USD_per_day, Number, USD]:
    """How much trades in a day of this month, how far a month's volume would move the price, what lies in the DEX pool.

    A pool of constant product holds a value that follows the root of the price. The square-root law does not care
    about the clock, so one application per month is legitimate.
    Source: facts 1b (volumes), facts 5 (square-root impact).
    """
    # TRADE
    value = market_price * vesting_unlocked / market_value_reference
    mood = np.exp(market_volume_spread * market_volume_noise)
    market_volume = market_volume_reference * np.power(value, market_volume_elasticity) * mood

    # IMPACT
    market_impact_scale = market_impact_coefficient * market_sigma_day * np.sqrt(30.0)

    # POOL
    market_dex_liquidity = market_dex_reference * np.sqrt(market_price / market_dex_price)
    return market_volume, market_impact_scale, market_dex_liquidity


def sell(held: AGT, fresh: AGT, first: Share, hazard: Share, tilt: Number, most_new: Share, most_old: Share) -> AGT:
    """What holders sell in a month: a first share of what they have just received, a hazard of the rest."""
    new = np.minimum(fresh, held)
    sold = new * clip(first * tilt, 0.0, most_new) + (held - new) * clip(hazard * tilt, 0.0, most_old)
    return np.minimum(sold, held)


def sales(
    contributors_liquid: AGT,
    investors_liquid: AGT,
    team_liquid: AGT,
    vesting_to_contributors: AGT,
    vesting_to_investors: AGT,
    vesting_to_team: AGT,
    rewards_direct: AGT,
    rewards_project_payout: AGT,
    redemption_payout: AGT,
    staking_unstake: AGT,
    staking_investors_unstake: AGT,
    staking_team_unstake: AGT,
    market_first_contributors: Share,
    market_first_investors: Share,
    market_first_team: Share,
    market_hazard_contributors: Share,
    market_hazard_investors: Share,
    market_hazard_team: Share,
    market_most_new: Share,
    market_most_old: Share,
    market_disposition: Number,
    market_price: USD_per_AGT,
    market_anchor: USD_per_AGT,
) -> tuple[AGT, AGT, AGT, AGT]:
    """Contributors, investors and team sell some of what they received and some of what they hold, more when dear.

    Source: the disposition effect (Odean 1998); shares sold after distributions of other tokens (facts 5).
    """
    # TILT
    tilt = 2.0 * hill(market_price / market_anchor, market_disposition)

    # SELL
    new, old = market_most_new, market_most_old
    earned = vesting_to_contributors + rewards_direct + rewards_project_payout + redemption_payout + staking_unstake
    first, hazard = market_first_contributors, market_hazard_contributors
    market_sold_contributors = sell(contributors_liquid, earned, first, hazard, tilt, new, old)
    unlocked = vesting_to_investors + staking_investors_unstake
    first, hazard = market_first_investors, market_hazard_investors
    market_sold_investors = sell(investors_liquid, unlocked, first, hazard, tilt, new, old)
    granted = vesting_to_team + staking_team_unstake
    first, hazard = market_first_team, market_hazard_team
    market_sold_team = sell(team_liquid, granted, first, hazard, tilt, new, old)
    market_sold = market_sold_contributors + market_sold_investors + market_sold_team
    return market_sold_contributors, market_sold_investors, market_sold_team, market_sold


def policy(
    market_price: USD_per_AGT,
    market_peak: USD_per_AGT,
    market_anchor: USD_per_AGT,
    market_factor: Number,
    market_impact: Number,
    market_sold: AGT,
    treasury_marketing: AGT,
    treasury_ecosystem: AGT,
    treasury_community: AGT,
    treasury_liquidity: AGT,
    buyback_bought: AGT,
    demand_pool_purchase: AGT,
    staking_bought: AGT,
    projects_compute: AGT,
    market_volume: USD_per_day,
    market_impact_scale: Number,
    market_impact_linear: Share,
    market_impact_permanent: Share,
    market_reversion: Share,
    market_beta: Number,
    market_sigma: Number,
    market_sigma_day: Number,
    market_variance_ratio: Share,
    market_price_floor: USD_per_AGT,
    market_price_ceiling: USD_per_AGT,
    market_factor_noise: Number,
    market_price_noise: Number,
    market_observed: Number,
    market_observed_log_price: Number,
) -> tuple[USD_per_AGT, USD_per_AGT, Share, Number, Number, Share, Number]:
    """The month's price: what the market, luck, the anchor and net selling make of it, or what was observed.

    Months with an observed price take it, so that forecasts start from the last one.
    Source: facts 1b, 5; daily Student-t of 3 degrees over a month is close to one of 5 degrees.
    """
    # NET FLOW
    spending = treasury_marketing + treasury_ecosystem + treasury_community + treasury_liquidity + projects_compute
    net = (market_sold + spending - buyback_bought - demand_pool_purchase - staking_bought) * market_price
    market_pressure = ratio(net, 30.0 * market_volume)
    impact = market_impact_scale * market_pressure / np.sqrt(np.abs(market_pressure) + market_impact_linear)

    # MOVE
    factor = market_sigma * market_factor_noise
    luck = market_sigma_day * np.sqrt(30.0 * market_variance_ratio) * market_price_noise
    pull = market_reversion * np.log(market_anchor / market_price)
    recovery = (1.0 - market_impact_permanent) * market_impact
    moved = np.log(market_price) + pull + market_beta * factor - impact + recovery + luck

    # OBSERVE
    known = np.where(market_observed > 0.0, market_observed_log_price, moved)
    within = clip(known, np.log(market_price_floor), np.log(market_price_ceiling))
    market_price = np.exp(within)
    market_price_capped = np.where(np.abs(known - within) > 0.0, 1.0, 0.0)
    market_peak = np.maximum(market_peak, market_price)
    market_drawdown = 1.0 - market_price / market_peak
    market_factor = market_factor + factor
    market_impact = impact
    return (
        market_price,
        market_peak,
        market_drawdown,
        market_factor,
        market_impact,
        market_pressure,
        market_price_capped,
    )


def anchor(
    market_narrative: USD,
    market_narrative_decay: Share,
    market_narrative_turn: Share,
    market_factor: Number,
    market_beta: Number,
    market_sales_multiple: Number,
    demand_revenue: USD,
    market_price_floor: USD_per_AGT,
    supply_total: AGT,
    burned: AGT,
) -> tuple[USD, USD_per_AGT]:
    """What the price is pulled towards: a fading narrative, moved by the crypto market, and a multiple of revenue.

    Source: an assumption; the narrative's size is set so that prices like those observed are possible.
    """
    # FADE
    market_narrative = market_narrative * (1.0 - market_narrative_decay) * (1.0 + market_narrative_turn)

    # ANCHOR
    value = market_narrative * np.exp(market_beta * market_factor) + market_sales_multiple * 12.0 * demand_revenue
    market_anchor = np.maximum(value / (supply_total - burned), market_price_floor)
    return market_narrative, market_anchor
