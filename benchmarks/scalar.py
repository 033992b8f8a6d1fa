"""cadCAD and radCAD as their users run them: one number per value, one configuration, N runs, deep copies on."""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

from cadCAD.configuration import Experiment
from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

from agt.economy import AGENDA, OPENING
from agt.graph import Block, flat
from agt.ledger import play
from agt.registry import load
from agt.simulation.chunk import Given, Request, economy, genesis


class Scalar(NamedTuple):
    """The model in numbers: the state at the beginning, the blocks of a month, and what each run's month is given."""

    opening: dict[str, float]
    blocks: list[dict[str, Any]]
    given: Callable[[int, int], dict[str, Any]]


def scalar_cadcad(runs: int, months: int, seed: int = 1) -> None:
    """Play `runs` Monte Carlo runs of numbers with cadCAD; every run has draws of its own."""
    model = scalar(runs, months, seed)
    experiment = Experiment()
    experiment.append_model(
        sim_configs={"N": runs, "T": range(months), "M": {"given": model.given}},
        initial_state=model.opening,
        partial_state_update_blocks=model.blocks,
    )
    Executor(ExecutionContext(ExecutionMode.single_mode), experiment.configs, supress_print=True).execute()


def scalar_radcad(runs: int, months: int, seed: int = 1) -> None:
    """Play the same with radCAD, which must be on the path: it asks for another NumPy than ours, and uses none."""
    radcad = importlib.import_module("radcad")
    model = scalar(runs, months, seed)
    asked = radcad.Model(initial_state=model.opening, state_update_blocks=model.blocks, params={"given": [model.given]})
    simulation = radcad.Simulation(model=asked, timesteps=months, runs=runs)
    simulation.engine = radcad.Engine(backend=radcad.Backend.SINGLE_PROCESS)
    played = simulation.run()
    if len(played) != runs * (1 + months * len(model.blocks)):
        raise RuntimeError(f"radCAD gave {len(played)} states of {runs} runs")


def scalar(runs: int, months: int, seed: int) -> Scalar:
    """The model in numbers, for `runs` runs with draws of their own."""
    registry = load()
    opening_blocks, month_blocks = economy()
    givens = [_scalars(Given(registry, Request(months, seed, ()), 4 * run, 1)) for run in range(runs)]
    opening = genesis(registry)
    for function, block in zip(OPENING, opening_blocks, strict=True):
        opening |= play(function, block, givens[0](0) | opening)
    blocks = [
        {"policies": {}, "variables": {"month": lambda _p, _s, history, _state, _i: ("month", len(history))}},
        *(_update(function, block) for function, block in zip(AGENDA, month_blocks, strict=True)),
    ]
    return Scalar(
        {"month": 0} | {name: float(value) for name, value in opening.items()},
        blocks,
        lambda run, month: givens[run - 1](month),
    )


def _scalars(given: Given) -> Callable[[int], dict[str, Any]]:
    def numbers(month: int) -> dict[str, Any]:
        return {name: value if name == "month" else float(value.reshape(-1)[0]) for name, value in given(month).items()}

    return numbers


def _update(function: Callable[..., Any], block: Block) -> dict[str, Any]:
    def policy(params: Any, _substep: Any, _history: Any, state: dict[str, Any]) -> dict[str, Any]:
        changed = play(function, block, params["given"](state["run"], state["month"]) | state)
        return {name: float(value) for name, value in changed.items()}

    written = flat(names for call in block["calls"] for names in call["writes"])
    names = dict.fromkeys([*written, *(account for _, *ends in block["flows"] for account in ends)])
    return {"policies": {block["function"]: policy}, "variables": {name: _take(name) for name in names}}


def _take(name: str) -> Callable[..., Any]:
    def update(_params: Any, _substep: Any, _history: Any, _state: Any, signals: Any) -> tuple[str, Any]:
        return name, signals[name]

    return update
