"""Demand: AI teams arrive and leave, pay for labels in USD, and fund reward pools in AGT bought on the market."""

import numpy as np

from agt.vocabulary import AGT, USD, Count, Month, Number, Share, USD_per_AGT, USD_per_client, pos, ratio


def opening(demand_clients_at_tge: Count) -> Count:
    """The clients at the token generation event."""
    demand_clients = demand_clients_at_tge
    return demand_clients


def policy(
    month: Month,
    demand_clients: Count,
    demand_arrival: Count,
    demand_imitation: Share,
    demand_potential: Count,
    demand_growth: Share,
    demand_churn: Share,
    demand_spend: USD_per_client,
    demand_spend_spread: Number,
    demand_arrival_spread: Number,
    demand_pool_share: Share,
    demand_float_share: Share,
    demand_arrival_noise: Number,
    demand_spend_noise: Number,
    market_price: USD_per_AGT,
    market_float: AGT,
) -> tuple[Count, USD, USD, AGT]:
    """Clients come and go, spend, and buy the AGT of their own reward pools.

    First form: leaving depends neither on quality delivered nor on orders left unfilled.
    Source: Bass diffusion in a form that cannot overshoot its potential; sizes are stated nowhere (facts 4).
    """
    # ARRIVE AND LEAVE
    luck = np.exp(demand_arrival_spread * demand_arrival_noise - demand_arrival_spread * demand_arrival_spread / 2.0)
    wanted = (demand_arrival + demand_imitation * demand_clients) * luck
    room = pos(demand_potential * np.exp(demand_growth * month) - demand_clients)
    arriving = room * (1.0 - np.exp(-ratio(wanted, room)))
    demand_clients = demand_clients * np.exp(-demand_churn) + arriving

    # SPEND
    mood = np.exp(demand_spend_spread * demand_spend_noise - demand_spend_spread * demand_spend_spread / 2.0)
    spending = demand_clients * demand_spend * mood
    demand_pool_budget = spending * demand_pool_share
    demand_revenue = spending - demand_pool_budget

    # BUY
    demand_pool_purchase = np.minimum(ratio(demand_pool_budget, market_price), demand_float_share * market_float)
    return demand_clients, demand_revenue, demand_pool_budget, demand_pool_purchase
