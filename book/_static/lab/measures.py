"""Measures of one run, on plain lists: the same figures as `agt.analysis.measures` makes of many runs at once."""

import math


def measured(measure, paths, start):
    """One measure of a run; see `Measure` in the registry's schema for what each word of `how` means.

    Args: measure: its entry as plain data; paths: quantity -> one value per month, by list or mapping; start: the
        position of the month of effect in them.
    """
    how, end = measure["how"], start + measure["horizon"]
    path = added([paths[name] for name in measure["of"]], start - measure["window"] + 1, end)
    ahead = path[-measure["horizon"] :]
    if how in ("growth", "change"):
        return moved(measure, path)
    if how in ("ratio", "rest"):
        over = added([paths[name] for name in measure["over"]], start + 1, end)
        share = quotient(added_up(ahead), added_up(over), 0.0)
        return share if how == "ratio" else max(1.0 - share, 0.0)
    if how == "below":
        return added_up([1.0 for value in ahead if value < measure["limit"]]) / len(ahead)
    if how == "drawdown":
        return drawdown(path)
    return SIMPLE[how](ahead)


def added(paths, first, last):
    """The sum of some paths, month by month, from the position `first` to `last` inclusive."""
    return [added_up([path[month] for path in paths]) for month in range(first, last + 1)]


def added_up(values):
    """The sum of values, from left to right."""
    total = 0.0
    for value in values:
        total += value
    return total


def mean(values):
    """The mean."""
    return added_up(values) / len(values)


def median(values):
    """The middle value, or the mean of the two middle ones."""
    if any(value != value for value in values):
        return math.nan
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2.0


def moved(measure, path):
    """How the mean of the last months of a path compares with that of its first ones."""
    before, after = mean(path[: measure["window"]]), mean(path[-measure["window"] :])
    return after - before if measure["how"] == "change" else quotient(after, before, 1.0)


def drawdown(path):
    """The largest fall from an earlier month, as a share of it."""
    peak, deepest = path[0], 0.0
    for value in path:
        peak = max(peak, value)
        deepest = max(deepest, 1.0 - value / peak)
    return deepest


def quotient(part, whole, nothing):
    """`part` / `whole`, and `nothing` where there is no whole."""
    return part / whole if whole > 0.0 else nothing


SIMPLE = {
    "last": lambda ahead: ahead[-1],
    "mean": mean,
    "median": median,
    "least": min,
    "most": max,
    "sum": added_up,
}
