"""Amounts: decimal text and whole base units, without a float in between.

One AGT, like one AIA, is 10^18 base units. Plain notation only: digits and at most one point.
"""

from agt.registry.reader import DIGITS, number

DECIMALS = 18
UNIT: int = 10**DECIMALS


def base_units(text: str) -> int:
    """The base units [10^-18] of an amount written in plain notation.

    Raises: ValueError when `text` is no plain number, is negative or has more than 18 decimals.

    >>> base_units("0.5")
    500000000000000000
    """
    value = number(text)
    if value is None:
        raise ValueError(f"{text!r} is no plain number; write at most {DIGITS} digits and at most one point")
    if value < 0:
        raise ValueError(f"{text} is negative; an amount is 0 or more")
    whole, _, fraction = text.partition(".")
    if len(fraction) > DECIMALS:
        raise ValueError(f"{text} has {len(fraction)} decimals; at most {DECIMALS} are allowed")
    return int(whole + fraction.ljust(DECIMALS, "0"))


def plain(units: int) -> str:
    """An amount [base units] in plain notation, exactly, without trailing zeros.

    >>> plain(77777777777777777777777777), plain(3 * UNIT)
    ('77777777.777777777777777777', '3')
    """
    whole, fraction = divmod(units, UNIT)
    return f"{whole}.{fraction:018d}".rstrip("0").rstrip(".")


def quotient(part: int, whole: int) -> str:
    """`part` / `whole` with 18 decimals, rounded down; "0" where there is no whole.

    >>> quotient(2, 3), quotient(2, 0)
    ('0.666666666666666666', '0')
    """
    if whole == 0:
        return "0"
    units, fraction = divmod(part * UNIT // whole, UNIT)
    return f"{units}.{fraction:018d}"
