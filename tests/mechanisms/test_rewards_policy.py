"""Rewards: accepted work is paid, from the reserve up to a cap and from pools up to what they hold; no other is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import rewards
from agt.mechanisms.rewards import WHOLE, Task, pay
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

WORK = {
    "quality_work": 6_000.0,
    "quality_accepted": 0.8,
    "quality_review": 200.0,
    "staking_take_up": 0.25,
    "staking_premium": 0.4,
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
    "quality_work": 5_000.0,
    "quality_review": 1_000.0,
    "rewards_direct_per_set": 2.0,
    "rewards_project_per_set": 8.0,
    "rewards_project_eligible": 0.5,
    "rewards_hours_per_set": 1 / 12,
    "redemption_aia_value": 0.01,
    "market_price": 0.02,
}


TEMPT = {
    "rewards_pay": (1.0, 2.0, 3.0, 0.6),
    "quality_work": (100.0, 200.0, 300.0, 4_000.0),
    "contributors_active": (10.0, 20.0, 30.0, 50.0),
    "rewards_hours_per_set": 1 / 12,
}
RECEIVE = {
    "redemption_redeemed": 100_000.0,
    "redemption_rate": 0.5,
    "rewards_sets": 4_000.0,
    "rewards_direct_per_set": 2.0,
    "rewards_project_per_set": 8.0,
    "rewards_project_eligible": 0.5,
    "market_price": 0.02,
}


def test_work_by_hand():
    """6,000 x 0.8 = 4,800 accepted sets and 200 reviews, of 25 AIA x level 1.5 x (1 + 0.4 x 0.25) = 41.25 AIA."""
    assert outcome(rewards.work, WORK) == {
        "rewards_sets": pytest.approx(5_000.0),
        "rewards_aia_issued": pytest.approx(206_250.0),
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
    """150,000 AIA x 0.01 + 4,000 sets x (2 + 0.5 x 8) AGT x 0.02 = 1,980 USD for 6,000 sets, reviews included, in 500
    hours: work that is refused takes its time too."""
    assert outcome(rewards.earn, EARN) == {"rewards_pay": pytest.approx(3.96)}


def test_what_tempts_a_farm_by_hand():
    """4,000 sets are 333 1/3 hours at 0.6 USD: 200 USD for 50 accounts, whatever other cohorts earn."""
    assert outcome(rewards.tempt, TEMPT) == {"rewards_farm_income": pytest.approx(4.0)}


def test_where_there_is_no_farm_none_is_tempted():
    assert outcome(rewards.tempt, TEMPT | {"contributors_active": (9.0, 9.0, 9.0, 0.0)}) == {"rewards_farm_income": 0.0}


def test_what_a_cohort_received_by_hand():
    """100,000 AIA at 0.5 AGT and 4,000 sets x (2 + 0.5 x 8) AGT: 74,000 AGT at 0.02 USD."""
    assert outcome(rewards.receive, RECEIVE) == {"rewards_income": pytest.approx(1_480.0)}


@pytest.mark.parametrize("nothing", [{"redemption_redeemed": 0.0}, {"redemption_rate": 0.0}])
def test_in_a_month_without_a_season_only_direct_pay_is_received(nothing):
    assert outcome(rewards.receive, RECEIVE | nothing) == {"rewards_income": pytest.approx(480.0)}
    assert outcome(rewards.receive, RECEIVE | nothing | {"rewards_sets": 0.0}) == {"rewards_income": 0.0}


def test_what_all_cohorts_receive_is_what_the_flows_pay():
    """Work, direct pay and pools of four cohorts, to the last AGT."""
    sets, eligible, redeemed = (1_000.0, 2_000.0, 500.0, 1_500.0), (0.0, 1.0, 1.0, 0.0), (9.0, 7.0, 5.0, 3.0)
    paid = outcome(rewards.policy, PAY | {"rewards_sets": sets})
    income = 0.0
    for own, opened, aia in zip(sets, eligible, redeemed, strict=True):
        terms = {"rewards_sets": own, "rewards_project_eligible": opened, "redemption_redeemed": aia}
        income += outcome(rewards.receive, RECEIVE | paid | terms)["rewards_income"]
    flows = paid["rewards_direct"] + paid["rewards_project_payout"] + 0.5 * sum(redeemed)
    assert income == pytest.approx(0.02 * flows, rel=1e-12)


def test_at_the_opening_a_farm_is_expected_to_earn_what_it_is():
    assert outcome(rewards.opening_of_farms, {"rewards_farm_income_at_tge": 3.0}) == {"rewards_farm_income": 3.0}


def test_what_an_hour_was_expected_to_earn_by_hand():
    """0.8 x (25 AIA x 1.5 x 0.6 AGT + 2 AGT) x 0.012 USD in 1/12 hour: 0.8 x 24.5 x 0.012 x 12."""
    start = {
        "redemption_rate_at_tge": 0.6,
        "market_price_at_tge": 0.012,
        "rewards_aia_per_set": 25.0,
        "rewards_agt_per_set": 2.0,
        "rewards_level": 1.5,
        "quality_reputation_at_tge": 0.8,
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
            "quality_work": float(accounts * sets),
            "quality_accepted": accepted / sets,
            "quality_review": 0.0,
            "staking_take_up": staking / accounts,
            "staking_premium": premium / 10,
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


@given(some_sets, up_to(2.0), shares)
def test_no_work_earns_nothing_whatever_is_staked(work, premium, take_up):
    staked = {"staking_premium": premium, "staking_take_up": take_up, "quality_review": 0.0}
    for idle in ({"quality_work": 0.0}, {"quality_accepted": 0.0}):
        found = outcome(rewards.work, WORK | {"quality_work": work} | staked | idle)
        assert set(found.values()) == {0.0}


@given(some_sets, shares, some_sets, shares, up_to(2.0), shares)
def test_no_more_is_accepted_than_was_done_and_a_premium_adds_to_work_alone(
    work, accepted, review, take_up, premium, more
):
    terms = {"quality_work": work, "quality_accepted": accepted, "quality_review": review, "staking_take_up": take_up}
    month = WORK | terms
    before, after = (outcome(rewards.work, month | {"staking_premium": each}) for each in (premium, premium + more))
    assert before["rewards_sets"] == after["rewards_sets"]
    assert review <= before["rewards_sets"] <= (work + review) * (1.0 + 1e-12)
    assert 37.5 * before["rewards_sets"] <= before["rewards_aia_issued"] * (1.0 + 1e-12)
    assert before["rewards_aia_issued"] <= after["rewards_aia_issued"]


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
    idle = {"quality_work": 0.0, "quality_review": 0.0}
    assert outcome(rewards.earn, EARN | idle)["rewards_pay"] == 0.0


@given(*[st.floats(1.0, 1e6)] * 3, shares, st.floats(1.0, 10.0))
def test_an_hour_earns_more_where_more_is_accepted_or_anything_is_worth_more(work, review, issued, accepted, times):
    month = EARN | {
        "quality_work": work,
        "quality_review": review,
        "rewards_sets": work * accepted + review,
        "rewards_aia_issued": issued,
    }
    before = outcome(rewards.earn, month)["rewards_pay"]
    assert before > 0.0
    for worth in ("redemption_aia_value", "market_price", "rewards_direct_per_set", "rewards_sets"):
        assert outcome(rewards.earn, month | {worth: month[worth] * times})["rewards_pay"] >= before
    for toil in ("quality_work", "quality_review", "rewards_hours_per_set"):
        assert outcome(rewards.earn, month | {toil: month[toil] * times})["rewards_pay"] <= before


@given(up_to(100.0), some_sets, st.floats(1.0, 1e6), st.floats(1.0, 10.0))
def test_a_farm_account_earns_its_part_of_what_farms_earn(pay, work, accounts, times):
    month = TEMPT | {"rewards_pay": (9.0, 9.0, 9.0, pay), "quality_work": (9.0, 9.0, 9.0, work)}
    few, many = (
        outcome(rewards.tempt, month | {"contributors_active": (9.0, 9.0, 9.0, farm)})["rewards_farm_income"]
        for farm in (accounts, accounts * times)
    )
    assert few * accounts == pytest.approx(pay * work / 12, rel=1e-12)
    assert 0.0 <= many <= few
