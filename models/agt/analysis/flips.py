"""Flip points: the smallest change of each unknown that turns a guardrail, everything else drawn as always."""

from typing import NamedTuple

import numpy as np

from agt.analysis.measures import breaches, needed, summary
from agt.registry import Registry, load
from agt.simulation import simulate, today
from agt.simulation.crew import spread
from agt.simulation.shocks import value_at

SEED = 20_261_122
RUNS = 2_000
EDGE = 0.01  # how far out of a prior is looked: one draw in a hundred lies beyond
STEPS = 5  # of halving the distance to the flip


class Flip(NamedTuple):
    """An unknown held at `value`, the chance of its prior there, and the guardrail that it turns.

    breach: the share of futures in breach there; far: the same at the far end of the prior, `end`.
    """

    parameter: str
    guardrail: str
    value: float
    chance: float
    breach: float
    end: float
    far: float


def judged(registry: Registry) -> tuple[str, ...]:
    """The guardrails that have a limit of their own; those of a rise judge proposals only."""
    return tuple(name for name, guardrail in registry.guardrails.items() if guardrail.chance is not None)


def held(registry: Registry, name: str, chance: float) -> float:
    """The value of a parameter at a chance of its prior."""
    return float(value_at(registry.parameters[name], np.array([chance]))[0])


def chances(registry: Registry, fixed: dict[str, float], runs: int) -> dict[str, float]:
    """The share of futures in breach of each guardrail with a limit, with some parameters held fixed."""
    names = tuple(dict.fromkeys(registry.guardrails[name].measure for name in judged(registry)))
    start = today()
    months = start + max(registry.measures[name].horizon for name in names)
    found = simulate(runs, months, SEED, settings=fixed, keep=needed(names), summary=summary(names, start))
    return breaches(found.paths)


def flips_of(name: str, runs: int) -> list[Flip]:
    """Every guardrail that the unknown `name` turns within its prior, at the value nearest the median."""
    registry = load()
    found = []
    middle = chances(registry, {name: held(registry, name, 0.5)}, runs)
    for end in (EDGE, 1.0 - EDGE):
        far = chances(registry, {name: held(registry, name, end)}, runs)
        for guardrail in judged(registry):
            limit = float(registry.guardrails[guardrail].chance or 1)
            if middle[guardrail] <= limit < far[guardrail]:
                found.append(_nearest(registry, name, guardrail, end, far[guardrail], runs))
    return found


def _nearest(registry: Registry, name: str, guardrail: str, end: float, far: float, runs: int) -> Flip:
    """Halve the way from the median to the end of the prior until the value that turns the guardrail is bracketed."""
    limit = float(registry.guardrails[guardrail].chance or 1)
    holds, turns, breach = 0.5, end, far
    for _ in range(STEPS):
        chance = (holds + turns) / 2.0
        share = chances(registry, {name: held(registry, name, chance)}, runs)[guardrail]
        if share > limit:
            turns, breach = chance, share
        else:
            holds = chance
    return Flip(name, guardrail, held(registry, name, turns), turns, breach, held(registry, name, end), far)


def flips(runs: int, workers: int = 2) -> list[Flip]:
    """The flips of everything that is drawn from a prior, the smallest change first."""
    names = [name for name, entry in load().parameters.items() if entry.prior]
    found = spread(flips_of, [(name, runs) for name in names], workers)
    return sorted((flip for flips in found for flip in flips), key=lambda flip: abs(flip.chance - 0.5))
