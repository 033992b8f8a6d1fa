"""The decision log: what the DAO has decided, one line per accepted proposal, each chained to the line before.

A line is canonical JSON (RFC 8785) and ends in a line feed; `previous` is the SHA-256 of the line before without it.
`effect` is that of the changes, which stand in the order of their parameters, numbers without zeros that say nothing.
The log only grows. It changes no value of the registry: what holds in a month is the value and the decisions on it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import rfc8785
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints, ValidationError

from agt.calendar import month_number, month_text
from agt.registry.canonical import canonical
from agt.registry.faults import Fault, Faults, nearest
from agt.registry.reader import UNPUBLISHED, number, plain, read_bytes
from agt.registry.schema import JOINT, Entry, Parameter

FILE = "decisions.jsonl"
SIZE = 4 * 1024 * 1024  # bytes; a line has about a thousand
BEGINNING = "0" * 64  # the `previous` of the first line


def _number(text: Any) -> Decimal:
    value = number(text) if isinstance(text, str) else None
    if value is None:
        raise ValueError('write a plain number in quotes, as in "0.30"')
    return value


def _was(text: Any) -> Decimal | None:
    return None if text == UNPUBLISHED else _number(text)


def _date(text: Any) -> date:
    try:
        found = date.fromisoformat(text)
        if found.isoformat() == text:
            return found
    except (TypeError, ValueError):
        pass
    raise ValueError("write a date as YYYY-MM-DD, in quotes")


def _month(text: str) -> str:
    month_number(text)
    return text


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DecidedChange(Entry):
    """A lever's new value from the month `effective` on; `was`, None where nothing was published, is `from` there."""

    parameter: str
    was: Annotated[Decimal | None, BeforeValidator(_was)] = Field(alias="from")
    to: Annotated[Decimal, BeforeValidator(_number)]
    effective: Annotated[str, AfterValidator(_month)]

    @property
    def month(self) -> int:
        """The model's month of effect."""
        return month_number(self.effective)


class Decision(Entry):
    """An accepted proposal: what it changes, and the digests of what was voted on and of the vote."""

    number: Annotated[int, Field(ge=1)]
    proposal: Annotated[str, StringConstraints(pattern=r"^agt-[0-9]{4}$")]
    decided: Annotated[date, PlainValidator(_date)]
    changes: Annotated[tuple[DecidedChange, ...], Field(min_length=1)]
    effect: Digest
    results: Digest
    dossier: Digest
    tally: Digest
    previous: Digest


def schedule(decisions: Iterable[Decision], name: str) -> dict[int, Decimal]:
    """What was decided of the parameter `name`: its value from each month of effect on, by model month."""
    changes = (change for decision in decisions for change in decision.changes if change.parameter == name)
    return {change.month: change.to for change in sorted(changes, key=lambda change: change.month)}


def in_force(
    parameters: Mapping[str, Parameter], decisions: Iterable[Decision], name: str, month: int
) -> Decimal | None:
    """The value of the parameter `name` in a model month; None where none is published and none was decided yet.

    Raises: KeyError when there is no such parameter.
    """
    entry = parameters[name]
    value = entry.value if entry.published else None
    for start, decided in schedule(decisions, name).items():
        value = decided if start <= month else value
    return value


def read_decisions(path: Path, faults: list[Fault]) -> tuple[Decision, ...]:
    """The decisions of the log at `path`, in its order; what is wrong with its lines is added to `faults`."""
    try:
        content = read_bytes(path, size=SIZE)
    except Faults as error:
        faults += error.faults
        return ()
    return read_lines(content, path.name, faults)


def read_lines(content: bytes, name: str, faults: list[Fault]) -> tuple[Decision, ...]:
    """The decisions that `content` writes: each line by itself, and each chained to the line before.

    Args: name: what messages call the file; faults: what is wrong is added to them.
    """
    *lines, rest = content.split(b"\n")
    if rest:
        lines.append(rest)
        message = "the last line has no end: it was cut, or an editor left the line feed out; restore the file"
        faults.append(_fault("decision-syntax", message, name, len(lines), rest))
    decisions, previous, latest = [], BEGINNING, date.min
    for place, line in enumerate(lines, start=1):
        try:
            decision = _decision(line)
        except ValueError as error:
            faults += [_fault("decision-syntax", text, name, place, line) for text in str(error).split("\n")]
        else:
            faults += [
                _fault(kind, message, name, place, line)
                for kind, message in _sequence(decision, place, previous, latest)
            ]
            decisions.append(decision)
            latest = decision.decided
        previous = sha256(line).hexdigest()
    return tuple(decisions)


