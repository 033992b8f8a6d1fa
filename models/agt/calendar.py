"""Months and dates: the one place that knows that May 2025 is month 0.

A step of the model is a calendar month. Unlocks fall on the 15th at 00:00 UTC; a redemption season opens on the
1st. The schedule that the facts quote uses months of 30.44 days, which drift a day or two from the 15th.
"""

import re
from datetime import UTC, datetime

EPOCH_YEAR, EPOCH_MONTH = 2025, 5  # the token generation event, 2025-05-15 (facts 1a)
UNLOCK_DAY = 15

_MONTH = re.compile(r"(?!0000)(\d{4})-(0[1-9]|1[0-2])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]([01]\d|2[0-3]):[0-5]\d)")
_TIME_FORM = "YYYY-MM-DDTHH:MM:SS followed by Z or +HH:MM"


def month_number(text: str) -> int:
    """The model's month of a calendar month `YYYY-MM`, 0 = May 2025.

    Raises: ValueError when `text` is no calendar month.

    >>> month_number("2026-06")
    13
    """
    match = _MONTH.fullmatch(text)
    if match is None or not match[0].isascii():
        raise ValueError(f"{text!r} is no calendar month; write YYYY-MM, as in 2026-05")
    return (int(match[1]) - EPOCH_YEAR) * 12 + int(match[2]) - EPOCH_MONTH


def month_text(month: int) -> str:
    """The calendar month `YYYY-MM` of a model month.

    >>> month_text(13)
    '2026-06'
    """
    years, months = divmod(month + EPOCH_MONTH - 1, 12)
    return f"{EPOCH_YEAR + years:04d}-{months + 1:02d}"


def month_date(month: int) -> datetime:
    """The moment of a model month's unlock, the 15th at 00:00 UTC."""
    return datetime.fromisoformat(f"{month_text(month)}-{UNLOCK_DAY:02d}T00:00:00+00:00")


def moment(text: str, *, date_allowed: bool = True) -> datetime:
    """A date `YYYY-MM-DD` (00:00 UTC) or a time `YYYY-MM-DDTHH:MM:SS` with `Z` or `+HH:MM`, in UTC.

    Args: date_allowed: whether a date alone, without a time, is a moment.
    Raises: ValueError when `text` has another form, or names no moment of the years 1 to 9999.
    """
    wanted, forms = ("date", f"YYYY-MM-DD, or {_TIME_FORM}") if date_allowed else ("time", _TIME_FORM)
    is_date = date_allowed and _DATE.fullmatch(text) is not None
    if not text.isascii() or not (is_date or _TIME.fullmatch(text)):
        raise ValueError(f"{text!r} is no {wanted}; write {forms}")
    try:
        return datetime.fromisoformat(f"{text}T00:00:00Z" if is_date else text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no {wanted}: {error}; write {forms}") from None


def unlocks_until(at: datetime) -> int:
    """The last model month whose unlock has happened at the moment `at`, inclusive; -1 before the first.

    >>> unlocks_until(moment("2026-05-15")), unlocks_until(moment("2026-05-14"))
    (12, 11)
    """
    month = (at.year - EPOCH_YEAR) * 12 + at.month - EPOCH_MONTH
    return max(month if at >= month_date(month) else month - 1, -1)


def season_window(season: str, closing_day: int) -> tuple[datetime, datetime]:
    """When a season's submissions open and close: opens <= submitted < closes.

    Args: season: `YYYY-MM`; closing_day: the day at whose 00:00 UTC submissions close.
    """
    month_number(season)
    opens = datetime.fromisoformat(f"{season}-01T00:00:00+00:00")
    return opens, opens.replace(day=closing_day)
