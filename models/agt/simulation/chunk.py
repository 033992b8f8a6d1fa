"""One chunk of runs: its parameters and luck, its months, and what is kept of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from agt.calendar import month_number
from agt.economy import AGENDA, OPENING
from agt.graph import Block, blocks
from agt.ledger import play
from agt.registry import Registry, load
from agt.registry.schema import Change, Shock
from agt.simulation.engine import State, frozen, run
from agt.simulation.histogram import Histogram
from agt.simulation.parts import write
from agt.simulation.pinning import bridge
from agt.simulation.shocks import ALIGNMENT, draw, prior_chance, value_at

Setting = float | np.ndarray | Mapping[int, float | np.ndarray]
Summary = Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]


MARK = np.uint64(0x9E37_79B9_7F4A_7C15)  # odd, so that no bit of what was marked before is lost


class Economy(NamedTuple):
    """What tells an economy from the others that are played beside it, in the same luck."""

    settings: Mapping[str, Setting]
    scenario: str | None = None


@dataclass(frozen=True)
class Request:
    """What a simulation asks for; the same for all of its chunks. See `simulate` for the fields.

    economies: played side by side in place of `settings` and `scenario`, each with all runs: what is kept then has
    the runs of the first economy, those of the second, and so on; marked: whether every quantity is marked; counted:
    whether paths are counted in histograms and not kept; folder: where each chunk's rows are written, if anywhere.
    """

    months: int
    seed: int
    keep: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    priors: bool = True
    pinned: bool = True
    first_run: int = 0
    scenario: str | None = None
    luck: int | None = None
    unpinned: tuple[int, ...] = ()
    summary: Summary | None = None
    economies: tuple[Economy, ...] = ()
    marked: bool = False
    counted: bool = False
    folder: str = ""


@dataclass
class Chunk:
    """What is kept of one chunk: paths (months + 1, runs) by name, or their summary; what was checked and counted.

    first: the number of its first run; histograms: of the paths, where they are counted and not kept; part: the file
    of their rows, if any; marks: of every quantity a number (runs,) that differs where any month of its path differs,
    but for a chance of 2^-64; broken: names of the kept quantities that are no number in some month after the first;
    alarms: months of each run in which a quantity met the edge of the model's range.
    """

    first: int
    paths: dict[str, np.ndarray]
    histograms: dict[str, Histogram]
    part: str
    marks: dict[str, np.ndarray]
    broken: tuple[str, ...]
    residual: float
    least: float
    clipped: int
    draws: int
    alarms: np.ndarray
    run_months: int


@cache
def economy() -> tuple[list[Block], list[Block]]:
    """The blocks of the opening and of the month."""
    registry = load()
    return blocks(OPENING, registry), blocks(AGENDA, registry)


def play_chunk(request: Request, first: int, runs: int) -> Chunk:
    """Play the runs `first` .. `first + runs - 1`; `first` is a multiple of four.

    Args: request: Request; first, runs [count].
    Returns: Chunk, without the runs before the request's first one.
    Raises: Faults when its rows cannot be written.
    """
    own = max(request.first_run - first, 0)
    registry = load()
    given: Given | SideBySide = Given(registry, request, first, runs)
    if request.economies:
        given = SideBySide(registry, request, first, runs)
        runs *= len(request.economies)
    opening_blocks, month_blocks = economy()
    opening = genesis(registry)
    for function, block in zip(OPENING, opening_blocks, strict=True):
        opening |= {name: frozen(value) for name, value in play(function, block, given(0) | opening).items()}
    acts = list(zip(AGENDA, month_blocks, strict=True))
    seen = Seen(registry, request, runs)
    run(acts, opening, request.months, given, seen.needs, seen)
    paths = {name: path[:, own:] for name, path in seen.paths.items()}
    seen.paths = {}  # cadCAD's objects refer to each other, and to `seen`, until they are collected
    return Chunk(
        first=first + own,
        paths={} if request.counted else request.summary(paths) if request.summary else paths,
        histograms={name: Histogram.of(path) for name, path in paths.items()} if request.counted else {},
        part=write(paths, first + own, request.folder) if request.folder else "",
        marks=seen.marks,
        broken=tuple(name for name, path in paths.items() if not np.all(np.isfinite(path[1:]))),
        residual=seen.residual,
        least=seen.least,
        clipped=given.clipped,
        draws=given.draws,
        alarms=seen.rung[own:],
        run_months=(runs - own) * request.months,
    )


def genesis(registry: Registry) -> State:
    """Before the first unlock: all is locked, nothing is measured, and a stock that no opening sets is zero."""
    state: State = dict.fromkeys([*registry.flows, *registry.metrics], frozen(np.nan))
    state |= dict.fromkeys([*registry.accounts, *registry.stocks], frozen(0.0))
    state |= {f"locked.{bucket}": frozen(amount) for bucket, amount in registry.allocation().items()}
    return state


class Seen:
    """What is kept of the months as they are played, and what is checked on the way."""

    def __init__(self, registry: Registry, request: Request, runs: int) -> None:
        self.runs = runs
        self.accounts, self.supply = list(registry.accounts), float(registry.value("supply_total"))
        self.alarms = [name for name in registry.metrics if name.endswith("_capped")]
        self.paths = {name: np.empty((request.months + 1, runs)) for name in request.keep}
        self.marks = {name: np.zeros(runs, np.uint64) for name in registry.quantities()} if request.marked else {}
        self.needs = {*self.paths, *self.marks, *self.accounts, *self.alarms}
        self.months, self.rung = 0, np.zeros(runs, np.int64)
        self.residual, self.least = 0.0, np.inf
        self._balances: State = {}
        self._ends: State = {}
        self._distance = np.zeros(runs)

    def __call__(self, records: list[State]) -> None:
        for record in records:
            self._weigh(record)
        end = records[-1]
        for name, path in self.paths.items():
            path[self.months] = end[name]
        for name, mark in self.marks.items():
            mark *= MARK
            mark += np.atleast_1d(end[name] + 0.0).view(np.uint64)  # one zero, not one of each sign
        changed = [end[name] for name in self.accounts if end[name] is not self._ends.get(name)]
        self.least = min(self.least, *(float(np.min(balance)) for balance in changed))
        self._ends = {name: end[name] for name in self.accounts}
        if self.months:
            ringing = [np.broadcast_to(end[name] > 0.0, self.runs) for name in self.alarms]
            self.rung += np.any(ringing, axis=0)
        self.months += 1

    def _weigh(self, record: State) -> None:
        """How far the sum of all accounts lies from the whole supply: moved by the accounts that this block moved."""
        if not self._balances:
            self._balances = dict.fromkeys(self.accounts, frozen(0.0))
            self._distance -= self.supply
        moved = [name for name in self.accounts if record[name] is not self._balances[name]]
        for name in moved:
            self._distance += record[name] - self._balances[name]
            self._balances[name] = record[name]
        if moved:
            self.residual = max(self.residual, float(np.max(np.abs(self._distance))))


class Luck:
    """The luck of a chunk's runs, drawn once for all economies that meet it; the latest month is remembered."""

    def __init__(self, request: Request, first: int, runs: int) -> None:
        self.request, self.first, self.runs = request, first, runs
        self._drawn: dict[tuple[int, int], tuple[np.ndarray, int]] = {}

    def __call__(self, shock: Shock, month: int) -> tuple[np.ndarray, int]:
        """The luck of the runs in a month, or that of the one run whose luck all of them meet; and what was clipped."""
        key = (month, shock.id)
        if key not in self._drawn:
            self._drawn = {had: value for had, value in self._drawn.items() if had[0] == month}
            self._drawn[key] = self._draw(shock, month)
        return self._drawn[key]

    def _draw(self, shock: Shock, month: int) -> tuple[np.ndarray, int]:
        one = self.request.luck
        if one is None:
            return draw(shock, self.request.seed, month, self.first, self.runs)
        four, clipped = draw(shock, self.request.seed, month, one - one % ALIGNMENT, ALIGNMENT)
        return np.full(self.runs, four[one % ALIGNMENT]), clipped


