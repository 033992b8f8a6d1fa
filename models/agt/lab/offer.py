"""What a reader of the lab may choose, as plain data: levers, assumptions, scenarios, open proposals, and measures."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from agt.analysis.bounds import middle as middle_of
from agt.analysis.measures import needed
from agt.calendar import month_number
from agt.economy import AGENDA
from agt.governance import suite
from agt.governance.changes import months_of_effect
from agt.governance.interview import Sheet, free_id
from agt.governance.proposal import read_form
from agt.governance.standing import Standing
from agt.graph import reads
from agt.registry import Faults, Parameter, Registry
from agt.registry.reader import UNPUBLISHED, plain
from agt.registry.schema import JOINT, Change, Uniform
from agt.simulation import today
from agt.simulation.shocks import value_at

LIKELY = (0.05, 0.95)  # the chances between which a value of a prior is a likely one

# What can be drawn: what is said of every proposal first, then what chapters show.
PICTURES = (
    *suite.PICTURES, "redemption_rate", "redemption_farmed", "contributors_active.regular", "contributors_active.farm",
    "contributors_staked", "quality_accuracy", "quality_skilled_share", "demand_revenue", "market_float", "market_sold",
    "burned", "buyback_bought", "progression_recycled", "community_treasury", "marketing_fund", "ecosystem_fund",
    "voting_quorum_ratio",
)  # fmt: skip


def levers(registry: Registry) -> dict[str, dict[str, Any]]:
    """The levers that the model simulates: limits, and when a proposal of today could move them first."""
    standing, day = Standing.of(registry, []), date.fromisoformat(registry.as_of)
    offered = {}
    for name, entry in registry.levers().items():
        if entry.read_by != "policy":
            continue
        first, last = months_of_effect(entry.minimum_delay or 0, day, day)
        present = standing.value(name, first)
        offered[name] = _described(entry) | {
            "present": UNPUBLISHED if present is None else plain(present),
            "start": float(standing.level(name, first)),
            "largest_step": float(entry.largest_step or 0),
            "decimals": entry.decimals,
            "first": first,
            "last": last,
        }
    return offered


def assumptions(registry: Registry) -> dict[str, dict[str, Any]]:
    """What is not known and matters from today on: its limits, and where its prior puts it."""
    read = {name for function in AGENDA for name in reads(function)}
    offered = {}
    for name, entry in registry.parameters.items():
        if entry.prior is None or entry.kind == "lever" or name.partition(".")[0] not in read:
            continue
        low, high = LIKELY
        if isinstance(entry.prior, Uniform):
            low, high = 0.0, 1.0
        spread = value_at(entry, np.array([low, 0.5, high])).tolist()
        offered[name] = _described(entry) | {"likely": [spread[0], spread[2]], "start": spread[1]}
    return offered


def _described(entry: Parameter) -> dict[str, Any]:
    return {"meaning": entry.meaning, "unit": entry.unit, "bounds": [float(bound) for bound in entry.bounds]}


def scenarios(registry: Registry) -> dict[str, dict[str, Any]]:
    """Every scenario: what it is called, and what it changes from which month on, until which."""
    now = today(registry)
    return {
        name: {
            "title": scenario.title,
            "meaning": scenario.meaning,
            "changes": [_change(change, now) for change in scenario.changes],
        }
        for name, scenario in registry.scenarios.items()
    }


def _change(change: Change, now: int) -> dict[str, Any]:
    how, by = next((how, by) for how in ("times", "plus", "to") if (by := getattr(change, how)) is not None)
    first = now + change.after
    until = None if change.months is None else first + change.months
    return {"name": change.name, "how": how, "by": float(by), "first": first, "until": until}


def proposals(registry: Registry, folder: Path) -> dict[str, dict[str, Any]]:
    """The proposals of a folder that are not decided yet and change what the model simulates."""
    decided, known = {decision.proposal for decision in registry.decisions}, levers(registry)
    offered = {}
    for path in sorted(folder.glob("agt-[0-9][0-9][0-9][0-9].yml")):
        try:
            proposal = read_form(path)
        except Faults:
            continue  # `agt propose check` says what is wrong with it; it is no proposal until then
        changes = [(change.parameter, change.to, change.effective) for change in proposal.changes]
        if path.stem in decided or not changes or any(name not in known for name, *_ in changes):
            continue
        offered[path.stem] = {
            "title": proposal.head.title,
            "status": proposal.head.status,
            "changes": [[name, plain(to), month_number(effective)] for name, to, effective in changes],
        }
    return offered


def measured(registry: Registry) -> dict[str, dict[str, Any]]:
    """The measures that the page shows: those said first, those of guardrails, and those of groups."""
    shown = [*suite.FIRST, *(one.measure for one in registry.guardrails.values())]
    shown += [one.measure for one in registry.groups.values()]
    return {
        name: _plain(registry.measures[name].model_dump()) | {"relative": registry.measures[name].relative}
        for name in dict.fromkeys(shown)
    }


def pictured(registry: Registry) -> dict[str, dict[str, str]]:
    """What can be drawn, with its meaning and unit."""
    offered = {}
    for name in PICTURES:
        entry: Any = registry.entry(name)
        member = f": {name.partition('.')[2]}" if "." in name else ""
        offered[name] = {"meaning": f"{entry.meaning}{member}", "unit": getattr(entry, "unit", "AGT")}
    return offered


def sheet(base: str | None, id: str, created: str) -> list[list[str]]:
    """The lines of a proposal that is still to be written, each with the field that it belongs to."""
    blank = Sheet(id, base or "", date.fromisoformat(created))
    return [list(line) for line in blank.lines()]


def ranks(runs: int) -> list[list[int]]:
    """Of 1 .. `runs` values in order, which two enclose the middle of all futures; none where too few are known.

    Returns: for each number of values two ranks, from 1; 0 and 0 where no interval can be given.
    """
    found = [middle_of(np.arange(1.0, count + 1.0)) for count in range(1, runs + 1)]
    return [[int(low), int(high)] if np.isfinite(low) else [0, 0] for low, high in found]


def offer(registry: Registry, folder: Path, *, runs: int, base: str | None) -> dict[str, Any]:
    """Everything that the page offers.

    Args: folder: where the proposals are; runs: the paths that the page plays at most; base: the commit of the book.
    """
    chosen = measured(registry)
    return {
        "levers": levers(registry),
        "joint": [list(names) for names in JOINT],
        "assumptions": assumptions(registry),
        "scenarios": scenarios(registry),
        "proposals": proposals(registry, folder),
        "measures": chosen,
        "first": list(suite.FIRST),
        "sentence": suite.SENTENCE,
        "when": suite.WHEN,
        "needed": list(needed(chosen)),
        "guardrails": {name: _plain(one.model_dump()) for name, one in registry.guardrails.items()},
        "groups": {name: _plain(one.model_dump()) for name, one in registry.groups.items()},
        "pictures": pictured(registry),
        "ranks": ranks(runs),
        "sheet": sheet(base, free_id(folder), registry.as_of),
    }


def _plain(value: Any) -> Any:
    """Plain data for JSON: numbers as floats, tuples as lists."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
