"""What is in force in a month: the registry, what the DAO has decided since, and what a proposal takes for granted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agt.calendar import month_number
from agt.governance.form import Change
from agt.registry import Parameter, Registry
from agt.registry.reader import UNPUBLISHED
from agt.registry.schema import LogNormal, Prior, Uniform

REMEMBERED = 6  # months over which steps add up


@dataclass(frozen=True)
class Move:
    """A change of a lever that is decided, or that a required proposal makes; `was` is None where none is published."""

    parameter: str
    was: Decimal | None
    to: Decimal
    month: int
    decided: date | None
    source: str


@dataclass(frozen=True)
class Standing:
    """The values that a proposal meets: the registry's, the decisions on them, and the required proposals."""

    registry: Registry
    moves: tuple[Move, ...]

    @classmethod
    def of(cls, registry: Registry, required: Iterable[tuple[str, Iterable[Change]]]) -> "Standing":
        """The standing of `registry` under the changes of the required proposals, given with their ids in order."""
        decided = [
            Move(change.parameter, change.was, change.to, change.month, decision.decided, decision.proposal)
            for decision in registry.decisions
            for change in decision.changes
        ]
        granted = [
            Move(
                change.parameter,
                None if change.was == UNPUBLISHED else Decimal(change.was),
                change.to,
                month_number(change.effective),
                None,
                source,
            )
            for source, changes in required
            for change in changes
        ]
        # a required proposal that has been accepted since is one and the same move
        moves = {(move.parameter, move.month): move for move in [*granted, *decided]}
        return cls(registry, tuple(sorted(moves.values(), key=lambda move: move.month)))

    def value(self, name: str, month: int) -> Decimal | None:
        """The value of a lever in a model month; None where it is published nowhere and nobody has set it."""
        earlier = [move.to for move in self.moves if move.parameter == name and move.month <= month]
        return earlier[-1] if earlier else self.registry.in_force(name, month)

    def level(self, name: str, month: int) -> Decimal:
        """The value of a lever in a model month, or the median of its prior where nothing is published."""
        value = self.value(name, month)
        return middle(self.registry.parameters[name]) if value is None else value

    def after(self, name: str, month: int) -> list[Move]:
        """The moves of a lever that come after a model month."""
        return [move for move in self.moves if move.parameter == name and move.month > month]

    def counted(self, name: str, today: date) -> list[Move]:
        """The moves of a lever whose steps add up: of the last months, still to take effect, or required."""
        now = month_number(f"{today:%Y-%m}")
        return [move for move in self.moves if move.parameter == name and (_recent(move, today) or move.month > now)]


def _recent(move: Move, today: date) -> bool:
    """Whether a move is required, or was decided in the last months, before today."""
    if move.decided is None:
        return True
    year, month = divmod(today.year * 12 + today.month - 1 - REMEMBERED, 12)
    since = (year, month + 1, today.day)
    return since <= (move.decided.year, move.decided.month, move.decided.day) and move.decided < today


def middle(entry: Parameter) -> Decimal:
    """The present value of a lever, or the median of its prior where no present value is published."""
    assert entry.value is not None  # the registry refuses a parameter without one
    return entry.value if entry.published or entry.prior is None else _median(entry.prior)


def _median(prior: Prior) -> Decimal:
    if isinstance(prior, Uniform):
        return (prior.low + prior.high) / 2
    if isinstance(prior, LogNormal):
        return (prior.low * prior.high).sqrt()
    return prior.alpha / (prior.alpha + prior.beta)  # the mean, close to it
