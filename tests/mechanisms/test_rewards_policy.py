"""Rewards: accepted work is paid, from the reserve up to a cap and from pools up to what they hold; no other is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import rewards
from agt.mechanisms.rewards import WHOLE, Task, pay
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

WORK = {
    "contributors_active": 100.0,
    "contributors_sets": 60.0,
    "staking_take_up": 0.25,
    "staking_premium": 0.4,
    "rewards_accepted": 0.8,
    "rewards_level": 1.5,
    "rewards_aia_per_set": 25.0,
}
PAY = {
    "rewards_sets": (1_000.0, 2_000.0, 500.0, 1_500.0),
    "reward_reserve": 1e9,
    "project_pools": 40_000.0,
    "rewards_agt_per_set": 2.0,
    "rewards_agt_cap": 1e7,
    "rewards_project_share": 0.5,
}
EARN = {
    "rewards_aia_issued": 150_000.0,
    "rewards_sets": 4_000.0,
    "contributors_active": 100.0,
    "contributors_sets": 60.0,
    "rewards_direct_per_set": 2.0,
    "rewards_project_per_set": 8.0,
    "rewards_project_eligible": 0.5,
    "rewards_hours_per_set": 1 / 12,
    "redemption_aia_value": 0.01,
    "market_price": 0.02,
}


def test_work_by_hand():
    """100 x 60 x 0.8 = 4,800 accepted sets of 25 AIA x level 1.5 x (1 + 0.4 x 0.25) = 41.25 AIA."""
    assert outcome(rewards.work, WORK) == {
        "rewards_sets": pytest.approx(4_800.0),
        "rewards_aia_issued": pytest.approx(198_000.0),
    }


def test_pay_by_hand():
    """5,000 sets at 2 AGT; half of 40,000 AGT of pools for 2,500 skilled sets."""
    assert outcome(rewards.policy, PAY) == {
        "rewards_direct": 10_000.0,
        "rewards_project_payout": 20_000.0,
        "rewards_direct_per_set": 2.0,
        "rewards_project_per_set": 8.0,
    }


@pytest.mark.parametrize(("limit", "amount"), [("rewards_agt_cap", 7_500.0), ("reward_reserve", 1_250.0)])
def test_the_cap_and_the_reserve_limit_what_is_paid_directly(limit, amount):
    found = outcome(rewards.policy, PAY | {limit: amount})
    assert (found["rewards_direct"], found["rewards_direct_per_set"]) == (amount, amount / 5_000.0)


def test_what_an_hour_earns_by_hand():
    """150,000 AIA x 0.01 + 4,000 sets x (2 + 0.5 x 8) AGT x 0.02 = 1,980 USD for 500 hours."""
    assert outcome(rewards.earn, EARN) == {"rewards_pay": pytest.approx(3.96)}


def test_what_an_hour_was_expected_to_earn_by_hand():
    """0.8 x (25 AIA x 1.5 x 0.6 AGT + 2 AGT) x 0.012 USD in 1/12 hour: 0.8 x 24.5 x 0.012 x 12."""
    start = {
        "redemption_rate_at_tge": 0.6,
        "market_price_at_tge": 0.012,
        "rewards_aia_per_set": 25.0,
        "rewards_agt_per_set": 2.0,
        "rewards_level": 1.5,
        "rewards_accepted": 0.8,
        "rewards_hours_per_set": 1 / 12,
    }
    assert outcome(rewards.opening, start) == {"rewards_pay": pytest.approx(2.8224)}


@st.composite
def cohorts(draw):
    """A cohort of whole numbers: accounts, sets of each, how many of them are accepted, and how many accounts stake."""
    accounts, sets = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    return accounts, sets, draw(st.integers(0, sets)), draw(st.integers(0, accounts))


@given(cohorts(), st.integers(0, 20), st.integers(0, 20), st.integers(1, 1_000))
def test_a_cohort_of_equal_tasks_is_issued_what_the_rule_pays(cohort, premium, level, aia_per_set):
    """Premium and level in tenths. Every account does as many sets and has as many accepted."""
    accounts, sets, accepted, staking = cohort
    terms = {"aia_per_set": aia_per_set * UNIT, "agt_per_set": 0, "commission": 0}
    exact = 0
    for account in range(accounts):
        own = premium * WHOLE // 10 if account < staking else 0
        for number in range(sets):
            exact += pay(Task(number < accepted, WHOLE, own, level * WHOLE // 10, 0), **terms).aia
    found = outcome(
        rewards.work,
        {
            "contributors_active": float(accounts),
            "contributors_sets": float(sets),
            "staking_take_up": staking / accounts,
            "staking_premium": premium / 10,
            "rewards_accepted": accepted / sets,
            "rewards_level": level / 10,
            "rewards_aia_per_set": float(aia_per_set),
        },
    )
    assert found["rewards_sets"] == pytest.approx(accounts * accepted, abs=1e-9)
    assert abs(found["rewards_aia_issued"] - exact / UNIT) < 1e-6


@given(cohorts(), st.integers(1, 1_000))
def test_direct_agt_is_what_the_rule_pays(cohort, agt_per_set):
    accounts, sets, accepted, _ = cohort
    terms = {"aia_per_set": 0, "agt_per_set": agt_per_set * UNIT, "commission": 0}
    exact = sum(pay(Task(number < accepted, WHOLE, 0, WHOLE, 0), **terms).agt for number in range(sets))
    done = {"rewards_sets": (accounts * accepted * 1.0, 0.0, 0.0, 0.0), "rewards_agt_per_set": float(agt_per_set)}
    assert abs(outcome(rewards.policy, PAY | done)["rewards_direct"] - accounts * exact / UNIT) < 1e-6


amounts, shares = up_to(5e9), up_to(1.0)
some_sets = up_to(1e8)


@given(up_to(1e6), up_to(2.0), shares)
def test_no_work_earns_nothing_whatever_is_staked(accounts, premium, take_up):
    staked = {"staking_premium": premium, "staking_take_up": take_up}
    for idle in ({"contributors_active": 0.0}, {"contributors_sets": 0.0}, {"rewards_accepted": 0.0}):
        found = outcome(rewards.work, WORK | {"contributors_active": accounts} | staked | idle)
        assert set(found.values()) == {0.0}


def test_where_nothing_is_accepted_nothing_is_paid():
    assert not any(outcome(rewards.policy, PAY | {"rewards_sets": (0.0,) * 4}).values())


def test_where_nobody_is_skilled_the_pools_wait():
    found = outcome(rewards.policy, PAY | {"rewards_sets": (9.0, 0.0, 0.0, 9.0)})
    assert (found["rewards_project_payout"], found["rewards_project_per_set"]) == (0.0, 0.0)
    assert found["rewards_direct"] == 36.0


@given(st.tuples(*[some_sets] * 4), amounts, amounts, up_to(100.0), amounts, shares)
def test_nothing_is_paid_that_is_not_there(sets, reserve, pools, per_set, cap, share):
    found = outcome(
        rewards.policy,
        {
            "rewards_sets": sets,
            "reward_reserve": reserve,
            "project_pools": pools,
            "rewards_agt_per_set": per_set,
            "rewards_agt_cap": cap,
            "rewards_project_share": share,
        },
    )
    assert 0.0 <= found["rewards_direct"] <= min(reserve, cap)
    assert 0.0 <= found["rewards_project_payout"] <= pools
    assert found["rewards_direct_per_set"] <= per_set * (1.0 + 1e-12)
    assert found["rewards_direct_per_set"] * sum(sets) == pytest.approx(found["rewards_direct"], rel=1e-12)


def test_nobody_at_work_earns_no_wage():
    assert outcome(rewards.earn, EARN | {"contributors_active": 0.0})["rewards_pay"] == 0.0
