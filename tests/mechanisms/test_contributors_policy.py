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
    "contributors_farm_influx": 0.0,
    "rewards_pay": (0.25, 1.2, 1.92, 0.3),
    "rewards_farm_income": 3.0,
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
    "contributors_churn_most": 0.95,
    "contributors_to_regular": 0.02,
    "contributors_to_expert": 0.01,
    "contributors_rise_most": 0.5,
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
    "contributors_farm_steepness": 2.0,
    "contributors_farm_detection": 0.2,
    "contributors_farm_seed": 100.0,
    "contributors_farm_alarm": 5e6,
    "contributors_farm_influx": 0.0,
    "contributors_arrival_spread": 0.4,
    "contributors_arrival_noise": 0.2,  # half of the spread: luck is exp(0.08 - 0.08) = 1
    "rewards_pay": (0.25, 1.0, 2.0, 9.0),
    "rewards_farm_income": 3.85,
    "treasury_marketing": 100_000.0,
    "market_price": 0.02,
}


def month(inputs):
    """The functions of the month in their order, each reading what the ones before have written."""
    found = outcome(contributors.respond, inputs)
    for function in (contributors.farm, contributors.policy, contributors.effort):
        found |= outcome(function, inputs | found)
    return found


def played(**changes):
    return month(MONTH | changes)


def farmed(farm, income, **changes):
    """How many farm accounts there are a month later when there is nobody else."""
    alone = {"contributors_active": (0.0, 0.0, 0.0, farm), "rewards_farm_income": income}
    return played(**alone | changes)["contributors_active"][3]


def test_a_month_by_hand():
    """Everybody earns just what would make half of them waver, so churn is the least plus half of 0.2, and the pull 1.

    Work: energy allows 4 x 30 = 120 sets. Leaving: 40 %, 20 % and 15 % of 1,000, 100 and 10 stay away: 600, 80, 8.5.
    Arriving: 500 organic + 100,000 x 0.02 / 20 = 100 bought + 10 % of 1,110 invited = 711 wish to, where
    11,110 - 1,110 = 10,000 could: 10,000 x (1 - exp(-0.0711)) = 686.3125.
    Rising: 600 x 0.02 = 12 and 80 x 0.01 = 0.8. Farms: an account brings 3.85 USD and one more costs
    (400 + 100) / 500 x 3.8 + 0.05 = 3.85, so none is drawn in: 400 x 0.8 + 100 = 420. A tenth of 1,374.8125 people:
    9.3 experts, all 91.2 regulars and 36.98125 casuals do 9,434.94375 of 13,146.9375 sets.
    """
    found = month(EASY)
    assert found.pop("contributors_sets") == pytest.approx((3.0, 90.0, 120.0, 114.0))
    assert found.pop("contributors_leaving") == pytest.approx((0.4, 0.2, 0.15, 0.2))
    expected = (600.0 + 686.3125 - 12.0, 80.0 + 12.0 - 0.8, 8.5 + 0.8, 420.0)
    assert found.pop("contributors_active") == pytest.approx(expected, abs=1e-4)
    assert found == {
        "contributors_pull": pytest.approx(1.0),
        "contributors_farming": pytest.approx(420.0),
        "contributors_farm_capped": 0.0,
        "contributors_arriving": pytest.approx(686.3125, abs=1e-4),
        "contributors_rising": pytest.approx(12.0),
        "contributors_maturing": pytest.approx(0.8),
        "contributors_top_share": pytest.approx(9_434.94375 / 13_146.9375, abs=1e-6),
    }


def test_twice_the_wage_by_hand():
    """hill(2, 1) = 2/3: a third of the extra churn is left, and the pull is 4/3."""
    twice = {"contributors_response": 1.0, "rewards_pay": (0.5, 2.0, 4.0, 0.0), "rewards_farm_income": 0.0}
    found = month(EASY | twice)
    assert found["contributors_pull"] == pytest.approx(4 / 3)
    assert found["contributors_leaving"] == pytest.approx((0.3 + 0.2 / 3, 0.1 + 0.2 / 3, 0.05 + 0.2 / 3, 0.2))
    # Farms that earn nothing shrink as fast as they can: 400 x exp(-0.5) x 0.8 + 100.
    assert found["contributors_active"][3] == pytest.approx(294.0898, abs=1e-4)


