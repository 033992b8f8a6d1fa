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


def respond(
    rewards_pay: tuple[USD_per_hour, ...],
    contributors_wage: USD_per_hour,
    contributors_play_wage: USD_per_hour,
    contributors_expert_wage: USD_per_hour,
    contributors_response: Number,
    contributors_churn_casual: Share,
    contributors_churn_regular: Share,
    contributors_churn_expert: Share,
    contributors_churn_extra: Share,
    contributors_farm_detection: Share,
    contributors_sets_per_day: Sets_per_day,
    contributors_effort_casual: Sets_per_person,
    contributors_effort_regular: Sets_per_person,
    contributors_effort_expert: Sets_per_person,
    contributors_farm_use: Share,
) -> tuple[tuple[Sets_per_person, ...], tuple[Share, ...], Number]:
    """How much an account works, what share of each cohort leaves, and how strongly pay pulls newcomers.

    Source: search theory's reservation wage; ranges come from other markets (facts 5).
    """
    pay_casual, pay_regular, pay_expert, _ = rewards_pay

    # WORK
    cap = contributors_sets_per_day * 30.0
    sets_casual = np.minimum(contributors_effort_casual, cap)
    sets_regular = np.minimum(contributors_effort_regular, cap)
    sets_expert = np.minimum(contributors_effort_expert, cap)
    contributors_sets = (sets_casual, sets_regular, sets_expert, contributors_farm_use * cap)

    # LEAVE
    extra, steepness = contributors_churn_extra, contributors_response
    casual = leave(pay_casual, contributors_play_wage, contributors_churn_casual, extra, steepness)
    regular = leave(pay_regular, contributors_wage, contributors_churn_regular, extra, steepness)
    expert = leave(pay_expert, contributors_expert_wage, contributors_churn_expert, extra, steepness)
    contributors_leaving = (casual, regular, expert, contributors_farm_detection)

    # PULL
    contributors_pull = 2.0 * hill(pay_regular / contributors_wage, contributors_response)
    return contributors_sets, contributors_leaving, contributors_pull


def farm(
    contributors_active: tuple[People, ...],
    contributors_sets: tuple[Sets_per_person, ...],
    rewards_pay: tuple[USD_per_hour, ...],
    rewards_hours_per_set: Hours_per_set,
    contributors_farm_cost: USD_per_person,
    contributors_farm_least_cost: USD_per_person,
    contributors_farm_scale: People,
    contributors_farm_elasticity: Number,
    contributors_farm_speed: Number,
    contributors_farm_detection: Share,
    contributors_farm_seed: People,
    contributors_farm_alarm: People,
) -> tuple[People, Number]:
    """Farm accounts enter while an account earns more than it costs; the more there are, the dearer the next.

    Source: free entry under rising marginal cost; sizes are stated nowhere (facts 4).
    """
    # EARN
    income = rewards_pay[3] * contributors_sets[3] * rewards_hours_per_set
    crowd = (contributors_active[3] + contributors_farm_seed) / contributors_farm_scale
    cost = contributors_farm_cost * np.power(crowd, contributors_farm_elasticity) + contributors_farm_least_cost

    # ENTER
    growth = np.exp(contributors_farm_speed * (2.0 * hill(income / cost, 2.0) - 1.0))
    farming = contributors_active[3] * growth * (1.0 - contributors_farm_detection) + contributors_farm_seed
    contributors_farming = np.minimum(farming, contributors_farm_alarm)
    contributors_farm_capped = np.where(farming > contributors_farm_alarm, 1.0, 0.0)
    return contributors_farming, contributors_farm_capped


def policy(
    contributors_active: tuple[People, ...],
    contributors_leaving: tuple[Share, ...],
    contributors_pull: Number,
    contributors_farming: People,
    treasury_marketing: AGT,
    market_price: USD_per_AGT,
    contributors_organic: People,
    contributors_referral: Share,
    contributors_acquisition_cost: USD_per_person,
    contributors_potential: People,
    contributors_to_regular: Share,
    contributors_to_expert: Share,
    contributors_arrival_spread: Number,
    contributors_arrival_noise: Number,
) -> tuple[tuple[People, ...], People]:
    """People arrive, get better and leave; farms are as many as have entered.

    Source: referral with a branching ratio below one; sizes are stated nowhere (facts 4).
    """
    casual, regular, expert, _ = contributors_active
    gone_casual, gone_regular, gone_expert, _ = contributors_leaving

    # ARRIVE
    spread = contributors_arrival_spread
    luck = np.exp(spread * contributors_arrival_noise - spread * spread / 2.0)
    people = casual + regular + expert
    invited = contributors_referral * people * contributors_pull
    bought = treasury_marketing * market_price / contributors_acquisition_cost
    wanted = (contributors_organic * contributors_pull + bought + invited) * luck
    room = pos(contributors_potential - people)
    contributors_arriving = room * (1.0 - np.exp(-ratio(wanted, room)))

    # PROGRESS
    promoted = np.minimum(contributors_to_regular * np.minimum(contributors_pull, 1.5), 0.5)
    rising = casual * (1.0 - gone_casual) * promoted
    maturing = regular * (1.0 - gone_regular) * np.minimum(contributors_to_expert, 0.5)
    casual = casual * (1.0 - gone_casual) + contributors_arriving - rising
    regular = regular * (1.0 - gone_regular) + rising - maturing
    expert = expert * (1.0 - gone_expert) + maturing
    contributors_active = (casual, regular, expert, contributors_farming)
    return contributors_active, contributors_arriving
