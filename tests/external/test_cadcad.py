"""cadCAD does what its documentation says about policies of one block: signals of the same name are added.

Source: cadCAD, https://github.com/cadCAD-org/cadCAD, documentation/Policy_Aggregation.md (the example and its table of
results) and documentation/sys_model_config.md (what is aggregated by default). The model relies on it through the one
file that imports cadCAD; a newer engine that does otherwise is noticed here.
"""

import warnings
from importlib.metadata import version

import pytest

with warnings.catch_warnings():  # its progress bar asks for widgets
    warnings.simplefilter("ignore")
    from cadCAD.configuration import Experiment
    from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

# What the two policies of each of the three blocks return.
DOCUMENTED = [
    ({"policy1": 1}, {"policy2": 2}),
    ({"policy1": 2, "policy2": 2}, {"policy1": 2, "policy2": 2}),
    ({"policy1": 1, "policy2": 2, "policy3": 3}, {"policy1": 1, "policy2": 2, "policy3": 3}),
]
ADDED = [{"policy1": 1, "policy2": 2}, {"policy1": 4, "policy2": 4}, {"policy1": 2, "policy2": 4, "policy3": 6}]
DOUBLED = [{name: 2 * value for name, value in signals.items()} for signals in ADDED]

COPIES = pytest.mark.parametrize("objects", [None, {"deepcopy_off": True}], ids=["copied", "not copied"])


def returning(signals):
    def policy(_params, _substep, _history, _state):
        return signals

    return policy


def keep(_params, _substep, _history, _state, signals):
    return "policies", signals


def count(_params, _substep, _history, state, _signals):
    return "s1", state["s1"] + 1


def block(*returned):
    policies = {f"p{place}": returning(signals) for place, signals in enumerate(returned, 1)}
    return {"policies": policies, "variables": {"s1": count, "policies": keep}}


def records(blocks, objects, months=3, **options):
    experiment = Experiment()
    experiment.append_model(
        sim_configs={"N": 1, "T": range(months), "M": {}},
        initial_state={"policies": {}, "s1": 0},
        partial_state_update_blocks=blocks,
        **options,
    )
    context = ExecutionContext(ExecutionMode.single_mode, additional_objs=objects)
    found, *_ = Executor(context, experiment.configs, supress_print=True).execute()
    return list(found)


def test_the_engine_is_the_one_that_was_tried():
    assert version("cadCAD") == "0.5.3"


@COPIES
def test_the_documented_example(objects):
    """Added, then doubled by a second operation: the table of results, row for row."""
    twice = {"policy_ops": [lambda a, b: a + b, lambda y: y * 2]}
    found = records([block(*pair) for pair in DOCUMENTED], objects, **twice)
    assert [record["policies"] for record in found] == [{}, *DOUBLED, *DOUBLED, *DOUBLED]
    assert [record["s1"] for record in found] == list(range(10))
    assert [record["run"] for record in found] == [1] * 10
    assert [record["substep"] for record in found] == [0, 1, 2, 3, 1, 2, 3, 1, 2, 3]
    assert [record["timestep"] for record in found] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


@COPIES
def test_unless_told_otherwise_signals_of_one_name_are_added(objects):
    found = records([block(*pair) for pair in DOCUMENTED], objects)
    assert [record["policies"] for record in found] == [{}, *ADDED, *ADDED, *ADDED]


@COPIES
def test_the_example_of_the_default(objects):
    found = records([block({"policy1": 1}, {"policy1": 1, "policy2": 4})], objects, months=1)
    assert found[-1]["policies"] == {"policy1": 2, "policy2": 4}


@COPIES
def test_signals_are_gone_in_the_next_block(objects):
    """Each block hears its own policies only; what must outlast it is state."""
    found = records([block({"policy1": 1}), block({"policy2": 2})], objects, months=1)
    assert [record["policies"] for record in found] == [{}, {"policy1": 1}, {"policy2": 2}]


@COPIES
def test_updates_of_one_block_see_the_state_before_it(objects):
    def double(_params, _substep, _history, state, _signals):
        return "policies", state["s1"]

    found = records([{"policies": {}, "variables": {"s1": count, "policies": double}}], objects)
    assert [(record["s1"], record["policies"]) for record in found] == [(0, {}), (1, 0), (2, 1), (3, 2)]
