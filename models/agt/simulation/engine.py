"""The adapter to cadCAD, and its only importer: one cadCAD run plays one chunk of Monte Carlo runs as arrays."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from cadCAD.configuration import Experiment
from cadCAD.engine import ExecutionContext, ExecutionMode, Executor
from pandas.errors import PerformanceWarning

from agt.graph import Block, flat
from agt.ledger import play

State = dict[str, Any]
Given = Callable[[int], State]


def run(
    functions: Sequence[Callable[..., Any]], blocks: list[Block], opening: State, months: int, given: Given
) -> list[State]:
    """Play months 1 .. `months` from `opening`; `given(month)` is what a month takes as given.

    Args: functions, blocks: the month's agenda, in order; opening: the state at the end of month 0.
    Returns: cadCAD's records, the opening first, then one per block and month. Their arrays are read-only, because
        without deep copies history and state share memory.
    """
    updates = [_update(function, block) for function, block in zip(functions, blocks, strict=True)]
    experiment = Experiment()  # never cadCAD's module-level one: it grows
    context = ExecutionContext(ExecutionMode.single_mode, additional_objs={"deepcopy_off": True})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerformanceWarning)  # cadCAD tabulates the state's names in a data frame
        experiment.append_model(
            sim_configs={"N": 1, "T": range(months), "M": {"given": lambda month: given(month)}},  # it copies objects
            initial_state={"month": 0} | {name: frozen(value) for name, value in opening.items()},
            partial_state_update_blocks=[CLOCK, *updates],
        )
        records, *_ = Executor(context, experiment.configs, supress_print=True).execute()
    return list(records)


def frozen(value: Any) -> np.ndarray:
    """`value` as a read-only array of floats."""
    array: np.ndarray = np.asarray(value, dtype=np.float64)
    array.flags.writeable = False
    return array


def _month(_params: Any, _substep: Any, history: Any, _state: Any, _signals: Any) -> tuple[str, int]:
    return "month", len(history)  # state["timestep"] lags in the first block


CLOCK: dict[str, dict[str, Any]] = {"policies": {}, "variables": {"month": _month}}


def _update(function: Callable[..., Any], block: Block) -> dict[str, dict[str, Any]]:
    """cadCAD's partial state update block: one policy plays the function, one update per value that it changes."""

    def policy(params: Any, _substep: Any, _history: Any, state: State) -> State:
        changed = play(function, block, params["given"](state["month"]) | state)
        return {name: frozen(value) for name, value in changed.items()}

    written = flat(names for call in block["calls"] for names in call["writes"])
    accounts = [account for _, *ends in block["flows"] for account in ends]
    names = dict.fromkeys([*written, *accounts])
    return {"policies": {block["function"]: policy}, "variables": {name: _take(name) for name in names}}


def _take(name: str) -> Callable[..., Any]:
    def update(_params: Any, _substep: Any, _history: Any, _state: Any, signals: Any) -> tuple[str, Any]:
        return name, signals[name]  # a plain function of exactly five arguments, or cadCAD fails

    return update
