"""cadCAD as its users run it: one number per value, one configuration, N runs, deep copies on."""

from collections.abc import Callable
from typing import Any

from cadCAD.configuration import Experiment
from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

from agt.economy import AGENDA, OPENING
from agt.graph import Block, flat
from agt.ledger import play
from agt.registry import load
from agt.simulation.chunk import Given, Request, economy, genesis


def scalar_cadcad(runs: int, months: int, seed: int = 1) -> None:
    """Play `runs` Monte Carlo runs of numbers; every run has draws of its own."""
    registry = load()
    opening_blocks, month_blocks = economy()
    givens = [_scalars(Given(registry, Request(months, seed, ()), 4 * run, 1)) for run in range(runs)]
    opening = genesis(registry)
    for function, block in zip(OPENING, opening_blocks, strict=True):
        opening |= play(function, block, givens[0](0) | opening)
    opening = {name: float(value) for name, value in opening.items()}
    experiment = Experiment()
    experiment.append_model(
        sim_configs={"N": runs, "T": range(months), "M": {"givens": lambda run, month: givens[run - 1](month)}},
        initial_state={"month": 0, **opening},
        partial_state_update_blocks=[
            {"policies": {}, "variables": {"month": lambda _p, _s, history, _state, _i: ("month", len(history))}},
            *(_update(function, block) for function, block in zip(AGENDA, month_blocks, strict=True)),
        ],
    )
    Executor(ExecutionContext(ExecutionMode.single_mode), experiment.configs, supress_print=True).execute()


def _scalars(given: Given) -> Callable[[int], dict[str, Any]]:
    def numbers(month: int) -> dict[str, Any]:
        return {name: value if name == "month" else float(value.reshape(-1)[0]) for name, value in given(month).items()}

    return numbers


def _update(function: Callable[..., Any], block: Block) -> dict[str, Any]:
    def policy(params: Any, _substep: Any, _history: Any, state: dict[str, Any]) -> dict[str, Any]:
        changed = play(function, block, params["givens"](state["run"], state["month"]) | state)
        return {name: float(value) for name, value in changed.items()}

    written = flat(names for call in block["calls"] for names in call["writes"])
    names = dict.fromkeys([*written, *(account for _, *ends in block["flows"] for account in ends)])
    return {"policies": {block["function"]: policy}, "variables": {name: _take(name) for name in names}}


def _take(name: str) -> Callable[..., Any]:
    def update(_params: Any, _substep: Any, _history: Any, _state: Any, signals: Any) -> tuple[str, Any]:
        return name, signals[name]

    return update
