"""The supply that has unlocked, against totals worked out apart from the model and from the registry.

Sources: facts 2 (schedule and totals); the schedule is DefiLlama's, https://github.com/DefiLlama/emissions-adapters,
protocols/alaya.ts at d57f792, which names Alaya's announcement of its token generation event,
https://medium.com/@alaya-ai/alaya-ai-official-tge-announcement-e88af94c32f4. The printed dates of the facts come from
months of 30.44 days; here a month is a calendar month and an unlock falls on its 15th.
"""

import json
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from agt.calendar import moment, month_date
from agt.cli import app
from agt.mechanisms.vesting import Schedule, unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import unlocks
from agt.registry import load

MILLION = 10**6 * UNIT

# Facts 2, typed here once more: M AGT, share at the event, start, share at the start, steps.
BUCKETS = {
    "user_rewards": (1_750, (1, 5), 0, (0, 1), 18),
    "ecosystem": (500, (0, 1), 6, (0, 1), 36),
    "marketing": (350, (1, 1), 0, (0, 1), 1),
    "airdrop": (250, (1, 1), 0, (0, 1), 1),
    "seed": (400, (0, 1), 12, (0, 1), 18),
    "private": (400, (0, 1), 12, (0, 1), 18),
    "kol": (100, (0, 1), 6, (1, 5), 18),
    "team": (400, (0, 1), 12, (0, 1), 36),
    "advisers": (100, (0, 1), 12, (0, 1), 24),
    "treasury": (300, (0, 1), 6, (0, 1), 36),
    "liquidity": (200, (1, 1), 0, (0, 1), 1),
    "ido": (250, (1, 1), 0, (0, 1), 1),
}
ABROAD = ("ecosystem", "treasury")

# Month, then M AGT as printed: all, without ABROAD, user rewards, and what the month itself unlocked.
TABLE = [
    (0, "1400.0", "1400.0", "350.0", None),
    (6, "1886.7", "1886.7", "816.7", "97.8"),
    (10, "2304.4", "2215.6", "1127.8", "104.4"),
    (11, "2408.9", "2297.8", "1205.6", None),
    (12, "2513.3", "2380.0", "1283.3", "104.4"),
    (13, "2677.5", "2521.9", "1361.1", "164.2"),
    (18, "3498.3", "3231.7", "1750.0", "164.2"),
    (24, "4016.7", "3616.7", "1750.0", "86.4"),
    (36, "4733.3", "4066.7", None, "37.5"),
    (48, "5000.0", "4200.0", None, None),
]


def by_rule(month):
    """Base units by bucket: the exact rule on the schedule typed above."""
    return {
        bucket: unlocked(Schedule(millions * MILLION, *terms), month) for bucket, (millions, *terms) in BUCKETS.items()
    }


def by_records(month):
    """Base units by bucket: what `agt vesting` works with, on the day of the month's unlock."""
    return {row.bucket: row.unlocked for row in unlocks(load(), month_date(month))}


def by_command(month):
    """Base units by bucket: what `agt vesting` prints."""
    result = CliRunner().invoke(app, ["vesting", "--at", f"{month_date(month):%Y-%m-%d}", "--json"])
    assert result.exit_code == 0, result.output
    return {row["bucket"]: round(float(row["unlocked"]) * UNIT) for row in json.loads(result.stdout)["buckets"]}


def printed(amount):
    """M AGT with one decimal, from base units that may be a few short for rounding down."""
    return f"{amount / MILLION:.1f}"


@pytest.mark.parametrize("way", [by_rule, by_records, by_command])
@pytest.mark.parametrize(("month", "everything", "at_home", "user_rewards", "step"), TABLE)
def test_the_totals_of_the_facts(way, month, everything, at_home, user_rewards, step):
    buckets, before = way(month), way(max(month - 1, 0))
    assert printed(sum(buckets.values())) == everything
    assert printed(sum(amount for bucket, amount in buckets.items() if bucket not in ABROAD)) == at_home
    assert user_rewards in (None, printed(buckets["user_rewards"]))
    assert step in (None, printed(sum(buckets.values()) - sum(before.values())))


@pytest.mark.parametrize("month", range(-1, 51))
def test_the_registry_holds_the_schedule(month):
    assert by_records(month) == by_rule(month)


def test_the_groups_of_the_article():
    """57 % community, 18 % investors, 10 % team and advisers, 10 % foundation, 5 % public sale; 28 % at the event."""
    groups = {
        "user_rewards ecosystem marketing airdrop": 57,
        "seed private kol": 18,
        "team advisers": 10,
        "treasury liquidity": 10,
        "ido": 5,
    }
    for names, percent in groups.items():
        assert sum(BUCKETS[name][0] for name in names.split()) * 100 == percent * 5_000
    assert sum(by_rule(0).values()) * 100 == 28 * 5_000 * MILLION


@pytest.mark.parametrize(
    ("day", "everything", "at_home"),
    [("2026-05-25", "2513.3", "2380.0"), ("2026-04-14", "2304.4", "2215.6"), ("2026-05-14", "2408.9", "2297.8")],
)
def test_about_two_point_three_billion_were_one_or_two_steps_old(day, everything, at_home):
    """The article of 25 May 2026 prints "about 2.3 billion": all of March's, or without two buckets April's."""
    rows = unlocks(load(), moment(day))
    assert printed(sum(row.unlocked for row in rows)) == everything
    assert printed(sum(row.unlocked for row in rows if row.bucket not in ABROAD)) == at_home


def test_the_first_larger_unlock_is_the_thirteenth():
    """Seed, private, team and advisers join in June 2026: 104.4 becomes 164.2 M AGT a month, 57 % more."""
    course = [sum(by_rule(month).values()) for month in range(11, 15)]
    steps = [after - before for before, after in pairwise(course)]
    assert [printed(step) for step in steps] == ["104.4", "164.2", "164.2"]
    assert round(100 * (steps[1] / steps[0] - 1)) == 57
