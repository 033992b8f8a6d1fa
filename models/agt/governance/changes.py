"""What the registry demands of the changes of a proposal: levers only, in force, in bounds, in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any

from agt.calendar import month_number, month_text
from agt.governance.characters import shortened
from agt.governance.criteria import check_criterion, criteria, no_criterion
from agt.governance.draft import Draft
from agt.governance.standing import REMEMBERED, Standing, middle
from agt.registry import Fault, Parameter, Registry
from agt.registry.faults import nearest
from agt.registry.reader import UNPUBLISHED, Document, Path_, plain
from agt.registry.schema import JOINT

LATEST = 12  # months from `created` to the last month of effect that is allowed
ROUGHLY = Context(prec=4)


@dataclass(frozen=True)
class Lever:
    """One change of the file beside the lever that it changes, and what the lever's value is when it comes."""

    document: Document
    path: Path_
    name: str
    entry: Parameter
    change: dict[str, Any]
    month: int
    present: Decimal | None

    def fault(self, id: str, key: str, message: str, severity: str = "error") -> Fault:
        """A fault at one key of the change, which names the lever first."""
        return self.document.fault(id, (*self.path, key), f"{self.name}: {message}", severity=severity)


def check_changes(draft: Draft, standing: Standing, *, created: date | None, today: date) -> list[Fault]:
    """Everything that is wrong with, or worth a warning about, the changes.

    Args: created: None where the file has no date.
    """
    if draft.type == "text":
        return []  # the draft says that there may be none
    document, faults = draft.document, list(_twice(draft))
    known, suite = standing.registry.levers(), criteria(standing.registry)
    levers: list[Lever] = []
    present: dict[int, Decimal | None] = {}
    for position, change in draft.changes.items():
        path: Path_ = ("changes", position)
        name, month = change.get("parameter", ""), change.get("effective")
        entry = known.get(name) if draft.type == "parameter" else None
        if entry is not None:
            number = max(month_number(each) for each in (f"{today:%Y-%m}", month) if each)
            lever = Lever(document, path, name, entry, change, number, standing.value(name, number))
            levers.append(lever)
            present[position] = lever.present
        elif draft.type == "checks" and name in suite:
            faults += check_criterion(document, path, suite[name], change)
            present[position] = suite[name].value
        elif name:
            faults.append(_misplaced(draft, path, name, standing.registry))
        if (untimely := _untimely(month, entry, created, today)) is not None:
            faults.append(document.fault("proposal-date", (*path, "effective"), untimely))
    for lever in levers:
        faults += [*_value(lever), *_present(lever), *_later(lever, standing), *_warnings(lever, standing, today)]
    faults += _idle(draft, present)
    return faults + [fault for names in JOINT for fault in _together(names, levers, standing)]


def _twice(draft: Draft) -> Iterator[Fault]:
    """Whatever is changed a second time."""
    seen: set[str] = set()
    for position, change in draft.changes.items():
        name = change.get("parameter")
        if name in seen:
            place = ("changes", position, "parameter")
            yield draft.document.fault("param-repeated", place, f"{name} is changed twice; keep one of the two")
        elif name is not None:
            seen.add(name)


def _idle(draft: Draft, present: dict[int, Decimal | None]) -> Iterator[Fault]:
    """Changes that leave their number as it is: an error beside others, a warning where no change does anything."""
    idle = [
        (position, value)
        for position, value in present.items()
        if value is not None and draft.changes[position].get("to") == value
    ]
    alone = len(idle) == len(draft.changes)
    for position, value in idle:
        name = draft.changes[position]["parameter"]
        rest = "nothing would change" if alone else "nothing would change; leave this change out"
        message = f"{name}: {value:f} is the value in force; {rest}"
        place = ("changes", position, "to")
        yield draft.document.fault("proposal-empty", place, message, severity="warning" if alone else "error")


