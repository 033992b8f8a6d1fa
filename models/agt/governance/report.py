"""The report of one proposal, in numbers: read, played, and what was found, as plain data.

It reads the proposal's file itself, so that what is printed is what was read and run. `agt.governance.sections` says it
in words, from the results alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import rfc8785

from agt.analysis import forecasts
from agt.analysis.paired import BASELINE, Economies
from agt.calendar import month_number, month_text
from agt.governance import checks, dossier, ensemble, findings, suite
from agt.governance.futures import ALONE, CHANGED, STACK, Futures, Sample, Trial, sample
from agt.governance.order import Order
from agt.governance.proposal import SIZE, Proposal, check, effect_digest
from agt.governance.verdict import BASE, Verdict, worst
from agt.registry import Faults, Registry, load
from agt.registry.reader import plain, read_bytes
from agt.simulation import today

Schedule = Mapping[int, float]  # month -> value from then on

SCHEMA = 2  # of results.json
OTHERS = Path("others")  # the proposals that the repository held at the base
GIVEN = Path("results.json")  # results that are to be shown in place of playing
MOST = 10  # proposals that are stacked


@dataclass(frozen=True)
class Report:
    """A proposal as read, what was asked for, and the registry and the other proposals that it is judged by."""

    content: bytes
    proposal: Proposal
    registry: Registry
    order: Order
    others: Mapping[str, bytes]
    given: dict[str, Any] | None = None

    @classmethod
    def read(cls, path: str) -> "Report":
        """The report of the proposal at `path`, as this process was told to make it.

        Results that lie beside it are shown in place of playing: those that `verify` has compared, and in a dossier
        those that were made by what is here now.
        Raises: Faults, with everything that is wrong with the file.
        """
        content, told = read_bytes(Path(path), size=SIZE), Order.told()
        order = told or Order.beside()
        others = {other.stem: read_bytes(other, size=SIZE) for other in sorted(OTHERS.glob("*.yml"))}
        proposal = check(content, path, as_of=order.as_of, companions=others)
        shown = GIVEN.exists() if told else dossier.current(Path())
        given = json.loads(GIVEN.read_bytes()) if shown else None
        return cls(content, proposal, load(), order, others, given)

    def keep(self) -> None:
        """Write the ensemble beside the notebook, where it was played."""
        if self.ensemble and Order.told():
            Path(forecasts.FILE).write_bytes(self.ensemble)

    @property
    def digest(self) -> str:
        """SHA-256 of the proposal's file, in full."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def simulated(self) -> bool:
        """Whether there is anything to play: texts, and changes of the suite, are not simulated."""
        return self.proposal.head.type == "parameter"

    @cached_property
    def null(self) -> bool:
        """Whether every value proposed is the value in force."""
        return self.simulated and any(fault.id == "proposal-empty" for fault in self.proposal.warnings)

    @property
    def start(self) -> int:
        """The model month from which all changes hold."""
        return max(month_number(change.effective) for change in self.proposal.changes)

    @property
    def results(self) -> dict[str, Any]:
        """Everything that was found, as plain data."""
        return self._found[0]

    @property
    def ensemble(self) -> bytes:
        """The ensemble as a Parquet file."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[dict[str, Any], bytes]:
        """Results and ensemble: given, or of what is played now."""
        if self.given is not None:
            return self.given, b""
        if self.simulated:
            found, written = self._played()
        else:
            found, written = {"verdict": "INCONCLUSIVE", "nothing_simulated": True}, ensemble.empty()
        results = self._head() | found | {"ensemble": hashlib.sha256(written).hexdigest()}
        return json.loads(canonical(results)), written  # as it will be read, so that both are shown alike

    def _head(self) -> dict[str, Any]:
        """What was asked for."""
        preset, beacon = self.order.play, self.order.beacon
        return {
            "schema": SCHEMA,
            "suite": suite.VERSION,
            "preset": preset.name,
            "seeds": {name: [str(seed) for seed in seeds] for name, seeds in self._seeds().items()},
            "beacon": {"value": beacon, "source": self.order.source} if beacon else None,
            "proposal": self.digest,
            "effect": effect_digest(self.proposal),
            "changes": [
                {
                    "parameter": change.parameter,
                    "from": plain(change.was),
                    "to": plain(change.to),
                    "effective": change.effective,
                }
                for change in self.proposal.changes
            ],
            "earlier": json.loads(self.order.earlier),
            "required": [one.head.id for one in self.proposal.required],
        }

    def _seeds(self) -> dict[str, tuple[int, ...]]:
        """The seeds of each sample: the suite's own, and those of the beacon."""
        preset, beacon = self.order.play, self.order.beacon
        own = {"suite": suite.seeds(preset)}
        return own | ({"beacon": suite.seeds(preset, beacon)} if beacon else {})

    def _played(self) -> tuple[dict[str, Any], bytes]:
        """What the futures say, and their ensemble."""
        trial, scenarios, order = self.trial, tuple(self.registry.scenarios), self.order
        samples = {
            name: sample(trial, seeds, scenarios, order.tell, workers=order.workers, cluster=order.cluster)
            for name, seeds in self._seeds().items()
        }
        found = self._findings(trial, samples)
        moved = {
            name: frozenset().union(*(futures.moved(name) for one in samples.values() for futures in one.values()))
            for name in trial.economies
        }
        evidence = checks.Evidence(self.proposal, self.registry, trial, samples, moved, self.null, found)
        answers = checks.answered(evidence)
        verdict: Verdict = worst(answer["verdict"] for answer in answers)
        results = {
            "verdict": verdict,
            "null": self.null,
            "start": month_text(self.start),
            "horizon": month_text(trial.months),
            "checks": answers,
            **found,
            "moved": {name: sorted(names) for name, names in moved.items() if name not in (BASELINE, STACK)},
        }
        return results, ensemble.table(_pooled(samples), self.registry, today(self.registry))

    @cached_property
    def trial(self) -> Trial:
        """What is to be played."""
        metrics = tuple(expectation.metric for expectation in self.proposal.expected)
        keep = dict.fromkeys([*suite.PICTURES, *suite.FOR_GOOD, *metrics, *ensemble.quantities(self.registry)])
        months = today(self.registry) + suite.HORIZON
        return Trial(self.economies, self.start, months, {BASE: tuple(keep)}, self.order.play)

    @cached_property
    def economies(self) -> Economies:
        """The economies that are played: as it stands, with all changes, with each alone, with the other proposals."""
        before = schedule(*self.proposal.required)
        economies: dict[str, dict[str, Schedule]] = {
            BASELINE: before,
            CHANGED: schedule(*self.proposal.required, self.proposal),
        }
        if len(self.proposal.changes) > 1:
            for change in self.proposal.changes:
                own = {month_number(change.effective): float(change.to)}
                economies[ALONE + change.parameter] = {
                    **before,
                    change.parameter: {**before.get(change.parameter, {}), **own},
                }
        if self.stacked:
            economies[STACK] = schedule(*self.proposal.required, self.proposal, *self.stacked.values())
        return economies

    @cached_property
    def finals(self) -> dict[str, Proposal]:
        """The other final proposals that can still be voted on, by id; what this one requires is not among them."""
        known = {self.proposal.head.id, *(one.head.id for one in self.proposal.required)}
        decided = {decision.proposal for decision in self.registry.decisions}
        found = {}
        for name, content in self.others.items():
            if name in known | decided:
                continue
            try:
                other = check(content, f"{name}.yml", as_of=self.order.as_of, companions=self.others)
            except Faults:
                continue  # it has become stale, and cannot be accepted as it is
            if other.head.status == "final" and other.head.type == "parameter":
                found[name] = other
        return dict(sorted(found.items(), key=lambda item: (item[1].head.created, item[0])))

    @cached_property
    def rivals(self) -> dict[str, Proposal]:
        """The final proposals that change a parameter that this one changes, too."""
        own = {change.parameter for change in self.proposal.changes}
        return {
            name: other for name, other in self.finals.items() if own & {change.parameter for change in other.changes}
        }

    @cached_property
    def stacked(self) -> dict[str, Proposal]:
        """The final proposals that are played together with this one: the oldest, without rivals of any."""
        taken = {change.parameter for one in (self.proposal, *self.proposal.required) for change in one.changes}
        chosen: dict[str, Proposal] = {}
        for name, other in self.finals.items():
            own = {change.parameter for change in other.changes}
            if not own & taken and not other.required and len(chosen) < MOST:
                chosen[name] = other
                taken |= own
        return chosen

    def _findings(self, trial: Trial, samples: dict[str, Sample]) -> dict[str, Any]:
        registry, base = self.registry, _pooled(samples)
        spoken = {name: registry.measures[name] for name in suite.SENTENCE}
        expectations = {one.metric: one.direction for one in self.proposal.expected}
        after = min(self.start + suite.USUAL, trial.months)
        found: dict[str, Any] = {
            "samples": {name: findings.sampled(trial, one, registry) for name, one in samples.items()},
            "effects": findings.effects(base, CHANGED, registry.measures),
            "scenarios": {
                scenario: findings.effects(futures, CHANGED, spoken) for scenario, futures in samples["suite"].items()
            },
            "groups": findings.groups(base, CHANGED, registry, trial.preset.error),
            "hangs_on": findings.hangs_on(base, CHANGED, registry),
            "fans": findings.fans(base, CHANGED, registry, self.start),
            "for_good": findings.for_good(base, CHANGED, after),
            "expected": findings.expected(base, CHANGED, expectations, after),
            "alone": {
                name.removeprefix(ALONE): findings.effects(base, name, spoken)
                for name in trial.economies
                if name.startswith(ALONE)
            },
        }
        return found | {"stack": self._stack(trial, samples["suite"])}

    def _stack(self, trial: Trial, futures: Sample) -> dict[str, Any]:
        """What the other final proposals make of it: judged by the same limits, and no part of the verdict."""
        named = {name: hashlib.sha256(self.others[name]).hexdigest() for name in [*self.stacked, *self.rivals]}
        found: dict[str, Any] = {
            "with": {name: named[name] for name in self.stacked},
            "rivals": {name: named[name] for name in self.rivals},
        }
        if self.stacked:
            spoken = {name: self.registry.measures[name] for name in suite.SENTENCE}
            judged = [*findings.crossed(trial, futures, STACK, base=True)]
            judged += findings.crossed(trial, futures, STACK, base=False)
            found["verdict"] = worst(verdict for _, _, verdict in judged)
            found["effects"] = findings.effects(futures[BASE], STACK, spoken)
        return found


def schedule(*proposals: Proposal) -> dict[str, Schedule]:
    """The changes of proposals as settings of the simulation: parameter -> {month: value from then on}."""
    found: dict[str, dict[int, float]] = {}
    for proposal in proposals:
        for change in proposal.changes:
            found.setdefault(change.parameter, {})[month_number(change.effective)] = float(change.to)
    return dict(found)


def _pooled(samples: Mapping[str, Sample]) -> Futures:
    """The futures of the base scenario of all samples, side by side."""
    return Futures(BASE, [part for one in samples.values() for part in one[BASE].played])


def canonical(results: dict[str, Any]) -> bytes:
    """The one way of writing `results` as JSON (RFC 8785)."""
    return rfc8785.dumps(results)


def arranged(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What was found, in the order in which it is shown: `results.json` has that of the alphabet."""
    return {name: found[name] for name in names if name in found}
