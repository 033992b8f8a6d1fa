"""Schedules: the registry's numbers as the exact rule of vesting wants them, and the table of unlocks at a moment."""

from datetime import datetime
from typing import Any, NamedTuple

from agt.calendar import unlocks_until
from agt.mechanisms.vesting import Schedule, unlocked
from agt.records.amounts import base_units, plain
from agt.registry import Registry


class Unlock(NamedTuple):
    """How far the schedule of one bucket has run, in base units."""

    bucket: str
    allocation: int
    unlocked: int


def schedule(registry: Registry, bucket: str) -> Schedule:
    """The schedule of a bucket, in base units and exact fractions."""
    return Schedule(
        allocation=base_units(str(registry.value(f"vesting_allocation.{bucket}"))),
        share_at_tge=registry.value(f"vesting_share_at_tge.{bucket}").as_integer_ratio(),
        start=int(registry.value(f"vesting_start.{bucket}")),
        share_at_start=registry.value(f"vesting_share_at_start.{bucket}").as_integer_ratio(),
        steps=int(registry.value(f"vesting_steps.{bucket}")),
    )


def unlocks(registry: Registry, at: datetime) -> list[Unlock]:
    """Every bucket, in the registry's order, at the moment `at`."""
    month = unlocks_until(at)
    schedules = {bucket: schedule(registry, bucket) for bucket in registry.indices["bucket"].members}
    return [Unlock(bucket, terms.allocation, unlocked(terms, month)) for bucket, terms in schedules.items()]


def report(at: str, table: list[Unlock]) -> dict[str, Any]:
    """What `agt vesting --json` prints: amounts in AGT, exactly, and `at` as it was asked."""
    buckets = [
        {
            "bucket": row.bucket,
            "allocation": plain(row.allocation),
            "unlocked": plain(row.unlocked),
            "locked": plain(row.allocation - row.unlocked),
        }
        for row in table
    ]
    return {"at": at, "total_unlocked": plain(sum(row.unlocked for row in table)), "buckets": buckets}
