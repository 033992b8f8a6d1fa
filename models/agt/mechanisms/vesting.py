"""Vesting: each bucket of the supply unlocks by its own schedule, once a month, on the 15th."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import AGT, Count, Month, Share, clip, pos, total

Schedule = namedtuple("Schedule", ("allocation", "share_at_tge", "start", "share_at_start", "steps"))


def unlocked(schedule: Schedule, month: int) -> int:
    """What a bucket has unlocked once the unlock of `month` has happened, to the base unit.

    Args: schedule: allocation [base units, 10^-18 AGT], share_at_tge and share_at_start [(numerator, denominator)],
        start [month], steps [count], the first of them a month after start; month: 0 = the token generation event.
    Returns: cumulative amount [base units], rounded down; 0 before the token generation event.
    Source: facts 2.

    >>> unlocked(Schedule(1000, (1, 5), 0, (0, 1), 18), 9)
    600
    """
    if month < 0:
        return 0
    tge, of_tge = schedule.share_at_tge
    start, of_start = schedule.share_at_start
    steps = min(max(month - schedule.start, 0), schedule.steps)

    # Every share over one common denominator, so that only the last line rounds.
    whole = of_tge * of_start * schedule.steps
    at_tge = tge * of_start * schedule.steps
    at_start = start * of_tge * schedule.steps if month >= schedule.start else 0
    each_step = of_tge * of_start - tge * of_start - start * of_tge
    due: int = schedule.allocation * (at_tge + at_start + each_step * steps) // whole
    return due


def policy(
    month: Month,
    locked: AGT,
    vesting_allocation: AGT,
    vesting_share_at_tge: Share,
    vesting_start: Month,
    vesting_share_at_start: Share,
    vesting_steps: Count,
) -> AGT:
    """Unlock one bucket's tokens of the month. Agrees with `unlocked`.

    Source: facts 2.
    """
    # SCHEDULE
    steps = clip((month - vesting_start) / vesting_steps, 0.0, 1.0)
    at_start = np.where(month >= vesting_start, vesting_share_at_start, 0.0)
    later = 1.0 - vesting_share_at_tge - vesting_share_at_start
    due = vesting_allocation * (vesting_share_at_tge + at_start + later * steps)

    # UNLOCK
    vesting_unlock = np.minimum(locked, pos(due - (vesting_allocation - locked)))
    return vesting_unlock


def recipients(
    vesting_unlock: tuple[AGT, ...], locked: tuple[AGT, ...], vesting_allocation: tuple[AGT, ...], supply_total: AGT
) -> tuple[AGT, AGT, AGT, AGT, AGT, AGT]:
    """Who receives the month's unlocks, and how much is unlocked by now, with and without the project's own funds.

    Source: facts 2; that the airdrop goes to contributors and KOL tokens to investors is the model's reading.
    """
    # GROUP
    _, _, _, airdrop, seed, private, kol, team, advisers, _, _, _ = vesting_unlock
    vesting_to_contributors = airdrop
    vesting_to_investors = seed + private + kol
    vesting_to_team = team + advisers

    # SUM
    vesting_unlocking = total(vesting_unlock)
    vesting_unlocked = supply_total - total(locked)
    ecosystem = vesting_allocation[1] - locked[1]
    treasury = vesting_allocation[9] - locked[9]
    vesting_circulating = vesting_unlocked - ecosystem - treasury
    return (
        vesting_to_contributors,
        vesting_to_investors,
        vesting_to_team,
        vesting_unlocking,
        vesting_unlocked,
        vesting_circulating,
    )
