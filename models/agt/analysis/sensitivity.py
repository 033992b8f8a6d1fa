"""Sensitivity: what an answer hangs on. Sobol indices, averaged over paths of luck, because one path misleads.

What is not known - assumptions, measured facts, and levers whose value nobody has published - is varied over its
prior; apart from that, levers are varied over what one vote may change. Within a design
every run meets the same luck, so that what differs is what is varied; each path brings its own luck and design.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from agt.analysis.measures import needed, summary
from agt.registry import Registry, load
from agt.simulation import simulate, today
from agt.simulation.crew import spread
from agt.simulation.shocks import value_at

SEED = 20_261_122
PATHS, BASE = 24, 128  # paths of luck; rows of a design before they are crossed
EDGE = 0.005  # of a prior's range at each end that the design leaves out: a lognormal has none

# The answers whose sensitivity is asked for.
ANSWERS = (
    "price",
    "revenue",
    "client_coverage",
    "reward_runway",
    "aia_rate",
    "regular_pay",
    "regulars",
    "accuracy",
    "farmed_share",
    "label_cost",
    "sell_pressure",
    "insiders",
)
# Shares and numbers of months are taken as they are; everything else spans powers of ten and is taken as a logarithm.
AS_THEY_ARE = ("accuracy", "farmed_share", "insiders", "reward_runway")


class Design(NamedTuple):
    """What is varied: names in order, and between what: chances of a prior where `chances`, else values."""

    names: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...]
    chances: bool


def unknowns(registry: Registry) -> Design:
    """Everything that is drawn from a prior."""
    names = tuple(name for name, entry in registry.parameters.items() if entry.prior)
    return Design(names, ((EDGE, 1.0 - EDGE),) * len(names), chances=True)


def levers(registry: Registry) -> Design:
    """Every lever, varied by its largest step around its value and within its bounds: what one vote may change."""
    ranges = []
    for lever in registry.levers().values():
        value, step, (low, high) = lever.value, lever.largest_step, lever.bounds
        assert value is not None and step is not None  # the loader refuses a lever without them
        ranges.append((float(max(low, value - step)), float(min(high, value + step))))
    return Design(tuple(registry.levers()), tuple(ranges), chances=False)


def settings(registry: Registry, design: Design, points: np.ndarray) -> dict[str, np.ndarray]:
    """The rows of a design as settings."""
    made = {}
    for column, name in enumerate(design.names):
        values = np.ascontiguousarray(points[:, column])
        made[name] = value_at(registry.parameters[name], values) if design.chances else values
    return made


def one_path(design: Design, path: int, base: int) -> np.ndarray:
    """First-order and total indices on one path of luck with a design of its own.

    Args: path: its number; base: rows of the design before they are crossed, a power of two.
    Returns: array (answers, 2, names).
    """
    from SALib.sample import sobol as sampler  # half a second that who only reads what was found should not wait

    registry, start = load(), today()
    problem = {"num_vars": len(design.names), "names": list(design.names), "bounds": [list(b) for b in design.bounds]}
    points = sampler.sample(problem, base, calc_second_order=False, seed=SEED + path)
    horizon = max(registry.measures[name].horizon for name in ANSWERS)
    found = simulate(
        len(points),
        start + horizon,
        SEED,
        settings=settings(registry, design, points),
        keep=needed(ANSWERS),
        summary=summary(ANSWERS, start),
        priors=False,
        luck=path,
    )
    return np.array([_indices(problem, transformed(name, found[name])) for name in ANSWERS])


def transformed(answer: str, values: np.ndarray) -> np.ndarray:
    """An answer on the scale on which its variance is divided: as it is, or its logarithm."""
    return values if answer in AS_THEY_ARE else np.log(np.maximum(values, np.finfo(float).tiny))


def _indices(problem: dict[str, Any], values: np.ndarray) -> np.ndarray:
    from SALib.analyze import sobol as analyser

    if np.ptp(values) == 0.0:  # nothing that is varied moves it, and a variance of zero cannot be divided
        return np.zeros((2, problem["num_vars"]))
    found = analyser.analyze(problem, values, calc_second_order=False, num_resamples=2, seed=SEED)
    return np.array([found["S1"], found["ST"]])


def sobol(design: Design, paths: Sequence[int], base: int, workers: int = 2) -> np.ndarray:
    """The indices of every path; array (paths, answers, 2, names)."""
    return np.array(list(spread(one_path, [(design, path, base) for path in paths], workers)))
