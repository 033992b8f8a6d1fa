"""Findings: what the futures of a trial say, as plain data that can be written, compared and shown."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from agt.analysis.bounds import highest, middle
from agt.analysis.paired import BASELINE, difference
from agt.calendar import month_text
from agt.governance import suite
from agt.governance.futures import CHANGED, Futures, Sample, Trial
from agt.governance.verdict import BASE, Verdict, broken, worst
from agt.registry import Measure, Registry
from agt.simulation import LEVELS
from agt.simulation.shocks import prior_chance

Finding = dict[str, Any]

RESIDUAL = 1.0  # AGT by which the accounts of five billion may miss the whole: the last digits of what is added up
OVERDRAWN = -1e-3  # AGT that an account may seem to lack for the same reason
STRONGEST = 5  # unknowns that are named
HALF = 0.5


def sampled(trial: Trial, sample: Sample, registry: Registry) -> Finding:
    """What a sample of futures says of every guardrail, scenario by scenario, and what the engine checked."""
    return {
        scenario: {
            "futures": futures.count,
            "alarms": max(part.alarms for part in futures.played),
            "balanced": all(part.residual <= RESIDUAL and part.least >= OVERDRAWN for part in futures.played),
            "guardrails": guardrails(trial, futures, CHANGED, registry),
        }
        for scenario, futures in sample.items()
    }


def guardrails(trial: Trial, futures: Futures, economy: str, registry: Registry) -> Finding:
    """Counts and judgements of every guardrail in one scenario."""
    judged, error = futures.judged(economy, trial.preset.error), trial.preset.error
    return {
        name: {
            **counts._asdict(),
            "broken": broken(registry.guardrails[name], counts, error),
            "verdict": worst(one.verdict for one in judged[name]),
            "judged": [one._asdict() for one in judged[name]],
        }
        for name, counts in futures.counts(economy).items()
    }


def crossed(trial: Trial, sample: Sample, economy: str, *, base: bool) -> Iterator[tuple[str, str, Verdict]]:
    """Scenario, guardrail and verdict of everything that is judged of an economy in the base scenario, or elsewhere."""
    for scenario, futures in sample.items():
        if (scenario == BASE) == base:
            for name, judgements in futures.judged(economy, trial.preset.error).items():
                yield scenario, name, worst(one.verdict for one in judgements)


def effects(futures: Futures, economy: str, measures: dict[str, Measure]) -> list[Finding]:
    """What an economy has more or less of than the baseline, measure by measure."""
    return [
        {"measure": name, **effect(measure, futures.measure(BASELINE, name), futures.measure(economy, name))}
        for name, measure in measures.items()
    ]


def effect(measure: Measure, baseline: np.ndarray, changed: np.ndarray) -> Finding:
    """The paired difference of one measure: its quantiles, its middle with an interval, and how often it matters.

    more, less: futures in which it is higher, or lower, by more than the smallest difference of interest; close: so
    near that difference that a last digit may decide.
    """
    gap = difference(baseline, changed, relative=measure.relative)
    comparable = np.isfinite(gap)
    gap, baseline, changed = gap[comparable], baseline[comparable], changed[comparable]
    if not len(gap):
        return {"futures": 0, "says": "nothing"}
    smallest = float(measure.matters)
    low, centre, high = (float(value) for value in np.quantile(gap, [LEVELS["p05"], LEVELS["p50"], LEVELS["p95"]]))
    since, until = middle(gap) if gap.any() else (0.0, 0.0)
    return {
        "futures": len(gap),
        "baseline": float(np.median(baseline)),
        "changed": float(np.median(changed)),
        "low": low,
        "middle": centre,
        "high": high,
        "interval": [since, until],
        "more": int(np.count_nonzero(gap > smallest)),
        "less": int(np.count_nonzero(gap < -smallest)),
        "close": int(np.count_nonzero(np.abs(np.abs(gap) - smallest) <= 1e-9 * smallest)),
        "says": _says(measure, gap, centre, (since, until)),
    }


def _says(measure: Measure, gap: np.ndarray, centre: float, interval: tuple[float, float]) -> str:
    """What is said of a difference: nothing moved, cannot be told from none, too small to matter, or which way."""
    if not gap.any():
        return "same"
    if interval[0] <= 0.0 <= interval[1]:
        return "undetectable"
    if abs(centre) < float(measure.matters):
        return "small"
    way = "higher" if centre > 0.0 else "lower"
    return way if measure.better == "neither" else "better" if way == measure.better else "worse"


def groups(futures: Futures, economy: str, registry: Registry, error: float) -> list[Finding]:
    """Who gains and who loses, as a share of what each has without the change.

    A group passes where at most half of all futures can bring it a loss beyond its tolerance, by an exact bound.
    """
    rows = []
    for name, group in registry.groups.items():
        baseline, changed = futures.measure(BASELINE, group.measure), futures.measure(economy, group.measure)
        gap = difference(baseline, changed, relative=True)
        gap = gap[np.isfinite(gap)] * (1.0 if group.better == "higher" else -1.0)
        if not len(gap):
            rows.append({"group": name, "futures": 0, "verdict": "INCONCLUSIVE"})
            continue
        loses = int(np.count_nonzero(gap < -float(group.tolerance)))
        low, centre, high = (float(value) for value in np.quantile(gap, [LEVELS["p05"], LEVELS["p50"], LEVELS["p95"]]))
        rows.append(
            {
                "group": name,
                "futures": len(gap),
                "low": low,
                "middle": centre,
                "high": high,
                "gains": int(np.count_nonzero(gap > 0.0)),
                "loses": int(np.count_nonzero(gap < 0.0)),
                "beyond": loses,
                "verdict": "PASS" if not gap.any() or highest(loses, len(gap), error) <= HALF else "WARN",
            }
        )
    return rows


def hangs_on(futures: Futures, economy: str, registry: Registry) -> Finding:
    """The unknowns that the size of each effect hangs on: rank correlation of what was drawn with the difference."""
    chances = {
        name: np.concatenate([prior_chance(name, case.seed, case.first, case.runs) for case in futures.cases])
        for name, entry in registry.parameters.items()
        if entry.prior
    }
    found = {}
    for name in suite.SENTENCE:
        gap = difference(
            futures.measure(BASELINE, name),
            futures.measure(economy, name),
            relative=registry.measures[name].relative,
        )
        comparable = np.isfinite(gap)
        if len(np.unique(gap[comparable])) > 1:
            shares = {key: rank_correlation(chance[comparable], gap[comparable]) for key, chance in chances.items()}
            strongest = sorted(shares, key=lambda key: -abs(shares[key]))[:STRONGEST]
            found[name] = [{"parameter": key, "correlation": shares[key]} for key in strongest]
    return found


def rank_correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Spearman's correlation of two arrays (n,), neither of which is constant.

    Twice a rank less n + 1 is a whole number and all of them add up to nothing, so the sums are exact: they differ on
    no processor, as those of a linear algebra library do.
    """
    first, second = (
        (2.0 * pd.Series(values).rank() - (len(values) + 1)).to_numpy().astype(np.int64) for values in (left, right)
    )
    together, own, other = (int((one * two).sum()) for one, two in ((first, second), (first, first), (second, second)))
    return together / math.sqrt(own * other)


