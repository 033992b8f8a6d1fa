"""Findings: rank correlations are those of SciPy, and the same to the last digit in whatever order they are summed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from agt.governance.findings import rank_correlation

SIZES = st.integers(3, 400)
SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, size):
    """Two arrays of few different values, so that many are tied; neither is constant."""
    luck = np.random.default_rng(seed)
    left, right = luck.integers(0, 9, (2, size)).astype(float)
    left[:2] = right[:2] = 0.0, 9.0
    return left, right + left * luck.random()


@given(SEEDS, SIZES)
def test_it_is_spearmans_ties_and_all(seed, size):
    left, right = drawn(seed, size)
    assert rank_correlation(left, right) == pytest.approx(spearmanr(left, right).statistic, abs=1e-12)


@given(SEEDS, SIZES)
def test_no_digit_hangs_on_the_order(seed, size):
    left, right = drawn(seed, size)
    order = np.random.default_rng(seed).permutation(size)
    assert rank_correlation(left[order], right[order]) == rank_correlation(left, right) == rank_correlation(right, left)


@pytest.mark.parametrize("size", [2, 3, 104_000])
def test_what_rises_together_is_one(size):
    values = np.arange(size) ** 2.0
    assert (rank_correlation(values, np.sqrt(values)), rank_correlation(values, -values)) == (1.0, -1.0)
