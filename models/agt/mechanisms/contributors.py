"""Contributors: people and farm accounts come while work pays, work within their energy, and leave when it does not."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import (
    AGT,
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

Energy = namedtuple("Energy", ("points", "since"))
Shift = namedtuple("Shift", ("sets", "energy"))


def recharge(energy: Energy, *, at: int, most: int, period: int) -> Energy:
    """The energy of an account by the moment `at`: a point every period, none beyond the most, where the clock rests.

    Args: energy: points [count], since: when the next point began to grow [UTC seconds]; at: not before since [UTC
        seconds]; most [count]; period [s].
    Returns: points, and when the next one began to grow: now, if there are as many as can be.
    Source: at most 3 points, one more every 6 hours (facts 1c); that the clock rests when full is this project's
        reading.

    >>> recharge(Energy(1, 0), at=7, most=3, period=6), recharge(Energy(1, 0), at=13, most=3, period=6)
    (Energy(points=2, since=6), Energy(points=3, since=13))
    """
    grown = (at - energy.since) // period
    if energy.points + grown >= most:
        return Energy(most, at)
    return Energy(energy.points + grown, energy.since + grown * period)


def work(energy: Energy, wanted: int, *, at: int, most: int, period: int) -> Shift:
    """How many task sets an account may do now, one for a point, and the energy that is left.

    Args: energy, at, most, period: see `recharge`; wanted [task sets].
    Source: one point for a task set, at most 4 sets a day (facts 1c).

    >>> work(Energy(3, 0), 5, at=7, most=3, period=6)
    Shift(sets=3, energy=Energy(points=0, since=7))
    """
    points, since = recharge(energy, at=at, most=most, period=period)
    sets = min(wanted, points)
    return Shift(sets, Energy(points - sets, since))


def opening(contributors_at_tge: tuple[People, ...]) -> tuple[People, ...]:
    """The accounts at the token generation event, by cohort."""
    contributors_active = contributors_at_tge
    return contributors_active


def leave(pay: USD_per_hour, wage: USD_per_hour, least: Share, extra: Share, response: Number, most: Share) -> Share:
    """The share of a cohort that leaves: its least churn, and more when pay falls short of the reservation wage."""
    return clip(least + extra * (1.0 - hill(pay / wage, response)), 0.0, most)


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
    contributors_churn_most: Share,
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
    extra, steepness, most = contributors_churn_extra, contributors_response, contributors_churn_most
    casual = leave(pay_casual, contributors_play_wage, contributors_churn_casual, extra, steepness, most)
    regular = leave(pay_regular, contributors_wage, contributors_churn_regular, extra, steepness, most)
    expert = leave(pay_expert, contributors_expert_wage, contributors_churn_expert, extra, steepness, most)
    contributors_leaving = (casual, regular, expert, contributors_farm_detection)

    # PULL
    contributors_pull = 2.0 * hill(pay_regular / contributors_wage, contributors_response)
    return contributors_sets, contributors_leaving, contributors_pull


def farm(
    contributors_active: tuple[People, ...],
    rewards_farm_income: USD_per_person,
    contributors_farm_cost: USD_per_person,
    contributors_farm_least_cost: USD_per_person,
    contributors_farm_scale: People,
    contributors_farm_elasticity: Number,
    contributors_farm_speed: Number,
    contributors_farm_steepness: Number,
    contributors_farm_detection: Share,
    contributors_farm_seed: People,
    contributors_farm_alarm: People,
    contributors_farm_influx: People,
) -> tuple[People, Number]:
    """Farm accounts enter while an account earns more than it costs; the more there are, the dearer the next.

    Source: free entry under rising marginal cost; sizes are stated nowhere (facts 4).
    """
    # COMPARE
    crowd = (contributors_active[3] + contributors_farm_seed) / contributors_farm_scale
    cost = contributors_farm_cost * np.power(crowd, contributors_farm_elasticity) + contributors_farm_least_cost

    # ENTER
    growth = np.exp(
        contributors_farm_speed * (2.0 * hill(rewards_farm_income / cost, contributors_farm_steepness) - 1.0)
    )
    farming = contributors_active[3] * growth * (1.0 - contributors_farm_detection) + contributors_farm_seed
    farming = farming + contributors_farm_influx
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
    contributors_rise_most: Share,
    contributors_arrival_spread: Number,
    contributors_arrival_noise: Number,
) -> tuple[tuple[People, ...], People, People, People]:
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
    staying = casual * (1.0 - gone_casual)
    contributors_rising = staying * np.minimum(contributors_to_regular * contributors_pull, contributors_rise_most)
    practised = regular * (1.0 - gone_regular)
    contributors_maturing = practised * np.minimum(contributors_to_expert, contributors_rise_most)
    casual = staying + contributors_arriving - contributors_rising
    regular = practised + contributors_rising - contributors_maturing
    expert = expert * (1.0 - gone_expert) + contributors_maturing
    contributors_active = (casual, regular, expert, contributors_farming)
    return contributors_active, contributors_arriving, contributors_rising, contributors_maturing


def effort(contributors_active: tuple[People, ...], contributors_sets: tuple[Sets_per_person, ...]) -> Share:
    """How much of the people's work its most practised tenth does; farms are left out.

    Source: about a tenth of people does about four fifths of the work (facts 5).
    """
    # RANK
    casual, regular, expert, _ = contributors_active
    sets_casual, sets_regular, sets_expert, _ = contributors_sets
    heads = 0.1 * (casual + regular + expert)
    experts = np.minimum(expert, heads)
    regulars = np.minimum(regular, heads - experts)

    # SHARE
    most = experts * sets_expert + regulars * sets_regular + (heads - experts - regulars) * sets_casual
    contributors_top_share = ratio(most, casual * sets_casual + regular * sets_regular + expert * sets_expert)
    return contributors_top_share
