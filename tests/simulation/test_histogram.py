"""Counted quantiles: near the exact ones, by no more than is said, in whatever order and pieces values come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agt.simulation.histogram import ERROR, LEAST, Histogram

LEVELS = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]
VALUES = st.floats(-1e30, 1e30, allow_nan=False).filter(lambda value: value == 0.0 or abs(value) > LEAST)


def near(found, values):
    """Whether quantiles are as near as promised: within the error of the values that they lie between."""
    exact = np.quantile(values, LEVELS)
    lower = np.quantile(values, LEVELS, method="lower")
    upper = np.quantile(values, LEVELS, method="higher")
    room = ERROR * np.maximum(np.abs(lower), np.abs(upper)) * (1.0 + 1e-12)
    return np.abs(found - exact) <= room


@given(arrays(np.float64, st.integers(1, 60), elements=VALUES))
def test_a_quantile_lies_within_the_error_of_the_exact_one(values):
    found = Histogram.of(values[np.newaxis]).quantiles(LEVELS, 0)
    assert near(found, values).all()
    assert values.min() <= found[0] and found[-1] <= values.max()
    assert (np.diff(found) >= 0.0).all()


@given(arrays(np.float64, (2, 24), elements=VALUES), st.permutations(range(24)), st.integers(1, 23))
def test_order_and_pieces_change_no_count(values, order, cut):
    whole, shuffled = Histogram.of(values), values[:, order]
    pieces = Histogram.of(shuffled[:, :cut])
    pieces.add(Histogram.of(shuffled[:, cut:]))
    assert np.array_equal(pieces.least, whole.least) and np.array_equal(pieces.most, whole.most)
    assert sorted(pieces.pages) == sorted(whole.pages)
    assert all(np.array_equal(pieces.pages[octave], page) for octave, page in whole.pages.items())


@pytest.mark.parametrize("draw", ["lognormal", "normal", "zeros", "constant"])
def test_of_many_values(draw):
    generator = np.random.default_rng(7)
    values = {
        "lognormal": np.exp(generator.normal(0.0, 6.0, 20_000)),
        "normal": generator.normal(0.0, 1e9, 20_000),
        "zeros": np.where(generator.random(20_000) < 0.4, 0.0, generator.random(20_000)),
        "constant": np.full(20_000, 3_000.0),
    }[draw]
    found = Histogram.of(values[np.newaxis])
    assert near(found.quantiles(LEVELS, 0), values).all()
    assert sum(int(page.sum()) for page in found.pages.values()) == 20_000


def test_the_error_is_reached_and_not_half_of_it():
    """The bound is not idle: somewhere a quantile is nearly as far off as it says."""
    values = np.exp(np.random.default_rng(1).uniform(0.0, 1e-2, 4_000))
    found = Histogram.of(values[np.newaxis]).quantiles(list(np.linspace(0.01, 0.99, 99)), 0)
    exact = np.quantile(values, np.linspace(0.01, 0.99, 99))
    assert 0.8 * ERROR < np.max(np.abs(found / exact - 1.0)) <= ERROR


def test_a_month_without_numbers_has_no_quantile():
    found = Histogram.of(np.array([[np.nan, 1.0], [2.0, 4.0]]))
    assert np.isnan(found.quantiles([0.5], 0)).all()
    found.add(Histogram.of(np.array([[1.0], [3.0]])))
    assert np.isnan(found.quantiles([0.5], 0)).all()
    assert near(found.quantiles(LEVELS, 1), np.array([2.0, 4.0, 3.0])).all()
