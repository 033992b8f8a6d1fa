"""Entries: what the registry says about one name, and its levers in short, as plain data."""

from decimal import Decimal
from typing import Any

from agt.calendar import month_number, month_text
from agt.registry import Fault, Faults, Parameter, Registry
from agt.registry.faults import nearest

CHANGED_BY = {
    "lever": "the DAO, by a proposal",
    "fact": "nobody: it is observed",
    "assumption": "the model's authors, by argument",
    "accounts": "nobody: the ledger adds up its flows",
    "stocks": "nobody: the model computes it",
    "flows": "nobody: the model computes it",
    "metrics": "nobody: the model computes it",
    "columns": "nobody: it is observed",
    "events": "nobody: scenarios of the DAO's suite set it",
    "shocks": "the model's authors, by argument",
}


def levers(registry: Registry) -> list[dict[str, Any]]:
    """Everything that the DAO decides, in the registry's order, with the values of the registry's month."""
    fields = ("unit", "bounds", "largest_step", "minimum_delay", "decimals", "meaning")
    month = month_number(registry.as_of[:7])
    return [
        {
            "name": name,
            "value": _data(registry.current(name, month)),
            "published": registry.in_force(name, month) is not None,
            **{field: _data(getattr(entry, field)) for field in fields},
        }
        for name, entry in registry.levers().items()
    ]


def entry(registry: Registry, name: str) -> dict[str, Any]:
    """Everything about the entry, or the family of entries, called `name`.

    Returns: name, section, the entry's own fields, changed_by; for a family `members`: what differs, by full name.
    Raises: Faults, with the nearest name, when there is none.
    """
    try:
        first = registry.entry(name)
    except KeyError:
        hint = nearest(name, [*registry.names(), *registry.purposes, *LISTED])
        raise Faults([Fault("name-unknown", f"{name} is not in the registry{hint}")]) from None
    section = registry.section(name)
    changed_by = CHANGED_BY[first.kind if isinstance(first, Parameter) else section]
    members = {full: _fields(registry, full) for full in registry.families.get(name, (name,))}
    common = {
        field: value
        for field, value in next(iter(members.values())).items()
        if all(fields.get(field) == value for fields in members.values())
    }
    described = {"name": name, "section": section, **common, "changed_by": changed_by}
    if name in registry.families:
        described["members"] = {
            full: {field: value for field, value in fields.items() if field not in common}
            for full, fields in members.items()
        }
    return described


# What a list of the DAO's suite says of each of its entries; everything stands in the registry's file of that name.
LISTED = {
    "scenarios": ("title", "side", "meaning"),
    "measures": ("title", "unit", "better"),
    "guardrails": ("title", "measure", "breach", "limit"),
    "groups": ("title", "measure", "better", "tolerance"),
    "checks": ("title", "otherwise", "what"),
    "asks": ("what", "how"),
}


def suite(registry: Registry, section: str) -> dict[str, Any]:
    """The entries of one section of the DAO's suite: scenarios, measures, guardrails, groups, checks or asks."""
    rows = [
        {"name": name, **{field: _data(getattr(one, field)) for field in LISTED[section]}}
        for name, one in getattr(registry, section).items()
    ]
    return {"section": section, "changed_by": "the DAO", "entries": rows}


def unit(registry: Registry, name: str) -> str:
    """The unit of the entry, or of the family of entries, called `name`; accounts and flows hold AGT."""
    return str(getattr(registry.entry(name), "unit", "number" if registry.section(name) == "shocks" else "AGT"))


def mechanism(registry: Registry, name: str) -> dict[str, Any]:
    """The mechanism `name`, what it is for, and every entry or family of entries that carries its name."""
    names = [full.partition(".")[0] for full in registry.names() if full not in registry.families]
    entries = [
        {
            "name": own,
            "section": registry.section(own),
            "unit": unit(registry, own),
            "meaning": _fields(registry, own)["meaning"],
        }
        for own in dict.fromkeys(names)
        if own.startswith(f"{name}_")
    ]
    return {"name": name, "section": "mechanisms", "purpose": registry.purposes[name], "entries": entries}


def _fields(registry: Registry, full: str) -> dict[str, Any]:
    fields: dict[str, Any] = _data(registry.entry(full).model_dump(exclude_none=True))
    decided = {month_text(month): _data(value) for month, value in registry.decided(full).items()}
    return fields | ({"decided": decided} if decided else {})


def _data(value: Any) -> Any:
    """`value` as JSON holds it, decimals as text in plain notation."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {key: _data(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_data(inner) for inner in value]
    return value
