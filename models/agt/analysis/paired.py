"""Paired runs: two economies that meet the same luck and the same draws of what is not known.

What differs between them is the change and nothing else, so differences are taken future by future.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agt.calendar import month_date
from agt.registry import load
from agt.simulation import CHUNK, LEVELS, Paths, Setting, simulate


@dataclass(frozen=True)
class Pair:
    """Both economies: paths (months + 1, runs) by name, and what the comparison found on the way.

    moved: every quantity of the model that differs in any month of any future; alarms: share of run-months in which
    either economy met the edge of the model's range.
    """

    baseline: dict[str, np.ndarray]
    changed: dict[str, np.ndarray]
    moved: tuple[str, ...]
    alarms: float
    runs: int


@dataclass(frozen=True)
class Effect:
    """What the change does to one figure in one month: both medians, and the paired difference.

    relative: the difference is a share of the baseline, else in the figure's own unit; low, middle, high: its 5 %,
    50 % and 95 % quantile over the comparable futures; more, less: in how many futures the figure is higher, lower.
    """

    figure: str
    month: int
    relative: bool
    baseline: float
    changed: float
    low: float
    middle: float
    high: float
    more: int
    less: int
    runs: int


def play_pair(
    settings: Mapping[str, Setting],
    *,
    seeds: Sequence[int],
    runs: int,
    months: int,
    keep: tuple[str, ...],
    chunk: int = CHUNK,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Pair:
    """Play the economy as it is and with `settings`, once for each seed.

    Args: settings: as for `simulate`; seeds: one per block; runs: of each block [count]; months [month]; keep: the
        figures whose paths are kept; chunk, workers: speed only, never a result; progress: told of each future.
    Returns: Pair, the blocks side by side.
    """
    blocks = []
    names = load().quantities()
    for seed in seeds:
        baseline, changed = (
            simulate(runs, months, seed, settings=own, keep=names, chunk=chunk, workers=workers, progress=progress)
            for own in ({}, settings)
        )
        blocks.append(_compared(baseline, changed, keep))
    return Pair(
        baseline={name: np.concatenate([block.baseline[name] for block in blocks], axis=1) for name in keep},
        changed={name: np.concatenate([block.changed[name] for block in blocks], axis=1) for name in keep},
        moved=tuple(name for name in names if any(name in block.moved for block in blocks)),
        alarms=float(np.mean([block.alarms for block in blocks])),
        runs=sum(block.runs for block in blocks),
    )


def _compared(baseline: Paths, changed: Paths, keep: tuple[str, ...]) -> Pair:
    """One block's pair: everything is compared, what was asked for is kept."""
    moved = tuple(
        name for name, path in baseline.paths.items() if not np.array_equal(path, changed[name], equal_nan=True)
    )
    return Pair(
        baseline={name: baseline[name] for name in keep},
        changed={name: changed[name] for name in keep},
        moved=moved,
        alarms=max(baseline.alarms, changed.alarms),
        runs=baseline.runs,
    )


def difference(pair: Pair, figure: str, *, relative: bool) -> np.ndarray:
    """The paired difference, (months + 1, runs), as a share of the baseline where `relative`.

    A share of nothing is no number (NaN), unless nothing became of nothing: that is no change.
    """
    before = pair.baseline[figure]
    gap: np.ndarray = pair.changed[figure] - before
    if not relative:
        return gap
    share: np.ndarray = np.full(gap.shape, np.nan)
    np.divide(gap, before, out=share, where=before > 0.0)
    share[gap == 0.0] = 0.0
    return share


def effect(pair: Pair, figure: str, month: int, *, relative: bool) -> Effect | None:
    """What the change does to `figure` in `month`; None where no future can be compared."""
    gap = difference(pair, figure, relative=relative)[month]
    comparable = np.isfinite(gap)
    if not comparable.any():
        return None
    gap = gap[comparable]
    low, middle, high = np.quantile(gap, [LEVELS["p05"], LEVELS["p50"], LEVELS["p95"]])
    return Effect(
        figure=figure,
        month=month,
        relative=relative,
        baseline=float(np.median(pair.baseline[figure][month][comparable])),
        changed=float(np.median(pair.changed[figure][month][comparable])),
        low=float(low),
        middle=float(middle),
        high=float(high),
        more=int(np.count_nonzero(gap > 0.0)),
        less=int(np.count_nonzero(gap < 0.0)),
        runs=int(np.count_nonzero(comparable)),
    )


def fan_of_difference(pair: Pair, figure: str, since: int, *, relative: bool) -> pd.DataFrame:
    """Quantiles of the paired difference, month by month, for a picture: columns date and those of `LEVELS`.

    Months in which no future can be compared are left out.
    """
    gap = difference(pair, figure, relative=relative)
    months = [month for month in range(since, len(gap)) if np.isfinite(gap[month]).any()]
    rows = [np.nanquantile(gap[month], list(LEVELS.values())) for month in months]
    frame = pd.DataFrame(rows, columns=list(LEVELS))
    frame.insert(0, "date", pd.to_datetime([month_date(month).replace(tzinfo=None) for month in months]))
    return frame


def of_hundred(count: int, runs: int) -> str:
    """A chance in words that promise neither never nor always.

    >>> of_hundred(1_240, 2_000), of_hundred(0, 2_000), of_hundred(1_999, 2_000)
    ('62 of 100', 'fewer than 1 of 100', 'more than 99 of 100')
    """
    share = 100.0 * count / runs
    if share < 1.0:
        return "fewer than 1 of 100"
    return "more than 99 of 100" if share > 99.0 else f"{share:.0f} of 100"
