"""Turns: of what is long and much alike a part is tried, another part when the model becomes another one.

A test function marked `turn(of=N)` runs for one in N of its parameters, at least one, and for those named in `always`.
Where the environment's TESTS is `all`, as in CI, everything runs.
"""

import hashlib
from collections.abc import Iterable

import pytest

from agt.simulation.fingerprint import model_digest


def chosen(names: Iterable[str], of: int, model: str) -> set[str]:
    """Those of `names` whose turn it is with a model: one in `of`, rounded up."""
    order = sorted(names, key=lambda name: hashlib.sha256(f"{model} {name}".encode()).digest())
    return set(order[: -(-len(order) // of)])


def waiting(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The items whose turn it is not."""
    functions: dict[str, dict[str, pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("turn"):
            function, _, parameters = item.nodeid.partition("[")
            functions.setdefault(function, {})[parameters] = item
    return [item for function in functions.values() for item in _waiting(function)]


def _waiting(function: dict[str, pytest.Item]) -> Iterable[pytest.Item]:
    mark = next(iter(function.values())).get_closest_marker("turn")
    now, always = chosen(function, mark.kwargs["of"], model_digest()), set(mark.kwargs.get("always", ()))
    return [item for name, item in function.items() if name not in now and always.isdisjoint(_parameters(item))]


def _parameters(item: pytest.Item) -> list[object]:
    assert isinstance(item, pytest.Function)
    return [value for value in item.callspec.params.values() if isinstance(value, str)]
