"""Months played one function after the other, so that a test can look at the state after each of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from agt.economy import AGENDA, OPENING
from agt.graph import blocks, reads, writes
from agt.ledger import play
from agt.registry import Registry, load
from agt.simulation.chunk import Given, Request, SideBySide, genesis

State = dict[str, Any]
WHOLE = 5_000_000_000  # AGT in existence (facts 1a)

# What the facts fix: the schedules of the buckets and the supply. Everything else may lie anywhere in its bounds.
FIXED = ("vesting_", "supply_total")


def play_months(request: Request, runs: int, registry: Registry | None = None) -> Iterator[tuple[int, str, State]]:
    """Month, function and state after every function, month 0 first; by the project's registry unless given."""
    registry = registry or load()
    given = (SideBySide if request.economies else Given)(registry, request, 0, runs)
    state = genesis(registry)
    opening, agenda = (list(zip(acts, blocks(acts, registry), strict=True)) for acts in (OPENING, AGENDA))
    for month in range(request.months + 1):
        for function, block in agenda if month else opening:
            state = state | play(function, block, given(month) | state)
            yield month, f"{block['mechanism']}.{block['function']}", state


def anywhere(runs: int, seed: int, pick: str) -> Mapping[str, np.ndarray]:
    """Settings of every parameter that is not fixed: within its bounds (`inside`), at them (`corners`), or either."""
    luck = np.random.default_rng(seed)
    settings = {}
    for name, entry in load().parameters.items():
        if name.startswith(FIXED):
            continue
        low, high = map(float, entry.bounds)
        inside = luck.uniform(low, high, runs)
        corner = np.where(luck.random(runs) < 0.5, low, high)
        present = np.full(runs, float(load().value(name)))
        mixed = np.choose(luck.integers(0, 3, runs), [inside, corner, present])
        settings[name] = {"inside": inside, "corners": corner, "either": mixed}[pick]
    return settings


@cache
def signature(function: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """What a function of the month reads, and what it writes."""
    return list(reads(function)), writes(function)


def outcome(function: Callable[..., Any], inputs: Mapping[str, Any]) -> State:
    """What a function of the month returns, by name; of `inputs` it takes what it reads."""
    taken, names = signature(function)
    returned = function(**{name: inputs[name] for name in taken})
    return dict(zip(names, (returned,) if len(names) == 1 else returned, strict=True))


def up_to(most: float) -> st.SearchStrategy[float]:
    """Nothing, or an amount so large that products of a few of them keep their digits."""
    return st.just(0.0) | st.floats(1e-6, most)