def test_pay_pulls_newcomers_by_hand():
    """Twice the wage: 500 organic and 111 invited count 4/3 times, the 100 bought once. Their luck of one spread of
    0.4 is exp(0.4 - 0.08). Of the 658 2/3 casuals who stay 0.02 x 4/3 rise."""
    luck = {"contributors_arrival_noise": 1.0}
    found = month(EASY | luck | {"contributors_response": 1.0, "rewards_pay": (0.5, 2.0, 4.0, 0.0)})
    wanted = (611.0 * 4 / 3 + 100.0) * np.exp(0.32)
    assert found["contributors_arriving"] == pytest.approx(10_000.0 * (1.0 - np.exp(-wanted / 10_000.0)), rel=1e-12)
    assert found["contributors_rising"] == pytest.approx(1_000.0 * (0.7 - 0.2 / 3) * 0.02 * 4 / 3)
    assert found["contributors_maturing"] == pytest.approx(100.0 * (0.9 - 0.2 / 3) * 0.01)


def test_no_more_rise_than_may_by_hand():
    """All who stay would rise: half of 600 and half of 80 do, and nobody appears or vanishes."""
    found = month(EASY | {"contributors_to_regular": 2.0, "contributors_to_expert": 2.0})
    assert (found["contributors_rising"], found["contributors_maturing"]) == (pytest.approx(300.0), pytest.approx(40.0))
    expected = (300.0 + 686.3125, 80.0 + 300.0 - 40.0, 8.5 + 40.0, 420.0)
    assert found["contributors_active"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("most", [0.5, 0.95])
def test_no_more_leave_than_may(most):
    """Without pay 0.9 + 0.9 would leave; of farms as many as are found."""
    least = {f"contributors_churn_{cohort}": 0.9 for cohort in ("casual", "regular", "expert", "extra")}
    found = month(EASY | least | {"contributors_churn_most": most, "rewards_pay": (0.0,) * 4})
    assert found["contributors_leaving"] == (most, most, most, 0.2)


def test_an_attack_adds_accounts_that_nobody_finds_this_month():
    assert month(EASY | {"contributors_farm_influx": 30_000.0})["contributors_farming"] == pytest.approx(30_420.0)


@pytest.mark.parametrize(
    ("people", "most"),
    [
        ((1_000.0, 60.0, 40.0), 40 * 110 + 60 * 90 + 10 * 3),
        ((65.0, 30.0, 5.0), 5 * 110 + 5 * 90),
        ((10.0, 60.0, 30.0), 10 * 110),
        ((50.0, 45.0, 5.0), 5 * 110 + 5 * 90),
        ((500.0, 0.0, 0.0), 50 * 3),
        ((0.0, 500.0, 0.0), 50 * 90),
        ((0.0, 0.0, 500.0), 50 * 110),
        ((0.0, 0.0, 0.0), 0.0),
    ],
)
def test_the_work_of_the_most_practised_tenth_by_hand(people, most):
    """Experts first, then regulars, then casuals; whatever farms do is no work of people."""
    inputs = {"contributors_active": (*people, 8_000.0), "contributors_sets": (3.0, 90.0, 110.0, 114.0)}
    everything = people[0] * 3 + people[1] * 90 + people[2] * 110
    expected = most / everything if everything else 0.0
    assert outcome(contributors.effort, inputs) == {"contributors_top_share": pytest.approx(expected, rel=1e-12)}


def test_where_nobody_does_any_work_no_tenth_does():
    inputs = {"contributors_active": (9.0, 9.0, 9.0, 9.0), "contributors_sets": (0.0, 0.0, 0.0, 9.0)}
    assert outcome(contributors.effort, inputs)["contributors_top_share"] == 0.0


def test_at_the_opening_there_are_the_accounts_of_the_event():
    cohorts = (30_000.0, 3_000.0, 200.0, 8_000.0)
    assert outcome(contributors.opening, {"contributors_at_tge": cohorts})["contributors_active"] == cohorts


accounts = st.tuples(*[up_to(1e6)] * 4)
pays = st.tuples(*[up_to(1e4)] * 4)
shares = up_to(0.9)
noises = st.floats(-4.0, 4.0)


@given(accounts, st.tuples(*[up_to(600.0)] * 4))
def test_a_tenth_does_at_least_a_tenth_and_at_most_all(active, sets):
    practised = (*sorted(sets[:3]), sets[3])
    share = outcome(contributors.effort, {"contributors_active": active, "contributors_sets": practised})
    worked = sum(people * each for people, each in zip(active[:3], practised[:3], strict=True))
    assert (0.1 if worked else 0.0) - 1e-9 <= share["contributors_top_share"] <= 1.0 + 1e-9


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
    gained = found["contributors_active"][2] - active[2] * (1.0 - found["contributors_leaving"][2])
    assert gained == pytest.approx(found["contributors_maturing"], abs=1e-6)
    assert 0.0 <= found["contributors_rising"] <= 0.5 * active[0] * (1.0 - found["contributors_leaving"][0])
    assert 0.0 <= found["contributors_maturing"] <= 0.5 * active[1] * (1.0 - found["contributors_leaving"][1])


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
    before = played(contributors_active=active, rewards_pay=pay, rewards_farm_income=pay[3])
    after = played(contributors_active=active, rewards_pay=better, rewards_farm_income=better[3])
    leaving = zip(before["contributors_leaving"], after["contributors_leaving"], strict=True)
    assert all(less >= still for less, still in leaving)
    assert after["contributors_arriving"] >= before["contributors_arriving"]
    assert after["contributors_pull"] >= before["contributors_pull"]
    assert after["contributors_active"][3] >= before["contributors_active"][3]


@given(accounts, pays)
def test_churn_lies_between_its_least_and_its_most(active, pay):
    gone = played(contributors_active=active, rewards_pay=pay)["contributors_leaving"]
    for share, cohort in zip(gone[:3], ("casual", "regular", "expert"), strict=True):
        least = POINTS[f"contributors_churn_{cohort}"]
        assert least <= share <= least + POINTS["contributors_churn_extra"] + 1e-15
    assert gone[3] == POINTS["contributors_farm_detection"]


@given(up_to(1e7), up_to(1e4), up_to(1e5))
def test_farms_grow_and_shrink_no_faster_than_their_speed(farm, income, attack):
    found = farmed(farm, income, contributors_farm_influx=attack)
    kept, fastest = 0.8, np.exp(0.5)
    assert farm / fastest * kept + 100.0 + attack <= found * (1.0 + 1e-12) or found == 5e6
    assert found <= min(farm * fastest * kept + 100.0 + attack, 5e6) * (1.0 + 1e-12)


@given(st.floats(1.0, 1e6), up_to(1e4), st.floats(1.0, 10.0))
def test_dearer_and_better_found_farms_are_fewer(farm, income, times):
    usual = farmed(farm, income)
    cost, least = POINTS["contributors_farm_cost"] * times, POINTS["contributors_farm_least_cost"] * times
    assert farmed(farm, income, contributors_farm_cost=cost, contributors_farm_least_cost=least) <= usual
    assert farmed(farm, income, contributors_farm_detection=1.0 - 0.8 / times) <= usual


def test_farms_enter_until_one_more_would_cost_what_it_brings():
    """Rent dissipation: without detection and newcomers, 2 USD of income meet 0.05 + 3 x farms / 10,000 USD of cost."""
    farm = 100.0
    alone = {"contributors_farm_detection": 0.0, "contributors_farm_seed": 0.0}
    for _ in range(200):
        farm = farmed(farm, 2.0, **alone)
    assert farm == pytest.approx(6_500.0, rel=1e-6)


def test_the_alarm_rings_where_farms_leave_the_models_range():
    crowd = {"contributors_active": (0.0, 0.0, 0.0, 5e6), "rewards_farm_income": 1e9}
    found = played(**crowd)
    assert (found["contributors_active"][3], found["contributors_farm_capped"]) == (5e6, 1.0)
    assert played()["contributors_farm_capped"] == 0.0
    just = {"contributors_active": (0.0,) * 4, "contributors_farm_alarm": 100.0}  # as many as try every month
    found = played(**just)
    assert (found["contributors_active"][3], found["contributors_farm_capped"]) == (100.0, 0.0)


def test_a_referral_alone_does_not_multiply_people_without_end():
    """At the values of the registry each person invites fewer than leave: alone, the cohorts die out."""
    people = (10_000.0, 1_000.0, 100.0, 0.0)
    alone = {"contributors_organic": 0.0, "treasury_marketing": 0.0}
    for _ in range(60):
        people = played(contributors_active=people, **alone)["contributors_active"]
    assert sum(people[:3]) < 100.0
