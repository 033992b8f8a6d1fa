"""Verdicts: what the counts of futures prove about each guardrail, and the worst of all that was found.

A limit is judged by an exact bound, never by the share that happened to be found: who runs a proposal a thousand
times and shows the best of it wins nothing.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from agt.analysis.bounds import highest, lowest, rise
from agt.analysis.measures import breached
from agt.registry import Fault, Faults, Guardrail

Verdict = Literal["PASS", "WARN", "INCONCLUSIVE", "FAIL"]
ORDER: tuple[Verdict, ...] = ("PASS", "WARN", "INCONCLUSIVE", "FAIL")  # from the best to the worst
CLOSE = 1e-9  # relative: a future so close to a limit may fall on its other side on another machine
BASE = "base"  # the scenario in which nothing special happens


class Counts(NamedTuple):
    """How many futures of a scenario are in breach of a guardrail.

    worse, better: only with the change, only without it; close: so near the limit that a last digit may decide.
    """

    baseline: int
    changed: int
    worse: int
    better: int
    close: int
    futures: int


class Judgement(NamedTuple):
    """The verdict of one guardrail in one scenario, why, and the bounds of what was judged (a chance or its rise)."""

    verdict: Verdict
    reason: Literal["within", "beyond", "open", "unchanged", "not worse", "reported"]
    low: float
    high: float


def count(guardrail: Guardrail, baseline: np.ndarray, changed: np.ndarray) -> Counts:
    """Count the breaches of a guardrail; baseline, changed: its measure, arrays (futures,)."""
    before, after = breached(guardrail, baseline), breached(guardrail, changed)
    limit = float(guardrail.limit)
    close = [np.abs(values - limit) <= CLOSE * max(abs(limit), 1.0) for values in (baseline, changed)]
    return Counts(
        baseline=int(np.count_nonzero(before)),
        changed=int(np.count_nonzero(after)),
        worse=int(np.count_nonzero(after & ~before)),
        better=int(np.count_nonzero(before & ~after)),
        close=int(np.count_nonzero(close[0] | close[1])),
        futures=len(before),
    )


def judge(guardrail: Guardrail, counts: Counts, scenario: str, error: float) -> list[Judgement]:
    """Every judgement that a guardrail asks for in a scenario: of its chance, and of the rise of that chance."""
    judged = []
    if guardrail.chance is not None and scenario == BASE:
        judged.append(judge_chance(guardrail, counts, error))
    if guardrail.rise is not None:
        judged.append(judge_rise(guardrail, counts, error))
    return judged or [Judgement("PASS", "reported", 0.0, 1.0)]


def judge_chance(guardrail: Guardrail, counts: Counts, error: float) -> Judgement:
    """Whether the chance of breach stays within its limit.

    Where today's economy already breaks the limit, the question is only whether the change makes it worse: that is
    `judge_rise`.
    """
    limit = float(guardrail.chance or 0)
    low, high = lowest(counts.changed, counts.futures, error), highest(counts.changed, counts.futures, error)
    if high <= limit:
        return Judgement("PASS", "within", low, high)
    if broken(guardrail, counts, error):
        return Judgement("PASS", "not worse", low, high)
    if counts.worse == counts.better == 0:
        return Judgement("PASS", "unchanged", low, high)
    return Judgement("FAIL", "beyond", low, high) if low > limit else Judgement("INCONCLUSIVE", "open", low, high)


def judge_rise(guardrail: Guardrail, counts: Counts, error: float) -> Judgement:
    """Whether the change raises the chance of breach by no more than the guardrail allows."""
    limit = float(guardrail.rise or 0)
    if counts.worse == counts.better == 0:
        return Judgement("PASS", "unchanged", 0.0, 0.0)
    low, high = rise(counts.worse, counts.better, counts.futures, error)
    if high <= limit:
        return Judgement("PASS", "within", low, high)
    return Judgement("FAIL", "beyond", low, high) if low > limit else Judgement("INCONCLUSIVE", "open", low, high)


def broken(guardrail: Guardrail, counts: Counts, error: float) -> bool:
    """Whether the economy breaks the limit of a chance already as it stands."""
    return guardrail.chance is not None and lowest(counts.baseline, counts.futures, error) > float(guardrail.chance)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; of none, INCONCLUSIVE."""
    found = sorted(verdicts, key=ORDER.index)
    return found[-1] if found else "INCONCLUSIVE"


def agreed(verdicts: Iterable[Verdict]) -> Verdict:
    """What several samples of futures say together: their verdict where they agree, else INCONCLUSIVE."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else "INCONCLUSIVE"


def named(text: str) -> Verdict:
    """The verdict of a name.

    Raises: Faults when there is none of that name.
    """
    for verdict in ORDER[1:]:
        if text == verdict:
            return verdict
    raise Faults([Fault("value-allowed", f"--fail-on {text}: write one of {', '.join(ORDER[1:])}")])
