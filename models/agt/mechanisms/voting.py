"""Voting: held and staked AGT of one moment carry votes, enough of them must be cast, and a tie fails."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import AGT, Count, Number, Share, ratio, total

Ballot = namedtuple("Ballot", ("address", "choice", "cast_at"))
Holding = namedtuple("Holding", ("address", "held", "staked"))
Tally = namedtuple(
    "Tally",
    ("in_favour", "against", "abstained", "turnout", "needed", "passed", "standing", "replaced", "refusals"),
)
Coalition = namedtuple("Coalition", ("voters", "weight"))

CHOICES = ("for", "against", "abstain")

REFUSALS = {
    "outside-window": "cast before the vote opened or after it closed",
    "address-unknown": "the address is not in the snapshot",
    "choice-unknown": "the choice is none of for, against, abstain",
}


def weigh(snapshot: list[Holding], *, held_weight: tuple[int, int], staked_weight: tuple[int, int]) -> dict[str, int]:
    """The votes of every address of a snapshot: held x held_weight + staked x staked_weight, rounded down once.

    An address is its 20 bytes, whatever its case, and counts once: listed twice, with the fewer votes.

    Args: snapshot: held, staked [base units, 10^-18 AGT]; held_weight, staked_weight [(numerator, denominator)].
    Returns: votes [base units] by address in small letters.
    Source: holding and staking give votes (the article); their weights are stated nowhere (facts 1d).

    >>> weigh([Holding("0xA1", 5, 2)], held_weight=(1, 2), staked_weight=(2, 1))
    {'0xa1': 6}
    """
    held_part, held_whole = held_weight
    staked_part, staked_whole = staked_weight
    weights: dict[str, int] = {}
    for holding in snapshot:
        address = holding.address.lower()
        votes = holding.held * held_part * staked_whole + holding.staked * staked_part * held_whole
        votes = votes // (held_whole * staked_whole)
        weights[address] = min(weights.get(address, votes), votes)
    return weights


def refusal(ballot: Ballot, *, weights: dict[str, int], opens: int, closes: int) -> str | None:
    """The first of `REFUSALS` that applies to a ballot, or None.

    Args: ballot: cast_at [UTC seconds]; weights: see `weigh`; opens, closes: opens <= cast_at < closes [UTC seconds].
    Source: no source states in which order the checks are made.

    >>> refusal(Ballot("0xB2", "for", 0), weights={"0xa1": 6}, opens=0, closes=1)
    'address-unknown'
    """
    if not opens <= ballot.cast_at < closes:
        return "outside-window"
    if ballot.address.lower() not in weights:
        return "address-unknown"
    if ballot.choice not in CHOICES:
        return "choice-unknown"
    return None


def sift(
    ballots: list[Ballot], *, weights: dict[str, int], opens: int, closes: int
) -> tuple[dict[str, int], list[int], dict[int, str]]:
    """Which ballots stand: of each address the last one before the close, of one moment the later row.

    Args: see `refusal`.
    Returns: the row that stands by address in small letters, rows replaced, and refusals; rows from 0.
    Source: that a ballot may be replaced is this project's reading; stated nowhere (facts 1d).

    >>> sift([Ballot("0xA1", "for", 5), Ballot("0xa1", "against", 4)], weights={"0xa1": 6}, opens=0, closes=9)
    ({'0xa1': 0}, [1], {})
    """
    rows: dict[str, int] = {}
    replaced: list[int] = []
    refusals: dict[int, str] = {}
    for row, ballot in enumerate(ballots):
        reason = refusal(ballot, weights=weights, opens=opens, closes=closes)
        address = ballot.address.lower()
        if reason is not None:
            refusals[row] = reason
        elif address not in rows:
            rows[address] = row
        elif ballot.cast_at < ballots[rows[address]].cast_at:
            replaced.append(row)
        else:
            replaced.append(rows[address])
            rows[address] = row
    replaced.sort()
    return rows, replaced, refusals


def tally(
    ballots: list[Ballot],
    snapshot: list[Holding],
    *,
    opens: int,
    closes: int,
    held_weight: tuple[int, int],
    staked_weight: tuple[int, int],
    quorum: tuple[int, int],
    unlocked: int,
    threshold: tuple[int, int] = (1, 2),
) -> Tally:
    """Count one vote: of each address the last ballot before the close stands, by the votes of the snapshot.

    It passes with enough votes cast, abstentions among them, and more than the threshold of those for and against.

    Args: ballots, opens, closes: see `refusal`; snapshot, held_weight, staked_weight: see `weigh`; quorum: share of
        unlocked AGT that must be cast, threshold: share of votes for and against to be exceeded [(numerator,
        denominator)]; unlocked [base units, 10^-18 AGT].
    Returns: votes for, against, abstained, cast and needed [base units]; passed; votes of the ballots that stand,
        rows that a later ballot replaced, and refusals, by position in `ballots`, from 0.
    Source: staking is required to vote (facts 1d), holding suffices (the article); quorum, pass mark, period and weight
        are stated nowhere (facts 4): more than half, a tie fails, the last ballot stands are this project's reading.

    >>> ballots = [Ballot("0xA1", "for", 0), Ballot("0xb2", "against", 1), Ballot("0xB2", "abstain", 2)]
    >>> snapshot = [Holding("0xa1", 5, 2), Holding("0xb2", 9, 0)]
    >>> terms = {"held_weight": (1, 1), "staked_weight": (1, 1), "quorum": (4, 100), "unlocked": 400}
    >>> tally(ballots, snapshot, opens=0, closes=9, **terms)[:8]
    (7, 0, 9, 16, 16, True, {0: 7, 2: 9}, (1,))
    """
    weights = weigh(snapshot, held_weight=held_weight, staked_weight=staked_weight)
    rows, replaced, refusals = sift(ballots, weights=weights, opens=opens, closes=closes)
    standing = {row: weights[address] for address, row in rows.items()}
    votes = {choice: sum([standing[row] for row in standing if ballots[row].choice == choice]) for choice in CHOICES}
    turnout = sum(votes.values())
    needed = -(-unlocked * quorum[0] // quorum[1])  # rounded up: one base unit less is not the share
    majority = votes["for"] * threshold[1] > (votes["for"] + votes["against"]) * threshold[0]
    return Tally(
        votes["for"],
        votes["against"],
        votes["abstain"],
        turnout,
        needed,
        majority and turnout >= needed,
        standing,
        tuple(replaced),
        refusals,
    )


def smallest_coalition(weights: dict[str, int], *, needed: int) -> Coalition | None:
    """The fewest voters who together have more than the votes needed, or None where all of them have not.

    Half of all votes, rounded down, is what a coalition must exceed to decide against everybody else.

    Args: weights: votes [base units] by address, see `weigh`; needed: votes to be exceeded [base units].
    Returns: the voters, most votes first and of equals the first address, and the votes they have.
    Source: the Nakamoto coefficient (Srinivasan and Lee 2017), applied to votes.

    >>> smallest_coalition({"0xa1": 2, "0xb2": 5, "0xc3": 2}, needed=6)
    Coalition(voters=('0xb2', '0xa1'), weight=7)
    """
    ranked = [(-weight, address) for address, weight in weights.items()]
    ranked.sort()
    voters: list[str] = []
    gathered = 0
    for weight, address in ranked:
        voters.append(address)
        gathered -= weight
        if gathered > needed:
            return Coalition(tuple(voters), gathered)
    return None


def policy(
    contributors_liquid: AGT,
    contributors_staked: AGT,
    investors_liquid: AGT,
    investors_staked: AGT,
    team_liquid: AGT,
    team_staked: AGT,
    market_float: AGT,
    vesting_circulating: AGT,
    voting_held_weight: Number,
    voting_staked_weight: Number,
    voting_turnout_staked: Share,
    voting_turnout_holders: Share,
    voting_turnout_investors: Share,
    voting_turnout_team: Share,
    voting_quorum: Share,
) -> tuple[tuple[AGT, ...], AGT, Number, Number, Share, Share, Share, Count]:
    """How many votes each group would cast, and whether they reach the quorum. Weights agree with `tally`.

    Nothing in the model follows from a vote: the page reports who could decide one.
    Source: holding and staking carry votes (the article); turnouts of other DAOs (facts 5).
    """
    # CAST
    held, staked = voting_held_weight, voting_staked_weight
    of_holders = held * contributors_liquid * voting_turnout_holders
    of_contributors = of_holders + staked * contributors_staked * voting_turnout_staked
    of_investors = (held * investors_liquid + staked * investors_staked) * voting_turnout_investors
    of_team = (held * team_liquid + staked * team_staked) * voting_turnout_team
    of_market = held * market_float * voting_turnout_holders
    voting_votes = (of_contributors, of_investors, of_team, of_market)
    voting_cast = total(voting_votes)

    # QUORUM
    needed = voting_quorum * vesting_circulating
    voting_quorum_ratio = ratio(voting_cast, needed)
    voting_quorum_reached = np.where(voting_cast >= needed, 1.0, 0.0)

    # CONCENTRATION
    voting_insiders = ratio(of_investors + of_team, voting_cast)
    one, two = np.maximum(of_contributors, of_investors), np.maximum(of_team, of_market)
    largest = np.maximum(one, two)
    voting_largest = ratio(largest, voting_cast)
    squares = (
        of_contributors * of_contributors + of_investors * of_investors + of_team * of_team + of_market * of_market
    )
    voting_concentration = ratio(squares, voting_cast * voting_cast)
    rest = np.maximum(np.minimum(of_contributors, of_investors), np.minimum(of_team, of_market))
    second = np.maximum(np.minimum(one, two), rest)
    at_least_two = np.where(2.0 * (largest + second) > voting_cast, 2.0, 3.0)
    voting_groups_deciding = np.where(2.0 * largest > voting_cast, 1.0, at_least_two)
    return (
        voting_votes,
        voting_cast,
        voting_quorum_ratio,
        voting_quorum_reached,
        voting_insiders,
        voting_largest,
        voting_concentration,
        voting_groups_deciding,
    )
