"""Measures: each word of `how`, on paths so small that the answer is worked out by hand."""

from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from agt.analysis.measures import breached, breaches, evaluate, measured, needed, summary
from agt.registry import Guardrail, Measure, load
from agt.simulation import simulate, today

REGISTRY = load()
# Months 0 to 4 of two runs. The change takes effect in month 1, and the horizon is three months.
PATHS = {
    "a": np.array([[8.0, 1.0], [2.0, 4.0], [1.0, 2.0], [6.0, 0.0], [4.0, 1.0]]),
    "b": np.array([[1.0, 1.0], [1.0, 1.0], [5.0, 0.0], [5.0, 0.0], [10.0, 0.0]]),
}


def measure(how, of=("a",), **more):
    text = {"title": "x", "meaning": "x", "unit": "number", "better": "higher", "group": "people", "horizon": 3}
    text["matters"] = Decimal(1)
    return Measure(how=how, of=of, **text, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (measure("last"), [4.0, 1.0]),
        (measure("mean"), [11 / 3, 1.0]),
        (measure("median"), [4.0, 1.0]),
        (measure("least"), [1.0, 0.0]),
        (measure("most"), [6.0, 2.0]),
        (measure("sum"), [11.0, 3.0]),
        (measure("sum", of=("a", "b")), [31.0, 3.0]),
        (measure("growth"), [2.0, 0.25]),  # 4 over 2, 1 over 4
        (measure("growth", window=2), [1.0, 0.2]),  # 5 over 5, 0.5 over 2.5
        (measure("change"), [2.0, -3.0]),
        (measure("change", window=2), [0.0, -2.0]),
        (measure("ratio", over=("b",)), [0.55, 0.0]),  # 11 over 20; where there is no whole, nothing
        (measure("rest", over=("b",)), [0.45, 1.0]),
        (measure("below", limit=Decimal(2)), [1 / 3, 2 / 3]),
        (measure("drawdown"), [0.5, 1.0]),  # from 2 to 1, from 4 to 0; the 8 of month 0 lies before the change
    ],
)
def test_each_word_by_hand(one, expected):
    assert evaluate(one, PATHS, 1).tolist() == pytest.approx(expected)


def test_growth_out_of_nothing_is_one():
    nothing = {"a": np.zeros((5, 2))}
    assert evaluate(measure("growth"), nothing, 1).tolist() == [1.0, 1.0]


def test_a_rest_is_never_negative():
    assert evaluate(measure("rest", of=("b",), over=("a",)), PATHS, 1).tolist() == [0.0, 1.0]


def test_a_measure_keeps_no_path():
    for how in ("last", "mean", "median", "least", "most", "sum"):
        assert evaluate(measure(how), PATHS, 1).base is None


@pytest.mark.parametrize(("breach", "expected"), [("below", [False, True]), ("above", [True, False])])
def test_a_line_is_crossed_on_its_side(breach, expected):
    line = Guardrail(title="x", measure="x", breach=breach, limit=Decimal(2), reason="x")
    assert breached(line, np.array([3.0, 1.0])).tolist() == expected
    assert breached(line, np.array([2.0, 2.0])).tolist() == [False, False]


def test_breaches_are_shares_of_futures():
    values = {"reward_runway": np.array([10.0, 23.9, 24.0, 100.0])}
    assert breaches(values) == {"runway_short": 0.5}


def test_a_summary_is_the_measures_of_the_whole_paths():
    names = ("price", "client_coverage", "months_underpaid", "revenue_growth", "drawdown")
    months = today() + 24
    whole = simulate(40, months, 3, keep=needed(names))
    kept = simulate(40, months, 3, keep=needed(names), summary=summary(names, today()), chunk=8)
    expected = measured(whole.paths, names=names, start=today())
    assert set(kept.paths) == set(names)
    for name in names:
        assert np.array_equal(kept[name], expected[name])


@cache
def runs_of(horizon):
    """A few runs that end with a horizon, and what the measures of that horizon are taken of."""
    names = [name for name, one in REGISTRY.measures.items() if one.horizon == horizon]
    return simulate(8, today() + horizon, 1, keep=needed(names))


@pytest.mark.parametrize("name", REGISTRY.measures)
def test_every_measure_can_be_taken_of_a_run(name):
    runs = runs_of(REGISTRY.measures[name].horizon)
    values = measured({path: runs[path] for path in needed([name])}, names=(name,), start=today())[name]
    assert values.shape == (8,)
    assert np.all(np.isfinite(values))


def test_coverage_and_dependence_on_newcomers_are_one_whole():
    names = ("client_coverage", "newcomers")
    found = simulate(100, today() + 24, 1, keep=needed(names), summary=summary(names, today()))
    covered = found["client_coverage"] < 1.0
    assert np.allclose((found["client_coverage"] + found["newcomers"])[covered], 1.0)