def fans(futures: Futures, economy: str, registry: Registry, start: int) -> Finding:
    """Quantiles of the paired difference of each picture, month by month from the one before the change."""
    found = {}
    for name in suite.PICTURES:
        relative = "USD" in getattr(registry.entry(name), "unit", "AGT")
        gap = difference(futures.path(BASELINE, name), futures.path(economy, name), relative=relative)
        months = [month for month in range(start - 1, len(gap)) if np.isfinite(gap[month]).any()]
        rows = [[float(value) for value in np.nanquantile(gap[month], list(LEVELS.values()))] for month in months]
        found[name] = {"relative": relative, "months": [month_text(month) for month in months], "rows": rows}
    return found


def for_good(futures: Futures, economy: str, month: int) -> Finding:
    """What a later vote could not bring back: the middle differences, in AGT, of what is gone for good by `month`."""
    return {
        name: float(np.median(futures.path(economy, name)[month] - futures.path(BASELINE, name)[month]))
        for name in suite.FOR_GOOD
    }


def expected(futures: Futures, economy: str, expectations: Mapping[str, str], month: int) -> list[Finding]:
    """In how many futures each figure is higher, and lower, in `month`, beside what the proposer expects."""
    rows = []
    for name, direction in expectations.items():
        gap = futures.path(economy, name)[month] - futures.path(BASELINE, name)[month]
        more, less = int(np.count_nonzero(gap > 0.0)), int(np.count_nonzero(gap < 0.0))
        met = more if direction == "higher" else less
        rows.append(
            {
                "metric": name,
                "direction": direction,
                "more": more,
                "less": less,
                "futures": futures.count,
                "met": 2 * met > futures.count,
            }
        )
    return rows
