"""Rewards: accepted work earns AIA credits and AGT; work that is not accepted earns nothing."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import (
    AGT,
    AIA,
    USD,
    AGT_per_AIA,
    AGT_per_set,
    AIA_per_set,
    Hours_per_set,
    Number,
    People,
    Sets,
    Share,
    USD_per_AGT,
    USD_per_AIA,
    USD_per_hour,
    USD_per_person,
    ratio,
    total,
)

Task = namedtuple("Task", ("accepted", "quality", "premium", "level", "booster"))
Pay = namedtuple("Pay", ("aia", "agt", "commission"))

WHOLE = 10**18  # shares and multipliers of the rule are integers out of this


def pay(task: Task, *, aia_per_set: int, agt_per_set: int, commission: int) -> Pay:
    """What one judged task set earns, to the base unit, and the commission of whoever referred the contributor.

    Args: task: accepted or not, and its quality score, stake premium, level and booster [10^-18; premium and booster
        are added to one]; aia_per_set, agt_per_set [base units]; commission: the referrer's share of the AIA [10^-18].
    Returns: AIA and AGT of the contributor and AIA of the referrer, on top [base units], each rounded down once.
    Source: the article's five layers of incentive; sizes are stated nowhere (facts 4).

    >>> pay(Task(True, WHOLE, WHOLE // 2, WHOLE, 0), aia_per_set=100, agt_per_set=10, commission=WHOLE // 10)
    Pay(aia=150, agt=10, commission=15)
    """
    if not task.accepted:
        return Pay(0, 0, 0)
    multiplier = task.quality * task.level * (WHOLE + task.premium) * (WHOLE + task.booster)
    aia = aia_per_set * multiplier // WHOLE**4
    return Pay(aia, agt_per_set, aia * commission // WHOLE)


def opening(
    redemption_rate_at_tge: AGT_per_AIA,
    market_price_at_tge: USD_per_AGT,
    rewards_aia_per_set: AIA_per_set,
    rewards_agt_per_set: AGT_per_set,
    rewards_level: Number,
    quality_reputation_at_tge: Share,
    rewards_hours_per_set: Hours_per_set,
) -> USD_per_hour:
    """What an hour of one cohort's work was expected to earn before the first season."""
    credit = rewards_aia_per_set * rewards_level * redemption_rate_at_tge
    worth = (credit + rewards_agt_per_set) * market_price_at_tge
    rewards_pay = quality_reputation_at_tge * worth / rewards_hours_per_set
    return rewards_pay


def opening_of_farms(rewards_farm_income_at_tge: USD_per_person) -> USD_per_person:
    """What a farm account was expected to earn in a month before the first season."""
    rewards_farm_income = rewards_farm_income_at_tge
    return rewards_farm_income


def work(
    quality_work: Sets,
    quality_accepted: Share,
    quality_review: Sets,
    staking_take_up: Share,
    staking_premium: Share,
    rewards_level: Number,
    rewards_aia_per_set: AIA_per_set,
) -> tuple[Sets, AIA]:
    """The accepted task sets of one cohort and the AIA they earn; reviews are paid like them. Agrees with `pay`.

    The premium multiplies accepted work only: no work, no reward, whatever is staked.
    Source: the article; facts 3.8.
    """
    # JUDGE
    rewards_sets = quality_work * quality_accepted + quality_review

    # CREDIT
    rewards_aia_issued = rewards_sets * rewards_aia_per_set * rewards_level * (1.0 + staking_premium * staking_take_up)
    return rewards_sets, rewards_aia_issued


def policy(
    rewards_sets: tuple[Sets, ...],
    reward_reserve: AGT,
    project_pools: AGT,
    rewards_agt_per_set: AGT_per_set,
    rewards_agt_cap: AGT,
    rewards_project_share: Share,
) -> tuple[AGT, AGT, AGT_per_set, AGT_per_set]:
    """AGT paid directly for accepted sets from the reserve, and from the pools that clients have funded.

    Source: the article's labour incentives and project pools; amounts are stated nowhere (facts 4).
    """
    # PAY FROM THE RESERVE
    sets = total(rewards_sets)
    rewards_direct = np.minimum(np.minimum(rewards_agt_per_set * sets, rewards_agt_cap), reward_reserve)
    rewards_direct_per_set = ratio(rewards_direct, sets)

    # PAY FROM PROJECT POOLS
    skilled = rewards_sets[1] + rewards_sets[2]
    rewards_project_payout = np.where(skilled > 0.0, rewards_project_share * project_pools, 0.0)
    rewards_project_per_set = ratio(rewards_project_payout, skilled)
    return rewards_direct, rewards_project_payout, rewards_direct_per_set, rewards_project_per_set


def earn(
    rewards_aia_issued: AIA,
    rewards_sets: Sets,
    quality_work: Sets,
    quality_review: Sets,
    rewards_direct_per_set: AGT_per_set,
    rewards_project_per_set: AGT_per_set,
    rewards_project_eligible: Share,
    rewards_hours_per_set: Hours_per_set,
    redemption_aia_value: USD_per_AIA,
    market_price: USD_per_AGT,
) -> USD_per_hour:
    """What an hour of one cohort's work earns, with AIA at the worth that people expect.

    Source: arithmetic.
    """
    # VALUE
    agt = rewards_sets * (rewards_direct_per_set + rewards_project_eligible * rewards_project_per_set)
    earned = rewards_aia_issued * redemption_aia_value + agt * market_price
    hours = (quality_work + quality_review) * rewards_hours_per_set
    rewards_pay = ratio(earned, hours)
    return rewards_pay


def tempt(
    rewards_pay: tuple[USD_per_hour, ...],
    quality_work: tuple[Sets, ...],
    contributors_active: tuple[People, ...],
    rewards_hours_per_set: Hours_per_set,
) -> USD_per_person:
    """What one farm account earned this month: what tempts the next one to enter.

    Source: arithmetic.
    """
    # EARN
    earned = rewards_pay[3] * quality_work[3] * rewards_hours_per_set
    rewards_farm_income = ratio(earned, contributors_active[3])
    return rewards_farm_income


def receive(
    redemption_redeemed: AIA,
    redemption_rate: AGT_per_AIA,
    rewards_sets: Sets,
    rewards_direct_per_set: AGT_per_set,
    rewards_project_per_set: AGT_per_set,
    rewards_project_eligible: Share,
    market_price: USD_per_AGT,
) -> USD:
    """What one cohort received this month, at the price of the month: redeemed, paid directly, paid from pools.

    Source: arithmetic.
    """
    # ADD UP
    direct = rewards_sets * (rewards_direct_per_set + rewards_project_eligible * rewards_project_per_set)
    rewards_income = (redemption_redeemed * redemption_rate + direct) * market_price
    return rewards_income
