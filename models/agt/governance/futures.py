"""The futures of a proposal: the economy with and without it, in every scenario, until its limits are decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from agt.analysis.paired import BASELINE, Case, Economies, Played, play
from agt.governance.suite import Preset
from agt.governance.verdict import Counts, Judgement, Verdict, count, judge, worst
from agt.registry import load

CHANGED = "changed"
STACK = "stack"
ALONE = "alone "  # followed by the parameter


@dataclass
class Futures:
    """The futures of one scenario, side by side in the order in which they were played; fields as in `Played`."""

    scenario: str
    played: list[Played] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many futures of each economy."""
        return sum(part.case.runs for part in self.played)

    @property
    def cases(self) -> list[Case]:
        """What was played, in order."""
        return [part.case for part in self.played]

    def measure(self, economy: str, name: str) -> np.ndarray:
        """A measure of every future of an economy; array (count,)."""
        return np.concatenate([part.measures[economy][name] for part in self.played])

    def path(self, economy: str, name: str) -> np.ndarray:
        """A quantity of every future of an economy; array (months + 1, count)."""
        return np.concatenate([part.paths[economy][name] for part in self.played], axis=1)

    def moved(self, economy: str) -> frozenset[str]:
        """The quantities that differ from the baseline's anywhere."""
        return frozenset().union(*(part.moved[economy] for part in self.played))

    def counts(self, economy: str) -> dict[str, Counts]:
        """How many futures of an economy are in breach of each guardrail."""
        return {
            name: count(guardrail, self.measure(BASELINE, guardrail.measure), self.measure(economy, guardrail.measure))
            for name, guardrail in load().guardrails.items()
        }

    def judged(self, economy: str, error: float) -> dict[str, list[Judgement]]:
        """What is judged of an economy in this scenario, by guardrail."""
        return {
            name: judge(load().guardrails[name], counts, self.scenario, error)
            for name, counts in self.counts(economy).items()
        }


Sample = dict[str, Futures]


@dataclass(frozen=True)
class Trial:
    """What is to be played: the economies, from which month measures count, how far, and what is kept."""

    economies: Economies
    start: int
    months: int
    keep: Mapping[str, tuple[str, ...]]
    preset: Preset

    @property
    def judged(self) -> tuple[str, ...]:
        """The economies whose limits must be decided: with all changes, and with each alone."""
        return tuple(name for name in self.economies if name not in (BASELINE, STACK))


def sample(
    trial: Trial,
    seeds: tuple[int, ...],
    scenarios: tuple[str, ...],
    tell: Callable[[int, int], None],
    *,
    workers: int,
    cluster: str = "",
) -> Sample:
    """Play every scenario with the luck of `seeds`, and double the futures of those in which a limit is open.

    Once a limit is crossed for certain, more futures can change no verdict, and none are played.

    Args: tell: called with the cases that were played since, and the cases that came to be asked for; workers, cluster:
        see `agt.simulation.crew`.
    """
    found = {scenario: Futures(scenario) for scenario in scenarios}
    runs, first, open_ = trial.preset.runs, 0, list(scenarios)
    while open_:
        # Seed by seed, so that scenarios that share futures are neighbours and are played at once.
        cases = [Case(scenario, seed, first, runs - first) for seed in seeds for scenario in open_]
        tell(0, len(cases))
        for part in play(
            trial.economies,
            cases,
            months=trial.months,
            start=trial.start,
            keep=trial.keep,
            shown=(BASELINE, CHANGED),
            workers=workers,
            cluster=cluster,
        ):
            found[part.case.scenario].played.append(part)
            tell(1, 0)
        first, runs = runs, 2 * runs
        verdicts = {scenario: verdict(trial, futures) for scenario, futures in found.items()}
        if runs * len(seeds) > trial.preset.most or "FAIL" in verdicts.values():
            break
        open_ = [scenario for scenario in open_ if verdicts[scenario] == "INCONCLUSIVE"]
    return found


def verdict(trial: Trial, futures: Futures) -> Verdict:
    """The worst that the futures of a scenario prove of any economy that is judged."""
    return worst(
        one.verdict
        for economy in trial.judged
        for judgements in futures.judged(economy, trial.preset.error).values()
        for one in judgements
    )
