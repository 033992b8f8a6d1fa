"""Simulation: an ensemble of futures, chunk by chunk, the same whatever the chunks or the number of workers."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from agt.calendar import month_date, month_number
from agt.registry import Registry, load
from agt.registry.faults import Fault, Faults, nearest
from agt.simulation.chunk import Chunk, Economy, Request, Setting, Summary, play_chunk
from agt.simulation.crew import spread
from agt.simulation.gather import Gathered
from agt.simulation.histogram import ERROR, Histogram
from agt.simulation.shocks import ALIGNMENT

CHUNK = 10_000  # runs played at once: more no longer pays
BUDGET = 500 * 10**6  # bytes that one chunk may take
STATE = 800 * 8  # bytes of one run while it is played: some hundred quantities, and what is made on the way
LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
ALARM = 0.001  # share of run-months in alarm above which a run is not published

__all__ = [
    "ALARM", "CHUNK", "LEVELS", "Economy", "Paths", "Setting", "Summary", "published", "simulate",
    "simulate_side_by_side", "today",
]  # fmt: skip


@dataclass
class Paths:
    """An ensemble: the kept quantities by name, each an array (months + 1, runs), and what the engine checked.

    histograms: of the quantities that are counted and not kept; parts: files that hold their rows; residual: largest
    distance of the sum of all accounts from the whole supply, at any substep of any run [AGT]; least: smallest balance
    of any account; clipped: share of draws that were clipped; alarms: share of run-months in which a quantity met the
    edge of the model's range; marks: see `Chunk`.
    """

    runs: int
    months: int
    seed: int
    first_run: int
    paths: dict[str, np.ndarray]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    scenario: str | None = None
    residual: float = 0.0
    least: float = 0.0
    clipped: float = 0.0
    alarms: float = 0.0
    marks: Mapping[str, np.ndarray] = field(default_factory=dict)
    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    parts: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the quantities that are kept or counted."""
        return (*self.paths, *self.histograms)

    @property
    def error(self) -> float:
        """How far a quantile may lie from that of all values, relative: 0 where they are kept."""
        return ERROR if self.histograms else 0.0

    def __getitem__(self, name: str) -> np.ndarray:
        return self.paths[name]

    def digest(self) -> str:
        """SHA-256 of every bit of every figure, or of every count: the same however the ensemble was cut."""
        digest = hashlib.sha256()
        for name in self.figures:
            digest.update(name.encode())
            if name in self.paths:
                digest.update(np.ascontiguousarray(self.paths[name]).data)
            else:
                self.histograms[name].into(digest)
        return digest.hexdigest()

    def quantiles(self, name: str, since: int = 0) -> pd.DataFrame:
        """Quantiles over the runs, month by month: columns month, date, and one per level of `LEVELS`; see `error`."""
        months = np.arange(since, self.months + 1)
        frame = pd.DataFrame([self.at(name, int(month)) for month in months])
        frame.insert(0, "month", months)
        frame.insert(1, "date", [f"{month_date(int(month)):%Y-%m-%d}" for month in months])
        return frame

    def at(self, name: str, month: int) -> dict[str, float]:
        """The quantiles of one month; see `error`."""
        levels = list(LEVELS.values())
        if name in self.histograms:
            values = self.histograms[name].quantiles(levels, month)
        else:
            values = np.quantile(self.paths[name][month], levels)
        return {level: float(value) for level, value in zip(LEVELS, values, strict=True)}


def today(registry: Registry | None = None) -> int:
    """The model month of the registry's `as_of` date."""
    return month_number((registry or load()).as_of[:7])


def headlines(registry: Registry) -> tuple[str, ...]:
    """The quantities that are kept when nobody asks for others."""
    figures = [name for name, metric in registry.metrics.items() if metric.headline]
    return ("market_price", "reward_reserve", "redemption_rate", *figures)


def published(ensemble: Paths, place: str = "") -> Paths:
    """An ensemble that may be shown: one that kept within the range of the model.

    Args: place: the file that it was to be written to, if any.
    Raises: Faults when too many run-months met the edge of that range.
    """
    if ensemble.alarms > ALARM:
        message = f"{ensemble.alarms:.2%} of run-months met an alarm; at most {ALARM:.1%} may; nothing is published"
        raise Faults([Fault("simulation-alarm", message, place)])
    return ensemble


