"""Heavy results: keyed to the model, small enough to store, and what they say is computed anew in a sample."""

import json

import numpy as np
import pytest

from agt.analysis import flips, sensitivity, stress
from agt.pages import contents, results
from agt.pages.answers import settled
from agt.registry import load

REGISTRY = load()
ROOT = contents.ROOT
SAME = {"rel": 1e-5, "abs": 1e-9}  # six digits are stored


def test_they_are_of_todays_model():
    assert results.stale(ROOT) == []


@pytest.mark.parametrize("name", results.RESULTS)
def test_they_are_small(name):
    assert (ROOT / results.FOLDER / f"{name}.json").stat().st_size < 3_000_000


def test_a_changed_model_makes_them_stale(tmp_path):
    for part in results.PARTS:
        (tmp_path / "models" / "agt" / part).mkdir(parents=True)
    for name in results.FILES:
        (tmp_path / "models" / "agt" / name).write_text("x")
    (tmp_path / "requirements.lock").write_text("x")
    assert results.stale(tmp_path) == []  # a book without the folder has no such results
    (tmp_path / results.FOLDER).mkdir(parents=True)
    assert results.stale(tmp_path) == list(results.RESULTS)
    for name in results.RESULTS:
        stored = json.dumps({"key": results.model_digest(tmp_path)})
        (tmp_path / results.FOLDER / f"{name}.json").write_text(stored)
    assert results.stale(tmp_path) == []
    (tmp_path / "models" / "agt" / "mechanisms" / "vesting.py").write_text("x = 1")
    assert results.stale(tmp_path) == list(results.RESULTS)


def test_one_scenario_is_computed_anew():
    stored = results.result("stress")["scenarios"]["sybil_attack"]
    base, found = (stress.scenario_measures(name) for name in ("base", "sybil_attack"))
    told = stress.described(found, base)
    assert stored["breaches"] == pytest.approx(told["breaches"], **SAME)
    for kind in ("measures", "differences"):
        for name, levels in told[kind].items():
            assert stored[kind][name] == pytest.approx(levels, **SAME), name


def test_one_path_of_the_levers_is_computed_anew():
    stored = results.result("sensitivity")
    found = sensitivity.one_path(sensitivity.levers(REGISTRY), 0, sensitivity.BASE)
    for row, answer in enumerate(sensitivity.ANSWERS):
        totals = [stored["levers"][answer][name]["first_path"] for name in REGISTRY.levers()]
        assert totals == pytest.approx(found[row, 1].tolist(), **SAME), answer


def test_one_flip_is_computed_anew():
    stored = results.result("flips")["flips"]
    flip = stored[len(stored) // 2]
    found = flips.chances(REGISTRY, {flip["parameter"]: flip["value"]}, flips.RUNS)[flip["guardrail"]]
    assert found == pytest.approx(flip["breach"], abs=2 / flips.RUNS)  # the value is stored with six digits
    assert found > float(REGISTRY.guardrails[flip["guardrail"]].chance)


def test_shares_of_the_spread_are_shares():
    for kind in ("unknowns", "levers"):
        for answer, found in results.result("sensitivity")[kind].items():
            totals = np.array([one["total"] for one in found.values()])
            assert totals.min() > -0.1 and totals.max() < 1.1, answer
            assert sum(one["first"] for one in found.values()) < 1.2, answer


def test_whatever_leads_an_answer_can_be_asked_for_or_is_a_matter_of_belief():
    """Nobody can publish a story's size, what a wage tempts, or how a rival will price."""
    beliefs = ("market_narrative", "market_reversion", "market_sales_multiple", "market_variance_ratio", "market_sigma",
               "market_beta", "contributors_wage", "contributors_play_wage", "contributors_expert_wage",
               "contributors_response", "demand_target", "demand_elasticity", "contributors_churn_extra",
               "market_disposition", "quality_auto", "redemption_trust")  # fmt: skip
    asked = {name for ask in REGISTRY.asks.values() for name in ask.settles}
    for answer in sensitivity.ANSWERS:
        found = results.result("sensitivity")["unknowns"][answer]
        leader = max(found, key=lambda name: found[name]["total"])
        assert leader in asked or leader.startswith(beliefs), (answer, leader)


def test_an_ask_settles_between_nothing_and_all():
    for name, ask in REGISTRY.asks.items():
        shares = settled(ask)
        assert all(-0.1 < share <= 1.0 for share in shares.values()), name
