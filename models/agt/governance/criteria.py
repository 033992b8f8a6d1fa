"""What a proposal of type checks may change: numbers of the DAO's suite, such as `guardrails.runway_short.limit`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from agt.registry import Fault, Registry
from agt.registry.faults import nearest
from agt.registry.reader import Document, Path_, plain
from agt.registry.schema import Entry

FIELDS = {"guardrails": ("limit", "chance", "rise"), "measures": ("matters",), "groups": ("tolerance",)}


@dataclass(frozen=True)
class Criterion:
    """One number that proposals are held against, and the entry of the registry in which it stands."""

    name: str
    entry: Entry
    field: str
    value: Decimal


def criteria(registry: Registry) -> dict[str, Criterion]:
    """Every number of the suite that the DAO may change, by its full name."""
    found = [
        Criterion(f"{section}.{name}.{field}", entry, field, value)
        for section, fields in FIELDS.items()
        for name, entry in getattr(registry, section).items()
        for field in fields
        if (value := getattr(entry, field)) is not None
    ]
    return {one.name: one for one in found}


def check_criterion(document: Document, path: Path_, one: Criterion, change: dict[str, Any]) -> Iterator[Fault]:
    """Whether `from` is what the registry holds, and `to` a number that its schema allows."""
    was, to = change.get("from"), change.get("to")
    if was not in (None, one.value):
        message = f"{one.name}: from is {plain(was)}, the value in force is {plain(one.value)}"
        yield document.fault("proposal-stale", (*path, "from"), message)
    try:
        if to is not None:
            type(one.entry).model_validate({**one.entry.model_dump(), one.field: to})
    except ValidationError as error:
        asked = error.errors()[0]["msg"].removeprefix("Input should be ")
        message = f"{one.name} = {to:f} is not allowed: it must be {asked}"
        yield document.fault("param-bounds", (*path, "to"), message)


def no_criterion(document: Document, path: Path_, name: str, registry: Registry) -> Fault:
    """Why `name`, which is no number of the suite, cannot be changed by a proposal of type checks."""
    known = criteria(registry)
    forms = ", ".join(f"{section}.<id>.{field}" for section, fields in FIELDS.items() for field in fields)
    hint = nearest(name, known) or f"; it is one of {forms}"
    return document.fault("name-unknown", (*path, "parameter"), f"{name} is no number of the suite that is set{hint}")
