"""Exact bounds on chances: what a count of futures proves about all futures, with a stated chance of error."""

import numpy as np
from scipy.special import bdtrik, betainccinv, betaincinv

ERROR = 0.001  # the chance that a verdict of one limit may be wrong


def highest(count: int, futures: int, error: float = ERROR) -> float:
    """The largest chance that still leaves `error` for `count` or fewer of so many futures (Clopper and Pearson).

    Args: count, futures [count]; error: of a one-sided test.
    Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).

    >>> round(highest(0, 2_000), 5), highest(5, 5)
    (0.00345, 1.0)
    """
    return 1.0 if count == futures else float(betainccinv(count + 1, futures - count, error))


def lowest(count: int, futures: int, error: float = ERROR) -> float:
    """The smallest chance that still leaves `error` for `count` or more of so many futures; see `highest`."""
    return 0.0 if count == 0 else float(betaincinv(count, futures - count + 1, error))


def rise(worse: int, better: int, futures: int, error: float = ERROR) -> tuple[float, float]:
    """Bounds on how much a change raises a chance: from the futures that it turns, each way (as in McNemar's test).

    Each bound errs with a chance of `error` at most: half of it on each count.

    Args: worse, better: futures that only the change puts into breach, and only the baseline; futures [count].
    Returns: the lowest and the highest rise.
    """
    half = error / 2
    low = lowest(worse, futures, half) - highest(better, futures, half)
    return low, highest(worse, futures, half) - lowest(better, futures, half)


def middle(values: np.ndarray, error: float = 0.05) -> tuple[float, float]:
    """An interval that holds the median of what `values` were drawn from, but for a chance of `error`.

    Between two values of those found, by their rank alone: no law is assumed, and no average of wild values taken.
    """
    count = len(values)
    rank = int(np.ceil(bdtrik(error / 2, count, 0.5)))
    if rank < 1:
        return -np.inf, np.inf
    kept = np.partition(values, (rank - 1, count - rank))
    return float(kept[rank - 1]), float(kept[count - rank])
