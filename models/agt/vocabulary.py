"""The vocabulary of a mechanism: the units of its quantities, and the only functions it may call.

Nine functions of NumPy and the five helpers below are all that a policy uses. The list is short on purpose:
the same source text runs on arrays, on floats and in a reader's browser, and every word of it has an equation.
"""

import numpy as np

NUMPY = ("exp", "log", "sqrt", "power", "minimum", "maximum", "where", "abs", "floor")
HELPERS = ("clip", "ratio", "total", "pos", "hill")

# Units. Amounts are amounts of one month, because a step is a month: "per month" is never written.
AGT = np.ndarray
AIA = np.ndarray
USD = np.ndarray
Share = np.ndarray
Number = np.ndarray
Count = np.ndarray
Month = np.ndarray
People = np.ndarray
Sets = np.ndarray
USD_per_AGT = np.ndarray
USD_per_AIA = np.ndarray
AGT_per_AIA = np.ndarray
USD_per_hour = np.ndarray
USD_per_day = np.ndarray
USD_per_person = np.ndarray
USD_per_client = np.ndarray
USD_per_item = np.ndarray
Items = np.ndarray
Items_per_set = np.ndarray
AIA_per_set = np.ndarray
AGT_per_set = np.ndarray
Sets_per_person = np.ndarray
Sets_per_day = np.ndarray
AIA_per_person = np.ndarray
AGT_per_person = np.ndarray
Hours_per_set = np.ndarray


def clip(value, least, most):
    """`value`, but at least `least` and at most `most` [unit of `value`].

    >>> float(clip(7.0, 0.0, 5.0))
    5.0
    """
    return np.minimum(np.maximum(value, least), most)


def ratio(part, whole):
    """`part` / `whole` [quotient of the units], and 0 where there is no whole.

    >>> float(ratio(3.0, 4.0)), float(ratio(3.0, 0.0))
    (0.75, 0.0)
    """
    return part / np.where(whole > 0.0, whole, np.inf)


def total(family):
    """The sum of a family, added from left to right so that one run alone equals its column in an ensemble.

    >>> total((1.0, 2.0, 3.0))
    6.0
    """
    amount = family[0]
    for member in family[1:]:
        amount = amount + member
    return amount


def pos(value):
    """`value` where it is positive, else 0 [unit of `value`].

    >>> float(pos(-2.0))
    0.0
    """
    return np.maximum(value, 0.0)


def hill(value, steepness):
    """The Hill curve: 0 at 0, 1/2 at 1, towards 1 beyond; a logit in the logarithm of `value` [share].

    >>> float(hill(1.0, 2.0)), float(hill(0.0, 2.0))
    (0.5, 0.0)
    """
    below = 1.0 / (1.0 + value)  # both weights stay between 0 and 1, so that no power of either is too large
    raised = np.power(value * below, steepness)
    return raised / (raised + np.power(below, steepness))
