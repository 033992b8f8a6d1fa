"""Amounts: text to base units and back, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.records.amounts import UNIT, base_units, plain, quotient


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("0", 0),
        ("3000", 3000 * UNIT),
        ("0.000000000000000001", 1),
        ("2999.999999999999999999", 3000 * UNIT - 1),
        ("9999999999.999999999999999999", 10**28 - 1),
        ("1.50", 3 * UNIT // 2),
    ],
)
def test_base_units(text, units):
    assert base_units(text) == units


@pytest.mark.parametrize(
    "text", ["", " ", "1 ", "+1", "1e3", "1,000", "1_000", ".5", "5.", "007", "-0", "٣", "NaN", "inf"]
)
def test_no_number(text):
    with pytest.raises(ValueError, match="is no plain number"):
        base_units(text)


def test_too_long_for_a_number():
    with pytest.raises(ValueError, match="at most 28 digits"):
        base_units("1" * 29)


def test_negative():
    with pytest.raises(ValueError, match=r"-0\.5 is negative"):
        base_units("-0.5")


def test_too_fine():
    with pytest.raises(ValueError, match="has 19 decimals; at most 18 are allowed"):
        base_units("0.1000000000000000000")


@given(st.integers(0, 10**28 - 1))
def test_there_and_back(units):
    text = plain(units)
    assert base_units(text) == units
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))


@given(st.integers(0, 10**26), st.integers(1, 10**28))
def test_quotient_is_rounded_down_in_the_eighteenth_decimal(part, whole):
    text = quotient(part, whole)
    units = int(text.replace(".", ""))
    assert units * whole <= part * UNIT < (units + 1) * whole
    assert -Decimal(text).as_tuple().exponent == 18


def test_no_quotient_without_a_whole():
    assert quotient(5, 0) == "0"
