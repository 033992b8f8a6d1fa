"""Vectors of one redemption season: `agt.mechanisms.redemption.settle`."""

from typing import Any

from agt.calendar import season_window
from agt.mechanisms.redemption import Claim, settle
from agt.records.amounts import UNIT, base_units
from agt.records.wallets import is_valid
from agt.registry import Registry
from tests.vectors.form import LARGEST, Case, Expected, Inputs, Subject

NAMES = ("redemption_closing_day", "redemption_minimum", "redemption_quota")
SEASON = "2026-05"

# Examples of EIP-55: large and small letters of one address are its checksum.
MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
LARGE = "0x52908400098527886E0F7030069857D2E4169EE7"
SMALL = "0xde709f2102306220921060314715629080e2fb77"


class Season:
    """The terms that a case has unless it says otherwise, and claims in them."""

    def __init__(self, registry: Registry) -> None:
        window = season_window(SEASON, int(registry.value("redemption_closing_day")))
        self.opens, self.closes = (int(edge.timestamp()) for edge in window)
        self.quota = base_units(str(registry.value("redemption_quota")))
        self.minimum = base_units(str(registry.value("redemption_minimum")))

    def claim(self, id: str, contributor: str, aia: int, wallet: str = SMALL, after: int = 0) -> dict[str, Any]:
        """A claim, so many seconds after the season has opened."""
        submitted = self.opens + after
        return {"id": id, "contributor": contributor, "wallet": wallet, "aia": str(aia), "submitted": submitted}

    def each(self, *amounts: int) -> list[dict[str, Any]]:
        """Claims of so much AIA, each of a contributor of its own."""
        return [self.claim(f"c{row}", f"p{row}", aia) for row, aia in enumerate(amounts, start=1)]

    def case(
        self,
        id: str,
        shows: str,
        claims: list[dict[str, Any]],
        pool: int = 100,
        minimum: int = 1,
        holdings: dict[str, int] | None = None,
    ) -> Case:
        wallets = {claim["wallet"] for claim in claims}
        held = None if holdings is None else {contributor: str(aia) for contributor, aia in holdings.items()}
        inputs = {
            "claims": claims,
            "pool": str(pool),
            "minimum": str(minimum),
            "opens": self.opens,
            "closes": self.closes,
            "valid_wallets": sorted(wallet for wallet in wallets if is_valid(wallet)),
            "holdings": held,
        }
        return Case(id, shows, inputs)


def answer(inputs: Inputs) -> Expected:
    """What the rule makes of a case."""
    holdings = inputs["holdings"]
    claims = [Claim(**claim | {"aia": int(claim["aia"])}) for claim in inputs["claims"]]
    found = settle(
        claims,
        pool=int(inputs["pool"]),
        valid_wallets=set(inputs["valid_wallets"]),
        minimum=int(inputs["minimum"]),
        opens=inputs["opens"],
        closes=inputs["closes"],
        holdings=None if holdings is None else {contributor: int(aia) for contributor, aia in holdings.items()},
    )
    fates = [
        {"fate": "paid", "agt": str(found.payouts[row])}
        if row in found.payouts
        else {"fate": "refused", "reason": found.refusals[row]}
        for row in range(len(claims))
    ]
    return {"claims": fates, "eligible": str(found.eligible), "remainder": str(found.remainder)}


def cases(registry: Registry) -> list[Case]:
    season = Season(registry)
    groups = (shared, repeated, wallets, windows, amounts, reasons, holdings, sizes, words)
    return [case for group in groups for case in group(season)]


def shared(season: Season) -> list[Case]:
    """How a pool is shared, and what becomes of what is left."""
    case, each = season.case, season.each
    return [
        case("one-claimant", "One eligible claim receives the whole pool.", each(7)),
        case("shared-evenly", "Where the division leaves nothing over, nothing is returned.", each(1, 1, 2)),
        case("rounded-down", "Each share is rounded down by itself, and the remainder is returned.", each(1, 1, 1)),
        case(
            "no-largest-remainder",
            "The remainder goes to nobody, not even to the claim that lost most by rounding.",
            each(5, 3, 4),
        ),
        case(
            "equals-are-equal", "Equal claims receive equal amounts, whatever is left over.", each(3, 3, 3, 3, 3, 3, 3)
        ),
        case(
            "largest-possible-remainder",
            "The remainder may be one base unit less than there are paid claims.",
            each(1, 1, 1, 1),
            pool=3,
        ),
        case("paid-nothing", "A share below one base unit is paid as 0, and is no refusal.", each(1, 1000), pool=1000),
        case("empty-pool", "A pool of nothing pays every eligible claim 0.", each(2, 3), pool=0),
        case("no-claims", "Without claims the whole pool is returned.", []),
        case("order-forward", "Three claims in one order.", each(5, 4, 2)),
        case(
            "order-backward",
            "The claims of order-forward in the other order: each is paid the same.",
            each(5, 4, 2)[::-1],
        ),
    ]


