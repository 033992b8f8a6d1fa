"""Sensitivity and flips: indices of functions that are known, designs as the registry has them, one path of luck."""

import numpy as np
import pytest
from SALib.sample import sobol as sampler

from agt.analysis import flips, sensitivity
from agt.analysis.sensitivity import ANSWERS, Design, levers, one_path, settings, transformed, unknowns
from agt.registry import load

REGISTRY = load()


def test_indices_of_a_sum_are_the_shares_of_its_variance():
    """Of 3 x + y, both uniform, nine tenths of the variance are x's. Ishigami's function: 0.31, 0.44 and 0, as in
    Ishigami and Homma 1990."""
    problem = {"num_vars": 2, "names": ["x", "y"], "bounds": [[0.0, 1.0]] * 2}
    points = sampler.sample(problem, 1024, calc_second_order=False, seed=1)
    first, total = sensitivity._indices(problem, 3.0 * points[:, 0] + points[:, 1])
    assert first == pytest.approx([0.9, 0.1], abs=0.02)
    assert total == pytest.approx([0.9, 0.1], abs=0.02)

    problem = {"num_vars": 3, "names": list("xyz"), "bounds": [[-np.pi, np.pi]] * 3}
    x, y, z = sampler.sample(problem, 4096, calc_second_order=False, seed=1).T
    first, total = sensitivity._indices(problem, np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_what_moves_nothing_has_no_index():
    problem = {"num_vars": 2, "names": ["x", "y"], "bounds": [[0.0, 1.0]] * 2}
    assert not np.any(sensitivity._indices(problem, np.full(16, 7.0)))


def test_everything_drawn_from_a_prior_is_unknown():
    design = unknowns(REGISTRY)
    assert set(design.names) == {name for name, entry in REGISTRY.parameters.items() if entry.prior}
    assert set(design.names) >= {name for name, lever in REGISTRY.levers().items() if not lever.published}


def test_a_lever_moves_by_what_one_vote_may_change():
    design = levers(REGISTRY)
    ranges = dict(zip(design.names, design.bounds, strict=True))
    assert set(ranges) == set(REGISTRY.levers())
    assert ranges["redemption_quota"] == (7_500_000.0, 22_500_000.0)
    assert ranges["staking_forfeit"] == (0.0, 0.1)
    assert ranges["quality_annotators"] == (1.0, 5.0)


def test_a_chance_becomes_the_value_of_its_prior():
    design = Design(("quality_memory", "rewards_agt_per_set"), ((0.0, 1.0),) * 2, chances=True)
    made = settings(REGISTRY, design, np.array([[0.5, 0.5], [0.0, 0.95]]))
    assert made["quality_memory"] == pytest.approx([0.375, 0.15])  # uniform from 0.15 to 0.6
    assert made["rewards_agt_per_set"] == pytest.approx([2.0, 10.0])  # lognormal, nine in ten from 0.4 to 10


def test_shares_are_taken_as_they_are_and_the_rest_as_logarithms():
    assert transformed("accuracy", np.array([0.5])).tolist() == [0.5]
    assert transformed("price", np.array([1.0])).tolist() == [0.0]
    assert np.isfinite(transformed("revenue", np.array([0.0]))).all()
    assert set(sensitivity.AS_THEY_ARE) <= set(ANSWERS) <= set(REGISTRY.measures)


def test_one_path_of_the_levers():
    """The quota is the strong knob, and the quorum moves nothing but votes."""
    design = levers(REGISTRY)
    found = one_path(design, 0, 32)
    assert found.shape == (len(ANSWERS), 2, len(design.names))
    total = dict(zip(design.names, found[ANSWERS.index("reward_runway"), 1], strict=True))
    assert max(total, key=lambda name: total[name]) in ("redemption_quota", "rewards_agt_per_set")
    quorum = found[:, 1, design.names.index("voting_quorum")]
    assert np.all(np.abs(quorum) < 1e-12)


def test_a_guardrail_with_a_rise_is_not_flipped():
    assert "regulars_leave" not in flips.judged(REGISTRY)
    assert "runway_short" in flips.judged(REGISTRY)


def test_a_flip_is_the_nearest_value_that_turns_the_line():
    """At four times the throttle's median no farm is left; with none, farms take over: between them is the flip."""
    found = [flip for flip in flips.flips_of("quality_throttle", 200) if flip.guardrail == "farms_take"]
    assert len(found) == 1
    limit = float(REGISTRY.guardrails["farms_take"].chance)
    assert 0.0 <= found[0].value < 2.0
    assert limit < found[0].breach
    nearer = flips.held(REGISTRY, "quality_throttle", found[0].chance + 0.5 / 2**flips.STEPS)
    assert flips.chances(REGISTRY, {"quality_throttle": nearer}, 200)["farms_take"] <= limit
