"""The adapter to cadCAD, and its only importer: one cadCAD run plays one chunk of Monte Carlo runs as arrays."""

import warnings
from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from pandas.errors import PerformanceWarning

from agt.graph import Block, flat
from agt.ledger import play

with warnings.catch_warnings():  # its progress bar asks for widgets that no page of the book has
    warnings.simplefilter("ignore")
    from cadCAD.configuration import Experiment
    from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

State = dict[str, Any]
Given = Callable[[int], State]
Act = tuple[Callable[..., Any], Block]
Observe = Callable[[list[State]], None]
TOLD = "told"  # the variable of cadCAD's state that holds what is only told on


def run(
    acts: Sequence[Act], opening: State, months: int, given: Given, keep: Collection[str], observe: Observe
) -> None:
    """Play months 1 .. `months` from `opening`; `given(month)` is what a month takes as given.

    Acts of one mechanism that follow each other make one partial state update block. What a block tells only itself
    stays a signal; cadCAD's state holds what persists and what a later block reads, and in one variable more whatever
    else is to be kept: cadCAD copies every variable in every block.

    Args: acts: the month's functions with their blocks, in order; opening: every quantity at the end of month 0;
        keep: names wanted in the records; observe: is shown cadCAD's records of the opening, one, and then of every
        month, one per mechanism, each with its number as `substep`. Their arrays are read-only, because without deep
        copies history and state share memory. What has been shown is forgotten, so that memory does not grow.
    """
    groups = [list(group) for _, group in groupby(acts, key=lambda act: act[1]["mechanism"])]
    stored = _stored(groups, opening)
    told = {name: frozen(opening[name]) for name in keep if name not in stored}
    experiment = Experiment()  # never cadCAD's module-level one: it grows
    context = ExecutionContext(ExecutionMode.single_mode, additional_objs={"deepcopy_off": True})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerformanceWarning)  # cadCAD tabulates the state's names in a data frame
        experiment.append_model(
            sim_configs={"N": 1, "T": range(months), "M": {"given": lambda month: given(month)}},  # it copies objects
            initial_state={"month": 1, TOLD: told} | {name: frozen(opening[name]) for name in stored},
            partial_state_update_blocks=[_update(group, groups, stored, told, observe) for group in groups],
        )
        start = experiment.configs[0].initial_state
        for value in (*(start[name] for name in stored), *start[TOLD].values()):  # cadCAD's copy is writable again
            frozen(value)
        records, *_ = Executor(context, experiment.configs, supress_print=True).execute()
    _show(list(records)[-len(groups) :], observe)


def frozen(value: Any) -> np.ndarray:
    """`value` as a read-only array of floats."""
    array: np.ndarray = np.asarray(value, dtype=np.float64)
    array.flags.writeable = False
    return array


def _stored(groups: list[list[Act]], opening: State) -> list[str]:
    """What the months hang on, in the order of `opening`: what persists is read before it is written."""
    wanted: set[str] = set()
    for group in groups:
        own: set[str] = set()
        for _, block in group:
            for call in block["calls"]:
                wanted |= {name for name in flat(call["reads"].values()) if name not in own}
                own |= set(flat(call["writes"]))
            wanted |= {account for _, *ends in block["flows"] for account in ends}
    return [name for name in opening if name in wanted]


def _update(
    group: list[Act], groups: list[list[Act]], stored: Collection[str], told: Collection[str], observe: Observe
) -> dict[str, dict[str, Any]]:
    """cadCAD's partial state update block: one policy plays the mechanism, one update per variable that it changes.

    The first block of a month shows the month before; the last one turns the page.
    """

    def policy(params: Any, _substep: Any, history: Any, state: State) -> State:
        if group is groups[0]:
            _show(history[-1], observe)
        values, signals = params["given"](state["month"]) | state, State()
        for function, block in group:
            changed = {name: frozen(value) for name, value in play(function, block, values).items()}
            values |= changed
            signals |= changed
        return signals

    written = flat(names for _, block in group for call in block["calls"] for names in call["writes"])
    accounts = [account for _, block in group for _, *ends in block["flows"] for account in ends]
    variables = {name: _take(name) for name in dict.fromkeys([*written, *accounts]) if name in stored}
    if news := [name for name in written if name in told]:
        variables[TOLD] = _tell(news)
    return {
        "policies": {"play": policy},  # one name in all blocks: cadCAD calls every name in every block
        "variables": variables | ({"month": _month} if group is groups[-1] else {}),
    }


def _show(month: list[State], observe: Observe) -> None:
    """Show the records of a month, and forget them: the month that begins has a copy of its end."""
    observe([record | record[TOLD] for record in month])
    for record in month:
        record.clear()


def _take(name: str) -> Callable[..., Any]:
    def update(_params: Any, _substep: Any, _history: Any, _state: Any, signals: Any) -> tuple[str, Any]:
        return name, signals[name]  # a plain function of exactly five arguments, or cadCAD fails

    return update


def _tell(names: Collection[str]) -> Callable[..., Any]:
    def update(_params: Any, _substep: Any, _history: Any, state: State, signals: Any) -> tuple[str, Any]:
        return TOLD, state[TOLD] | {name: signals[name] for name in names}

    return update


def _month(_params: Any, _substep: Any, _history: Any, state: State, _signals: Any) -> tuple[str, int]:
    return "month", state["month"] + 1  # the month that is played next; cadCAD's own timestep lags
