"""The reference pages: everything in the registry, and the order of the month, as tables."""

import re
from collections.abc import Callable, Iterable
from html import escape
from importlib import import_module
from inspect import getdoc, isfunction
from typing import Any

from agt.economy import AGENDA, OPENING
from agt.graph import mechanism, reads, writes
from agt.pages.chapter import lever_table, math, named, parameters_by_family
from agt.pages.contents import mechanisms
from agt.pages.tables import Html, amount, table
from agt.registry import load
from agt.registry.faults import MESSAGES
from agt.registry.schema import SECTIONS

UNITS = {"accounts": "AGT", "flows": "AGT", "shocks": "standard deviations"}  # of sections whose entries name none
LAWS = {"normal": "normal", "student_t": "Student's t"}
KINDS = {
    "exact": "exact, in base units: what a contract would do",
    "month": "a month of many runs at once",
    "part": "a part of the month",
}


def all_levers() -> Html:
    """Every lever, as a proposer needs it."""
    return lever_table(load().levers().items(), label="All levers")


def all_parameters() -> Html:
    """Every parameter, one table per mechanism."""
    registry = load()
    parts = []
    for noun in mechanisms():
        own = {name: entry for name, entry in registry.parameters.items() if name.startswith(f"{noun}_")}
        if own:
            listed = parameters_by_family(registry, own, label=f"Parameters of {noun}", anchors=True)
            parts.append(f"<h3>{noun.capitalize()}</h3><p>{registry.purposes[noun]}</p>{listed}")
    return Html("".join(parts))


def accounts() -> Html:
    """Every account, and whose it is."""
    rows = [
        [math(one.symbol), named(name, one.meaning, anchor=True), one.owner] for name, one in load().accounts.items()
    ]
    return table(("Symbol", "Account", "Whose"), rows, label="Accounts")


def flows() -> Html:
    """Every flow, from whom to whom."""
    rows = [
        [math(one.symbol), named(name, one.meaning, anchor=True), code(one.payer), code(one.payee)]
        for name, one in load().flows.items()
    ]
    return table(("Symbol", "Flow", "From", "To"), rows, label="Flows")


def flow_matrix() -> Html:
    """Accounts by flows: who pays and who receives."""
    registry = load()
    rows = []
    for account in registry.accounts:
        signs = [(account == flow.payee) - (account == flow.payer) for flow in registry.flows.values()]
        rows.append([code(account), *({1: "+1", -1: "−1", 0: ""}[sign] for sign in signs)])
    return table(("Account", *registry.flows), rows, label="Flow matrix", matrix=True)


def metrics() -> Html:
    """Every figure and stock, with its unit and its better direction."""
    registry = load()
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("stock", {**registry.stocks}),
        ("figure of the month", {**registry.metrics}),
    ]
    rows = [
        [math(one.symbol), named(name, one.meaning, anchor=True), one.unit, kind, getattr(one, "better", "–")]
        for kind, entries in kinds
        for name, one in entries.items()
    ]
    return table(("Symbol", "Name", "Unit", "Kind", "Better"), rows, label="Figures and stocks")


def agenda() -> Html:
    """The functions of a month in their order, with what each reads and writes, read off the code."""
    registry = load()
    rows = []
    for place, function in enumerate(AGENDA, 1):
        noun, name = mechanism(function), function.__name__
        index = registry.each.get(noun, {}).get(name)
        title = f"{noun}.{name}" + (f", for each {index}" if index else "")
        rows.append([str(place), title, codes(reads(function)), codes(writes(function))])
    return table(("", "Function", "Reads", "Writes"), rows, label="The order of the month")


def code(name: str) -> Html:
    """A name in code letters, which the built page links to its definition."""
    return Html(f"<code>{name}</code>")


def codes(names: Iterable[str]) -> Html:
    """Several names, one after the other."""
    return Html(", ".join(map(code, names)))


def symbols() -> Html:
    """Every symbol of the equations, and what it stands for; members of a family share theirs."""
    registry, rows = load(), {}
    for section in SECTIONS:
        for full, one in getattr(registry, section).items():
            name = full.partition(".")[0] if getattr(one, "index", None) else full
            rows[name] = [math(one.symbol), code(name), one.meaning, getattr(one, "unit", UNITS.get(section, ""))]
    ordered = sorted(rows.values(), key=lambda row: row[1])
    return table(("Symbol", "Name", "Stands for", "Unit"), ordered, label="Symbols")


def assumptions() -> Html:
    """Everything that is assumed, with its range and the reason, one table per mechanism."""
    registry, parts = load(), []
    for noun in mechanisms():
        own = {
            name: entry
            for name, entry in registry.parameters.items()
            if name.startswith(f"{noun}_") and entry.kind == "assumption"
        }
        if own:
            listed = parameters_by_family(registry, own, label=f"What {noun} assumes")
            parts.append(f"<h3>{noun.capitalize()}</h3>{listed}")
    return Html("".join(parts))


def luck() -> Html:
    """Every draw of luck: its address, law, and where it is cut off."""
    rows = [
        [
            math(one.symbol),
            named(name, one.meaning, one.source, anchor=True),
            str(one.id),
            LAWS[one.law] + (f", {one.degrees} degrees" if one.degrees else ""),
            f"{one.clip} standard deviations",
        ]
        for name, one in load().shocks.items()
    ]
    return table(("Symbol", "Draw", "Stream", "Law", "Cut off at"), rows, label="Luck")


def given() -> Html:
    """What a month takes as given: observed prices, and what happens in a scenario only."""
    registry = load()
    rows = [
        [math(one.symbol), named(name, one.meaning, anchor=True), one.unit, "observed"]
        for name, one in registry.columns.items()
    ]
    rows += [
        [
            math(one.symbol),
            named(name, one.meaning, anchor=True),
            one.unit,
            f"{amount(one.neutral)} unless a scenario says",
        ]
        for name, one in registry.events.items()
    ]
    return table(("Symbol", "Name", "Unit", "Value"), rows, label="What a month takes as given")


def specification() -> Html:
    """Every function of the rules: what it does, whether contract or model runs it, its source, and its tests."""
    parts = []
    for noun in mechanisms():
        module = import_module(f"agt.mechanisms.{noun}")
        functions = [one for one in vars(module).values() if isfunction(one) and one.__module__ == module.__name__]
        rows = [_specified(noun, function) for function in functions]
        head = ("Function", "What it does", "Kind", "Source", "Tests")
        title = f'<h3><a href="../rules/{noun}.html">{noun.capitalize()}</a></h3>'
        parts.append(title + table(head, rows, label=f"Functions of {noun}"))
    return Html("".join(parts))


def _specified(noun: str, function: Callable[..., Any]) -> list[str]:
    """One function of the rules, from its docstring and its place in the month."""
    told = getdoc(function) or ""
    source = re.search(r"^Source: (.*?)(?=\n\n|\n\S+:|\Z)", told, re.DOTALL | re.MULTILINE)
    monthly = function in AGENDA or function in OPENING
    kind = "month" if monthly else "exact" if ">>>" in told else "part"
    tests = f"tests/mechanisms/test_{noun}_{'rule' if kind == 'exact' else 'policy'}.py"
    first = told.partition("\n\n")[0].replace("\n", " ")
    return [
        code(f"{noun}.{function.__name__}"),
        Html(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(first))),
        KINDS[kind],
        " ".join(source[1].split()) if source else "see the mechanism",
        code(tests),
    ]


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
