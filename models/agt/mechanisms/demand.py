"""Demand: AI teams come for labels, stay for quality, pay in USD, and fund reward pools in AGT bought on the market."""

import numpy as np

from agt.vocabulary import (
    AGT,
    USD,
    Count,
    Items,
    Month,
    Number,
    Share,
    USD_per_AGT,
    USD_per_client,
    USD_per_item,
    hill,
    pos,
    ratio,
)


def opening(demand_clients_at_tge: Count) -> Count:
    """The clients at the token generation event."""
    demand_clients = demand_clients_at_tge
    return demand_clients


def policy(
    month: Month,
    demand_clients: Count,
    demand_arrival: Count,
    demand_imitation: Share,
    demand_imitation_steepness: Number,
    demand_potential: Count,
    demand_growth: Share,
    demand_churn: Share,
    demand_churn_quality: Number,
    demand_churn_fulfilment: Number,
    demand_churn_most: Number,
    demand_target: Share,
    demand_elasticity: Number,
    demand_arrival_spread: Number,
    demand_arrival_noise: Number,
    demand_rival_price: Number,
    demand_client_loss: Share,
    quality_perceived: Share,
    quality_fulfilment: Share,
) -> tuple[Count, Share]:
    """Clients come by themselves and by word of mouth; they leave when labels are wrong or orders stay unfilled.

    They answer to the accuracy that they have come to know and to what was filled last month.
    Source: proportional hazard; Bass diffusion in a form that cannot overshoot its potential; sizes are stated nowhere.
    """
    # LEAVE
    disappointed = demand_churn_quality * (demand_target - quality_perceived)
    waiting = demand_churn_fulfilment * (1.0 - quality_fulfilment)
    hazard = np.minimum(demand_churn * np.exp(disappointed + waiting), demand_churn_most)
    staying = np.exp(-hazard) * (1.0 - demand_client_loss)
    demand_leaving = 1.0 - staying

    # ARRIVE
    luck = np.exp(demand_arrival_spread * demand_arrival_noise - demand_arrival_spread * demand_arrival_spread / 2.0)
    praise = 2.0 * hill(quality_perceived / demand_target, demand_imitation_steepness)
    competition = np.power(demand_rival_price, demand_elasticity)
    wanted = (demand_arrival + demand_imitation * demand_clients * praise) * competition * luck
    room = pos(demand_potential * np.exp(demand_growth * month) - demand_clients)
    arriving = room * (1.0 - np.exp(-ratio(wanted, room)))
    demand_clients = demand_clients * staying + arriving
    return demand_clients, demand_leaving


def order(
    demand_clients: Count,
    demand_spend: USD_per_client,
    demand_spend_spread: Number,
    demand_spend_noise: Number,
    demand_elasticity: Number,
    demand_rival_price: Number,
    demand_pool_share: Share,
    demand_float_share: Share,
    demand_item_price: USD_per_item,
    market_price: USD_per_AGT,
    market_float: AGT,
) -> tuple[USD, Items, USD, AGT]:
    """What clients order in USD and in items, and the AGT that they buy for reward pools of their own.

    Source: demand of constant elasticity to a rival's price; prices of items elsewhere (facts 5).
    """
    # SPEND
    mood = np.exp(demand_spend_spread * demand_spend_noise - demand_spend_spread * demand_spend_spread / 2.0)
    spending = demand_clients * demand_spend * np.power(demand_rival_price, demand_elasticity) * mood
    demand_pool_budget = spending * demand_pool_share
    demand_order = spending - demand_pool_budget
    demand_items = demand_order / demand_item_price

    # BUY
    demand_pool_purchase = np.minimum(ratio(demand_pool_budget, market_price), demand_float_share * market_float)
    return demand_order, demand_items, demand_pool_budget, demand_pool_purchase


def bill(
    demand_order: USD,
    demand_items: Items,
    demand_item_price: USD_per_item,
    demand_catalogue: Items,
    demand_catalogue_share: Share,
    demand_catalogue_decay: Share,
    demand_catalogue_sales: Share,
    quality_fulfilment: Share,
    quality_accuracy: Share,
) -> tuple[Items, USD, USD]:
    """Clients pay for what was delivered; part of it is listed on the open data platform and sold again.

    Source: the open data platform is named (the article), its volume is stated nowhere (facts 1d).
    """
    # DELIVER
    delivered = demand_items * quality_fulfilment
    service = demand_order * quality_fulfilment

    # LIST
    demand_platform_sales = demand_catalogue * demand_catalogue_sales * demand_item_price
    listed = demand_catalogue_share * delivered * quality_accuracy
    demand_catalogue = demand_catalogue * (1.0 - demand_catalogue_decay) + listed
    demand_revenue = service + demand_platform_sales
    return demand_catalogue, demand_platform_sales, demand_revenue
