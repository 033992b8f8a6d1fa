"""Redemption's policy: one pool, shared as the rule shares it; and what a cohort submits, against single accounts."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import redemption
from agt.mechanisms.redemption import Claim, settle
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

MONTH = {
    "month": 20,
    "reward_reserve": 1e9,
    "redemption_pool": 0.0,
    "redemption_redeemed": (1e6, 5e6, 1e6, 3e6),
    "redemption_available": (5e6, 15e6, 10e6, 10e6),
    "redemption_paid": (100.0, 1_200.0, 100.0, 600.0),
    "contributors_active": (5_000.0, 2_000.0, 200.0, 800.0),
    "redemption_quota": 15e6,
    "redemption_first_month": 1.0,
    "redemption_rate": 0.6,
    "redemption_trust": 0.4,
    "redemption_memory": 0.5,
    "redemption_aia_value": 0.02,
    "market_price": 0.02,
}
COHORT = {
    "month": 20,
    "contributors_active": 1_000.0,
    "contributors_leaving": 0.1,
    "rewards_aia_issued": 1_000_000.0,
    "redemption_aia_held": 2_000_000.0,
    "redemption_minimum": 3_000.0,
    "redemption_quota": 15e6,
    "redemption_first_month": 1.0,
    "redemption_bind_failure": 0.05,
    "redemption_wallet_fault": 0.0,
    "redemption_expiry": 0.1,
}


def played(**changes):
    return outcome(redemption.policy, MONTH | changes)


def submitted(**changes):
    return outcome(redemption.submit, COHORT | changes)


# The pool.


def test_a_season_by_hand():
    """15 M AGT for 10 M AIA is 1.5 AGT for each, worth 0.03 USD: half way from 0.02 is 0.025. Farms get 30 %.
    10 M of 40 M AIA are redeemed, and 2,000 of 8,000 accounts are paid."""
    assert played() == {
        "redemption_funding": 15e6,
        "redemption_payout": 15e6,
        "redemption_return": 0.0,
        "redemption_rate": 1.5,
        "redemption_aia_value": pytest.approx(0.025),
        "redemption_farmed": pytest.approx(0.3),
        "redemption_participation": pytest.approx(0.25),
        "redemption_paid_share": pytest.approx(0.25),
    }


def test_an_empty_season_returns_the_pool_by_hand():
    """Nobody is eligible: the rate is remembered, and a season was held, so 0.6 x 0.02 USD is what an AIA is worth."""
    assert played(redemption_redeemed=(0.0,) * 4, redemption_paid=(0.0,) * 4) == {
        "redemption_funding": 15e6,
        "redemption_payout": 0.0,
        "redemption_return": 15e6,
        "redemption_rate": 0.6,
        "redemption_aia_value": pytest.approx(0.016),
        "redemption_farmed": 0.0,
        "redemption_participation": 0.0,
        "redemption_paid_share": 0.0,
    }


@pytest.mark.parametrize("closed", [{"redemption_quota": 0.0}, {"redemption_first_month": 20.5}])
def test_a_month_without_a_season_by_hand(closed):
    """No pool; people still give an AIA 40 % of 0.6 x 0.02 USD, and are half way there."""
    found = played(redemption_redeemed=(0.0,) * 4, **closed)
    assert (found["redemption_funding"], found["redemption_payout"], found["redemption_rate"]) == (0.0, 0.0, 0.6)
    assert found["redemption_aia_value"] == pytest.approx(0.0124)


def test_where_there_is_nobody_and_nothing_to_submit_no_share_is_paid():
    none = ("redemption_redeemed", "redemption_available", "redemption_paid", "contributors_active")
    found = played(**dict.fromkeys(none, (0.0,) * 4))
    assert [found[f"redemption_{name}"] for name in ("farmed", "participation", "paid_share")] == [0.0] * 3


def test_a_poor_reserve_pays_what_it_has():
    found = played(reward_reserve=4e6)
    assert (found["redemption_funding"], found["redemption_payout"], found["redemption_rate"]) == (4e6, 4e6, 0.4)


def test_before_the_first_season_people_expect_the_rate_of_the_event():
    start = {
        "contributors_at_tge": (30_000.0, 3_000.0, 200.0, 8_000.0),
        "redemption_aia_at_tge": (60.0, 1_500.0, 1_500.0, 600.0),
        "redemption_rate_at_tge": 0.6,
        "market_price_at_tge": 0.012,
    }
    assert outcome(redemption.opening, start) == {
        "redemption_aia_held": (1_800_000.0, 4_500_000.0, 300_000.0, 4_800_000.0),
        "redemption_rate": 0.6,
        "redemption_aia_value": pytest.approx(0.0072),
    }


claims = st.lists(
    st.builds(
        Claim,
        id=st.sampled_from("abcdefgh"),
        contributor=st.sampled_from("AB"),
        wallet=st.sampled_from(["0x1", "0x2", "", "0x9"]),
        aia=st.integers(0, 9_000).map(lambda aia: aia * UNIT),
        submitted=st.integers(0, 9),
    ),
    max_size=8,
)


@given(claims, st.integers(0, 77_777_777))
def test_the_pool_is_shared_as_the_rule_shares_it(claims, quota):
    """Given the eligible AIA, to a millionth of an AGT: the whole payout, and each claim's part of it."""
    terms = {"valid_wallets": {"0x1", "0x2"}, "minimum": 3_000 * UNIT, "opens": 1, "closes": 8}
    exact = settle(claims, pool=quota * UNIT, **terms)
    found = played(redemption_redeemed=(exact.eligible / UNIT, 0.0, 0.0, 0.0), redemption_quota=float(quota))
    assert abs(found["redemption_payout"] - sum(exact.payouts.values()) / UNIT) < 1e-6
    assert abs(found["redemption_return"] - exact.remainder / UNIT) < 1e-6
    for row, agt in exact.payouts.items():
        assert abs(found["redemption_rate"] * (claims[row].aia / UNIT) - agt / UNIT) < 1e-6


