"""What is known without the model: what the schedule has unlocked, and the last price that somebody saw."""

from agt.calendar import month_date
from agt.records.amounts import UNIT
from agt.records.schedules import unlocks
from agt.registry import Observation, load

MILLION = 1e6


def unlocked(month: int) -> int:
    """All that is unlocked when the unlock of `month` has happened [AGT], rounded down."""
    return sum(row.unlocked for row in unlocks(load(), month_date(month))) // UNIT


def last_price() -> Observation:
    """The latest observed price."""
    return max((seen for seen in load().observations if seen.quantity == "price"), key=lambda seen: seen.date)
