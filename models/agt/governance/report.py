"""The report of one proposal, in numbers: read, played, and what was found, as plain data.

It reads the proposal's file itself, so that what is printed is what was read and run. `agt.governance.sections`
says it in words.
"""

import hashlib
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import rfc8785

from agt.analysis.paired import Effect, Pair, effect, play_pair
from agt.calendar import month_number, month_text
from agt.figures.figure import rounded
from agt.governance import suite
from agt.governance.proposal import SIZE, Proposal, check
from agt.governance.suite import Measured
from agt.registry import Registry, load
from agt.registry.reader import read_bytes
from agt.simulation import ALARM, today

SCHEMA = 1  # of results.json
USUAL = 24  # months after the change takes effect, of the figures in sentences and of who gains


@dataclass(frozen=True)
class Report:
    """A proposal as read, the registry that it is judged by, and the suite's preset."""

    content: bytes
    proposal: Proposal
    registry: Registry
    preset: str

    @classmethod
    def read(cls, path: str) -> "Report":
        """The report of the proposal at `path`, for the preset that the process was told.

        Raises: Faults, with everything that is wrong with the file.
        """
        content = read_bytes(Path(path), size=SIZE)
        return cls(content, check(content, path), load(), suite.preset())

    @property
    def digest(self) -> str:
        """SHA-256 of the proposal's file, in full."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def effective(self) -> int:
        """The model month from which all changes hold."""
        return max(month_number(change.effective) for change in self.proposal.changes)

    @property
    def months(self) -> tuple[int, ...]:
        """The months of the effects: one and two years after the change takes effect, and the horizon."""
        return (*(self.effective + after for after in suite.AFTER), today(self.registry) + suite.HORIZON)

    @cached_property
    def measured(self) -> dict[str, Measured]:
        """The suite's figures, and those of the proposer's expectations that the suite has not, by name."""
        known = {measure.figure: measure for measure in suite.measured(self.registry)}
        for expectation in self.proposal.expected:
            known.setdefault(expectation.metric, suite.described(expectation.metric, self.registry))
        return known

    @cached_property
    def pair(self) -> Pair:
        """The economy as it stands and with the changes, in the same futures.

        Raises: ValueError when too many futures met the edge of the model's range.
        """
        settings = {
            change.parameter: {month_number(change.effective): float(change.to)} for change in self.proposal.changes
        }
        keep = tuple(dict.fromkeys([*suite.kept(self.registry), *self.measured]))
        runs = suite.PRESETS[self.preset]
        pair = play_pair(settings, seeds=suite.seeds(), runs=runs, months=self.months[-1], keep=keep)
        if pair.alarms > ALARM:
            raise ValueError(f"{pair.alarms:.2%} of the run-months met the edge of the model's range, {ALARM:.1%} may")
        return pair

    def effects_of(self, figure: str) -> list[Effect]:
        """The figure's effects in the report's months, where futures can be compared."""
        found = [effect(self.pair, figure, month, relative=self.relative(figure)) for month in self.months]
        return [one for one in found if one is not None]

    def usual(self, figure: str) -> Effect | None:
        """The figure's effect two years after the change."""
        return effect(self.pair, figure, self.effective + USUAL, relative=self.relative(figure))

    def unit(self, figure: str) -> str:
        """The figure's unit; accounts hold AGT and do not say so."""
        return str(getattr(self.registry.entry(figure), "unit", "AGT"))

    def relative(self, figure: str) -> bool:
        """Whether only relative changes are shown: the level of the price, and of all that it counts, is unknowable."""
        return "USD" in self.unit(figure)

    def results(self) -> dict[str, Any]:
        """Everything that was found, as plain data with rounded numbers."""
        effects = [
            {"better": measure.better, **asdict(one), "month": month_text(one.month)}
            for measure in self.measured.values()
            for one in self.effects_of(measure.figure)
        ]
        found = {
            "schema": SCHEMA,
            "suite": suite.VERSION,
            "preset": self.preset,
            "futures": self.pair.runs,
            "seeds": [str(seed) for seed in suite.seeds()],  # JSON's numbers end at 2^53
            "proposal": self.digest,
            "changes": self._changes(),
            "horizon": month_text(self.months[-1]),
            "moved": list(self.pair.moved),
            "alarms": self.pair.alarms,
            "effects": effects,
        }
        cut: dict[str, Any] = rounded(found)
        return cut

    def _changes(self) -> list[dict[str, str]]:
        return [
            {
                "parameter": change.parameter,
                "from": _written(change.was),
                "to": _written(change.to),
                "effective": change.effective,
            }
            for change in self.proposal.changes
        ]


def canonical(results: dict[str, Any]) -> bytes:
    """The one way of writing `results` as JSON (RFC 8785)."""
    return rfc8785.dumps(results)


def _written(value: Decimal | str) -> str:
    return value if isinstance(value, str) else f"{value:f}"