amounts, shares = up_to(5e9), up_to(1.0)
some_aia = up_to(1e12)


@given(amounts, amounts, st.tuples(*[some_aia] * 4), st.integers(1, 30), up_to(12.0))
def test_at_most_the_quota_and_the_reserve_and_nobody_without_a_claim(reserve, quota, redeemed, month, first):
    found = played(
        reward_reserve=reserve,
        redemption_quota=quota,
        redemption_redeemed=redeemed,
        month=month,
        redemption_first_month=first,
    )
    assert 0.0 <= found["redemption_payout"] <= found["redemption_funding"] <= min(reserve, quota)
    assert found["redemption_payout"] + found["redemption_return"] == found["redemption_funding"]
    assert sum(redeemed) > 0.0 or found["redemption_payout"] == 0.0
    assert month >= first or found["redemption_funding"] == 0.0
    assert 0.0 <= found["redemption_farmed"] <= 1.0


@given(st.tuples(*[some_aia] * 4), st.tuples(*[shares] * 4), st.tuples(*[up_to(1e7)] * 4), st.tuples(*[shares] * 4))
def test_no_more_take_part_than_could(available, parts, active, heads):
    found = played(
        redemption_available=available,
        redemption_redeemed=tuple(aia * part for aia, part in zip(available, parts, strict=True)),
        contributors_active=active,
        redemption_paid=tuple(people * part for people, part in zip(active, heads, strict=True)),
    )
    for name, all_parts in (("participation", parts), ("paid_share", heads)):
        assert 0.0 <= found[f"redemption_{name}"] <= max(all_parts) + 1e-12


@given(shares, st.floats(1e-6, 1.0), up_to(1.0))
def test_expectations_move_towards_what_an_aia_was_worth_and_never_beyond(memory, value, price):
    found = played(redemption_memory=memory, redemption_aia_value=value, market_price=price)
    worth = 1.5 * price
    assert min(value, worth) * (1.0 - 1e-12) <= found["redemption_aia_value"] <= max(value, worth) * (1.0 + 1e-12)


@given(st.tuples(*[some_aia] * 4), st.floats(1e-3, 1e9))
def test_more_aia_from_others_is_a_lower_rate(redeemed, more):
    before = played(redemption_redeemed=redeemed)["redemption_rate"]
    after = played(redemption_redeemed=(redeemed[0] + more, *redeemed[1:]))["redemption_rate"]
    assert sum(redeemed) == 0.0 or after <= before * (1.0 + 1e-12)


def test_what_is_left_in_the_pool_is_paid_out_too():
    assert played(redemption_pool=1e6)["redemption_payout"] == 16e6


# What a cohort submits.


