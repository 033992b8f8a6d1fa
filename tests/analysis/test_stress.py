"""Stress: the suite is played with the same luck in every scenario, and described by its quantiles."""

import numpy as np
import pytest

from agt.analysis.stress import described, scenario_measures
from agt.registry import load

REGISTRY = load()


def test_the_base_scenario_differs_from_itself_by_nothing():
    found = scenario_measures("base", 40)
    differences = described(found, found)["differences"]
    assert set(differences) == set(REGISTRY.measures)
    assert all(level == 0.0 for levels in differences.values() for level in levels.values())


def test_a_description_by_hand():
    found = {"reward_runway": np.arange(101.0)}
    told = described(found, {"reward_runway": np.zeros(101)})
    assert told["measures"]["reward_runway"] == {"p05": 5.0, "p25": 25.0, "p50": 50.0, "p75": 75.0, "p95": 95.0}
    assert told["measures"] == told["differences"]
    assert told["breaches"] == {"runway_short": pytest.approx(24 / 101)}


def test_guardrails_have_room_for_the_luck_of_the_seeds():
    """A line so near to what happens anyway would flip with the seed: two standard errors of 2,000 runs at least."""
    breaches = described(base := scenario_measures("base", 2_000), base)["breaches"]
    for name, guardrail in REGISTRY.guardrails.items():
        if guardrail.chance is not None:
            chance, share = float(guardrail.chance), breaches[name]
            assert share + 2.0 * (chance * (1.0 - chance) / 2_000) ** 0.5 < chance, name


def test_the_suite_is_two_sided_and_answers_every_risk_of_the_article():
    sides = [one.side for one in REGISTRY.scenarios.values()]
    assert sides.count("neutral") == 1 and sides.count("better") >= 2 and sides.count("worse") >= 9
    risks = " ".join(one.risk for one in REGISTRY.scenarios.values())
    for risk in ("market", "unlocks", "fundamental", "misunderstanding", "regulatory", "competition", "technical"):
        assert risk in risks, risk
