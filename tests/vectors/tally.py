"""Vectors of one vote: `agt.mechanisms.voting.tally`."""

from typing import Any

from agt.mechanisms.voting import Ballot, Holding, tally
from agt.records.amounts import UNIT
from agt.registry import Registry
from tests.vectors.form import LARGEST, Case, Expected, Inputs, Subject, fraction, pair, seconds

NAMES = ("voting_held_weight", "voting_quorum", "voting_staked_weight")
OPENS, CLOSES = seconds("2026-05-01"), seconds("2026-05-15")
UNLOCKED = 2_380_000_000 * UNIT - 1  # full size, and no share of it is a whole number of base units

# Examples of EIP-55, in the form that carries the checksum.
A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
B = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
C = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
D = "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"

Rows = list[dict[str, Any]]


def large(address: str) -> str:
    return f"0x{address[2:].upper()}"


def holds(address: str, held: int, staked: int = 0) -> dict[str, str]:
    return {"address": address, "held": str(held), "staked": str(staked)}


class Vote:
    """The terms that a case has unless it says otherwise, and ballots in them."""

    def __init__(self, registry: Registry) -> None:
        exact = {name: registry.value(name).as_integer_ratio() for name in NAMES}
        self.quorum = exact["voting_quorum"]
        self.terms = {
            "opens": OPENS,
            "closes": CLOSES,
            "held_weight": fraction(*exact["voting_held_weight"]),
            "staked_weight": fraction(*exact["voting_staked_weight"]),
            "quorum": fraction(1, 10),
            "threshold": fraction(1, 2),
            "unlocked": "100",
        }

    def cast(self, address: str, choice: str, after: int = 0) -> dict[str, Any]:
        """A ballot, so many seconds after the vote has opened."""
        return {"address": address, "choice": choice, "cast_at": OPENS + after}

    def case(self, id: str, shows: str, ballots: Rows, snapshot: Rows, **changed: Any) -> Case:
        return Case(id, shows, {"ballots": ballots, "snapshot": snapshot} | self.terms | changed)

    def split(self, id: str, shows: str, votes: tuple[int, int, int], **changed: Any) -> Case:
        """A case in which three addresses vote for, against, and abstain, with so many votes."""
        ballots = [self.cast(A, "for"), self.cast(B, "against"), self.cast(C, "abstain")]
        rows = [row for row, held in enumerate(votes) if held]
        snapshot = [holds((A, B, C)[row], votes[row]) for row in rows]
        return self.case(id, shows, [ballots[row] for row in rows], snapshot, **changed)


def answer(inputs: Inputs) -> Expected:
    """What the rule makes of a case."""
    found = tally(
        [Ballot(**ballot) for ballot in inputs["ballots"]],
        [Holding(row["address"], int(row["held"]), int(row["staked"])) for row in inputs["snapshot"]],
        opens=inputs["opens"],
        closes=inputs["closes"],
        held_weight=pair(inputs["held_weight"]),
        staked_weight=pair(inputs["staked_weight"]),
        quorum=pair(inputs["quorum"]),
        unlocked=int(inputs["unlocked"]),
        threshold=pair(inputs["threshold"]),
    )
    fates = {row: {"fate": "standing", "votes": str(votes)} for row, votes in found.standing.items()}
    fates |= {row: {"fate": "replaced"} for row in found.replaced}
    fates |= {row: {"fate": "refused", "reason": reason} for row, reason in found.refusals.items()}
    return {
        "for": str(found.in_favour),
        "against": str(found.against),
        "abstain": str(found.abstained),
        "turnout": str(found.turnout),
        "needed": str(found.needed),
        "passed": found.passed,
        "ballots": [fates[row] for row in range(len(inputs["ballots"]))],
    }


def cases(registry: Registry) -> list[Case]:
    terms = Vote(registry)
    groups = (majorities, quorums, replacements, addresses, refusals, weights, sizes)
    return [case for group in groups for case in group(terms)]