def affordable(months: int, kept: int) -> int:
    """How many runs to play at once, so that a chunk stays within its budget: its state, and the paths it keeps."""
    bytes_of_a_run = STATE + 8 * kept * (months + 1)
    return max(ALIGNMENT, min(CHUNK, BUDGET // bytes_of_a_run // ALIGNMENT * ALIGNMENT))


def simulate(
    runs: int = 1_000,
    months: int = 78,
    seed: int = 1,
    *,
    settings: Mapping[str, Setting] | None = None,
    keep: tuple[str, ...] | None = None,
    scenario: str | None = None,
    priors: bool = True,
    pinned: bool = True,
    unpinned: tuple[int, ...] = (),
    luck: int | None = None,
    summary: Summary | None = None,
    first_run: int = 0,
    chunk: int | None = None,
    counted: bool = False,
    folder: str = "",
    workers: int = 1,
    cluster: str = "",
    progress: Callable[[int], None] | None = None,
) -> Paths:
    """Play an ensemble from the token generation event.

    Args: runs [count]; months [month], counted from the event; seed: 0 .. 2^64 - 1; settings: parameter -> number,
        array (runs,), or {month: number from then on}; keep: names of the quantities kept, the headline figures unless
        given; scenario: one of the registry's; priors: draw assumptions from their priors, else use their values;
        pinned: past months take observed prices, but for the months `unpinned`; luck: the run whose luck every run
        meets, its own unless given; summary: makes of a chunk's paths what is kept in their place, arrays (..., runs)
        by name, so that memory does not grow with the months of all runs; first_run: the first run's number; chunk:
        runs played at once, what memory affords unless given; counted: keep histograms in place of paths, so that
        memory grows with neither; folder: where each chunk's rows are written by whoever plays it, if anywhere;
        workers: processes; cluster: the address of a Dask scheduler, whose workers play in their place; progress:
        told the number of runs as they are done.
    Returns: Paths; where there is a `summary`, its paths hold what that made of them.
    Raises: Faults when a name or a number is not usable.
    """
    registry = load()
    keep = keep or headlines(registry)
    settings = settings or {}
    chunk = affordable(months, len(keep)) if chunk is None else chunk
    _check(registry, runs, months, seed, first_run, chunk, settings, keep)
    if scenario is not None and scenario not in registry.scenarios:
        raise Faults([registry.unknown_scenario(scenario)])
    request = Request(
        months, seed, keep, settings, priors, pinned, first_run, scenario, luck, unpinned, summary,
        counted=counted, folder=folder,
    )  # fmt: skip
    found = Gathered(first_run, runs)
    for played in _play(request, runs, chunk, workers, cluster):
        found.add(played)
        if progress is not None:
            progress(played.run_months // months)
    return Paths(
        runs=runs,
        months=months,
        seed=seed,
        first_run=first_run,
        paths=found.paths,
        histograms=found.histograms,
        parts=tuple(found.parts),
        settings=settings,
        scenario=scenario,
        residual=found.residual,
        least=found.least,
        clipped=found.clipped / found.draws,
        alarms=found.alarms / found.run_months,
    )


def simulate_side_by_side(
    economies: Sequence[Economy],
    runs: int,
    months: int,
    seed: int,
    *,
    keep: tuple[str, ...],
    summary: Summary | None = None,
    first_run: int = 0,
) -> list[Paths]:
    """Play several economies in the same futures at once: as many calls of `simulate` would, and much faster.

    Args: economies; the others: as for `simulate`; first_run: a multiple of four.
    Returns: Paths of each economy, with the marks of every quantity.
    Raises: Faults when a name or a number is not usable.
    """
    registry = load()
    for economy in economies:
        _check(registry, runs, months, seed, first_run, CHUNK, economy.settings, keep)
        if economy.scenario is not None and economy.scenario not in registry.scenarios:
            raise Faults([registry.unknown_scenario(economy.scenario)])
    request = Request(months, seed, keep, first_run=first_run, summary=summary, economies=tuple(economies), marked=True)
    played = play_chunk(request, first_run, runs)
    whole = Gathered(first_run, runs * len(economies))
    whole.add(played)
    found = []
    for number, economy in enumerate(economies):
        own = slice(number * runs, (number + 1) * runs)
        found.append(
            Paths(
                runs=runs,
                months=months,
                seed=seed,
                first_run=first_run,
                paths={name: path[..., own] for name, path in whole.paths.items()},
                settings=economy.settings,
                scenario=economy.scenario,
                residual=whole.residual,
                least=whole.least,
                clipped=whole.clipped / whole.draws,
                alarms=int(played.alarms[own].sum()) / (runs * months),
                marks={name: mark[own] for name, mark in played.marks.items()},
            )
        )
    return found


def _play(request: Request, runs: int, chunk: int, workers: int, cluster: str) -> Iterator[Chunk]:
    """The chunks in order, one after the other or from several processes, each of which gets its share."""
    share = -(-runs // workers // ALIGNMENT) * ALIGNMENT
    chunk = min(chunk, max(share, ALIGNMENT))
    start, end = request.first_run - request.first_run % ALIGNMENT, request.first_run + runs
    pieces = [(request, first, min(chunk, end - first)) for first in range(start, end, chunk)]
    yield from spread(play_chunk, pieces, workers, cluster)


def _check(
    registry: Registry,
    runs: int,
    months: int,
    seed: int,
    first_run: int,
    chunk: int,
    settings: Mapping[str, Setting],
    keep: tuple[str, ...],
) -> None:
    whole = {"runs": (runs, 1, 2**31), "months": (months, 1, 1_200), "seed": (seed, 0, 2**64 - 1)}
    whole |= {"first_run": (first_run, 0, 2**31), "chunk": (chunk, ALIGNMENT, 2**31)}
    faults = [
        Fault("setting-bounds", f"{name} = {value} is outside [{least:,}, {most:,}]")
        for name, (value, least, most) in whole.items()
        if not least <= value <= most
    ]
    if chunk % ALIGNMENT:
        faults.append(Fault("setting-bounds", f"chunk = {chunk} is no multiple of {ALIGNMENT}"))
    for name, setting in settings.items():
        faults += _check_setting(registry, name, setting, runs)
    quantities = registry.quantities()
    faults += [
        Fault("name-unknown", f"{name} is no quantity of the model{nearest(name, quantities)}")
        for name in keep
        if name not in quantities
    ]
    if faults:
        raise Faults(faults)


def _check_setting(registry: Registry, name: str, setting: Setting, runs: int) -> list[Fault]:
    """A setting names one parameter and gives a finite number, or one for every run."""
    if name not in registry.parameters:
        return [registry.unknown_parameter(name)]
    values = setting.values() if isinstance(setting, Mapping) else [setting]
    for value in map(np.asarray, values):
        if value.shape not in ((), (runs,)) or not np.all(np.isfinite(value)):
            return [Fault("setting-syntax", f"{name} must be a finite number, or one for each of {runs:,} runs")]
    return []
