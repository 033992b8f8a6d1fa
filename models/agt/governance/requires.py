"""The proposals that a proposal requires: each of them known, sound in form, and none of them in a circle."""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from agt.governance.draft import Draft, drafted
from agt.governance.form import ID_PATTERN
from agt.registry import Fault, Faults
from agt.registry.faults import nearest


def requirements(draft: Draft, own: str, companions: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Draft]:
    """The drafts that `draft` requires, and those that they require, in the order in which they take effect.

    Args: own: the id of the proposal; companions: id -> bytes of the proposals that it may require; faults: what is
        wrong is added to them.
    Returns: drafts by id; nothing where anything is wrong.
    """
    found = list(_repeated(draft, own))
    known: dict[str, Draft] = {}
    seen = {own, *(name for name in draft.requires if not re.fullmatch(ID_PATTERN, name))}  # the form has said so
    waiting = [(name, own, position) for position, name in enumerate(draft.requires)]
    while waiting:
        name, whose, position = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        try:
            known[name] = _companion(name, companions)
            waiting += [(after, name, position) for after in known[name].requires]
        except Faults as error:
            told = name if whose == own else f"{name}, which {whose} requires,"
            message = f"{told} {error.faults[0].message}"
            found.append(draft.document.fault("proposal-requires", ("requires", position), message))
    graph = {own: [name for name in draft.requires if name != own]}
    graph |= {name: one.requires for name, one in known.items()}
    order: list[str] = []
    try:
        order += [name for name in TopologicalSorter(graph).static_order() if name in known]
    except CycleError as error:
        found.append(_circle(draft, error.args[1][::-1], own))
    faults += found
    return {} if found else {name: known[name] for name in sorted(order, key=lambda name: _first(known[name]))}


def _repeated(draft: Draft, own: str) -> Iterator[Fault]:
    """Whatever is required twice, or requires itself."""
    for position, name in enumerate(draft.requires):
        place = ("requires", position)
        if name == own:
            yield draft.document.fault("proposal-requires", place, f"{name} cannot require itself; leave it out")
        elif name in draft.requires[:position]:
            yield draft.document.fault("proposal-requires", place, f"{name} is required twice; keep one of the two")


def _companion(name: str, companions: Mapping[str, bytes]) -> Draft:
    """The draft of a required proposal.

    Raises: Faults, the first of which says what is wrong with it.
    """
    if name not in companions:
        hint = nearest(name, companions) or f"; there are {', '.join(sorted(companions)) or 'none'}"
        raise Faults([Fault("proposal-requires", f"is no proposal of the repository at the base{hint}")])
    try:
        draft = drafted(companions[name], f"{name}.yml")
        errors = [fault for fault in draft.faults if fault.severity != "warning"]
        if errors:
            raise Faults(errors)
    except Faults as error:
        raise Faults([Fault("proposal-requires", f"is not sound: {error.faults[0].message}")]) from None
    if draft.document.data["id"] != name:
        raise Faults([Fault("proposal-requires", f"says in its file that it is {draft.document.data['id']}")])
    return draft


def _circle(draft: Draft, names: list[str], own: str) -> Fault:
    """The fault of a circle, told from this proposal on where it is part of it."""
    if own in names:
        start = names.index(own)
        names = [*names[start:-1], *names[:start], own]
    position = next((place for place, name in enumerate(draft.requires) if name in names), 0)
    message = f"a circle: {' requires '.join(names)}; one of them must do without"
    return draft.document.fault("proposal-requires", ("requires", position), message)


def _first(draft: Draft) -> str:
    """The month in which a draft begins to take effect; what changes nothing comes first."""
    return min((change["effective"] for change in draft.changes.values()), default="")
