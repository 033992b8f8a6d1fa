"""Moments: what is read as a date or a time, and what a wrong one is told."""

from datetime import UTC, datetime

import pytest

from agt.calendar import moment, month_number

TIME = "YYYY-MM-DDTHH:MM:SS followed by Z or +HH:MM"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-05-15", datetime(2026, 5, 15, tzinfo=UTC)),
        ("2026-05-15T02:00:00+02:00", datetime(2026, 5, 15, tzinfo=UTC)),
        ("0001-01-01T23:59:00+23:59", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment(text, read):
    assert moment(text) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-05-32", ": day is out of range for month"),
        ("2026-05-15T24:00:00Z", ": hour must be in 0..23"),
        ("2026-05-15T00:60:00Z", ": minute must be in 0..59"),
        ("2026-05-15T00:00:00+24:00", ""),
        ("2026-05-15T00:00:00+01:60", ""),
        ("2026-05-15T00:00:00", ""),
        ("0000-01-01", ": year 0 is out of range"),
        ("0001-01-01T00:00:00+23:59", ": date value out of range"),
        ("9999-12-31T23:59:59-23:59", ": date value out of range"),
        ("٢٠٢٦-05-15", ""),
    ],
)
def test_no_moment_says_what_was_read_and_what_is_allowed(text, reason):
    with pytest.raises(ValueError) as caught:
        moment(text)
    assert str(caught.value) == f"{text!r} is no date{reason}; write YYYY-MM-DD, or {TIME}"


def test_a_date_alone_is_not_always_allowed():
    assert moment("2026-05-15T00:00:00Z", date_allowed=False) == moment("2026-05-15")
    with pytest.raises(ValueError) as caught:
        moment("2026-05-15", date_allowed=False)
    assert str(caught.value) == f"'2026-05-15' is no time; write {TIME}"


def test_no_month_of_the_year_0():
    with pytest.raises(ValueError, match="'0000-05' is no calendar month; write YYYY-MM"):
        month_number("0000-05")
