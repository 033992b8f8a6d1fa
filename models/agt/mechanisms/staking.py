"""Staking: a stake opens better paid work and votes. It pays nothing by itself: no work, no reward."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import (
    AGT,
    AIA,
    AGT_per_person,
    Number,
    People,
    Share,
    USD_per_AGT,
    USD_per_AIA,
    pos,
    ratio,
)

Account = namedtuple("Account", ("stake", "medallion", "level"))
Withdrawal = namedtuple("Withdrawal", ("stake", "released", "waiting"))


def tier(stake: int, *, thresholds: tuple[int, ...]) -> int:
    """The tier that a stake reaches: how many of the rising `thresholds` it meets.

    Args: stake [base units]; thresholds [base units], rising.
    Source: that tiers exist, facts 1d; the thresholds are stated nowhere (facts 4).

    >>> tier(3000, thresholds=(3000, 9000)), tier(2999, thresholds=(3000, 9000))
    (1, 0)
    """
    return len([threshold for threshold in thresholds if stake >= threshold])


def opens(account: Account, task: str, *, thresholds: tuple[int, ...], high_level: int) -> bool:
    """Whether an account may take a class of task: general, specialised or advanced.

    General tasks need no stake; specialised ones a Medallion; advanced ones a high level or a staked tier.
    Source: facts 1d (README of 2025-03-28; the article asks for both where the README asks for either).

    >>> opens(Account(0, False, 1), "general", thresholds=(3000,), high_level=5)
    True
    """
    if task == "general":
        return account.level >= 1
    if task == "specialised":
        return account.medallion
    return account.level >= high_level or tier(account.stake, thresholds=thresholds) >= 1


def withdraw(stake: int, requests: list[tuple[int, int]], *, at: int, unbonding: int) -> Withdrawal:
    """What requests to unstake have released by the moment `at`; the rest still waits and still counts as stake.

    Args: stake [base units]; requests: (moment [s], amount [base units]) in the order made; unbonding [s].
    Source: the unbonding time is stated nowhere (facts 4).

    >>> withdraw(100, [(0, 30), (50, 90)], at=60, unbonding=60)
    Withdrawal(stake=70, released=30, waiting=70)
    """
    released, waiting = 0, 0
    for moment, amount in requests:
        granted = min(amount, stake - released - waiting)
        if at - moment >= unbonding:
            released += granted
        else:
            waiting += granted
    return Withdrawal(stake - released, released, waiting)


def forfeit(stake: int, *, rejected: int, judged: int, rate: tuple[int, int]) -> int:
    """What a stake loses for rejected work, rounded down: rate x rejected / judged, never more than the stake.

    Args: stake [base units]; rejected, judged [count]; rate [(numerator, denominator)].
    Source: none is stated anywhere (facts 1c), so the rate in force is 0.

    >>> forfeit(1000, rejected=1, judged=4, rate=(1, 10))
    25
    """
    if judged == 0:
        return 0
    part, whole = rate
    return min(stake * part * rejected // (whole * judged), stake)


def opening(staking_belief_at_tge: Share) -> Share:
    """At the token generation event nobody has staked; some hope for interest."""
    staking_belief = staking_belief_at_tge
    return staking_belief


def choose(
    contributors_active: People,
    rewards_aia_issued: AIA,
    staking_take_up: Share,
    staking_eligible: Share,
    staking_premium: Share,
    staking_tier: AGT_per_person,
    staking_required_return: Share,
    staking_steepness: Number,
    redemption_aia_value: USD_per_AIA,
    market_price: USD_per_AGT,
) -> Share:
    """The share of one cohort that stakes a tier: extra pay of a month against the return asked on a volatile stake.

    Source: discrete choice of a bond without yield; the steepness is an assumption.
    """
    # WEIGH
    plain = ratio(rewards_aia_issued, contributors_active) / (1.0 + staking_premium * staking_take_up)
    gain = staking_premium * plain * redemption_aia_value
    price = staking_tier * market_price * staking_required_return
    weight = ratio(gain, gain + price)

    # CHOOSE
    drawn = np.power(weight, staking_steepness)
    repelled = np.power(1.0 - weight, staking_steepness)
    staking_take_up = staking_eligible * drawn / (drawn + repelled)
    return staking_take_up


def policy(
    contributors_active: tuple[People, ...],
    staking_take_up: tuple[Share, ...],
    quality_accepted: tuple[Share, ...],
    contributors_liquid: AGT,
    contributors_staked: AGT,
    investors_liquid: AGT,
    investors_staked: AGT,
    team_liquid: AGT,
    team_staked: AGT,
    market_float: AGT,
    staking_tier: AGT_per_person,
    staking_belief: Share,
    staking_belief_decay: Share,
    staking_disappointment: Share,
    staking_speed: Share,
    staking_buy_share: Share,
    staking_float_share: Share,
    staking_liquid_share: Share,
    staking_forfeit: Share,
    staking_investors_share: Share,
    staking_team_share: Share,
) -> tuple[AGT, AGT, AGT, AGT, AGT, AGT, AGT, AGT, Share]:
    """Stakes move towards what people want to stake; rejected work forfeits. Agrees with `forfeit`.

    Unbonding shorter than a month needs no account here. Rejected work is that of the cohorts that stake.
    Source: facts 1d; no passive yield exists, so none is paid.
    """
    # WANT
    regular = contributors_active[1] * staking_take_up[1]
    expert = contributors_active[2] * staking_take_up[2]
    hoping = staking_belief * (contributors_liquid + contributors_staked)
    gap = (regular + expert) * staking_tier + hoping - contributors_staked
    staking_belief = staking_belief * (1.0 - staking_belief_decay) * (1.0 - staking_disappointment)

    # STAKE
    wanted = staking_speed * pos(gap)
    staking_stake = np.minimum(wanted, staking_liquid_share * contributors_liquid)
    staking_bought = np.minimum(staking_buy_share * (wanted - staking_stake), staking_float_share * market_float)
    staking_unstake = np.minimum(staking_speed * pos(-gap), contributors_staked)

    # FORFEIT
    refused = regular * (1.0 - quality_accepted[1]) + expert * (1.0 - quality_accepted[2])
    rejected = ratio(refused, regular + expert)
    at_risk = contributors_staked - staking_unstake
    staking_forfeited = np.minimum(staking_forfeit * rejected * contributors_staked, at_risk)

    # VOTE
    gap_investors = staking_investors_share * (investors_liquid + investors_staked) - investors_staked
    staking_investors_stake = np.minimum(staking_speed * pos(gap_investors), investors_liquid)
    staking_investors_unstake = staking_speed * pos(-gap_investors)
    gap_team = staking_team_share * (team_liquid + team_staked) - team_staked
    staking_team_stake = np.minimum(staking_speed * pos(gap_team), team_liquid)
    staking_team_unstake = staking_speed * pos(-gap_team)
    return (
        staking_stake,
        staking_bought,
        staking_unstake,
        staking_forfeited,
        staking_investors_stake,
        staking_investors_unstake,
        staking_team_stake,
        staking_team_unstake,
        staking_belief,
    )
