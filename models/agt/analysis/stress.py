"""Stress: every measure and every guardrail in every scenario of the suite, with the same luck in all of them."""

from typing import Any

import numpy as np

from agt.analysis.measures import breaches, needed, summary
from agt.registry import load
from agt.simulation import LEVELS, published, simulate, today
from agt.simulation.crew import spread

SEED = 20_261_122
RUNS = 4_000


def scenario_measures(scenario: str, runs: int = RUNS) -> dict[str, np.ndarray]:
    """Every measure of every future of a scenario, counted from today; measure -> array (runs,)."""
    registry, start = load(), today()
    names = tuple(registry.measures)
    months = start + max(measure.horizon for measure in registry.measures.values())
    found = simulate(runs, months, SEED, scenario=scenario, keep=needed(names), summary=summary(names, start))
    return published(found).paths


def stress(runs: int = RUNS, workers: int = 2) -> dict[str, dict[str, Any]]:
    """Of each scenario: the quantiles of every measure, of its paired difference from `base`, and shares in breach."""
    scenarios = list(load().scenarios)
    played = list(spread(scenario_measures, [(scenario, runs) for scenario in scenarios], workers))
    base = played[scenarios.index("base")]
    return {scenario: described(found, base) for scenario, found in zip(scenarios, played, strict=True)}


def described(found: dict[str, np.ndarray], base: dict[str, np.ndarray]) -> dict[str, Any]:
    """The numbers of one scenario that pages show."""
    return {
        "measures": {name: _quantiles(values) for name, values in found.items()},
        "differences": {name: _quantiles(values - base[name]) for name, values in found.items()},
        "breaches": breaches(found),
    }


def _quantiles(values: np.ndarray) -> dict[str, float]:
    levels = np.quantile(values, list(LEVELS.values()))
    return {level: float(value) for level, value in zip(LEVELS, levels, strict=True)}
