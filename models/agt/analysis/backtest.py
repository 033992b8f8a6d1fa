"""Back-test: the model run from the token generation event, held against what was observed since.

What set a level of the model is no validation of it, so fit and validation are counted apart.
"""

from typing import NamedTuple

import numpy as np

from agt.calendar import month_number
from agt.registry import Observation, load
from agt.simulation import simulate
from agt.simulation.pinning import observed_months

SEED = 20_261_122
BAND = (0.05, 0.95)


class Held(NamedTuple):
    """An observation beside its forecast: quantiles, the share of runs below it, and whether it lies in the band."""

    observation: Observation
    low: float
    middle: float
    high: float
    position: float
    inside: bool


def comparable(*, pinned: bool) -> tuple[Observation, ...]:
    """The observations since the event that a quantity of the model can be held against; no price where it is given."""
    given = ("market_price",) if pinned else ()
    return tuple(seen for seen in load().observations if seen.figure and seen.figure not in given)


def held_against(values: np.ndarray, seen: Observation) -> Held:
    """An observation beside the runs' values of its figure, array (runs,)."""
    value = float(seen.value)
    low, middle, high = (float(level) for level in np.quantile(values, [BAND[0], 0.5, BAND[1]]))
    below = float(np.mean(values < value) + np.mean(values == value) / 2.0)
    return Held(seen, low, middle, high, below, low <= value <= high)


def from_the_start(runs: int, *, pinned: bool = False) -> list[Held]:
    """Every comparable observation beside a run from the event.

    Args: pinned: whether the price takes its observed values, so that only other figures are forecast.
    """
    observations = comparable(pinned=pinned)
    months = {seen: month_number(seen.date[:7]) for seen in observations}
    figures = tuple(dict.fromkeys(seen.figure for seen in observations))
    found = simulate(runs, max(months.values()), SEED, keep=figures, pinned=pinned)
    return [held_against(_window(found[seen.figure], months[seen], seen.months), seen) for seen in observations]


def leave_one_out(runs: int) -> list[Held]:
    """Each month's last observed price, beside runs that take all the other observed prices."""
    registry, held = load(), []
    prices = [seen for seen in registry.observations if seen.quantity == "price"]
    for month in observed_months(registry):
        seen = max((one for one in prices if month_number(one.date[:7]) == month), key=lambda one: one.date)
        found = simulate(runs, month, SEED, keep=("market_price",), unpinned=(month,))
        held.append(held_against(found["market_price"][month], seen))
    return held


def _window(path: np.ndarray, month: int, months: int) -> np.ndarray:
    """The mean of a path over the `months` months that end with `month`."""
    return np.asarray(path[max(month - months, 0) + 1 : month + 1].mean(axis=0))


def coverage(held: list[Held], use: str) -> tuple[int, int]:
    """How many observations of one use lie inside their band, and how many there are."""
    chosen = [one.inside for one in held if one.observation.use == use]
    return sum(chosen), len(chosen)