class Given:
    """What a month takes as given: the parameters in force, the month's luck, observed prices, and a scenario."""

    def __init__(self, registry: Registry, request: Request, first: int, runs: int, luck: Luck | None = None) -> None:
        self.registry, self.request, self.first, self.runs = registry, request, first, runs
        self.luck = luck or Luck(request, first, runs)
        self.clipped = self.draws = 0
        self._constant: State = {}
        self._scheduled: dict[str, Mapping[int, Any]] = {}
        for name in registry.parameters:
            self._parameter(name)
        for name, event in registry.events.items():
            self._constant[name] = frozen(float(event.neutral))
        spread = self._constant["market_sigma_day"] * np.sqrt(30.0 * self._constant["market_variance_ratio"])
        self._prices = bridge(registry, spread, self._draw, request.unpinned) if request.pinned else {}
        self._changes = registry.scenarios[request.scenario].changes if request.scenario else ()
        self._today = month_number(registry.as_of[:7]) if self._changes else 0
        self._latest: tuple[int, State] = (-1, {})

    def __call__(self, month: int) -> State:
        if self._latest[0] != month:
            self._latest = (month, self._make(month))
        return self._latest[1]

    def _parameter(self, name: str) -> None:
        entry = self.registry.parameters[name]
        value: Any = float(self.registry.value(name))
        if entry.prior and self.request.priors:
            value = value_at(entry, prior_chance(name, self.request.seed, self.first, self.runs))
        later: dict[int, Any] = {month: float(to) for month, to in self.registry.decided(name).items()}
        setting = self.request.settings.get(name)
        if isinstance(setting, Mapping):
            first = min(setting, default=self.request.months + 1)  # it holds from then on, whatever was decided
            later = {month: to for month, to in later.items() if month < first}
            later |= {month: self._own(to) for month, to in setting.items()}
        elif setting is not None:
            value, later = self._own(setting), {}
        if later:
            self._scheduled[name] = {-1: value} | later
        self._constant[name] = frozen(value)

    def _own(self, value: Any) -> Any:
        """A setting's values of this chunk's runs, where it has one per run of the request."""
        value = np.asarray(value, dtype=np.float64)
        if value.ndim == 0:
            return value
        position = np.arange(self.first, self.first + self.runs) - self.request.first_run
        return value[np.clip(position, 0, len(value) - 1)]  # aligned runs outside the request are dropped later

    def _make(self, month: int) -> State:
        given = dict(self._constant)
        for name, schedule in self._scheduled.items():
            given[name] = frozen(schedule[max(start for start in schedule if start <= month)])
        for name, shock in self.registry.shocks.items():
            if month:
                given[name] = self._draw(shock, month, counted=True)
        for change in self._changes:
            start = self._today + change.after
            if start <= month and (change.months is None or month < start + change.months):
                given[change.name] = frozen(altered(given[change.name], change))
        price = self._prices.get(month)
        given["market_observed"] = frozen(0.0 if price is None else 1.0)
        given["market_observed_log_price"] = frozen(0.0 if price is None else price)
        given["month"] = month
        return given

    def _draw(self, shock: Shock, month: int, *, counted: bool = False) -> np.ndarray:
        """The luck of this chunk's runs in a month; what counts is also counted."""
        luck, clipped = self.luck(shock, month)
        if counted:
            self.clipped += clipped
            self.draws += self.runs
        return luck


