"""Paired runs: several economies that meet the same luck and the same draws of what is not known.

What differs between them is the change and nothing else, so differences are taken future by future.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from agt.analysis.measures import measured, needed
from agt.registry import load
from agt.simulation import Economy, Paths, Setting, simulate_side_by_side
from agt.simulation.crew import spread

BASELINE = "baseline"
# Futures of economies that are played at once: a process that grows by 300 MB is taken by joblib for one that leaks.
COLUMNS = 6_000

Economies = Mapping[str, Mapping[str, Setting]]


class Case(NamedTuple):
    """The futures that are played in one piece: a scenario, a seed, and a range of runs."""

    scenario: str
    seed: int
    first: int
    runs: int


@dataclass(frozen=True)
class Played:
    """What is kept of a case, by the name of the economy.

    measures: measure -> array (runs,); paths: quantity -> array (months + 1, runs), where asked for; moved: the
    quantities that differ from the baseline's in any month of any run; alarms: share of run-months at the edge of the
    model's range; residual, least: see `Paths`.
    """

    case: Case
    measures: dict[str, dict[str, np.ndarray]]
    paths: dict[str, dict[str, np.ndarray]]
    moved: dict[str, frozenset[str]]
    alarms: float
    residual: float
    least: float


def play(
    economies: Economies,
    cases: Sequence[Case],
    *,
    months: int,
    start: int,
    keep: Mapping[str, tuple[str, ...]],
    shown: Collection[str] | None = None,
    workers: int = 1,
    cluster: str = "",
) -> Iterator[Played]:
    """Play every economy in every case, and give the cases back in their order.

    Args: economies: name -> settings as for `simulate`, `baseline` among them; months [month]; start: the month from
        which measures count; keep: scenario -> quantities whose paths are kept; shown: the economies of which they
            are, all unless given; workers, cluster: see `agt.simulation.crew`, speed only.
    """
    shown = economies.keys() if shown is None else shown
    pieces = [(economies, bundle, months, start, keep, frozenset(shown)) for bundle in bundled(cases, len(economies))]
    if len(pieces) <= workers:  # to start a process takes as long as a bundle
        workers = 1
    for played in spread(play_bundle, pieces, workers, cluster):
        yield from played


def bundled(cases: Sequence[Case], economies: int) -> Iterator[list[Case]]:
    """Cases that can be played at once: neighbours of the same futures, as many as memory affords, in equal parts."""
    for (_, _, runs), same in groupby(cases, key=lambda case: case[1:]):
        together = list(same)
        parts = -(-len(together) // max(1, COLUMNS // (economies * runs)))
        ends = [len(together) * part // parts for part in range(parts + 1)]
        yield from (together[start:end] for start, end in pairwise(ends))


def play_bundle(
    economies: Economies,
    cases: Sequence[Case],
    months: int,
    start: int,
    keep: Mapping[str, tuple[str, ...]],
    shown: Collection[str],
) -> list[Played]:
    """Every economy in the futures of cases that share them; see `play`."""
    paths = tuple(dict.fromkeys(name for case in cases for name in keep.get(case.scenario, ())))
    played = simulate_side_by_side(
        [Economy(settings, case.scenario) for case in cases for settings in economies.values()],
        cases[0].runs,
        months,
        cases[0].seed,
        keep=tuple(dict.fromkeys([*needed(load().measures), *paths])),
        summary=partial(condensed, start=start, keep=paths),
        first_run=cases[0].first,
    )
    return [
        _played(case, dict(zip(economies, played[place : place + len(economies)], strict=True)), keep, shown)
        for case, place in zip(cases, range(0, len(played), len(economies)), strict=True)
    ]


def _played(
    case: Case, played: Mapping[str, Paths], keep: Mapping[str, tuple[str, ...]], shown: Collection[str]
) -> Played:
    """What is kept of one case."""
    baseline = played[BASELINE].marks
    return Played(
        case=case,
        measures={
            name: {key: np.array(own[f"measure {key}"]) for key in load().measures} for name, own in played.items()
        },
        paths={
            name: {key: np.array(own[f"path {key}"]) for key in keep.get(case.scenario, ())}
            for name, own in played.items()
            if name in shown
        },
        moved={
            name: frozenset(key for key, mark in own.marks.items() if not np.array_equal(mark, baseline[key]))
            for name, own in played.items()
        },
        alarms=max(paths.alarms for paths in played.values()),
        residual=max(paths.residual for paths in played.values()),
        least=min(paths.least for paths in played.values()),
    )


def condensed(paths: dict[str, np.ndarray], *, start: int, keep: tuple[str, ...]) -> dict[str, np.ndarray]:
    """What is kept of a chunk: the measures, and the paths asked for."""
    measures = measured(paths, names=tuple(load().measures), start=start)
    return {f"measure {name}": own for name, own in measures.items()} | {f"path {name}": paths[name] for name in keep}


def difference(baseline: np.ndarray, changed: np.ndarray, *, relative: bool) -> np.ndarray:
    """The paired difference, as a share of the baseline where `relative`.

    A share of nothing is no number (NaN), unless nothing became of nothing: that is no change.
    """
    gap: np.ndarray = changed - baseline
    if not relative:
        return gap
    share: np.ndarray = np.full(gap.shape, np.nan)
    np.divide(gap, baseline, out=share, where=baseline > 0.0)
    share[gap == 0.0] = 0.0
    return share


def of_hundred(count: int, runs: int) -> str:
    """A chance in words that promise neither never nor always.

    >>> of_hundred(1_240, 2_000), of_hundred(0, 2_000), of_hundred(1_999, 2_000)
    ('62 of 100', 'fewer than 1 of 100', 'more than 99 of 100')
    """
    share = 100.0 * count / runs
    if share < 1.0:
        return "fewer than 1 of 100"
    return "more than 99 of 100" if share > 99.0 else f"{share:.0f} of 100"
