"""Vectors of the unlocks: `agt.calendar.unlocks_until`, and of its month `agt.mechanisms.vesting.unlocked`."""

from datetime import UTC, datetime
from typing import Any

from agt.calendar import UNLOCK_DAY, month_date, unlocks_until
from agt.mechanisms.vesting import Schedule, unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import Registry
from tests.vectors.form import LARGEST, Case, Expected, Inputs, Subject, fraction, pair, seconds

NAMES = (
    "vesting_allocation",
    "vesting_share_at_tge",
    "vesting_start",
    "vesting_share_at_start",
    "vesting_steps",
)
ODD = Schedule(1_000_000 * UNIT + 1, (1, 3), 5, (1, 7), 11)  # no share of which is a whole number of base units


def answer(inputs: Inputs) -> Expected:
    """What the rules make of a case."""
    written = inputs["schedule"]
    terms = Schedule(
        allocation=int(written["allocation"]),
        share_at_tge=pair(written["share_at_tge"]),
        start=written["start"],
        share_at_start=pair(written["share_at_start"]),
        steps=written["steps"],
    )
    month = unlocks_until(datetime.fromtimestamp(inputs["at"], UTC))
    return {"month": str(month), "unlocked": str(unlocked(terms, month))}


def case(id: str, shows: str, terms: Any, at: int) -> Case:
    written = {
        "allocation": str(terms.allocation),
        "share_at_tge": fraction(*terms.share_at_tge),
        "start": terms.start,
        "share_at_start": fraction(*terms.share_at_start),
        "steps": terms.steps,
    }
    inputs = {
        "schedule": written,
        "token_generation_event": opened(0),
        "unlock_day": UNLOCK_DAY,
        "at": at,
        "at_utc": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return Case(id, shows, inputs)


def opened(month: int) -> int:
    """The second in which a month's unlock happens."""
    return int(month_date(month).timestamp())


def cases(registry: Registry) -> list[Case]:
    made = [one for bucket in registry.indices["bucket"].members for one in course(bucket, schedule(registry, bucket))]
    return [*made, *month_ends(schedule(registry, "kol")), *extremes(schedule(registry, "user_rewards"))]


def course(name: str, terms: Any) -> list[Case]:
    """A schedule at each of its turns, and one second before."""
    start, end = terms.start, terms.start + terms.steps
    turns = {
        "tge": ("the token generation event", opened(0)),
        "cliff": ("the end of the cliff", opened(start)),
        "first-step": ("the first step after the start", opened(start + 1)),
        "middle": ("a step in the middle", opened(start + terms.steps // 2)),
        "last-unlock": ("the last unlock", opened(end)),
    }
    if start == 0:
        del turns["cliff"]
    if terms.steps == 1:
        del turns["first-step"], turns["middle"]
    made = []
    for turn, (what, at) in turns.items():
        made.append(case(f"{name}-before-{turn}", f"{name}: one second before {what}.", terms, at - 1))
        made.append(case(f"{name}-{turn}", f"{name}: the second of {what}.", terms, at))
    made.append(case(f"{name}-far-future", f"{name}: all of it, for ever.", terms, seconds("9999-12-31T23:59:59Z")))
    return made


def month_ends(terms: Any) -> list[Case]:
    """Ends of months, which are no unlocks, and months of every length."""
    made = [
        ("end-of-february", "The last second of a February of 28 days.", "2026-02-28T23:59:59Z"),
        ("first-of-march", "The first second of March: a new month of the calendar is no unlock.", "2026-03-01"),
        ("leap-day", "The leap day.", "2028-02-29"),
        ("end-of-a-long-month", "The last second of a month of 31 days.", "2026-01-31T23:59:59Z"),
        ("end-of-a-year", "The last second of a year.", "2025-12-31T23:59:59Z"),
        ("first-of-a-year", "The first second of a year.", "2026-01-01"),
        ("unlock-after-february", "The unlock after a short month falls on its day.", "2026-03-15"),
        (
            "second-before-unlock-after-february",
            "One second before the unlock after a short month.",
            "2026-03-14T23:59:59Z",
        ),
        ("day-before-unlock", "The first second of the day before an unlock.", "2026-05-14"),
        ("end-of-unlock-day", "The last second of a day of unlock.", "2026-05-15T23:59:59Z"),
        ("summer-time", "Clocks that change do not move the unlock: it is at midnight UTC.", "2026-04-15T00:00:00Z"),
    ]
    return [case(f"kol-{name}", f"kol: {shows}", terms, seconds(at)) for name, shows, at in made]


def extremes(terms: Any) -> list[Case]:
    """Before anything, and schedules that nobody has, to the largest that a word holds."""
    largest = terms._replace(allocation=LARGEST)
    odd = [
        case(
            f"odd-month-{month}",
            f"Shares of thirds and sevenths, month {month}: rounded down once.",
            ODD,
            opened(month),
        )
        for month in (0, 4, 5, 6, 15, 16)
    ]
    return [
        case("unix-epoch", "Long before the token generation event nothing is unlocked.", terms, 0),
        case("nothing-allocated", "Of nothing, nothing is unlocked.", terms._replace(allocation=0), opened(5)),
        case(
            "one-base-unit",
            "One base unit is unlocked whole, with the last step.",
            terms._replace(allocation=1),
            opened(18),
        ),
        case(
            "one-base-unit-before",
            "One base unit is not unlocked a second before the last step.",
            terms._replace(allocation=1),
            opened(18) - 1,
        ),
        *odd,
        case("largest-allocation", "The largest word: its product with a share has more bits.", largest, opened(7)),
        case("largest-allocation-whole", "The largest word, whole.", largest, opened(18)),
    ]


SUBJECT = Subject(
    "vesting",
    "agt.mechanisms.vesting.unlocked",
    ("calendar.py", "mechanisms/vesting.py"),
    NAMES,
    cases,
    answer,
)