def _misplaced(draft: Draft, path: Path_, name: str, registry: Registry) -> Fault:
    """Why a proposal of this type cannot change `name`."""
    place = (*path, "parameter")
    if draft.type == "checks":
        if name in registry.levers():
            message = f"{name} is a lever; a proposal of type checks changes nothing but the suite. Propose it apart"
            return draft.document.fault("proposal-type", place, message)
        return no_criterion(draft.document, path, name, registry)
    if name in criteria(registry):
        message = f"{name} is a number of the suite; changing it takes a proposal of type checks, and nothing beside it"
        return draft.document.fault("proposal-type", place, message)
    return _no_lever(draft.document, path, name, registry)


def _no_lever(document: Document, path: Path_, name: str, registry: Registry) -> Fault:
    """Why `name`, which is no lever, cannot be proposed."""
    place = (*path, "parameter")
    full = registry.families.get(name, (name,))[0]
    if full in registry.parameters:
        kind = registry.parameters[full].kind
        article = "an" if kind == "assumption" else "a"
        noun = full.split("_")[0]
        own = [lever for lever in registry.levers() if lever.startswith(f"{noun}_")]
        hint = f": of {noun} these are {', '.join(own)}" if own else ""
        return document.fault("param-kind", place, f"{name} is {article} {kind}; only levers can be proposed{hint}")
    if full in registry.quantities():
        message = f"{name} is a figure that the model computes, no parameter; only levers can be proposed"
        return document.fault("name-unknown", place, message)
    hint = nearest(name, registry.levers()) or "; `agt registry` lists the levers"
    return document.fault("name-unknown", place, f"{shortened(name)} is no parameter of the registry{hint}")


def _untimely(effective: str | None, entry: Parameter | None, created: date | None, today: date) -> str | None:
    """Why the change may not hold from the month `effective`, if it may not; as far as the rest can be read."""
    if effective is None:
        return None
    if created is None:
        message = f"effective must lie after the month of today, {today}"
        return message if month_number(effective) <= month_number(f"{today:%Y-%m}") else None
    delay = (entry.minimum_delay if entry else None) or 0
    first, last = months_of_effect(delay, created, today)
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


def months_of_effect(delay: int, created: date, today: date) -> tuple[int, int]:
    """The first and the last model month in which a change may take effect.

    Args: delay: the months that the lever asks for at least; the first full month after them is the first.
    """
    written = month_number(f"{created:%Y-%m}")
    return max(month_number(f"{today:%Y-%m}"), written + delay) + 1, written + LATEST


def _value(lever: Lever) -> Iterator[Fault]:
    low, high = lever.entry.bounds
    to, decimals = lever.change.get("to"), lever.entry.decimals or 0
    if to is None:
        return
    if not low <= to <= high:
        share = to.scaleb(-2)
        hint = f" - did you mean {share:f}?" if lever.entry.unit == "share" and low <= share <= high else ""
        message = f"{lever.name} = {to:f} is outside [{low:f}, {high:f}] ({lever.entry.unit}){hint}"
        yield lever.document.fault("param-bounds", (*lever.path, "to"), message)
    if to != round(to, decimals):
        asked = f"has more than {decimals} decimals; round it" if decimals else "is no whole number; round it"
        yield lever.fault("param-decimals", "to", f"{to:f} {asked}")


def _present(lever: Lever) -> Iterator[Fault]:
    """Whether `from` is what is in force when the change comes."""
    was = lever.change.get("from")
    if was is None or was == (UNPUBLISHED if lever.present is None else lever.present):
        return
    if lever.present is None:
        message = "the present value is published nowhere; write from: unpublished"
    else:
        message = f"from is {plain(was)}, the value in force is {plain(lever.present)}"
    yield lever.fault("proposal-stale", "from", message)


