"""Contributors: nobody appears or vanishes but by arriving and leaving, and pay decides how many do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import contributors
from agt.registry import load
from tests.months import outcome, up_to

REGISTRY = load()
NAMES = [name for name in REGISTRY.parameters if name.startswith("contributors_") and "." not in name]
POINTS = {name: float(REGISTRY.value(name)) for name in NAMES}
MONTH = POINTS | {
    "contributors_active": (30_000.0, 3_000.0, 200.0, 8_000.0),
    "rewards_pay": (0.25, 1.2, 1.92, 0.3),
    "rewards_hours_per_set": 1 / 12,
    "treasury_marketing": 14e6,
    "market_price": 0.012,
    "contributors_arrival_noise": 0.0,
}
EASY = {
    "contributors_active": (1_000.0, 100.0, 10.0, 400.0),
    "contributors_potential": 11_110.0,
    "contributors_organic": 500.0,
    "contributors_referral": 0.1,
    "contributors_acquisition_cost": 20.0,
    "contributors_wage": 1.0,
    "contributors_play_wage": 0.25,
    "contributors_expert_wage": 2.0,
    "contributors_response": 1.5,
    "contributors_churn_casual": 0.3,
    "contributors_churn_regular": 0.1,
    "contributors_churn_expert": 0.05,
    "contributors_churn_extra": 0.2,
    "contributors_to_regular": 0.02,
    "contributors_to_expert": 0.01,
    "contributors_sets_per_day": 4.0,
    "contributors_effort_casual": 3.0,
    "contributors_effort_regular": 90.0,
    "contributors_effort_expert": 130.0,
    "contributors_farm_use": 0.95,
    "contributors_farm_cost": 3.8,
    "contributors_farm_least_cost": 0.05,
    "contributors_farm_scale": 500.0,
    "contributors_farm_elasticity": 1.0,
    "contributors_farm_speed": 0.5,
    "contributors_farm_detection": 0.2,
    "contributors_farm_seed": 100.0,
    "contributors_farm_alarm": 5e6,
    "contributors_arrival_spread": 0.0,
    "contributors_arrival_noise": 0.0,
    "rewards_pay": (0.25, 1.0, 2.0, 3.85 / 9.5),
    "rewards_hours_per_set": 1 / 12,
    "treasury_marketing": 100_000.0,
    "market_price": 0.02,
}


def month(inputs):
    """The three functions in their order, each reading what the ones before have written."""
    found = outcome(contributors.respond, inputs)
    found |= outcome(contributors.farm, inputs | found)
    return found | outcome(contributors.policy, inputs | found)


def played(**changes):
    return month(MONTH | changes)


def farmed(farm, pay, **changes):
    """How many farm accounts there are a month later when there is nobody else."""
    alone = {"contributors_active": (0.0, 0.0, 0.0, farm), "rewards_pay": (0.0, 0.0, 0.0, pay)}
    return played(**alone | changes)["contributors_active"][3]


def test_a_month_by_hand():
    """Everybody earns just what would make half of them waver, so churn is the least plus half of 0.2, and the pull 1.

    Work: energy allows 4 x 30 = 120 sets. Leaving: 40 %, 20 % and 15 % of 1,000, 100 and 10 stay away: 600, 80, 8.5.
    Arriving: 500 organic + 100,000 x 0.02 / 20 = 100 bought + 10 % of 1,110 invited = 711 wish to, where
    11,110 - 1,110 = 10,000 could: 10,000 x (1 - exp(-0.0711)) = 686.3125.
    Rising: 600 x 0.02 = 12 and 80 x 0.01 = 0.8. Farms: 114 sets of 1/12 hour at 3.85 / 9.5 USD bring 3.85 USD an
    account; (400 + 100) / 500 x 3.8 + 0.05 = 3.85 is what one costs, so none is drawn in: 400 x 0.8 + 100 = 420.
    """
    found = month(EASY)
    assert found["contributors_sets"] == pytest.approx((3.0, 90.0, 120.0, 114.0))
    assert found["contributors_leaving"] == pytest.approx((0.4, 0.2, 0.15, 0.2))
    assert found["contributors_arriving"] == pytest.approx(686.3125, abs=1e-4)
    expected = (600.0 + 686.3125 - 12.0, 80.0 + 12.0 - 0.8, 8.5 + 0.8, 420.0)
    assert found["contributors_active"] == pytest.approx(expected, abs=1e-4)
    assert found["contributors_farm_capped"] == 0.0


def test_twice_the_wage_by_hand():
    """hill(2, 1) = 2/3: a third of the extra churn is left, and the pull is 4/3."""
    found = month(EASY | {"contributors_response": 1.0, "rewards_pay": (0.5, 2.0, 4.0, 0.0)})
    assert found["contributors_leaving"] == pytest.approx((0.3 + 0.2 / 3, 0.1 + 0.2 / 3, 0.05 + 0.2 / 3, 0.2))
    # Farms that earn nothing shrink as fast as they can: 400 x exp(-0.5) x 0.8 + 100.
    assert found["contributors_active"][3] == pytest.approx(294.0898, abs=1e-4)


def test_at_the_opening_there_are_the_accounts_of_the_event():
    cohorts = (30_000.0, 3_000.0, 200.0, 8_000.0)
    assert outcome(contributors.opening, {"contributors_at_tge": cohorts})["contributors_active"] == cohorts


accounts = st.tuples(*[up_to(1e6)] * 4)
pays = st.tuples(*[up_to(1e4)] * 4)
shares = up_to(0.9)
noises = st.floats(-4.0, 4.0)


@given(accounts, pays, noises, up_to(0.5), up_to(0.5))
def test_people_only_arrive_leave_or_rise(active, pay, noise, rising, maturing):
    found = played(
        contributors_active=active,
        rewards_pay=pay,
        contributors_arrival_noise=noise,
        contributors_to_regular=rising,
        contributors_to_expert=maturing,
    )
    leaving = zip(active[:3], found["contributors_leaving"][:3], strict=True)
    stayed = sum(people * (1.0 - gone) for people, gone in leaving)
    assert sum(found["contributors_active"][:3]) == pytest.approx(stayed + found["contributors_arriving"], rel=1e-12)
    assert min(found["contributors_active"]) >= 0.0


@given(accounts, pays, noises, up_to(1e9))
def test_people_never_outnumber_those_who_could_ever_work(active, pay, noise, marketing):
    found = played(
        contributors_active=active, rewards_pay=pay, contributors_arrival_noise=noise, treasury_marketing=marketing
    )
    everybody = max(POINTS["contributors_potential"], sum(active[:3]))
    assert sum(found["contributors_active"][:3]) <= everybody * (1.0 + 1e-12)
    assert found["contributors_arriving"] >= 0.0


@given(accounts, pays, st.floats(1.0, 20.0))
def test_nobody_works_more_than_energy_allows(active, pay, energy):
    found = played(contributors_active=active, rewards_pay=pay, contributors_sets_per_day=energy)
    assert all(0.0 <= sets <= energy * 30.0 for sets in found["contributors_sets"])


@given(accounts, pays, pays)
def test_better_pay_keeps_more_and_draws_more(active, pay, more):
    better = tuple(one + other for one, other in zip(pay, more, strict=True))
    before = played(contributors_active=active, rewards_pay=pay)
    after = played(contributors_active=active, rewards_pay=better)
    leaving = zip(before["contributors_leaving"], after["contributors_leaving"], strict=True)
    assert all(less >= still for less, still in leaving)
    assert after["contributors_arriving"] >= before["contributors_arriving"]
    assert after["contributors_active"][3] >= before["contributors_active"][3]


@given(accounts, pays)
def test_churn_lies_between_its_least_and_its_most(active, pay):
    gone = played(contributors_active=active, rewards_pay=pay)["contributors_leaving"]
    for share, cohort in zip(gone[:3], ("casual", "regular", "expert"), strict=True):
        least = POINTS[f"contributors_churn_{cohort}"]
        assert least <= share <= least + POINTS["contributors_churn_extra"] + 1e-15
    assert gone[3] == POINTS["contributors_farm_detection"]


@given(up_to(1e7), up_to(1e4))
def test_farms_grow_and_shrink_no_faster_than_their_speed(farm, pay):
    found = farmed(farm, pay)
    kept, fastest = 0.8, np.exp(0.5)
    assert farm / fastest * kept + 100.0 <= found * (1.0 + 1e-12) or found == 5e6
    assert found <= min(farm * fastest * kept + 100.0, 5e6) * (1.0 + 1e-12)


def test_farms_enter_until_one_more_would_cost_what_it_brings():
    """Rent dissipation: without detection and newcomers, 2 USD of income meet 0.05 + 3 x farms / 10,000 USD of cost."""
    farm = 100.0
    alone = {"contributors_farm_detection": 0.0, "contributors_farm_seed": 0.0}
    pay = 2.0 / (0.95 * 120.0 / 12.0)
    for _ in range(200):
        farm = farmed(farm, pay, **alone)
    assert farm == pytest.approx(6_500.0, rel=1e-6)


def test_the_alarm_rings_where_farms_leave_the_models_range():
    crowd = {"contributors_active": (0.0, 0.0, 0.0, 5e6), "rewards_pay": (0.0, 0.0, 0.0, 1e9)}
    found = played(**crowd)
    assert (found["contributors_active"][3], found["contributors_farm_capped"]) == (5e6, 1.0)
    assert played()["contributors_farm_capped"] == 0.0


def test_a_referral_alone_does_not_multiply_people_without_end():
    """At the values of the registry each person invites fewer than leave: alone, the cohorts die out."""
    people = (10_000.0, 1_000.0, 100.0, 0.0)
    alone = {"contributors_organic": 0.0, "treasury_marketing": 0.0}
    for _ in range(60):
        people = played(contributors_active=people, **alone)["contributors_active"]
    assert sum(people[:3]) < 100.0