def test_a_cohort_by_hand():
    """1,000 accounts: 2 M less a tenth, and 1 M earned: 2.8 M held. Income 1,000 and saved 2,800 reach
    1,000 + 2,800 - 2,000 = 1,800 of the minimum, x = 5/3: 1 / (1 + 0.55 x 25/9 / (8/3)) = 0.635 762 of the AIA and
    1 / (1 + 25/9 / (5/3 + 2/5)) = 0.426 606 of the accounts are ready, and 5 % of the wallets fail."""
    found = submitted()
    assert found["redemption_available"] == pytest.approx(2_800_000.0)
    assert found["redemption_redeemed"] == pytest.approx(2_800_000 * 0.6357616 * 0.95, rel=1e-6)
    assert found["redemption_paid"] == pytest.approx(1_000 * 0.4266055 * 0.95, rel=1e-6)
    left = 2_800_000 - 2_800_000 * 0.6357616 * 0.95
    assert found["redemption_aia_held"] == pytest.approx(left * 0.9, rel=1e-6)


def test_a_fault_of_the_wallets_refuses_part_of_what_binding_leaves_by_hand():
    """Three fifths of 95 %: two fifths of what is redeemed otherwise, in AIA and accounts, and the rest is kept."""
    usual, faulty = submitted(redemption_expiry=0.0), submitted(redemption_expiry=0.0, redemption_wallet_fault=0.6)
    for name in ("redemption_redeemed", "redemption_paid"):
        assert faulty[name] == pytest.approx(0.4 * usual[name], rel=1e-12)
    assert faulty["redemption_available"] == usual["redemption_available"] == pytest.approx(2_800_000.0)
    assert faulty["redemption_aia_held"] == pytest.approx(2_800_000.0 - faulty["redemption_redeemed"], rel=1e-12)


def test_without_a_minimum_everything_is_submitted():
    found = submitted(redemption_minimum=0.0, redemption_bind_failure=0.0, redemption_expiry=0.0)
    assert (found["redemption_redeemed"], found["redemption_paid"]) == (2_800_000.0, 1_000.0)
    assert found["redemption_aia_held"] == 0.0


@pytest.mark.parametrize("closed", [{"redemption_quota": 0.0}, {"month": 3, "redemption_first_month": 4.0}])
def test_without_a_season_nothing_is_submitted_and_aia_piles_up(closed):
    found = submitted(**closed, redemption_expiry=0.0)
    assert (found["redemption_redeemed"], found["redemption_paid"]) == (0.0, 0.0)
    assert found["redemption_aia_held"] == 2_800_000.0


def test_nobody_redeems_nothing():
    found = submitted(contributors_active=0.0, rewards_aia_issued=0.0)
    assert (found["redemption_redeemed"], found["redemption_paid"]) == (0.0, 0.0)


some_accounts = up_to(1e7)


@given(some_accounts, shares, some_aia, some_aia, up_to(30_000.0), shares, shares, up_to(0.5))
def test_no_more_is_redeemed_than_is_held(accounts, leaving, issued, held, minimum, failing, fault, expiry):
    found = submitted(
        contributors_active=accounts,
        contributors_leaving=leaving,
        rewards_aia_issued=issued,
        redemption_aia_held=held,
        redemption_minimum=minimum,
        redemption_bind_failure=failing,
        redemption_wallet_fault=fault,
        redemption_expiry=expiry,
    )
    everything = held * (1.0 - leaving) + issued
    accepted = (1.0 - failing) * (1.0 - fault) * (1.0 + 1e-12)
    assert found["redemption_available"] == pytest.approx(everything, rel=1e-12)
    assert 0.0 <= found["redemption_redeemed"] <= everything * accepted
    assert 0.0 <= found["redemption_paid"] <= accounts * accepted
    kept = (everything - found["redemption_redeemed"]) * (1.0 - expiry)
    assert found["redemption_aia_held"] == pytest.approx(kept, rel=1e-12)
    assert found["redemption_aia_held"] >= 0.0


@given(st.floats(1.0, 1e5), st.floats(1.0, 1e4), st.floats(1.0, 1e5), up_to(30_000.0), up_to(30_000.0))
def test_a_higher_minimum_never_makes_more_submit(accounts, income, saved, minimum, more):
    cohort = {
        "contributors_active": accounts,
        "rewards_aia_issued": accounts * income,
        "redemption_aia_held": accounts * saved,
    }
    before, after = (submitted(**cohort, redemption_minimum=least) for least in (minimum, minimum + more))
    assert after["redemption_redeemed"] <= before["redemption_redeemed"] * (1.0 + 1e-12)
    assert after["redemption_paid"] <= before["redemption_paid"] * (1.0 + 1e-12)