def _later(lever: Lever, standing: Standing) -> Iterator[Fault]:
    """The next change of the lever that is decided or required, where it would no longer follow from this one."""
    to = lever.change.get("to")
    for move in standing.after(lever.name, lever.month)[:1]:
        if to is not None and move.was != to:
            told = f"{move.source} changes it from {plain(move.was)} to {plain(move.to)} in {month_text(move.month)}"
            message = f"{told}, and that from would not hold after this change; take effect after it"
            yield lever.fault("proposal-stale", "to", message)


def _warnings(lever: Lever, standing: Standing, today: date) -> Iterator[Fault]:
    if (large := _large(lever, standing, today)) is not None:
        yield lever.fault("proposal-step", "to", large, "warning")
    if lever.entry.read_by == "nothing yet":
        message = "no policy reads this lever yet; the model cannot show what it does"
        yield lever.fault("proposal-unsimulated", "parameter", message, "warning")
    if lever.entry.read_by == "rule":
        yield lever.fault("proposal-unsimulated", "parameter", "a rule change, not simulated", "warning")


def _large(lever: Lever, standing: Standing, today: date) -> str | None:
    """What is said of a step that is larger than foreseen, alone or with those of the last months and still to come."""
    largest, to, entry = lever.entry.largest_step, lever.change.get("to"), lever.entry
    if to is None or largest is None or not entry.bounds[0] <= to <= entry.bounds[1]:
        return None
    others = standing.counted(lever.name, today)
    path = [(move.month, middle(entry) if move.was is None else move.was, move.to) for move in others]
    path = sorted([*path, (lever.month, standing.level(lever.name, lever.month), to)], key=lambda each: each[0])
    steps = sum((abs(after - before) for _, before, after in path), start=Decimal(0))
    total = max(steps, abs(path[-1][2] - path[0][1]))
    if total <= largest:
        return None
    size, start, origin = step(to, entry, lever.present)
    foreseen = f"the largest foreseen is {largest:f} ({entry.unit})"
    if not others:
        return f"a step of {size:f} from {start:f}, {origin}; {foreseen}"
    added = ", ".join(f"{move.source} from {month_text(move.month)} to {move.to:f}" for move in others)
    return (
        f"a step of {size:f} from {start:f}, {origin}, which adds up to {_rough(total):f} with those of the last "
        f"{REMEMBERED} months, still to come or required ({added}); {foreseen}"
    )


def step(to: Decimal, entry: Parameter, present: Decimal | None = None) -> tuple[Decimal, Decimal, str]:
    """How far a lever is moved, from where, and what that is; from the middle of a prior to four digits.

    Args: present: the value in force, where something has been decided or required; the registry's unless given.
    """
    start = middle(entry) if present is None else present
    size = abs(to - start)
    if entry.published or present is not None:
        return size.normalize(), start, "the value in force"
    return _rough(size), _rough(start), "the middle of its prior"


def _rough(value: Decimal) -> Decimal:
    return ROUGHLY.plus(value).normalize()


def _together(names: tuple[str, ...], levers: list[Lever], standing: Standing) -> Iterator[Fault]:
    """Shares of one whole that would exceed it in some month."""
    changed = {
        lever.name: lever for lever in levers if lever.name in names and {"to", "effective"} <= set(lever.change)
    }
    if not changed:
        return
    first = min(lever.month for lever in changed.values())
    moves = [move.month for name in names for move in standing.after(name, first)]
    for month in sorted({*moves, *(lever.month for lever in changed.values())}):
        shares = []
        for name in names:
            known = name in changed and changed[name].month <= month
            moved = known and any(move.month <= month for move in standing.after(name, changed[name].month))
            shares.append(changed[name].change["to"] if known and not moved else standing.level(name, month))
        if sum(shares) > 1:
            late = max((one for one in changed.values() if one.month <= month), key=lambda one: one.month)
            message = f"{' + '.join(names)} would be {sum(shares):f} from {month_text(month)}, 1 at most"
            yield late.document.fault("param-bounds", (*late.path, "to"), message)
            return