def repeated(season: Season) -> list[Case]:
    """One id twice, one contributor twice."""
    case, claim, end = season.case, season.claim, season.closes - season.opens
    return [
        case(
            "duplicate-claim",
            "Of two rows with one id the first stands, whoever the second is of and however much it asks.",
            [claim("c1", "p1", 5), claim("c1", "p2", 50), claim("c2", "p3", 5)],
        ),
        case(
            "duplicate-of-a-refused-claim",
            "A row uses up its id even where it is refused itself.",
            [claim("c1", "p1", 5, after=end), claim("c1", "p1", 5), claim("c1", "p1", 5)],
        ),
        case(
            "ids-by-their-letters",
            "Ids that differ in case are two ids.",
            [claim("c1", "p1", 5), claim("C1", "p2", 5)],
        ),
        case(
            "one-contributor-twice",
            "A contributor may claim more than once, and to the same wallet.",
            [claim("c1", "p1", 2), claim("c2", "p1", 3), claim("c3", "p2", 4)],
        ),
    ]


def wallets(season: Season) -> list[Case]:
    """Which wallets are paid."""
    bad = [
        ("wallet-missing", "A claim without a wallet is refused, and its AIA dilutes nobody.", ""),
        ("wallet-too-short", "An address has forty digits.", SMALL[:-1]),
        ("wallet-too-long", "An address has forty digits and no more.", SMALL + "0"),
        ("wallet-without-prefix", "An address begins with 0x.", SMALL[2:]),
        ("wallet-large-prefix", "The prefix is 0x, not 0X.", "0X" + SMALL[2:]),
        ("wallet-no-digit", "A letter beyond f is no digit.", SMALL[:-1] + "g"),
        ("wallet-by-name", "A name is no address.", "alaya.bnb"),
        (
            "wallet-wrong-checksum",
            "Letters of both cases are a checksum, and must be right.",
            MIXED.replace("A", "a", 1),
        ),
        ("wallet-zero", "The zero address is nobody's.", "0x" + 40 * "0"),
    ]
    good = [MIXED, MIXED.lower(), "0x" + MIXED[2:].upper(), LARGE, SMALL]
    claims = [season.claim(f"c{row}", f"p{row}", row, wallet) for row, wallet in enumerate(good, start=1)]
    return [
        *(
            season.case(name, shows, [season.claim("c1", "p1", 6), season.claim("c2", "p2", 6, wallet)])
            for name, shows, wallet in bad
        ),
        season.case("wallets-valid", "Letters of one case carry no checksum; the right checksum is valid.", claims),
    ]


def windows(season: Season) -> list[Case]:
    """The edges of the season."""
    end = season.closes - season.opens
    edges = [
        ("before-the-window", "One second before the season opens is too early.", -1),
        ("first-second", "The second in which the season opens is in time.", 0),
        ("last-second", "The last second before the close is in time.", end - 1),
        ("at-the-close", "The second of the close is too late.", end),
    ]
    return [
        season.case(name, shows, [season.claim("c1", "p1", 1, after=1), season.claim("c2", "p2", 2, after=after)])
        for name, shows, after in edges
    ]


