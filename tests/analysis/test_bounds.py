"""Bounds on chances agree with SciPy's exact intervals, and err no more often than they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from agt.analysis.bounds import ERROR, highest, lowest, middle, rise

COUNTS = st.integers(1, 8_000).flatmap(lambda futures: st.tuples(st.integers(0, futures), st.just(futures)))


@given(COUNTS)
def test_they_are_the_intervals_of_clopper_and_pearson(counts):
    count, futures = counts
    exact = binomtest(count, futures).proportion_ci(1 - 2 * ERROR, "exact")
    assert lowest(count, futures) == pytest.approx(exact.low, abs=1e-9)
    assert highest(count, futures) == pytest.approx(exact.high, abs=1e-9)


@pytest.mark.parametrize("chance", [0.001, 0.02, 0.05, 0.18, 0.5, 0.97])
@pytest.mark.parametrize("futures", [400, 2_000, 8_000])
def test_they_err_no_more_often_than_they_say(chance, futures):
    """Summed over every count that may come, each with its chance: no draw of luck is needed."""
    counts = np.arange(futures + 1)
    chances = binom.pmf(counts, futures, chance)
    likely = counts[chances > 1e-15]
    missed_above = sum(chances[count] for count in likely if highest(int(count), futures) < chance)
    missed_below = sum(chances[count] for count in likely if lowest(int(count), futures) > chance)
    assert missed_above <= ERROR
    assert missed_below <= ERROR


@given(COUNTS, COUNTS)
def test_a_rise_lies_between_its_bounds_and_turns_with_its_sides(first, second):
    futures = max(first[1], second[1])
    worse, better = min(first[0], futures), min(second[0], futures - min(first[0], futures))
    low, high = rise(worse, better, futures)
    assert low <= (worse - better) / futures <= high
    assert rise(better, worse, futures) == pytest.approx((-high, -low))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_the_middle_lies_in_its_interval(values):
    array = np.array(values)
    low, high = middle(array)
    assert low <= np.median(array) <= high


def test_of_a_few_values_nothing_is_known():
    assert middle(np.array([1.0, 2.0, 3.0])) == (-np.inf, np.inf)
