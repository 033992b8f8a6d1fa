"""Progression: experience and, at some levels, AGT raise an NFT's level; achievements earn a Medallion."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import AGT, AGT_per_person, Number, People, Share

Account = namedtuple("Account", ("level", "experience", "agt", "upgraded"))
Cost = namedtuple("Cost", ("experience", "agt"))
Upgrade = namedtuple("Upgrade", ("level", "experience", "consumed", "burned", "recycled", "refusal"))
Achievements = namedtuple("Achievements", ("accepted", "score"))

REFUSALS = {
    "level-highest": "the table has no next level",
    "too-soon": "the interval since the last upgrade has not passed",
    "experience-short": "less experience than the next level consumes",
    "balance-short": "less AGT than the next level consumes",
}


def refusal(account: Account, cost: Cost | None, *, at: int, interval: int) -> str | None:
    """The first of `REFUSALS` that applies to an upgrade at that cost, or None.

    Args: account, at, interval: see `upgrade`; cost: of the next level, None where there is none.
    Source: facts 1d; no source states in which order the checks are made.

    >>> refusal(Account(1, 100, 0, None), Cost(100, 5), at=0, interval=60)
    'balance-short'
    """
    if cost is None:
        return "level-highest"
    if account.upgraded is not None and at - account.upgraded < interval:
        return "too-soon"
    if account.experience < cost.experience:
        return "experience-short"
    if account.agt < cost.agt:
        return "balance-short"
    return None


def upgrade(account: Account, costs: dict[int, Cost], *, at: int, interval: int, burn: tuple[int, int]) -> Upgrade:
    """Raise an NFT by one level, or say why not; whatever AGT is not burned returns to the reward reserve.

    Args: account: level [count], experience [points], agt: liquid [base units, 10^-18 AGT], upgraded: moment of the
        last upgrade [UTC seconds] or None; costs: experience and AGT [base units] by the level reached, AGT 0 at most
        of them; at [UTC seconds]; interval: least time between two upgrades [s]; burn [(numerator, denominator)].
    Returns: the level held afterwards; experience and AGT consumed; AGT burned, rounded down, and recycled; refusal.
    Source: facts 1d (upgrades consume experience, and AGT only at specific levels and between set intervals); that
        the interval holds for every level is this project's reading; levels, costs, burn are stated nowhere (facts 4).

    >>> costs = {2: Cost(100, 0), 3: Cost(300, 1500)}
    >>> upgrade(Account(2, 350, 2000, 0), costs, at=60, interval=60, burn=(1, 4))
    Upgrade(level=3, experience=300, consumed=1500, burned=375, recycled=1125, refusal=None)
    """
    cost = costs.get(account.level + 1)
    reason = refusal(account, cost, at=at, interval=interval)
    if cost is None or reason is not None:
        return Upgrade(account.level, 0, 0, 0, 0, reason)
    part, whole = burn
    burned = cost.agt * part // whole
    return Upgrade(account.level + 1, cost.experience, cost.agt, burned, cost.agt - burned, None)


def medallion(earned: Achievements, required: Achievements) -> bool:
    """Whether achievements earn a Medallion, which is bound to its account: no AGT buys it and nobody can sell it.

    Args: earned, required: accepted task sets [count] and score [10^-18].
    Source: soul-bound and earned by achievement, facts 1d; what is required is stated nowhere (facts 4).

    >>> medallion(Achievements(500, 9), Achievements(500, 8)), medallion(Achievements(499, 9), Achievements(500, 8))
    (True, False)
    """
    return earned.accepted >= required.accepted and earned.score >= required.score


def policy(
    contributors_rising: People,
    contributors_maturing: People,
    contributors_liquid: AGT,
    progression_upgrade_cost: AGT_per_person,
    progression_expert_upgrades: Number,
    progression_liquid_share: Share,
    progression_burn_share: Share,
) -> tuple[People, AGT, AGT]:
    """Who becomes a regular or an expert buys upgrades; the AGT consumed is burned or goes back to the reserve.

    Agrees with `upgrade` on what is burned and what is recycled.
    Source: upgrades consume AGT at specific levels (facts 1d); amounts and destination were not found.
    """
    # UPGRADE
    progression_upgrades = contributors_rising + progression_expert_upgrades * contributors_maturing
    wanted = progression_upgrades * progression_upgrade_cost
    spent = np.minimum(wanted, progression_liquid_share * contributors_liquid)

    # SPLIT
    progression_burned = spent * progression_burn_share
    progression_recycled = spent - progression_burned
    return progression_upgrades, progression_burned, progression_recycled
