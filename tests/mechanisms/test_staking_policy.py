"""Staking: stakes move towards what people want, rejected work forfeits as the rule says, no stake earns by itself."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.graph import block
from agt.mechanisms import staking
from agt.mechanisms.staking import forfeit
from agt.records.amounts import UNIT
from agt.registry import load
from tests.months import outcome, up_to

CHOICE = {
    "contributors_active": 100.0,
    "rewards_aia_issued": 440_000.0,
    "staking_take_up": 0.25,
    "staking_eligible": 0.3,
    "staking_premium": 0.4,
    "staking_tier": 3_000.0,
    "staking_required_return": 0.05,
    "staking_steepness": 2.0,
    "redemption_aia_value": 0.0015,
    "market_price": 0.02,
}
MONTH = {
    "staking_liquid_share": 0.5,
    "contributors_active": (5_000.0, 1_000.0, 100.0, 8_000.0),
    "staking_take_up": (0.0, 0.2, 0.5, 0.0),
    "quality_accepted": (0.7, 0.8, 0.9, 0.15),
    "contributors_liquid": 3_000_000.0,
    "contributors_staked": 500_000.0,
    "investors_liquid": 900.0,
    "investors_staked": 100.0,
    "team_liquid": 500.0,
    "team_staked": 500.0,
    "market_float": 250e6,
    "staking_tier": 3_000.0,
    "staking_belief": 0.1,
    "staking_belief_decay": 0.08,
    "staking_disappointment": 0.0,
    "staking_speed": 0.4,
    "staking_buy_share": 0.3,
    "staking_float_share": 0.05,
    "staking_forfeit": 0.1,
    "staking_investors_share": 0.2,
    "staking_team_share": 0.1,
}


def played(**changes):
    return outcome(staking.policy, MONTH | changes)


def chosen(**changes):
    return outcome(staking.choose, CHOICE | changes)["staking_take_up"]


def test_a_choice_by_hand():
    """4,400 AIA an account hold a premium of 10 % on average: 4,000 without. The premium would add 1,600 AIA, worth
    2.4 USD, against 5 % of 60 USD. (2.4 / 3) squared is 0.64 to 1: of 30 % whom it concerns, 0.64 / 1.64 stake."""
    assert chosen() == pytest.approx(0.3 * 0.64 / 1.64, rel=1e-12)


def test_half_of_those_concerned_stake_where_gain_and_price_are_equal():
    assert chosen(redemption_aia_value=0.001875) == pytest.approx(0.15, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({"staking_premium": 0.0}, 0.0),
        ({"rewards_aia_issued": 0.0}, 0.0),
        ({"redemption_aia_value": 0.0}, 0.0),
        ({"contributors_active": 0.0}, 0.0),
        ({"staking_eligible": 0.0}, 0.0),
        ({"staking_tier": 0.0}, 0.3),
        ({"staking_tier": 0.0, "staking_premium": 0.0}, 0.0),
    ],
)
def test_nobody_stakes_for_nothing_and_everybody_where_it_costs_nothing(changes, share):
    assert chosen(**changes) == share


positive = st.floats(1e-6, 1e9)


@given(positive, positive, positive, st.floats(0.001, 1.0), up_to(2.0), st.floats(0.1, 6.0), up_to(1.0))
def test_no_more_stake_than_those_concerned(issued, value, price, asked, premium, steepness, eligible):
    share = chosen(
        rewards_aia_issued=issued,
        redemption_aia_value=value,
        market_price=price,
        staking_required_return=asked,
        staking_premium=premium,
        staking_steepness=steepness,
        staking_eligible=eligible,
    )
    assert 0.0 <= share <= eligible


@given(st.floats(1.0, 1e6), st.floats(1.0, 10.0), up_to(2.0), up_to(1.0))
def test_a_dearer_tier_draws_fewer_and_a_higher_premium_more(tier, times, premium, more):
    cheap, dear = (chosen(staking_tier=stake, staking_premium=premium) for stake in (tier, tier * times))
    assert dear <= cheap
    before, after = (chosen(staking_premium=share, staking_take_up=0.0) for share in (premium, premium + more))
    assert after >= before * (1.0 - 1e-12)


def test_a_month_of_staking_by_hand():
    """200 regulars and 50 experts want 3,000 each, 750,000; the hopeful a tenth of 3.5 M, 350,000: 1.1 M against
    500,000. Of the gap of 600,000, 40 % closes: 240,000 out of their own 3 M. A fifth and a tenth of the work is
    rejected, 45 of 250 stakes' worth: 0.1 x 0.18 x 500,000 is forfeited. Investors close 40 % of 200 - 100, the team
    40 % of 100 - 500."""
    assert played() == {
        "staking_stake": pytest.approx(240_000.0),
        "staking_bought": 0.0,
        "staking_unstake": 0.0,
        "staking_forfeited": pytest.approx(9_000.0),
        "staking_investors_stake": pytest.approx(40.0),
        "staking_investors_unstake": 0.0,
        "staking_team_stake": 0.0,
        "staking_team_unstake": pytest.approx(160.0),
        "staking_belief": pytest.approx(0.092),
    }


def test_a_missing_stake_is_partly_bought_by_hand():
    """750,000 + a tenth of 600,000 are wanted where 500,000 are staked: 40 % of 310,000 is 124,000. Their own 100,000
    give half, 50,000; 30 % of the missing 74,000 is bought, unless a twentieth of the float is less."""
    found = played(contributors_liquid=100_000.0)
    assert (found["staking_stake"], found["staking_bought"]) == (50_000.0, pytest.approx(22_200.0))
    scarce = played(contributors_liquid=100_000.0, market_float=200_000.0)
    assert scarce["staking_bought"] == pytest.approx(10_000.0)


def test_too_large_a_stake_is_reduced_by_hand():
    """750,000 + a tenth of 5 M against 2 M staked: 40 % of 750,000 comes back."""
    found = played(contributors_staked=2_000_000.0)
    assert (found["staking_stake"], found["staking_unstake"]) == (0.0, pytest.approx(300_000.0))


def test_votes_that_are_too_many_are_freed_at_the_speed_of_stakes():
    found = played(investors_liquid=100.0, investors_staked=900.0, staking_investors_share=0.5, staking_buy_share=0.1)
    assert found["staking_investors_unstake"] == pytest.approx(0.4 * 400.0)


def test_hope_that_is_disappointed_by_hand():
    """Of a tenth, 8 % fade and then seven tenths of what is left give up, in a month whose stakes still follow the
    old hope."""
    found = played(staking_disappointment=0.7)
    assert found["staking_belief"] == pytest.approx(0.1 * 0.92 * 0.3, rel=1e-12)
    assert found | {"staking_belief": 0.0} == played() | {"staking_belief": 0.0}


def test_where_there_is_nothing_and_nobody_nothing_moves():
    nothing = dict.fromkeys(("contributors", "investors", "team"), 0.0)
    empty = {f"{group}_{place}": 0.0 for group in nothing for place in ("liquid", "staked")}
    found = played(**empty, market_float=0.0, contributors_active=(0.0,) * 4)
    assert found.pop("staking_belief") == pytest.approx(0.092)
    assert set(found.values()) == {0.0}


def test_at_the_opening_there_is_hope_and_no_stake():
    assert outcome(staking.opening, {"staking_belief_at_tge": 0.1}) == {"staking_belief": 0.1}


counts = st.integers(0, 50)


@given(counts, st.integers(1, 50), st.integers(0, 10), st.integers(0, 10**7))
def test_forfeits_are_the_rules(rejected, accepted, tenths, stake):
    """A homogeneous cohort: one stake, so many sets of it rejected out of so many judged."""
    judged = rejected + accepted
    exact = forfeit(stake * UNIT, rejected=rejected, judged=judged, rate=(tenths, 10))
    found = played(
        contributors_active=(0.0, 1.0, 0.0, 0.0),
        staking_take_up=(0.0, 1.0, 0.0, 0.0),
        quality_accepted=(0.0, float(Fraction(accepted, judged)), 0.0, 0.0),
        contributors_staked=float(stake),
        staking_forfeit=tenths / 10,
        staking_speed=0.0,
    )
    assert abs(found["staking_forfeited"] - exact / UNIT) < 1e-6


def test_where_nobody_is_judged_nobody_forfeits():
    """The rule: no judged work, no forfeit, however large a stake rests on hope."""
    found = played(staking_take_up=(0.0, 0.0, 0.0, 0.0), staking_forfeit=1.0)
    assert found["staking_forfeited"] == 0.0 == forfeit(500_000, rejected=0, judged=0, rate=(1, 1))


amounts, shares = up_to(5e9), up_to(1.0)
people = st.tuples(*[up_to(1e6)] * 4)
quarters = st.tuples(*[shares] * 4)


@given(people, quarters, quarters, amounts, amounts, amounts, shares, shares, shares)
def test_no_stake_moves_that_is_not_there(active, take_up, accepted, liquid, staked, floating, speed, rate, belief):
    found = played(
        contributors_active=active,
        staking_take_up=take_up,
        quality_accepted=accepted,
        contributors_liquid=liquid,
        contributors_staked=staked,
        market_float=floating,
        staking_speed=speed,
        staking_forfeit=rate,
        staking_belief=belief,
    )
    assert min(found.values()) >= 0.0
    assert found["staking_stake"] <= liquid
    assert found["staking_bought"] <= 0.05 * floating
    assert staked - found["staking_unstake"] - found["staking_forfeited"] >= 0.0
    assert found["staking_belief"] <= belief
    assert found["staking_stake"] == 0.0 or found["staking_unstake"] == 0.0


@given(amounts, amounts, shares, shares)
def test_votes_are_staked_out_of_what_is_held(liquid, staked, share, speed):
    voters = {"investors_liquid": liquid, "investors_staked": staked, "team_liquid": liquid, "team_staked": staked}
    found = played(**voters, staking_investors_share=share, staking_team_share=share, staking_speed=speed)
    for group in ("investors", "team"):
        assert 0.0 <= found[f"staking_{group}_stake"] <= liquid
        assert 0.0 <= found[f"staking_{group}_unstake"] <= staked


@given(st.floats(1.0, 5e9), shares)
def test_at_full_speed_the_wanted_share_is_staked_at_once(amount, share):
    found = played(investors_liquid=amount, investors_staked=0.0, staking_investors_share=share, staking_speed=1.0)
    assert found["staking_investors_stake"] == pytest.approx(share * amount, rel=1e-12)


def test_no_flow_pays_a_stake_for_being_a_stake():
    """Whatever staking sends to contributors is their own stake coming back."""
    flows = block(staking.policy, load())["flows"]
    paid = {(name, payer) for name, payer, payee in flows if payee == "contributors_liquid"}
    assert paid == {("staking_unstake", "contributors_staked")}
