"""Contributors: people and farm accounts come while work pays, work within their energy, and leave when it does not."""

import numpy as np

from agt.vocabulary import (
    AGT,
    Hours_per_set,
    Number,
    People,
    Sets_per_day,
    Sets_per_person,
    Share,
    USD_per_AGT,
    USD_per_hour,
    USD_per_person,
    clip,
    hill,
    pos,
    ratio,
)


def opening(contributors_at_tge: tuple[People, ...]) -> tuple[People, ...]:
    """The accounts at the token generation event, by cohort."""
    contributors_active = contributors_at_tge
    return contributors_active


def leave(pay: USD_per_hour, wage: USD_per_hour, least: Share, extra: Share, response: Number) -> Share:
    """The share of a cohort that leaves: its least churn, and more when pay falls short of the reservation wage."""
    return clip(least + extra * (1.0 - hill(pay / wage, response)), 0.0, 0.95)


def policy(
    contributors_active: tuple[People, ...],
    rewards_pay: tuple[USD_per_hour, ...],
    rewards_hours_per_set: Hours_per_set,
    treasury_marketing: AGT,
    market_price: USD_per_AGT,
    contributors_organic: People,
    contributors_referral: Share,
    contributors_acquisition_cost: USD_per_person,
    contributors_potential: People,
    contributors_wage: USD_per_hour,
    contributors_play_wage: USD_per_hour,
    contributors_expert_wage: USD_per_hour,
    contributors_response: Number,
    contributors_churn_casual: Share,
    contributors_churn_regular: Share,
    contributors_churn_expert: Share,
    contributors_churn_extra: Share,
    contributors_to_regular: Share,
    contributors_to_expert: Share,
    contributors_sets_per_day: Sets_per_day,
    contributors_effort_casual: Sets_per_person,
    contributors_effort_regular: Sets_per_person,
    contributors_effort_expert: Sets_per_person,
    contributors_farm_use: Share,
    contributors_farm_cost: USD_per_person,
    contributors_farm_least_cost: USD_per_person,
    contributors_farm_scale: People,
    contributors_farm_elasticity: Number,
    contributors_farm_speed: Number,
    contributors_farm_detection: Share,
    contributors_farm_seed: People,
    contributors_farm_alarm: People,
    contributors_arrival_spread: Number,
    contributors_arrival_noise: Number,
) -> tuple[tuple[People, ...], tuple[Share, ...], tuple[Sets_per_person, ...], People, Number]:
    """Cohorts respond to last month's pay: arrivals, progression, leaving, and farms that enter while farming pays.

    Source: search theory's reservation wage, referral with a branching ratio below one, free entry under rising
    marginal cost; sizes are stated nowhere (facts 4) and ranges come from other markets (facts 5).
    """
    casual, regular, expert, farm = contributors_active
    pay_casual, pay_regular, pay_expert, pay_farm = rewards_pay

    # WORK
    cap = contributors_sets_per_day * 30.0
    sets_casual = np.minimum(contributors_effort_casual, cap)
    sets_regular = np.minimum(contributors_effort_regular, cap)
    sets_expert = np.minimum(contributors_effort_expert, cap)
    sets_farm = contributors_farm_use * cap
    contributors_sets = (sets_casual, sets_regular, sets_expert, sets_farm)

    # LEAVE
    gone_casual = leave(
        pay_casual, contributors_play_wage, contributors_churn_casual, contributors_churn_extra, contributors_response
    )
    gone_regular = leave(
        pay_regular, contributors_wage, contributors_churn_regular, contributors_churn_extra, contributors_response
    )
    gone_expert = leave(
        pay_expert, contributors_expert_wage, contributors_churn_expert, contributors_churn_extra, contributors_response
    )
    contributors_leaving = (gone_casual, gone_regular, gone_expert, contributors_farm_detection)

    # ARRIVE
    pull = 2.0 * hill(pay_regular / contributors_wage, contributors_response)
    luck = np.exp(
        contributors_arrival_spread * contributors_arrival_noise
        - contributors_arrival_spread * contributors_arrival_spread / 2.0
    )
    people = casual + regular + expert
    invited = contributors_referral * people * pull
    bought = treasury_marketing * market_price / contributors_acquisition_cost
    wanted = (contributors_organic * pull + bought + invited) * luck
    room = pos(contributors_potential - people)
    contributors_arriving = room * (1.0 - np.exp(-ratio(wanted, room)))

    # PROGRESS
    rising = casual * (1.0 - gone_casual) * np.minimum(contributors_to_regular * np.minimum(pull, 1.5), 0.5)
    maturing = regular * (1.0 - gone_regular) * np.minimum(contributors_to_expert, 0.5)
    casual = casual * (1.0 - gone_casual) + contributors_arriving - rising
    regular = regular * (1.0 - gone_regular) + rising - maturing
    expert = expert * (1.0 - gone_expert) + maturing

    # FARM
    income = pay_farm * sets_farm * rewards_hours_per_set
    crowding = np.power((farm + contributors_farm_seed) / contributors_farm_scale, contributors_farm_elasticity)
    cost = contributors_farm_cost * crowding + contributors_farm_least_cost
    growth = np.exp(contributors_farm_speed * (2.0 * hill(income / cost, 2.0) - 1.0))
    farming = farm * growth * (1.0 - contributors_farm_detection) + contributors_farm_seed
    farm = np.minimum(farming, contributors_farm_alarm)
    contributors_farm_capped = np.where(farming > contributors_farm_alarm, 1.0, 0.0)
    contributors_active = (casual, regular, expert, farm)
    return (
        contributors_active,
        contributors_leaving,
        contributors_sets,
        contributors_arriving,
        contributors_farm_capped,
    )
