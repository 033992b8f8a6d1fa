"""Measures: what members ask for, as one figure of each future; and guardrails, the lines that few may cross."""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from agt.registry import Guardrail, Measure, load
from agt.simulation import Summary

Paths_ = Mapping[str, np.ndarray]


def needed(names: Iterable[str]) -> tuple[str, ...]:
    """The quantities whose paths the measures `names` look at."""
    measures = [load().measures[name] for name in names]
    return tuple(dict.fromkeys(quantity for one in measures for quantity in (*one.of, *one.over)))


def summary(names: Iterable[str], start: int) -> Summary:
    """What `simulate` keeps of a chunk so that it keeps the measures `names`, counted from the month `start`."""
    return partial(measured, names=tuple(names), start=start)


def measured(paths: Paths_, *, names: tuple[str, ...], start: int) -> dict[str, np.ndarray]:
    """The measures `names` of every run, counted from the month of effect `start`.

    Args: paths: quantity -> array (months + 1, runs), at least as long as the longest horizon.
    Returns: measure -> array (runs,).
    """
    return {name: evaluate(load().measures[name], paths, start) for name in names}


def evaluate(measure: Measure, paths: Paths_, start: int) -> np.ndarray:
    """One measure of every run; see `Measure` for what each word of `how` means. Array (runs,)."""
    path = _sum(paths, measure.of)
    end = start + measure.horizon
    ahead = path[start + 1 : end + 1]
    match measure.how:
        case "last":
            return np.array(path[end])  # a copy: a view would keep the whole path
        case "mean":
            return np.asarray(ahead.mean(axis=0))
        case "median":
            return np.asarray(np.median(ahead, axis=0))
        case "least":
            return np.asarray(ahead.min(axis=0))
        case "most":
            return np.asarray(ahead.max(axis=0))
        case "sum":
            return np.asarray(ahead.sum(axis=0))
        case "below":
            return np.asarray((ahead < float(measure.limit or 0)).mean(axis=0))
        case "drawdown":
            window = path[start : end + 1]
            return np.asarray((1.0 - window / np.maximum.accumulate(window, axis=0)).max(axis=0))
        case "growth" | "change":
            return _moved(measure, path, start)
        case "ratio" | "rest":
            share = _quotient(ahead.sum(axis=0), _sum(paths, measure.over)[start + 1 : end + 1].sum(axis=0), 0.0)
            return share if measure.how == "ratio" else np.maximum(1.0 - share, 0.0)


def _moved(measure: Measure, path: np.ndarray, start: int) -> np.ndarray:
    """How the mean of the last months of the horizon compares with that of the months up to the month of effect."""
    end = start + measure.horizon
    before = path[start - measure.window + 1 : start + 1].mean(axis=0)
    after = path[end - measure.window + 1 : end + 1].mean(axis=0)
    gap: np.ndarray = after - before
    return gap if measure.how == "change" else _quotient(after, before, 1.0)


def _quotient(part: np.ndarray, whole: np.ndarray, nothing: float) -> np.ndarray:
    """`part` / `whole`, and `nothing` where there is no whole."""
    share: np.ndarray = np.divide(part, whole, out=np.full(part.shape, nothing), where=whole > 0.0)
    return share


def _sum(paths: Paths_, names: tuple[str, ...]) -> np.ndarray:
    path: np.ndarray = sum(paths[name] for name in names)  # type: ignore[assignment]
    return path


def breached(guardrail: Guardrail, values: np.ndarray) -> np.ndarray:
    """Whether each future crosses the line; array (runs,) of booleans."""
    limit = float(guardrail.limit)
    crossed: np.ndarray = values < limit if guardrail.breach == "below" else values > limit
    return crossed


def breaches(measures: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The share of futures in breach of each guardrail whose measure is among `measures`."""
    return {
        name: float(np.mean(breached(guardrail, measures[guardrail.measure])))
        for name, guardrail in load().guardrails.items()
        if guardrail.measure in measures
    }