def majorities(vote: Vote) -> list[Case]:
    """More than the threshold of the votes for and against."""
    two_thirds = {"threshold": fraction(2, 3)}
    return [
        vote.split("passes", "More for than against, and enough votes cast.", (8, 5, 2)),
        vote.split("fails", "More against than for.", (5, 8, 2)),
        vote.split("tie", "A tie fails.", (30, 30, 0)),
        vote.split("tie-with-abstentions", "Abstentions break no tie.", (30, 30, 9)),
        vote.split("one-more", "One base unit more than a tie passes.", (31, 30, 0)),
        vote.split("abstentions-aside", "Abstentions do not count against: one for and nobody against.", (1, 0, 40)),
        vote.split("only-abstentions", "Abstentions alone pass nothing.", (0, 0, 40)),
        vote.split(
            "threshold-met", "The threshold itself is not enough; it must be exceeded.", (20, 10, 0), **two_thirds
        ),
        vote.split("threshold-exceeded", "One base unit above the threshold passes.", (21, 10, 0), **two_thirds),
    ]


def quorums(vote: Vote) -> list[Case]:
    """The votes that must be cast."""
    exact, nothing = -(-UNLOCKED * vote.quorum[0] // vote.quorum[1]), fraction(0, 1)
    terms = {"quorum": fraction(*vote.quorum), "unlocked": str(UNLOCKED)}
    return [
        vote.split("quorum-met", "The quorum is met by exactly the votes needed.", (10, 0, 0)),
        vote.split("quorum-short", "One base unit less than the votes needed fails.", (9, 0, 0)),
        vote.split("quorum-by-abstentions", "Abstentions count as votes cast.", (6, 3, 1)),
        vote.split("quorum-by-votes-against", "Votes against count as votes cast.", (9, 1, 0)),
        vote.split("needed-rounded-up", "The votes needed are rounded up; one less fails.", (10, 0, 0), unlocked="101"),
        vote.split(
            "needed-rounded-up-met", "The votes needed are rounded up; met exactly.", (11, 0, 0), unlocked="101"
        ),
        vote.split(
            "registry-quorum-met", "The registry's quorum of what is unlocked, exactly.", (exact, 0, 0), **terms
        ),
        vote.split(
            "registry-quorum-short", "One base unit short of the registry's quorum.", (exact - 1, 0, 0), **terms
        ),
        vote.split("no-quorum", "Without a quorum one base unit decides.", (1, 0, 0), quorum=nothing),
        vote.split("nothing-unlocked", "A share of nothing is nothing.", (1, 0, 0), unlocked="0"),
        vote.split("nobody-came", "Without a quorum and without ballots nothing passes.", (0, 0, 0), quorum=nothing),
    ]


def replacements(vote: Vote) -> list[Case]:
    """Which ballot of an address stands."""
    snapshot, last = [holds(A, 20), holds(B, 10)], CLOSES - OPENS - 1
    made = [
        ("replaced", "A later ballot replaces an earlier one.", [("for", 5), ("against", 6)]),
        ("replaced-out-of-order", "The moment decides, not the place in the list.", [("against", 6), ("for", 5)]),
        ("same-moment", "Of one moment the later row stands.", [("for", 5), ("against", 5)]),
        (
            "same-moment-of-three",
            "Three ballots of one moment: the last row stands.",
            [("against", 5), ("abstain", 5), ("for", 5)],
        ),
        ("replaced-twice", "Each later ballot replaces the one before.", [("for", 7), ("against", 5), ("abstain", 9)]),
        ("replaced-by-abstaining", "A ballot may be withdrawn by abstaining.", [("for", 5), ("abstain", 6)]),
        ("last-second", "The last second before the close still replaces.", [("for", 5), ("against", last)]),
        ("too-late-to-replace", "What comes with the close replaces nothing.", [("for", 5), ("against", last + 1)]),
        (
            "too-early",
            "A ballot before the opening is refused, the first second is in time.",
            [("against", -1), ("for", 0)],
        ),
        ("refused-replaces-nothing", "A ballot of an unknown choice replaces nothing.", [("for", 5), ("maybe", 6)]),
    ]
    other = vote.cast(B, "against", 1)
    return [
        vote.case(name, shows, [*(vote.cast(A, choice, after) for choice, after in ballots), other], snapshot)
        for name, shows, ballots in made
    ]


def addresses(vote: Vote) -> list[Case]:
    """An address is its twenty bytes, and counts once."""
    cast, one = vote.cast, [vote.cast(A, "for")]
    small = A.lower()
    return [
        vote.case(
            "case-of-ballots",
            "One address in three cases is one voter; the last ballot stands.",
            [cast(A, "for", 1), cast(small, "against", 2), cast(large(A), "for", 3)],
            [holds(A, 20)],
        ),
        vote.case(
            "case-of-snapshot",
            "A ballot finds its address in another case.",
            [cast(small, "for")],
            [holds(large(A), 20)],
        ),
        vote.case("listed-twice", "Listed twice, an address counts once.", one, [holds(A, 20), holds(A, 20)]),
        vote.case(
            "listed-twice-fewer-last", "The fewer votes count, listed last.", one, [holds(A, 20), holds(small, 12)]
        ),
        vote.case(
            "listed-twice-fewer-first", "The fewer votes count, listed first.", one, [holds(large(A), 12), holds(A, 20)]
        ),
        vote.case(
            "listed-twice-by-weight",
            "Which row has the fewer votes is known only after weighing.",
            one,
            [holds(A, 20, 1), holds(A, 1, 15)],
            staked_weight=fraction(2, 1),
        ),
        vote.case(
            "listed-with-nothing",
            "Listed again with nothing, an address has no votes.",
            one,
            [holds(A, 20), holds(A, 0)],
        ),
    ]


def refusals(vote: Vote) -> list[Case]:
    """Ballots that do not count."""
    cast, end, snapshot = vote.cast, CLOSES - OPENS, [holds(A, 20)]
    return [
        vote.case(
            "address-unknown",
            "Whoever is not in the snapshot has no ballot.",
            [cast(A, "for"), cast(D, "against")],
            snapshot,
        ),
        vote.case(
            "choice-unknown",
            "A choice is written exactly for, against or abstain.",
            [cast(A, choice, after) for after, choice in enumerate(["abstain", "For", "yes", "", " for", "AGAINST"])],
            snapshot,
        ),
        vote.case(
            "first-reason",
            "The first reason is named: window, address, choice.",
            [cast(D, "maybe", end), cast(D, "maybe"), cast(A, "maybe"), cast(A, "for")],
            snapshot,
        ),
        vote.case(
            "no-votes",
            "A ballot without votes stands and adds nothing.",
            [cast(A, "for"), cast(B, "against")],
            [holds(A, 0), holds(B, 20)],
        ),
    ]


def weights(vote: Vote) -> list[Case]:
    """Votes of what is held and of what is staked."""
    ballots = [vote.cast(A, "for"), vote.cast(B, "against"), vote.cast(C, "abstain")]
    snapshot = [holds(A, 4, 3), holds(B, 5, 0), holds(C, 0, 2)]
    made = [
        ("registry-weights", "The weights of the registry.", {}),
        (
            "weights-halves",
            "Weights of one half and one and a half, rounded down.",
            {"held_weight": (1, 2), "staked_weight": (3, 2)},
        ),
        (
            "weights-rounded-once",
            "A third of what is held and half of what is staked are added before rounding.",
            {"held_weight": (1, 3), "staked_weight": (1, 2)},
        ),
        ("stakes-only", "Where what is held has no weight only stakes vote.", {"held_weight": (0, 1)}),
        ("stakes-count-double", "Stakes may count more than what is held.", {"staked_weight": (2, 1)}),
        (
            "weights-not-reduced",
            "A weight of two halves is a weight of one.",
            {"held_weight": (2, 2), "staked_weight": (3, 3)},
        ),
    ]
    return [
        vote.case(name, shows, ballots, snapshot, **{weight: fraction(*value) for weight, value in changed.items()})
        for name, shows, changed in made
    ]


def sizes(vote: Vote) -> list[Case]:
    """From amounts of everyday to the largest that a word holds."""
    half, votes = 2**255, UNLOCKED // 2
    thirds = {"held_weight": fraction(1, 3), "staked_weight": fraction(2, 3)}
    return [
        vote.split(
            "full-size-tie-by-one",
            "Full size, one base unit apart: no float can hold it.",
            (votes + 1, votes, 0),
            unlocked=str(UNLOCKED),
            quorum=fraction(*vote.quorum),
        ),
        vote.split("largest-turnout", "The votes cast add up to the largest word exactly.", (half, half - 1, 0)),
        vote.split(
            "largest-needed",
            "The votes needed are a share of the largest word: the product has more bits than it.",
            (LARGEST, 0, 0),
            unlocked=str(LARGEST),
            quorum=fraction(999, 1000),
        ),
        vote.case(
            "largest-weighed",
            "One third of the largest word and two thirds of it: before dividing there are more bits than a word has.",
            [vote.cast(A, "for")],
            [holds(A, LARGEST, LARGEST)],
            **thirds,
        ),
    ]


SUBJECT = Subject(
    "tally",
    "agt.mechanisms.voting.tally",
    ("mechanisms/voting.py",),
    NAMES,
    cases,
    answer,
)