class SideBySide:
    """What a month takes as given in several economies at once: their runs side by side, in the same luck."""

    def __init__(self, registry: Registry, request: Request, first: int, runs: int) -> None:
        luck = Luck(request, first, runs)
        self.runs = runs
        self.each = [
            Given(registry, replace(request, settings=own.settings, scenario=own.scenario), first, runs, luck)
            for own in request.economies
        ]
        self._joined: dict[str, tuple[list[Any], Any]] = {}
        self._latest: tuple[int, State] = (-1, {})

    def __call__(self, month: int) -> State:
        if self._latest[0] != month:
            each = [given(month) for given in self.each]
            joined = {name: self._join(name, [own[name] for own in each]) for name in each[0]}
            self._latest = (month, joined | {"month": month})
        return self._latest[1]

    @property
    def clipped(self) -> int:
        """The draws that were clipped, as all economies count them."""
        return sum(given.clipped for given in self.each)

    @property
    def draws(self) -> int:
        """The draws of all economies."""
        return sum(given.draws for given in self.each)

    def _join(self, name: str, parts: Sequence[Any]) -> Any:
        """One value for all, or the values of each economy side by side; what has not changed is not joined again."""
        had, joined = self._joined.get(name, ([], None))
        if len(had) == len(parts) and all(old is new for old, new in zip(had, parts, strict=True)):
            return joined
        first = parts[0]
        if all(np.ndim(part) == 0 for part in parts) and all(part == first for part in parts):
            joined = first
        else:
            joined = frozen(np.concatenate([np.broadcast_to(part, self.runs) for part in parts]))
        self._joined[name] = (list(parts), joined)
        return joined


def altered(value: Any, change: Change) -> Any:
    """A value as a scenario changes it."""
    if change.times is not None:
        return value * float(change.times)
    return value + float(change.plus) if change.plus is not None else float(change.to or 0)
