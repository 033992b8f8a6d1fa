"""Actuals against the model: where each figure that was measured lies among the model's futures."""

import numpy as np
import pandas as pd

from agt.calendar import month_number
from agt.records.actuals import FIGURES, Figure, latest
from agt.registry import load
from agt.simulation import LEVELS, Paths

BAND = ("p05", "p50", "p95")  # a figure is inside from the first to the last
EQUAL = 1e-9  # relative: prices go through a logarithm and back
COLUMNS = ("month", "version", "figure", "unit", "value", *BAND, "below", "inside")


def figures(actuals: pd.DataFrame) -> tuple[Figure, ...]:
    """The figures that the latest version of some month gives and that the model has a quantity for."""
    rows = latest(actuals).to_dict("records")
    return tuple(
        figure for figure in FIGURES if figure.quantity and any(np.isfinite(figure.value(row)) for row in rows)
    )


def needs(actuals: pd.DataFrame) -> tuple[int, tuple[str, ...]]:
    """What an ensemble must hold to be compared with `actuals`: its months [month], and the quantities to keep."""
    registry = load()
    names = [name for figure in figures(actuals) for name in figure.names(registry)]
    return max([1, *map(month_number, actuals["month"])]), tuple(dict.fromkeys(names))


def compare(actuals: pd.DataFrame, ensemble: Paths) -> pd.DataFrame:
    """Where each figure lies among the futures of `ensemble`, by month, in its latest version.

    A month's flows are those of the model's month, its stocks those at the month's end. What the model has no
    quantity for is left out, and so are the flows of month 0, which the model does not measure. The price of a month
    that the ensemble takes from the observations is no forecast: play it with `pinned=False` to judge prices.

    Args: actuals: the frame of `read_actuals`; ensemble: holds what `needs` says, or more.
    Returns: a row per month and figure: month as `YYYY-MM`, version, figure (its column), unit, value; the ensemble's
        5 %, 50 % and 95 % quantile; below: share of runs below the value, those that equal it counted half; inside:
        whether the value lies from the 5 % to the 95 % quantile. Equal is what agrees to nine digits.
    Raises: KeyError or IndexError when the ensemble lacks a quantity or a month.
    """
    registry, compared = load(), figures(actuals)
    rows = []
    for row in latest(actuals).to_dict("records"):
        month = month_number(row["month"])
        for figure in compared:
            value = figure.value(row)
            runs = np.sum([ensemble[name][month] for name in figure.names(registry)], axis=0)
            if np.isfinite(value) and np.isfinite(runs).all():
                place = {"month": row["month"], "version": int(row["version"]), "figure": figure.column}
                rows.append(place | {"unit": figure.compared_unit, "value": value} | _position(value, runs))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _position(value: float, runs: np.ndarray) -> dict[str, float | bool]:
    """The quantiles of `runs`, and where `value` lies among them."""
    low, middle, high = np.quantile(runs, [LEVELS[level] for level in BAND])
    equal = np.isclose(runs, value, rtol=EQUAL, atol=0.0)
    below = np.mean((runs < value) & ~equal) + np.mean(equal) / 2.0
    inside = low * (1.0 - EQUAL) <= value <= high * (1.0 + EQUAL)
    return {"p05": float(low), "p50": float(middle), "p95": float(high), "below": float(below), "inside": bool(inside)}
