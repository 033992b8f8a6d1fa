"""Decisions in the simulation: played from their month of effect on, and a setting comes on top of them."""

from dataclasses import replace

import numpy as np
import pytest

from agt import simulation
from agt.calendar import month_text
from agt.registry import load
from agt.registry.decisions import check_decisions, read_lines
from agt.simulation import chunk, simulate
from tests.registry.decided import change, log

KEEP = ("redemption_payout", "reward_reserve", "market_price", "contributors_staked")
MONTHS, FIRST, SECOND = 27, 21, 24
QUOTA, TIER = "redemption_quota", "staking_tier"
DECIDED = log(
    [change(QUOTA, "15000000", "7500000", month_text(FIRST)), change(TIER, "unpublished", "50000", month_text(FIRST))],
    [change(QUOTA, "7500000", "30000000", month_text(SECOND))],
)
AS_SETTINGS = {QUOTA: {FIRST: 7.5e6, SECOND: 30e6}, TIER: {FIRST: 50_000.0}}


def played(settings=None, **given):
    return simulate(8, MONTHS, 5, keep=KEEP, settings=settings, **given).paths


@pytest.fixture
def decided(monkeypatch):
    """The registry with two decisions, in force in the simulation."""
    faults = []
    registry = replace(load(), decisions=read_lines(DECIDED, "a test", faults))
    assert faults + check_decisions(registry.decisions, registry.parameters, "a test") == []

    def begin():
        for module in (simulation, chunk):
            monkeypatch.setattr(module, "load", lambda: registry)

    return begin


def same(one, other):
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in KEEP)


@pytest.mark.parametrize("given", [{}, {"priors": False}, {"scenario": "crypto_winter"}, {"chunk": 4}])
def test_a_decision_is_played_as_a_setting_of_the_same_months(decided, given):
    expected, before = played(AS_SETTINGS, **given), played(**given)
    decided()
    found = played(**given)
    assert same(found, expected)
    assert not same(found, before)
    for name in KEEP:  # the past stays as it was
        assert np.array_equal(found[name][:FIRST], before[name][:FIRST], equal_nan=True)


@pytest.mark.parametrize(
    ("own", "meant"),
    [
        ({SECOND + 1: 1e6}, {FIRST: 7.5e6, SECOND: 30e6, SECOND + 1: 1e6}),
        ({SECOND: 1e6}, {FIRST: 7.5e6, SECOND: 1e6}),
        ({SECOND - 1: 1e6}, {FIRST: 7.5e6, SECOND - 1: 1e6}),
        ({0: 1e6}, {0: 1e6}),
        ({}, {FIRST: 7.5e6, SECOND: 30e6}),
        (1e6, 1e6),
        (np.linspace(1e6, 8e6, 8), np.linspace(1e6, 8e6, 8)),
    ],
)
def test_a_setting_comes_on_top_from_its_month_on(decided, own, meant):
    expected = played(AS_SETTINGS | {QUOTA: meant})
    decided()
    assert same(played({QUOTA: own}), expected)