def check_decisions(decisions: tuple[Decision, ...], parameters: Mapping[str, Parameter], name: str) -> list[Fault]:
    """What is wrong with the decisions of a log as decisions on `parameters`: each is held against those before it.

    Args: name: what messages call the file.
    """
    return [
        Fault(kind, f"decision {decision.number}, {decision.proposal}: {message}", name, decision.number, 1)
        for place, decision in enumerate(decisions)
        for kind, message in refusals(decision, decisions[:place], parameters)
    ]


def refusals(
    decision: Decision, before: tuple[Decision, ...], parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, str]]:
    """Why the decision may not follow those `before` it: the id of each fault and what it says."""
    if (twin := next((one for one in before if one.proposal == decision.proposal), None)) is not None:
        message = f"decision {twin.number} has entered it already; another vote takes another proposal"
        yield "decision-order", message
    names = [change.parameter for change in decision.changes]
    for change in decision.changes:
        name, entry = change.parameter, parameters.get(change.parameter)
        if entry is None:
            levers = [lever for lever, one in parameters.items() if one.kind == "lever"]
            yield "name-unknown", f"{name} is no parameter of the registry{nearest(name, levers)}"
        elif entry.kind != "lever":
            yield "param-kind", f"{name} is no lever but of kind {entry.kind}; only levers can be decided"
        else:
            yield from _unusual(change, entry, decision)
            yield from _stale(change, before, parameters)
        if names.count(name) > 1:
            yield "param-repeated", f"{name} is changed more than once; one decision changes it once"
    yield from _shares(decision, before, parameters)


def _decision(line: bytes) -> Decision:
    """The decision that a line writes.

    Raises: ValueError, one line for each thing that is wrong.
    """
    data = canonical(line)
    try:
        decision = Decision.model_validate_json(line)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, fault['loc'])) or 'the line'}: {fault['msg']}" for fault in error.errors()]
        raise ValueError("\n".join(found)) from None
    if sha256(rfc8785.dumps(data["changes"])).hexdigest() != decision.effect:
        raise ValueError("effect is not the digest of the changes; one of the two was altered")
    return decision


def _sequence(decision: Decision, place: int, previous: str, latest: date) -> Iterator[tuple[str, str]]:
    """What is wrong with the place of a decision in its log."""
    if decision.number != place:
        yield "decision-order", f"number is {decision.number} in line {place}; decisions are numbered 1, 2, 3, .."
    if decision.decided < latest:
        yield "decision-order", f"decided on {decision.decided}, before the line above, {latest}; the log only grows"
    if decision.previous != previous:
        whose = "of the line above" if place > 1 else "of a first line, 64 zeros"
        message = f"the chain is broken: previous is not the digest {whose}; restore the file from its history"
        yield "decision-chain", message


def _unusual(change: DecidedChange, entry: Parameter, decision: Decision) -> Iterator[tuple[str, str]]:
    """What is wrong with a change by itself: its value, or its month."""
    (low, high), decimals, name = entry.bounds, entry.decimals or 0, change.parameter
    if not low <= change.to <= high:
        yield "param-bounds", f"{name} = {change.to:f} is outside [{low:f}, {high:f}] ({entry.unit})"
    elif change.to != round(change.to, decimals):
        yield "param-decimals", f"{name}: {change.to:f} has more than {decimals} decimals"
    if change.month <= month_number(f"{decision.decided:%Y-%m}"):
        message = f"{name}: effective {change.effective} must lie after the month of the decision, {decision.decided}"
        yield "proposal-date", message


def _stale(
    change: DecidedChange, before: tuple[Decision, ...], parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, str]]:
    """Whether `from` holds in the month of effect, and goes on holding for what was decided of later months."""
    name, month = change.parameter, change.month
    value = in_force(parameters, before, name, month)
    if change.was != value:
        told = f"from is {plain(change.was)}, and {plain(value)} is in force in {change.effective}"
        yield "decision-stale", f"{name}: {told}; the change must be voted on anew"
    if change.to == value:
        yield "proposal-empty", f"{name}: {change.to:f} is in force in {change.effective}; nothing would change"
    later = min((start for start in schedule(before, name) if start > month), default=None)
    if later is not None:  # its `from` is what was in force before this change
        told = f"an earlier decision changes it from {month_text(later)} on, and its from would no longer hold"
        yield "decision-stale", f"{name}: {told}; the change must be voted on anew"


def _shares(
    decision: Decision, before: tuple[Decision, ...], parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, str]]:
    """Shares of one whole that would exceed it in the month of effect of one of them."""
    for names in JOINT:
        for month in sorted({change.month for change in decision.changes if change.parameter in names}):
            known = [in_force(parameters, (*before, decision), name, month) for name in names if name in parameters]
            total = sum(value for value in known if value is not None)
            if total > 1:
                yield "param-bounds", f"{' + '.join(names)} would be {total:f} from {month_text(month)}, 1 at most"


def _fault(id: str, message: str, name: str, place: int, line: bytes) -> Fault:
    return Fault(id, message, name, place, 1, line.decode("utf-8", errors="replace"))
