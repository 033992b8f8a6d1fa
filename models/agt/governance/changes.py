"""What the registry demands of the changes of a proposal: levers only, in force, in bounds, in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any

from agt.calendar import month_number, month_text
from agt.registry import Fault, Parameter, Registry
from agt.registry.faults import nearest
from agt.registry.reader import Document, Path_
from agt.registry.schema import JOINT, LogNormal, Prior, Uniform

LATEST = 12  # months from `created` to the last month of effect that is allowed
ROUGHLY = Context(prec=4)


@dataclass(frozen=True)
class Lever:
    """One change of the file beside the lever that it changes."""

    document: Document
    path: Path_
    name: str
    entry: Parameter
    change: dict[str, Any]

    def fault(self, id: str, key: str, message: str, severity: str = "error") -> Fault:
        return self.document.fault(id, (*self.path, key), f"{self.name}: {message}", severity=severity)


def check_changes(
    document: Document, changes: dict[int, dict[str, Any]], registry: Registry, *, created: date | None, today: date
) -> list[Fault]:
    """Everything that is wrong with, or worth a warning about, the changes.

    Args: changes: position in the file -> parameter, from, to, effective, without those that could not be read;
        created: None where the file has no date.
    """
    faults: list[Fault] = []
    levers: list[Lever] = []
    for position, change in changes.items():
        path: Path_ = ("changes", position)
        name: str | None = change.get("parameter")
        entry = registry.levers().get(name or "")
        if name is None:
            pass  # the form has said so
        elif name in [lever.name for lever in levers]:
            message = f"{name} is changed twice; keep one of the two"
            faults.append(document.fault("param-repeated", (*path, "parameter"), message))
        elif entry is None:
            faults.append(_no_lever(document, path, name, registry))
        else:
            levers.append(Lever(document, path, name, entry, change))
        if (untimely := _untimely(change.get("effective"), entry, created, today)) is not None:
            faults.append(document.fault("proposal-date", (*path, "effective"), untimely))
    for lever in levers:
        faults += [*_value(lever), *_present(lever), *_warnings(lever)]
    return faults + [fault for names in JOINT for fault in _together(names, levers, registry)]


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


def _no_lever(document: Document, path: Path_, name: str, registry: Registry) -> Fault:
    """Why `name`, which is no lever, cannot be proposed."""
    place = (*path, "parameter")
    full = registry.families.get(name, (name,))[0]
    if full in registry.parameters:
        kind = registry.parameters[full].kind
        article = "an" if kind == "assumption" else "a"
        return document.fault("param-kind", place, f"{name} is {article} {kind}; only levers can be proposed")
    hint = nearest(name, registry.levers())
    return document.fault("name-unknown", place, f"{name} is no parameter of the registry{hint}")


def _untimely(effective: str | None, entry: Parameter | None, created: date | None, today: date) -> str | None:
    """Why the change may not hold from the month `effective`, if it may not; as far as the rest can be read."""
    if effective is None:
        return None
    first = month_number(f"{today:%Y-%m}") + 1
    if created is None:
        message = f"effective must lie after the month of today, {today}"
        return message if month_number(effective) < first else None
    written, delay = month_number(f"{created:%Y-%m}"), (entry.minimum_delay if entry else None) or 0
    first = max(first, written + delay + 1)  # the first full month after the delay
    last = written + LATEST
    if first <= month_number(effective) <= last:
        return None
    if first > last:
        late = f"today is {today}, and effective may lie {LATEST} months after created, {created}, at most"
        return f"no month is left: {late}; write the proposal anew"
    months = "1 month" if delay == 1 else f"{delay} months"
    return (
        f"effective must lie between {month_text(first)} and {month_text(last)}: after created, {created}, and the "
        f"lever's delay of {months}, after the month of today, {today}, and at most {LATEST} months after created"
    )


def _value(lever: Lever) -> Iterator[Fault]:
    low, high = lever.entry.bounds
    to, decimals = lever.change.get("to"), lever.entry.decimals or 0
    if to is None:
        return
    if not low <= to <= high:
        hint = f" - did you mean {to / 100:f}?" if lever.entry.unit == "share" and low <= to / 100 <= high else ""
        message = f"{to:f} is outside [{low:f}, {high:f}] ({lever.entry.unit}){hint}"
        yield lever.fault("param-bounds", "to", message)
    if to != round(to, decimals):
        yield lever.fault("param-decimals", "to", f"{to:f} has more than {decimals} decimals")


def _present(lever: Lever) -> Iterator[Fault]:
    """Whether `from` is what the registry says today, and `to` is anything else."""
    was, value = lever.change.get("from"), lever.entry.value
    if lever.entry.published and was not in (None, value):
        yield lever.fault("proposal-stale", "from", f"from is {_shown(was)}, the value in force is {value:f}")
    elif not lever.entry.published and was not in (None, "unpublished"):
        message = "the present value is published nowhere; write from: unpublished"
        yield lever.fault("proposal-stale", "from", message)
    if lever.entry.published and lever.change.get("to") == value:
        yield lever.fault("proposal-empty", "to", f"{value:f} is the value in force; nothing would change")


def _shown(was: Any) -> str:
    return was if isinstance(was, str) else f"{was:f}"


def _warnings(lever: Lever) -> Iterator[Fault]:
    largest, to = lever.entry.largest_step, lever.change.get("to")
    if to is not None and largest is not None and abs(to - middle(lever.entry)) > largest:
        size, start, origin = step(to, lever.entry)
        foreseen = f"the largest foreseen is {largest:f} ({lever.entry.unit})"
        message = f"a step of {size:f} from {start:f}, {origin}; {foreseen}"
        yield lever.fault("proposal-step", "to", message, "warning")
    if lever.entry.read_by == "nothing yet":
        message = "no policy reads this lever yet; the model cannot show what it does"
        yield lever.fault("proposal-unsimulated", "parameter", message, "warning")
    if lever.entry.read_by == "rule":
        yield lever.fault("proposal-unsimulated", "parameter", "a rule change, not simulated", "warning")


def step(to: Decimal, entry: Parameter) -> tuple[Decimal, Decimal, str]:
    """How far a lever is moved, from where, and what that is; from the middle of a prior to four digits."""
    start = middle(entry)
    size = abs(to - start)
    if entry.published:
        return size.normalize(), start, "the value in force"
    return ROUGHLY.plus(size).normalize(), ROUGHLY.plus(start).normalize(), "the middle of its prior"


def _together(names: tuple[str, ...], levers: list[Lever], registry: Registry) -> Iterator[Fault]:
    """Shares of one whole that would exceed it in some month."""
    changed = {
        lever.name: lever for lever in levers if lever.name in names and {"to", "effective"} <= set(lever.change)
    }
    for lever in changed.values():
        month = lever.change["effective"]
        shares = [
            changed[name].change["to"]
            if name in changed and changed[name].change["effective"] <= month
            else registry.value(name)
            for name in names
        ]
        if sum(shares) > 1:
            message = f"{' + '.join(names)} would be {sum(shares):f} from {month}, 1 at most"
            yield lever.fault("param-bounds", "to", message)
            return
