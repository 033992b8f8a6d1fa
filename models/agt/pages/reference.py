"""The reference pages: everything in the registry, and the order of the month, as tables."""

from typing import Any

from agt.economy import AGENDA
from agt.graph import mechanism, reads, writes
from agt.pages.chapter import lever_table, math, named, parameters_by_family
from agt.pages.tables import Html, amount, table
from agt.registry import load
from agt.registry.faults import MESSAGES


def all_levers() -> Html:
    """Every lever, as a proposer needs it."""
    return lever_table(load().levers().items(), label="All levers")


def all_parameters() -> Html:
    """Every parameter, one table per mechanism."""
    registry = load()
    parts = []
    for noun, purpose in registry.purposes.items():
        own = {name: entry for name, entry in registry.parameters.items() if name.startswith(f"{noun}_")}
        if own:
            listed = parameters_by_family(registry, own, label=f"Parameters of {noun}", anchors=True)
            parts.append(f"<h3>{noun.capitalize()}</h3><p>{purpose}</p>{listed}")
    return Html("".join(parts))


def accounts() -> Html:
    """Every account, and whose it is."""
    rows = [[math(one.symbol), name, one.meaning, one.owner] for name, one in load().accounts.items()]
    return table(("Symbol", "Account", "Meaning", "Whose"), rows, label="Accounts")


def flows() -> Html:
    """Every flow, from whom to whom."""
    rows = [[math(one.symbol), named(name, one.meaning), one.payer, one.payee] for name, one in load().flows.items()]
    return table(("Symbol", "Flow", "From", "To"), rows, label="Flows")


def flow_matrix() -> Html:
    """Accounts by flows: who pays and who receives."""
    registry = load()
    rows = []
    for account in registry.accounts:
        signs = [(account == flow.payee) - (account == flow.payer) for flow in registry.flows.values()]
        rows.append([account, *({1: "+1", -1: "−1", 0: ""}[sign] for sign in signs)])
    return table(("Account", *registry.flows), rows, label="Flow matrix", matrix=True)


def metrics() -> Html:
    """Every figure and stock, with its unit and its better direction."""
    registry = load()
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("stock", {**registry.stocks}),
        ("figure of the month", {**registry.metrics}),
    ]
    rows = [
        [math(one.symbol), name, one.meaning, one.unit, kind, getattr(one, "better", "–")]
        for kind, entries in kinds
        for name, one in entries.items()
    ]
    return table(("Symbol", "Name", "Meaning", "Unit", "Kind", "Better"), rows, label="Figures and stocks")


def agenda() -> Html:
    """The functions of a month in their order, with what each reads and writes, read off the code."""
    registry = load()
    rows = []
    for place, function in enumerate(AGENDA, 1):
        noun, name = mechanism(function), function.__name__
        index = registry.each.get(noun, {}).get(name)
        title = f"{noun}.{name}" + (f", for each {index}" if index else "")
        rows.append([str(place), title, ", ".join(reads(function)), ", ".join(writes(function))])
    return table(("", "Function", "Reads", "Writes"), rows, label="The order of the month")


def messages() -> Html:
    """Every message id and what it means."""
    rows = [[Html(f'<code id="{name}">{name}</code>'), meaning] for name, meaning in MESSAGES.items()]
    return table(("Id", "Meaning"), rows, label="Messages")


def observations(use: str) -> Html:
    """The observations of one use: fit, validation or context."""
    rows = [
        [seen.date, seen.quantity, amount(seen.value, seen.unit), seen.source, seen.confidence]
        for seen in load().observations
        if seen.use == use
    ]
    head = ("Date", "What", "Value", "Source", "Confidence")
    return table(head, rows, label=f"Observations used for {use}", numbers=(2,))