# Against records: accounts that save until they hold the minimum, and then swap all they hold. The closed form knows
# only how many accounts there are, what they hold together and what they earn together.

ACCOUNTS, MINIMUM, SETTLED, SEEN = 10_000, 3_000.0, 100, 60
CLOSED = range(160, 164)  # months without a season, where a test asks for them


@cache
def records(income, spread, leaving=0.0, swings=0.0, closed=()):
    """Accounts one by one, of lognormal effort with mean `income` [AIA/month]: issued, redeemed, heads, by month."""
    luck = np.random.default_rng(20251)
    effort = income * np.exp(spread * luck.standard_normal(ACCOUNTS) - spread**2 / 2)
    held = np.zeros(ACCOUNTS)
    months = []
    for month in range(SETTLED + SEEN + 6):
        gone = luck.random(ACCOUNTS) < leaving
        held[gone] = 0.0
        effort[gone] = income * np.exp(spread * luck.standard_normal(gone.sum()) - spread**2 / 2)
        earned = effort * np.exp(swings * luck.standard_normal(ACCOUNTS) - swings**2 / 2)
        held = held + earned
        ready = (held >= MINIMUM) & (month not in closed)
        months.append((earned.sum(), held[ready].sum(), ready.sum()))
        held = np.where(ready, 0.0, held)
    return np.array(months)


def closed_form(issued, leaving=0.0, closed=()):
    """The policy's months, told what the records issue in all; by month: redeemed AIA and heads."""
    held, months = 0.0, []
    for month, amount in enumerate(issued):
        found = submitted(
            month=month + 1,
            contributors_active=float(ACCOUNTS),
            contributors_leaving=leaving,
            rewards_aia_issued=amount,
            redemption_aia_held=held,
            redemption_minimum=MINIMUM,
            redemption_quota=0.0 if month in closed else 15e6,
            redemption_bind_failure=0.0,
            redemption_expiry=0.0,
        )
        held = found["redemption_aia_held"]
        months.append((found["redemption_redeemed"], found["redemption_paid"]))
    return np.array(months)


def steady(months):
    return months[SETTLED : SETTLED + SEEN].mean(axis=0)


SPREADS = [0.4, 0.8, 1.3]


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize(
    ("income", "tolerance"), [(100, 0.25), (200, 0.25), (400, 0.03), (1_000, 0.03), (3_000, 0.03), (6_000, 0.03)]
)
def test_in_a_steady_state_as_much_is_redeemed_as_by_records(income, tolerance, spread):
    exact = records(income, spread)
    redeemed, _ = steady(closed_form(exact[:, 0]))
    assert redeemed == pytest.approx(steady(exact)[1], rel=tolerance)


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("income", [100, 200, 400, 1_000, 3_000])
def test_in_a_steady_state_about_as_many_are_paid_as_by_records(income, spread):
    exact = records(income, spread)
    _, heads = steady(closed_form(exact[:, 0]))
    assert heads / ACCOUNTS == pytest.approx(steady(exact)[2] / ACCOUNTS, abs=0.2)


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize(("income", "tolerance"), [(400, 0.1), (1_000, 0.04), (3_000, 0.04)])
def test_where_a_tenth_leaves_every_month_the_closed_form_is_coarser(income, tolerance, spread):
    """Regulars leave at about that pace and abandon what they have saved."""
    exact = records(income, spread, leaving=0.1)
    redeemed, _ = steady(closed_form(exact[:, 0], leaving=0.1))
    assert redeemed == pytest.approx(steady(exact)[1], rel=tolerance)


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("income", [400, 1_000, 3_000])
def test_the_first_season_after_four_months_without_one(income, spread):
    """Income that swings by a third from month to month keeps accounts from marching in step."""
    exact = records(income, spread, swings=0.3, closed=tuple(CLOSED))
    found = closed_form(exact[:, 0], closed=tuple(CLOSED))
    assert found[CLOSED.stop, 0] == pytest.approx(exact[CLOSED.stop, 1], rel=0.13)
    assert found[CLOSED.stop, 0] > 2.0 * found[CLOSED.start - 1, 0]
