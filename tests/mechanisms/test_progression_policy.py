"""Progression's policy: who rises buys upgrades, as far as liquid AGT goes; what they cost is burned or comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import progression
from agt.mechanisms.progression import Account, Cost, upgrade
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

MONTH = {
    "contributors_rising": 120.0,
    "contributors_maturing": 10.0,
    "contributors_liquid": 5_000_000.0,
    "progression_upgrade_cost": 1_500.0,
    "progression_expert_upgrades": 3.0,
    "progression_liquid_share": 0.1,
    "progression_burn_share": 0.2,
}


def played(**changes):
    return outcome(progression.policy, MONTH | changes)


def test_a_month_by_hand():
    """120 new regulars buy one upgrade, 10 new experts three: 150 at 1,500 AGT are 225,000, less than a tenth of
    5 M. A fifth is burned."""
    assert played() == {
        "progression_upgrades": 150.0,
        "progression_burned": pytest.approx(45_000.0, rel=1e-12),
        "progression_recycled": pytest.approx(180_000.0, rel=1e-12),
    }


def test_who_cannot_pay_waits_by_hand():
    """A tenth of 1 M is 100,000 where 225,000 are wanted; what is wanted stays 150 upgrades."""
    assert played(contributors_liquid=1_000_000.0) == {
        "progression_upgrades": 150.0,
        "progression_burned": pytest.approx(20_000.0, rel=1e-12),
        "progression_recycled": pytest.approx(80_000.0, rel=1e-12),
    }


@pytest.mark.parametrize(
    "nothing",
    [
        {"contributors_rising": 0.0, "contributors_maturing": 0.0},
        {"progression_upgrade_cost": 0.0},
        {"progression_liquid_share": 0.0},
        {"contributors_liquid": 0.0},
    ],
)
def test_where_nobody_rises_or_nothing_is_asked_or_there_nothing_is_spent(nothing):
    found = played(**nothing)
    assert (found["progression_burned"], found["progression_recycled"]) == (0.0, 0.0)


@pytest.mark.parametrize(("burn", "burned", "recycled"), [(0.0, 0.0, 225_000.0), (1.0, 225_000.0, 0.0)])
def test_all_is_burned_or_all_comes_back(burn, burned, recycled):
    found = played(progression_burn_share=burn)
    assert (found["progression_burned"], found["progression_recycled"]) == (burned, recycled)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 9), st.integers(0, 100_000), st.integers(0, 8))
def test_what_is_burned_and_what_comes_back_are_the_rules(rising, maturing, times, cost, eighths):
    """Single accounts, each buying its upgrades of one cost one after the other."""
    costs = {level: Cost(0, cost * UNIT) for level in range(2, 11)}
    burned = recycled = 0
    for levels in [1] * rising + [times] * maturing:
        account = Account(1, 0, cost * UNIT, None)
        for _ in range(levels):
            step = upgrade(account, costs, at=0, interval=0, burn=(eighths, 8))
            burned, recycled = burned + step.burned, recycled + step.recycled
            account = Account(step.level, 0, cost * UNIT, None)
    found = played(
        contributors_rising=float(rising),
        contributors_maturing=float(maturing),
        contributors_liquid=5e9,
        progression_upgrade_cost=float(cost),
        progression_expert_upgrades=float(times),
        progression_burn_share=eighths / 8,
    )
    assert found["progression_upgrades"] == rising + times * maturing
    assert abs(found["progression_burned"] - burned / UNIT) < 1e-6
    assert abs(found["progression_recycled"] - recycled / UNIT) < 1e-6


people, shares = up_to(1e6), up_to(1.0)


@given(people, people, up_to(5e9), up_to(1e5), up_to(50.0), shares, shares)
def test_no_more_is_spent_than_is_asked_and_than_contributors_would_spend(
    rising, maturing, liquid, cost, times, most, burn
):
    found = played(
        contributors_rising=rising,
        contributors_maturing=maturing,
        contributors_liquid=liquid,
        progression_upgrade_cost=cost,
        progression_expert_upgrades=times,
        progression_liquid_share=most,
        progression_burn_share=burn,
    )
    assert min(found.values()) >= 0.0
    spent = found["progression_burned"] + found["progression_recycled"]
    assert spent <= most * liquid * (1.0 + 1e-12)
    assert spent <= found["progression_upgrades"] * cost * (1.0 + 1e-12)
    assert found["progression_burned"] == pytest.approx(burn * spent, rel=1e-12, abs=1e-9)


@given(up_to(1e5), up_to(1e5), shares, shares)
def test_dearer_upgrades_never_take_less_and_a_higher_share_never_burns_less(cost, more, burn, further):
    terms = {"progression_burn_share": burn}
    before, after = (played(**terms, progression_upgrade_cost=asked) for asked in (cost, cost + more))
    for name in ("progression_burned", "progression_recycled"):
        assert after[name] >= before[name] * (1.0 - 1e-12)
    hotter = played(progression_upgrade_cost=cost, progression_burn_share=min(burn + further, 1.0))
    assert hotter["progression_burned"] >= before["progression_burned"]
    assert hotter["progression_recycled"] <= before["progression_recycled"]
