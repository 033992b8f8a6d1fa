"""Buyback: a share of what clients pay buys AGT on the market and feeds it back, burns it or banks it."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import AGT, USD, Number, Share, USD_per_AGT, USD_per_day, pos, ratio

Split = namedtuple("Split", ("bought", "spent", "recycled", "burned", "treasury", "unspent"))


def split(budget: int, price: tuple[int, int], *, burn: tuple[int, int], treasury: tuple[int, int]) -> Split:
    """Spend a budget at a price and divide what it bought, to the base unit; whatever rounds off is recycled.

    Args: budget [10^-18 USD]; price: average paid [(USD, AGT) in equal base units]; burn, treasury: shares
        [(numerator, denominator)]; beyond the whole, the treasury's part gives way.
    Returns: bought, recycled, burned, treasury [base units of AGT]; spent and unspent [10^-18 USD].
    Source: facts 1d (revenue is used to repurchase and redistribute); size and split are stated nowhere (facts 4).

    >>> split(100, (3, 1), burn=(1, 10), treasury=(0, 1))
    Split(bought=33, spent=99, recycled=30, burned=3, treasury=0, unspent=1)
    """
    usd, agt = price
    bought = budget * agt // usd
    spent = -(-bought * usd // agt)
    burned = bought * burn[0] // burn[1]
    banked = min(bought * treasury[0] // treasury[1], bought - burned)
    return Split(bought, spent, bought - burned - banked, burned, banked, budget - spent)


def policy(
    demand_revenue: USD,
    market_price: USD_per_AGT,
    market_volume: USD_per_day,
    market_impact_scale: Number,
    market_impact_linear: Share,
    market_float: AGT,
    buyback_revenue_share: Share,
    buyback_burn_share: Share,
    buyback_treasury_share: Share,
    buyback_float_share: Share,
    buyback_volume_share: Share,
) -> tuple[AGT, AGT, AGT, AGT, USD, Share]:
    """Buy for a share of revenue at the mean price of a square-root order, then split. Agrees with `split`.

    Source: the mean cost of a square-root meta-order is two thirds of its peak (Bucci et al. 2019, facts 5).
    """
    # ORDER
    traded = 30.0 * market_volume
    budget = np.minimum(buyback_revenue_share * demand_revenue, buyback_volume_share * traded)
    order = ratio(budget, traded)
    impact = market_impact_scale * order / np.sqrt(order + market_impact_linear)
    cost = market_price * np.exp(2.0 / 3.0 * impact)

    # BUY
    buyback_bought = np.minimum(ratio(budget, cost), buyback_float_share * market_float)
    buyback_spent = buyback_bought * cost
    buyback_slippage = np.exp(2.0 / 3.0 * impact) - 1.0

    # SPLIT
    buyback_burned = buyback_bought * buyback_burn_share
    buyback_banked = buyback_bought * np.minimum(buyback_treasury_share, 1.0 - buyback_burn_share)
    buyback_recycled = pos(buyback_bought - buyback_burned - buyback_banked)
    return buyback_recycled, buyback_burned, buyback_banked, buyback_bought, buyback_spent, buyback_slippage
