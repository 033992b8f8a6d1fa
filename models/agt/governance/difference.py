"""Two proposals, or two drafts of one: what differs in changes and texts, and whether their effect is the same."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from agt.governance.form import Change
from agt.governance.proposal import Proposal, effect_digest
from agt.registry.reader import plain

FIELDS = ("from", "to", "effective")


def difference(before: Proposal, after: Proposal) -> dict[str, Any]:
    """What two proposals differ in, as plain data: changes, all other fields, and the digests of their effects."""
    effects = {"before": effect_digest(before), "after": effect_digest(after)}
    return {
        "changes": list(_changes(before, after)),
        "texts": list(_texts(before, after)),
        "effect": {"same": effects["before"] == effects["after"], **effects},
    }


def told(answer: dict[str, Any]) -> Iterator[str]:
    """The lines that say what `difference` found."""
    yield from map(_change_told, answer["changes"])
    if not answer["changes"]:
        yield "No change differs"
    for text in answer["texts"]:
        yield f"~ {text['field']}"
        lines = unified_diff(text["before"].splitlines(), text["after"].splitlines(), n=0, lineterm="")
        yield from (f"    {line}" for line in list(lines)[2:] if not line.startswith("@@"))
    if not answer["texts"]:
        yield "No text differs"
    effect = answer["effect"]
    if effect["same"]:
        yield f"The effect is the same, SHA-256 {effect['before']}"
    else:
        yield f"The effect differs, SHA-256 {effect['before']} and {effect['after']}"


def _changes(before: Proposal, after: Proposal) -> Iterator[dict[str, Any]]:
    """Each lever that only one of two proposals changes, or that they change differently."""
    old, new = ({change.parameter: _plainly(change) for change in one.changes} for one in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            what = "added" if name not in old else "removed" if name not in new else "altered"
            yield {"parameter": name, "what": what, "before": old.get(name), "after": new.get(name)}


def _plainly(change: Change) -> dict[str, str]:
    return {"from": plain(change.was), "to": plain(change.to), "effective": change.effective}


def _change_told(change: dict[str, Any]) -> str:
    """One line: a plus, a minus, or what is altered."""
    name, old, new = change["parameter"], change["before"], change["after"]
    if old is None or new is None:
        sign, one = ("+", new) if old is None else ("-", old)
        return f"{sign} {name} from {one['from']} to {one['to']}, effective {one['effective']}"
    parts = [f"{field} {old[field]} -> {new[field]}" for field in FIELDS if old[field] != new[field]]
    return f"~ {name}: {', '.join(parts)}"


def _texts(before: Proposal, after: Proposal) -> Iterator[dict[str, str]]:
    """Each field other than the changes in which two proposals differ."""
    old, new = _fields(before), _fields(after)
    for field in old:
        if old[field] != new[field]:
            yield {"field": field, "before": old[field], "after": new[field]}


def _fields(proposal: Proposal) -> dict[str, str]:
    """The fields of a proposal but for its changes; of a list, one entry stands in each line."""
    head = proposal.head.model_dump(exclude={"changes", "expected"})
    head["expected"] = [f"{one.metric} {one.direction}" for one in proposal.expected]
    return {field: "\n".join(value) if isinstance(value, list) else value for field, value in head.items()}
