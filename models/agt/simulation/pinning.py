"""Past prices as data: each run takes the observed prices, and moves between them as its own luck has it."""

from collections.abc import Callable, Collection
from itertools import pairwise

import numpy as np

from agt.calendar import moment, month_number
from agt.registry import Registry, Shock


def observed_months(registry: Registry) -> dict[int, float]:
    """The last observed price of each month that has one, as logarithm [log USD/AGT]."""
    prices = sorted((moment(seen.date), seen.value) for seen in registry.observations if seen.quantity == "price")
    return {month_number(f"{at:%Y-%m}"): float(np.log(float(value))) for at, value in prices}


def bridge(
    registry: Registry, spread: np.ndarray, draw: Callable[[Shock, int], np.ndarray], unpinned: Collection[int] = ()
) -> dict[int, np.ndarray]:
    """The log price of every month from the first observed one to the last.

    Between two observations the path is a straight line plus the run's own noise, tied down at both ends.

    Args: spread: standard deviation of a month's own log return, number or (runs,); draw: the runs' luck of a shock
        in a month; unpinned: months whose observation is left out.
    Returns: month -> number or array (runs,) [log USD/AGT].
    """
    pins = {month: price for month, price in observed_months(registry).items() if month not in unpinned}
    shock = registry.shocks["market_price_noise"]
    path = {month: np.asarray(price) for month, price in pins.items()}
    for start, end in pairwise(sorted(pins)):
        walk = [np.zeros(1)]
        for month in range(start + 1, end + 1):
            walk.append(walk[-1] + draw(shock, month))
        for step in range(1, end - start):
            share = step / (end - start)
            line = pins[start] + share * (pins[end] - pins[start])
            path[start + step] = line + spread * (walk[step] - share * walk[-1])
    return path