def amounts(season: Season) -> list[Case]:
    """The least AIA of one swap."""
    case, each, least = season.case, season.each, season.minimum
    return [
        case("at-the-minimum", "The minimum itself is enough.", each(3, 4), minimum=3),
        case("below-the-minimum", "One base unit less than the minimum is refused.", each(2, 4), minimum=3),
        case(
            "claim-of-nothing", "A claim of nothing is refused even where there is no minimum.", each(0, 1), minimum=0
        ),
        case(
            "minimum-of-each-claim",
            "The minimum is of a claim, not of a contributor: two halves of it are both refused.",
            [season.claim("c1", "p1", least // 2), season.claim("c2", "p1", least - least // 2)],
            pool=season.quota,
            minimum=least,
        ),
        case(
            "registry-minimum",
            "The registry's pool and minimum, met exactly, missed by one base unit, exceeded by one.",
            each(least, least - 1, least + 1),
            pool=season.quota,
            minimum=least,
        ),
    ]


def reasons(season: Season) -> list[Case]:
    """Which reason is named where there are several, and seasons of which nobody is paid."""
    end = season.closes - season.opens
    first = season.claim("c1", "p1", 5)
    wrong = [
        season.claim("c1", "p2", 1, "", end),
        season.claim("c2", "p2", 1, "", end),
        season.claim("c3", "p2", 1, ""),
        season.claim("c4", "p2", 4, ""),
        season.claim("c5", "p2", 4, "0x"),
        season.claim("c6", "p2", 4),
    ]
    return [
        season.case(
            "first-reason",
            "The first reason is named: duplicate, window, minimum, wallet missing, wallet invalid, holdings.",
            [first, *wrong],
            minimum=3,
            holdings={"p1": 5, "p2": 3},
        ),
        season.case("nobody-eligible", "Where nobody is eligible the whole pool is returned.", wrong[1:-1], minimum=3),
        season.case(
            "refused-changes-nothing",
            "A claim that is refused takes nothing from the others.",
            [first, season.claim("c2", "p2", 3), season.claim("c3", "p3", 10**30, "")],
        ),
    ]


def holdings(season: Season) -> list[Case]:
    """What contributors hold, where it is known."""
    case, claim, end = season.case, season.claim, season.closes - season.opens
    two = [claim("c1", "p1", 3), claim("c2", "p1", 4), claim("c3", "p2", 5)]
    late = [claim("c1", "p1", 3), claim("c2", "p1", 4, after=end)]
    return [
        case("holdings-met", "Claims together may ask for all that is held.", two, holdings={"p1": 7, "p2": 5}),
        case(
            "holdings-exceeded",
            "One base unit more than is held refuses every claim of the contributor, and the others share the pool.",
            two,
            holdings={"p1": 6, "p2": 5},
        ),
        case("holdings-absent", "Whoever is not among the holdings holds nothing.", two, holdings={"p1": 7}),
        case("holdings-of-nobody", "Holdings of nobody refuse everybody.", two, holdings={}),
        case("holdings-unknown", "Where holdings are not known they refuse nobody.", two),
        case(
            "holdings-without-refused",
            "What is refused for another reason does not count against what is held.",
            late,
            holdings={"p1": 3},
        ),
    ]


def sizes(season: Season) -> list[Case]:
    """Amounts of everyday."""
    case, each = season.case, season.each
    everyday = [season.minimum + row * row * 7 * UNIT + row for row in range(60)]
    return [
        case(
            "full-size",
            "The registry's pool between claims that differ by one base unit: no float can hold it.",
            each(4 * season.minimum, season.minimum + 1),
            pool=season.quota,
            minimum=season.minimum,
        ),
        case(
            "many-claims",
            "Sixty claims of everyday size share the registry's pool.",
            each(*everyday),
            pool=season.quota,
            minimum=season.minimum,
        ),
    ]


def words(season: Season) -> list[Case]:
    """The largest amounts that a word holds."""
    case, each, half = season.case, season.each, 2**255
    return [
        case(
            "product-of-one-word-and-a-bit",
            "Pool times AIA is just above the largest word, though every input and output is small.",
            each(2**128, 2**128 - 1),
            pool=2**128 + 1,
        ),
        case(
            "largest-pool-and-claim",
            "Pool and claim are the largest word: their product has twice its bits, the payout fits.",
            each(LARGEST),
            pool=LARGEST,
        ),
        case(
            "largest-eligible",
            "The eligible AIA add up to the largest word exactly.",
            each(half, half - 1),
            pool=LARGEST - 2,
        ),
        case(
            "smallest-pool-largest-claims",
            "One base unit cannot be shared between two claims, and is returned.",
            each(half, half - 1),
            pool=1,
        ),
        case(
            "largest-refused",
            "Claims that are refused may hold the largest word: they are never added up.",
            [
                season.claim("c1", "p1", LARGEST, ""),
                season.claim("c2", "p2", LARGEST),
                season.claim("c3", "p3", LARGEST, ""),
            ],
        ),
    ]


SUBJECT = Subject(
    "settle",
    "agt.mechanisms.redemption.settle",
    ("mechanisms/redemption.py", "records/wallets.py"),
    NAMES,
    cases,
    answer,
)
