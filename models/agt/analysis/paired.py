"""Paired runs: several economies that meet the same luck and the same draws of what is not known.

What differs between them is the change and nothing else, so differences are taken future by future.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from agt.analysis.measures import measured
from agt.registry import load
from agt.simulation import Paths, Setting, simulate

BASELINE = "baseline"
MARK = np.uint64(0x9E37_79B9_7F4A_7C15)  # an odd number whose powers look random: a month has its own

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

    measures: measure -> array (runs,); paths: quantity -> array (months + 1, runs); moved: the quantities that differ
    from the baseline's in any month of any run; alarms: share of run-months at the edge of the model's range;
    residual, least: see `Paths`.
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
    workers: int = 1,
) -> Iterator[Played]:
    """Play every economy in every case, and give the cases back in their order.

    Args: economies: name -> settings as for `simulate`, `baseline` among them; months [month]; start: the month from
        which measures count; keep: scenario -> quantities whose paths are kept; workers: processes, speed only.
    """
    if workers == 1 or len(cases) == 1:
        for case in cases:
            yield play_case(economies, case, months, start, keep.get(case.scenario, ()))
    else:
        yield from Parallel(n_jobs=workers, return_as="generator")(
            delayed(play_case)(economies, case, months, start, keep.get(case.scenario, ())) for case in cases
        )


def play_case(economies: Economies, case: Case, months: int, start: int, keep: tuple[str, ...]) -> Played:
    """Every economy in the futures of one case; see `play`."""
    names = load().quantities()
    played = {
        name: simulate(
            case.runs,
            months,
            case.seed,
            settings=settings,
            scenario=case.scenario,
            keep=names,
            summary=partial(condensed, start=start, keep=keep),
            first_run=case.first,
        )
        for name, settings in economies.items()
    }
    baseline = played[BASELINE]
    return Played(
        case=case,
        measures={name: _part(paths, "measure") for name, paths in played.items()},
        paths={name: _part(paths, "path") for name, paths in played.items()},
        moved={name: frozenset(_moved(baseline, paths)) for name, paths in played.items()},
        alarms=max(paths.alarms for paths in played.values()),
        residual=max(paths.residual for paths in played.values()),
        least=min(paths.least for paths in played.values()),
    )


def condensed(paths: dict[str, np.ndarray], *, start: int, keep: tuple[str, ...]) -> dict[str, np.ndarray]:
    """What is kept of a chunk: the measures, the paths asked for, and the mark of every quantity."""
    measures = measured(paths, names=tuple(load().measures), start=start)
    kept = {f"measure {name}": values for name, values in measures.items()}
    kept |= {f"path {name}": paths[name] for name in keep}
    return kept | {f"mark {name}": mark(path) for name, path in paths.items()}


def mark(path: np.ndarray) -> np.ndarray:
    """A number for each run that differs where any bit of the run's path differs, but for a chance of 2^-64.

    Args: path: array (months + 1, runs). Returns: array (runs,).
    """
    weights = np.cumprod(np.full(len(path), MARK))
    bits: np.ndarray = np.add(path, 0.0, dtype=np.float64).view(np.uint64)  # one zero, not one of each sign
    return np.asarray(weights @ bits)


def _part(paths: Paths, kind: str) -> dict[str, np.ndarray]:
    return {name.partition(" ")[2]: values for name, values in paths.paths.items() if name.startswith(f"{kind} ")}


def _moved(baseline: Paths, changed: Paths) -> Iterator[str]:
    for name, own in _part(baseline, "mark").items():
        if not np.array_equal(own, changed[f"mark {name}"]):
            yield name


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
