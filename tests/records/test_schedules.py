"""Schedules: the registry's numbers in the exact rule's form, and the table at a moment."""

import pytest

from agt.calendar import moment
from agt.mechanisms.vesting import Schedule
from agt.records.amounts import UNIT
from agt.records.schedules import report, schedule, unlocks
from agt.registry import load

BUCKETS = "user_rewards ecosystem marketing airdrop seed private kol team advisers treasury liquidity ido"


def test_a_schedule_is_exact():
    assert schedule(load(), "kol") == Schedule(100_000_000 * UNIT, (0, 1), 6, (1, 5), 18)
    assert schedule(load(), "user_rewards").share_at_tge == (1, 5)


def test_buckets_in_their_order():
    assert " ".join(row.bucket for row in unlocks(load(), moment("2026-05-15"))) == BUCKETS


@pytest.mark.parametrize(
    ("at", "millions"),
    [
        ("2025-05-14", 0),
        ("2025-05-14T23:59:59Z", 0),
        ("2025-05-15", 1400),
        ("2025-05-15T01:00:00+02:00", 0),
        ("2025-05-15T02:00:00+02:00", 1400),
        ("2026-06-14T23:59:59Z", 2513),
        ("2026-06-15", 2677),
        ("2029-05-14", 4988),
        ("2029-05-15", 5000),
        ("9999-12-31", 5000),
        ("0001-01-01", 0),
    ],
)
def test_unlocks_fall_on_the_fifteenth(at, millions):
    assert sum(row.unlocked for row in unlocks(load(), moment(at))) // (10**6 * UNIT) == millions


def test_the_report_adds_up():
    answer = report("2026-05-15", unlocks(load(), moment("2026-05-15")))
    assert answer["buckets"][0] == {
        "bucket": "user_rewards",
        "allocation": "1750000000",
        "unlocked": "1283333333.333333333333333333",
        "locked": "466666666.666666666666666667",
    }
    assert (answer["at"], answer["total_unlocked"]) == ("2026-05-15", "2513333333.333333333333333332")
