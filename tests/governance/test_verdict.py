"""Verdicts: what is certain is said, what is open is called open, and nobody wins by trying again."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.governance import suite, verdict
from agt.governance.verdict import BASE, ORDER, Counts, agreed, count, judge, judge_chance, judge_rise, worst
from agt.registry import Faults, Guardrail, load

LINE = Guardrail(
    title="x", measure="x", breach="below", limit=Decimal(2), chance=Decimal("0.05"), rise=Decimal("0.02"), reason="x"
)
REPORTED = LINE.model_copy(update={"chance": None, "rise": None})
ERROR = suite.PRESETS["full"].error
DRAWS = 10_000


def counts(baseline=0, changed=0, worse=0, better=0, futures=2_000):
    return Counts(baseline, changed, worse, better, 0, futures)


def test_breaches_are_counted_each_way():
    before, after = np.array([1.0, 1.0, 3.0, 3.0, 2.0]), np.array([1.0, 3.0, 1.0, 3.0, 2.0])
    assert count(LINE, before, after) == Counts(baseline=2, changed=2, worse=1, better=1, close=1, futures=5)


@pytest.mark.parametrize(
    ("had", "verdict", "reason"),
    [
        (counts(60, 60), "PASS", "within"),
        (counts(60, 160, 100, 0), "FAIL", "beyond"),
        (counts(60, 100, 40, 0), "INCONCLUSIVE", "open"),
        (counts(100, 100), "PASS", "unchanged"),
        (counts(300, 310, 10, 0), "PASS", "not worse"),  # broken already: the rise is judged instead
    ],
)
def test_a_chance_is_judged_by_its_bounds(had, verdict, reason):
    assert judge_chance(LINE, had, ERROR)[:2] == (verdict, reason)


@pytest.mark.parametrize(
    ("had", "verdict", "reason"),
    [
        (counts(), "PASS", "unchanged"),
        (counts(60, 64, 4, 0), "PASS", "within"),
        (counts(60, 100, 40, 0), "INCONCLUSIVE", "open"),
        (counts(60, 160, 100, 0), "FAIL", "beyond"),
        (counts(160, 60, 0, 100), "PASS", "within"),
    ],
)
def test_a_rise_is_judged_by_its_bounds(had, verdict, reason):
    assert judge_rise(LINE, had, ERROR)[:2] == (verdict, reason)


def test_outside_the_base_scenario_only_the_rise_counts():
    broken = counts(300, 310, 10, 0)
    assert [one.reason for one in judge(LINE, broken, "boom", ERROR)] == ["within"]
    assert [one.reason for one in judge(LINE, broken, BASE, ERROR)] == ["not worse", "within"]
    assert [one.reason for one in judge(REPORTED, broken, BASE, ERROR)] == ["reported"]


def looks(random, chance: float, limit: Guardrail) -> str:
    """The verdict after all looks at futures of which each is in breach with a chance, as a full run takes them."""
    preset = suite.PRESETS["full"]
    futures, found = preset.futures, random.binomial(preset.futures, chance)
    while True:
        said = judge_chance(limit, counts(0, int(found), int(found), 0, futures), preset.error).verdict
        if said != "INCONCLUSIVE" or futures >= preset.most:
            return said
        found += random.binomial(futures, chance)
        futures *= 2


@pytest.mark.parametrize("limit", sorted({line.chance for line in load().guardrails.values() if line.chance}))
def test_a_chance_just_above_its_limit_passes_at_most_once_in_a_thousand(limit):
    """10,000 proposals of a true chance that is barely too high, each with its own luck, through every doubling."""
    random, line = np.random.default_rng(1), LINE.model_copy(update={"chance": limit})
    passed = sum(looks(random, float(limit) + 1e-6, line) == "PASS" for _ in range(DRAWS))
    assert passed <= DRAWS / 1_000


def test_trying_two_hundred_beacons_wins_nothing():
    """Suite and beacon must agree: with a true chance half a point above the limit no redraft of 200 passes."""
    random = np.random.default_rng(2)
    said = [agreed([looks(random, 0.055, LINE), looks(random, 0.055, LINE)]) for _ in range(200)]
    assert "PASS" not in said


def test_a_rise_just_above_its_limit_passes_at_most_once_in_a_thousand():
    random, passed = np.random.default_rng(3), 0
    for _ in range(DRAWS):
        worse, better, _ = random.multinomial(2_000, [0.05 + 1e-6, 0.03, 0.92])
        passed += judge_rise(LINE, counts(0, 0, int(worse), int(better)), ERROR).verdict == "PASS"
    assert passed <= DRAWS / 1_000


def test_an_honest_proposal_passes_more_often_the_more_futures_are_played():
    random = np.random.default_rng(4)
    assert sum(looks(random, 0.035, LINE) == "PASS" for _ in range(200)) > 190


def test_all_looks_together_err_no_more_than_one():
    for preset in suite.PRESETS.values():
        number = sum(preset.futures * 2**k <= preset.most for k in range(20))
        assert preset.error * number == pytest.approx(0.001)


@given(st.lists(st.sampled_from(ORDER), min_size=1))
def test_the_worst_verdict_is_the_worst(verdicts):
    assert all(ORDER.index(one) <= ORDER.index(worst(verdicts)) for one in verdicts)
    assert worst(verdicts) in verdicts


def test_what_was_not_looked_at_is_inconclusive():
    assert worst([]) == "INCONCLUSIVE"
    assert agreed([]) == "INCONCLUSIVE"
    assert agreed(["PASS", "FAIL"]) == "INCONCLUSIVE"


def test_a_verdict_is_named_by_its_name():
    assert verdict.named("FAIL") == "FAIL"
    with pytest.raises(Faults, match="write one of WARN, INCONCLUSIVE, FAIL"):
        verdict.named("fail")
