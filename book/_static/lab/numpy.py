"""What mechanisms use of NumPy, on plain floats: the stand-in that a browser's MicroPython imports in its place."""

import math

inf = math.inf
ndarray = float
fabs = math.fabs


def exp(power):
    """e to a power; infinite, as in NumPy, where that is too large for a float."""
    try:
        return math.exp(power)
    except (OverflowError, ValueError):
        return inf


def log(value):
    """The natural logarithm; of nothing it is minus infinity, as in NumPy."""
    return math.log(value) if value > 0.0 else (-inf if value == 0.0 else math.nan)


def sqrt(value):
    """The square root; of a negative value it is no number, as in NumPy."""
    return math.sqrt(value) if value >= 0.0 else math.nan


def power(base, exponent):
    """A power; infinite, as in NumPy, where it is too large for a float."""
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        return inf


def minimum(first, second):
    """The smaller of two values; no number where one of them is none."""
    return first if first < second or first != first else second


def maximum(first, second):
    """The larger of two values; no number where one of them is none."""
    return first if first > second or first != first else second


def where(condition, first, second):
    """`first` where the condition holds, else `second`."""
    return first if condition else second


def floor(value):
    """The largest whole number not above `value`, as a float."""
    return float(math.floor(value))


globals()["abs"] = fabs
