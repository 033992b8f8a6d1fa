"""The clock: the one place that reads it, so that everything else is told what day it is."""

from datetime import UTC, datetime


def today() -> str:
    """The date of today in UTC, as YYYY-MM-DD."""
    return f"{datetime.now(UTC):%Y-%m-%d}"
