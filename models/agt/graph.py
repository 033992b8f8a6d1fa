"""The graph: what each function of the month reads and writes, as plain data, read off its own text.

Arguments are what a function reads; the names in its last line, `return name, name`, are what it writes.
"""

import ast
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypedDict

from agt.registry import Registry
from agt.registry.faults import nearest

Names = str | list[str]


class Call(TypedDict):
    """One call of a function: its arguments' sources, and the names of what it returns."""

    reads: dict[str, Names]
    writes: list[Names]


class Block(TypedDict):
    """One function of the month: its calls, one per member where it is mapped, and the flows that it sets."""

    mechanism: str
    function: str
    calls: list[Call]
    flows: list[tuple[str, str, str]]


class GraphError(ValueError):
    """The functions of the month and the registry do not fit together."""


def mechanism(function: Callable[..., Any]) -> str:
    """The noun of the module that a function belongs to."""
    return function.__module__.rpartition(".")[2]


@cache
def tree(function: Callable[..., Any]) -> ast.FunctionDef:
    """The syntax tree of a function."""
    found = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def reads(function: Callable[..., Any]) -> dict[str, str]:
    """Argument name -> annotation as written, in order."""
    return {
        argument.arg: ast.unparse(argument.annotation) for argument in tree(function).args.args if argument.annotation
    }


def writes(function: Callable[..., Any]) -> list[str]:
    """The names in the function's last line, `return name, name`.

    Raises: GraphError when the last line returns anything but names.
    """
    last = tree(function).body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    names = value.elts if isinstance(value, ast.Tuple) else [value]
    if not all(isinstance(name, ast.Name) for name in names):
        raise GraphError(f"{mechanism(function)}.{function.__name__} must end in `return name, name`")
    return [name.id for name in names if isinstance(name, ast.Name)]


def block(function: Callable[..., Any], registry: Registry) -> Block:
    """The block of one function: one call, or one per member of the index that the registry maps it over.

    Raises: GraphError when it names what the registry does not know.
    """
    noun = mechanism(function)
    known = {*registry.names(), "month"}
    for name in [*reads(function), *writes(function)]:
        if name not in known:
            raise GraphError(f"{noun}.{function.__name__}: {name} is not in the registry{nearest(name, known)}")
    index = registry.each.get(noun, {}).get(function.__name__)
    members: Sequence[str | None] = list(registry.indices[index].members) if index else [None]
    calls = [_call(function, registry, member) for member in members]
    written = flat(names for call in calls for names in call["writes"])
    flows = [(name, flow.payer, flow.payee) for name, flow in registry.flows.items() if name in written]
    return {"mechanism": noun, "function": function.__name__, "calls": calls, "flows": flows}


def _call(function: Callable[..., Any], registry: Registry, member: str | None) -> Call:
    return {
        "reads": {name: _source(name, registry, member) for name in reads(function)},
        "writes": [_source(name, registry, member) for name in writes(function)],
    }


def _source(name: str, registry: Registry, member: str | None) -> Names:
    family = registry.families.get(name)
    if family is None:
        return name
    own = f"{name}.{member}"
    return own if own in family else list(family)


def blocks(agenda: Sequence[Callable[..., Any]], registry: Registry) -> list[Block]:
    """The blocks of an agenda, in order.

    Raises: GraphError when a value is written twice, or read in a month before it is written there, or when a
        function writes an account or a parameter.
    """
    made = [block(function, registry) for function in agenda]
    fresh: set[str] = set()
    momentary = {*registry.flows, *registry.metrics}
    for step in made:
        title = f"{step['mechanism']}.{step['function']}"
        for call in step["calls"]:
            for name in flat(call["reads"].values()):
                if name in momentary and name not in fresh:
                    raise GraphError(f"{title} reads {name} before anything has written it this month")
        for name in flat(names for call in step["calls"] for names in call["writes"]):
            if name in fresh:
                raise GraphError(f"{title} writes {name}, which is written already this month")
            if name not in momentary and name not in registry.stocks:
                raise GraphError(f"{title} writes {name}; only stocks, flows and metrics are written")
            fresh.add(name)
    return made


def flat(names: Any) -> list[str]:
    """Names and lists of names as one list."""
    return [name for item in names for name in ([item] if isinstance(item, str) else item)]
