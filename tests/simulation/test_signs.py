"""Signs: what theory fixes when one thing changes alone, on pairs of runs that meet the same luck and the same priors.

Both runs of a pair are alike until the month of effect, when the thing takes its lower or its higher value. Drawn from
the priors, what is asserted holds strictly in every pair, in the month of effect or the stated number of months later.
Anywhere in the bounds it may be an equality: what is capped, closed or empty does not answer.
"""

from collections import namedtuple
from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import market, quality
from agt.registry import load
from agt.registry.schema import Beta
from agt.simulation import simulate
from agt.simulation.chunk import Economy, Given, Request, play_chunk
from tests.months import anywhere, outcome, play_months
from tests.units import unit

REGISTRY = load()
QUANTITIES = REGISTRY.quantities()
RUNS, SEED = 240, 11
EFFECT, MONTHS = 20, 32  # drawn from the priors
SOON = 6  # the month of effect anywhere in the bounds
LOW, HIGH = slice(None, RUNS), slice(RUNS, None)  # both runs of a pair are played side by side
UP, DOWN, SAME = 1, -1, 0
ROUNDING = 1e-12  # of a quantity
PICKS = ("inside", "corners", "either")
PEOPLE = ("casual", "regular", "expert")

Both = namedtuple("Both", ("low", "high", "early"))


@cache
def both(pair, pick=None):
    """Low and high of a pair: every quantity from the month before the effect on, and what differed earlier.

    Drawn from the priors, with the two values of the pair; or, where `pick` says how, anything anywhere in the bounds.
    """
    name, low, high, *others = pair
    found, effect, months, request = dict(others), EFFECT, MONTHS, {}
    if pick is not None:
        drawn, more = anywhere(RUNS, 7, pick), anywhere(RUNS, 8, pick)[name]
        low, high = np.minimum(drawn[name], more), np.maximum(drawn[name], more)
        found, low, high = premises(pair, drawn | found, low, high)
        effect, months, request = SOON, SOON + 1, {"priors": False, "pinned": False}
    before = {0: found[name]} if name in found else {}
    sides = tuple(Economy(found | {name: before | {effect: value}}) for value in (low, high))
    paths = play_chunk(Request(months, SEED, QUANTITIES, economies=sides, **request), 0, RUNS).paths
    one, other = ({each: path[:, own] for each, path in paths.items()} for own in (LOW, HIGH))
    early = [each for each in QUANTITIES if differ(one[each][:effect], other[each][:effect])]
    low, high = ({each: side[each][effect - 1 :].copy() for each in QUANTITIES} for side in (one, other))
    return Both(low, high, early)


def differ(one, other):
    return not np.array_equal(one, other, equal_nan=True)


def premises(pair, found, low, high):
    """What theory takes for granted and the bounds do not: then the sign holds there too."""
    # Skill is what the cohorts' names say, and earners sell no smaller share of what is new than of what they hold.
    for family in ("quality_skill", "quality_reputation_at_tge"):
        members = [f"{family}.{cohort}" for cohort in ("farm", "casual", "regular", "expert")]
        found |= dict(zip(members, np.sort([found[member] for member in members], axis=0), strict=True))
    for new, old in (
        ("market_first_contributors", "market_hazard_contributors"),
        ("market_most_new", "market_most_old"),
    ):
        found[new] = np.maximum(found[new], found[old])
    if pair == PREMIUM:
        found["staking_forfeit"] = np.zeros(RUNS)  # else another mix of stakers forfeits more
    if pair in (QUOTA, QUORUM):
        low = np.maximum(low, 1e-3)  # a quota of nothing is no season, a quorum of nothing is none
        high = np.maximum(high, low)
    if pair == BINDING:
        low, high = np.minimum(low, 0.999), np.minimum(high, 0.999)  # else nobody is eligible
    return found, low, high


def path(side, name):
    """A quantity's path; of a family, the sum over its members."""
    return sum(side[member] for member in REGISTRY.families.get(name, (name,)))


def at(pair, side, quantity, lag=0, pick=None):
    """A quantity in the low or the high run of each pair, so many months after the effect."""
    return path(getattr(both(pair, pick), side), quantity)[1 + lag]


def change(pair, quantity, lag=0, pick=None):
    """By how much a quantity is larger where the thing is high, run by run."""
    return at(pair, "high", quantity, lag, pick) - at(pair, "low", quantity, lag, pick)


def rounded(difference, pair, quantity, lag, pick=None):
    """A difference, and nothing where rounding alone makes one."""
    size = np.abs(at(pair, "low", quantity, lag, pick))
    return np.where(np.abs(difference) <= ROUNDING * size, 0.0, difference)


QUOTA = ("redemption_quota", 10e6, 20e6)
BUYBACK = ("buyback_revenue_share", 0.1, 0.4)
BURN = ("buyback_burn_share", 0.0, 1.0)
FORFEIT = ("staking_forfeit", 0.0, 0.1)
REVIEW = ("quality_expert_review", 0.05, 0.25)
ANNOTATORS = ("quality_annotators", 3.0, 5.0)
UNROUTED = (*ANNOTATORS, ("quality_routing", 0.0))  # so that paid work has the skill of all work
MINIMUM = ("redemption_minimum", 2_000.0, 6_000.0)
BINDING = ("redemption_bind_failure", 0.02, 0.3)
AIA_PER_SET = ("rewards_aia_per_set", 15.0, 45.0)
ENERGY = ("contributors_sets_per_day", 4.0, 8.0)
PREMIUM = ("staking_premium", 0.2, 0.5)
TIER = ("staking_tier", 2_000.0, 6_000.0)
ROUTING = ("quality_routing", 0.4, 0.8)
THROTTLE = ("quality_throttle", 1.0, 3.0)
EXPIRY = ("redemption_expiry", 0.0, 0.2)
UPGRADE = ("progression_upgrade_cost", 1_000.0, 3_000.0)
DIRECT = ("rewards_agt_per_set", 1.0, 4.0)
CAP = ("rewards_agt_cap", 5e6, 20e6)
QUORUM = ("voting_quorum", 0.02, 0.08)
CLIENTS = ("demand_spend", 5_000.0, 10_000.0)
MARKETING = ("treasury_marketing_spend", 0.02, 0.06)
DETECTION = ("contributors_farm_detection", 0.1, 0.3)

SIGNS = [
    (QUOTA, "redemption_payout", 0, UP),
    (QUOTA, "redemption_rate", 0, UP),
    (QUOTA, "reward_reserve", 0, DOWN),
    (QUOTA, "market_sold", 0, UP),
    (QUOTA, "market_price", 0, DOWN),
    (QUOTA, "redemption_redeemed", 0, SAME),
    (QUOTA, "contributors_active.farm", 1, SAME),
    (QUOTA, "contributors_active.farm", 3, UP),
    (BUYBACK, "buyback_bought", 0, UP),
    (BUYBACK, "buyback_slippage", 0, UP),
    (BUYBACK, "reward_reserve", 0, UP),
    (BUYBACK, "market_float", 0, DOWN),
    (BUYBACK, "market_price", 0, UP),
    (BUYBACK, "market_price", 1, UP),
    (BUYBACK, "market_price", 12, UP),
    (BUYBACK, "redemption_payout", 6, SAME),
    (BURN, "burned", 0, UP),
    (BURN, "reward_reserve", 0, DOWN),
    (BURN, "buyback_bought", 0, SAME),
    (BURN, "redemption_payout", 0, SAME),
    (BURN, "market_sold", 0, DOWN),  # the anchor of a rarer token is higher, so there is less reason to sell
    (FORFEIT, "contributors_staked", 0, DOWN),
    (FORFEIT, "reward_reserve", 0, UP),
    (REVIEW, "quality_accuracy", 0, UP),
    (REVIEW, "demand_clients", 0, SAME),  # clients answer to what they have come to know
    (REVIEW, "demand_clients", 1, UP),
    (REVIEW, "demand_clients", 3, UP),
    (MINIMUM, "redemption_redeemed", 0, DOWN),
    (MINIMUM, "redemption_rate", 0, UP),
    (MINIMUM, "redemption_paid", 0, DOWN),
    (MINIMUM, "redemption_participation", 0, DOWN),
    (MINIMUM, "redemption_payout", 0, SAME),
    (MINIMUM, "market_sold", 0, SAME),
    (BINDING, "redemption_redeemed", 0, DOWN),
    (BINDING, "redemption_rate", 0, UP),
    (BINDING, "redemption_payout", 0, SAME),
    (BINDING, "market_sold", 0, SAME),
    (AIA_PER_SET, "rewards_aia_issued", 0, UP),
    (AIA_PER_SET, "redemption_rate", 0, DOWN),
    (AIA_PER_SET, "redemption_payout", 0, SAME),
    (ENERGY, "quality_work.farm", 0, UP),
    (ENERGY, "rewards_sets.farm", 0, UP),
    (ENERGY, "redemption_farmed", 0, UP),
    (ENERGY, "quality_open_accuracy", 0, DOWN),
    (ENERGY, "quality_accuracy", 0, DOWN),
    (PREMIUM, "staking_take_up.regular", 0, UP),
    (PREMIUM, "staking_take_up.expert", 0, UP),
    (PREMIUM, "contributors_staked", 0, UP),
    (PREMIUM, "redemption_rate", 0, DOWN),
    (TIER, "staking_take_up.regular", 0, DOWN),
    (TIER, "staking_take_up.expert", 0, DOWN),
    (ROUTING, "quality_accuracy", 0, UP),
    (THROTTLE, "redemption_farmed", 0, DOWN),
    (THROTTLE, "quality_open_accuracy", 0, UP),
    (EXPIRY, "redemption_rate", 0, SAME),
    (EXPIRY, "redemption_rate", 1, UP),
    (EXPIRY, "redemption_payout", 1, SAME),
    (UPGRADE, "progression_recycled", 0, UP),
    (UPGRADE, "reward_reserve", 0, UP),
    (DIRECT, "rewards_direct", 0, UP),
    (DIRECT, "reward_reserve", 0, DOWN),
    (CAP, "rewards_direct", 0, UP),
    (CAP, "reward_reserve", 0, DOWN),
    (QUORUM, "voting_quorum_ratio", 0, DOWN),
    (CLIENTS, "demand_items", 0, UP),
    (CLIENTS, "demand_revenue", 0, UP),
    (CLIENTS, "buyback_bought", 0, UP),
    (CLIENTS, "market_price", 0, UP),
    (MARKETING, "marketing_fund", 0, DOWN),
    (MARKETING, "contributors_arriving", 0, UP),
    (MARKETING, "market_price", 0, DOWN),
    (DETECTION, "contributors_active.farm", 0, DOWN),
    (DETECTION, "redemption_farmed", 0, DOWN),
]


def no_expert_is_free(pair):
    """Experts review already as much as they can, in a month that the clients answer to."""
    low = both(pair).low
    return np.any(low["quality_review.expert"][1:4] >= low["quality_work.expert"][1:4] * (1.0 - ROUNDING), axis=0)


def every_hand_is_needed(pair):
    """Orders stay unfilled, so that the best hands and all the others are at work anyway."""
    return at(pair, "low", "quality_fulfilment") < 1.0


def experts_have_the_worst_name(pair):
    """Reputations limit nobody: where farms make the consensus, those who know better agree with it least."""
    reputations = [both(pair).low[name][0] for name in REGISTRY.families["quality_reputation"]]
    return np.min(reputations, axis=0) >= reputations[2]


def purses_are_empty(pair):
    """Contributors cannot pay for all the upgrades that they want, even at the lower cost."""
    spent = at(pair, "low", "progression_recycled") + at(pair, "low", "progression_burned")
    return spent < at(pair, "low", "progression_upgrades") * pair[1] * (1.0 - ROUNDING)


def the_cap_binds(pair):
    """Less is paid for each set than even the lower rate."""
    return at(pair, "low", "rewards_direct_per_set") < pair[1] * (1.0 - ROUNDING)


def the_cap_does_not_bind(pair):
    """Less is paid than even the lower cap."""
    return at(pair, "low", "rewards_direct") < pair[1]


# Where nothing need move, and the largest share of such pairs among those drawn from the priors.
UNMOVED = {
    (REVIEW, "quality_accuracy"): (no_expert_is_free, 0.05),
    (REVIEW, "demand_clients"): (no_expert_is_free, 0.05),
    (ROUTING, "quality_accuracy"): (every_hand_is_needed, 0.2),
    (THROTTLE, "redemption_farmed"): (experts_have_the_worst_name, 0.05),
    (THROTTLE, "quality_open_accuracy"): (experts_have_the_worst_name, 0.05),
    (UPGRADE, "progression_recycled"): (purses_are_empty, 0.2),
    (UPGRADE, "reward_reserve"): (purses_are_empty, 0.2),
    (DIRECT, "rewards_direct"): (the_cap_binds, 0.25),
    (DIRECT, "reward_reserve"): (the_cap_binds, 0.25),
    (CAP, "rewards_direct"): (the_cap_does_not_bind, 0.95),
    (CAP, "reward_reserve"): (the_cap_does_not_bind, 0.95),
    (CLIENTS, "demand_revenue"): (every_hand_is_needed, 0.2),
    (CLIENTS, "buyback_bought"): (every_hand_is_needed, 0.2),
}


def energy_limits_people_too(pair, pick):
    """More energy is then also more work of skilled people."""
    return np.any([change(pair, f"contributors_sets.{one}", 0, pick) > 0.0 for one in PEOPLE], axis=0)


def orders_stay_unfilled(pair, pick):
    """Newcomers fill some of them in their first month, and what clients then pay supports the price."""
    return at(pair, "low", "quality_fulfilment", 0, pick) < 1.0


def an_order_moves_the_market_too_far(pair, pick):
    """Beyond a slippage of e - 1 a larger order may buy less, because it makes all of itself dearer."""
    return at(pair, "high", "buyback_slippage", 0, pick) > np.e - 1.0


def nobody_is_eligible(pair, pick):
    """The season is empty, its pool goes back, and the rate is that of an earlier one."""
    empty = [at(pair, "high", "redemption_redeemed", lag, pick) == 0.0 for lag in (0, 1)]
    return np.any(empty, axis=0)


def a_name_says_nothing(pair, pick):
    """Reputations do not follow skill, or they leave nobody any work."""
    low = both(pair, pick).low
    names = [low[f"quality_reputation.{cohort}"][0] for cohort in ("farm", *PEOPLE)]
    return np.any(np.diff(names, axis=0) < 0.0, axis=0) | (at(pair, "high", "quality_work", 0, pick) == 0.0)


# Where theory says nothing: such pairs are left out.
SILENT = {
    (ENERGY, "redemption_farmed"): energy_limits_people_too,
    (ENERGY, "quality_open_accuracy"): energy_limits_people_too,
    (ENERGY, "quality_accuracy"): energy_limits_people_too,
    (MARKETING, "market_price"): orders_stay_unfilled,
    (BUYBACK, "buyback_bought"): an_order_moves_the_market_too_far,
    (BUYBACK, "reward_reserve"): an_order_moves_the_market_too_far,
    (BUYBACK, "market_float"): an_order_moves_the_market_too_far,
    (BUYBACK, "market_price"): an_order_moves_the_market_too_far,
    (CLIENTS, "market_price"): an_order_moves_the_market_too_far,
    (MINIMUM, "redemption_rate"): nobody_is_eligible,
    (MINIMUM, "redemption_payout"): nobody_is_eligible,
    (MINIMUM, "market_sold"): nobody_is_eligible,
    (EXPIRY, "redemption_rate"): nobody_is_eligible,
    (EXPIRY, "redemption_payout"): nobody_is_eligible,
    (THROTTLE, "quality_open_accuracy"): a_name_says_nothing,
}
AT_MOST = 0.5  # of the pairs drawn from the priors

# What is no theorem anywhere in the bounds, and why.
PRIORS_ONLY = {
    (QUOTA, "contributors_active.farm", 3): "the price falls, and with it what farms earn",
    (BUYBACK, "market_price", 1): "an impact recovers, and the price of the next month's order with it",
    (BUYBACK, "market_price", 12): "as above",
    (BUYBACK, "redemption_payout", 6): "a reserve with nothing left pays what has been bought back",
    (REVIEW, "demand_clients", 3): "more clients order more items, of which experts can review a smaller share",
    (ENERGY, "rewards_sets.farm", 0): "more farm work may move the consensus, and with it what is accepted",
    (THROTTLE, "redemption_farmed", 0): "whoever falls below the minimum redeems less than in proportion",
    (CLIENTS, "buyback_bought", 0): "reward pools buy first, and a share of the float is all that may be bought",
    (MARKETING, "market_price", 0): "whoever may buy a share of the float buys more of a larger one",
}


def names(part):
    """A pair goes by the name of what is raised."""
    return part[0] if isinstance(part, tuple) else None


@pytest.mark.parametrize(("pair", "quantity", "lag", "sign"), SIGNS, ids=names)
def test_raised_alone_it_moves_what_theory_fixes(pair, quantity, lag, sign):
    moved = change(pair, quantity, lag)
    unmoved, limit = UNMOVED.get((pair, quantity), (lambda _: np.zeros(RUNS, bool), 0.0))
    equal, silent = unmoved(pair) if sign else np.zeros(RUNS, bool), left_out(pair, quantity, None)
    assert np.mean(equal) <= limit
    assert np.mean(silent) <= AT_MOST
    assert np.all(np.sign(moved)[~equal & ~silent] == sign)
    assert np.all(rounded(moved, pair, quantity, lag)[equal & ~silent] * sign >= 0.0)


@pytest.mark.parametrize(
    ("pair", "quantity", "lag", "sign"), [row for row in SIGNS if row[:3] not in PRIORS_ONLY], ids=names
)
def test_anywhere_in_the_bounds_it_moves_nothing_the_other_way(pair, quantity, lag, sign):
    moving = 0
    for pick in PICKS:
        moved = rounded(change(pair, quantity, lag, pick), pair, quantity, lag, pick)[~left_out(pair, quantity, pick)]
        assert np.all(moved * sign >= 0.0) if sign else not np.any(moved), pick
        moving += np.count_nonzero(moved)
    assert bool(moving) == bool(sign)


def left_out(pair, quantity, pick):
    silent = SILENT.get((pair, quantity))
    return silent(pair, pick) if silent else np.zeros(RUNS, bool)


def test_what_holds_at_the_priors_only_does_not_hold_everywhere():
    """Each reason is one: at some point in the bounds the sign is the other one. The first two months are looked at."""
    for pair, quantity, lag in [row for row in PRIORS_ONLY if row[2] <= 1]:
        [sign] = [row[3] for row in SIGNS if row[:3] == (pair, quantity, lag)]
        moved = [rounded(change(pair, quantity, lag, pick), pair, quantity, lag, pick) for pick in PICKS]
        assert np.any(np.array(moved) * sign < 0.0), (quantity, lag)


@pytest.mark.parametrize("pick", [None, *PICKS])
@pytest.mark.parametrize("pair", sorted({pair for pair, *_ in SIGNS}), ids=names)
def test_before_the_month_of_effect_nothing_differs(pair, pick):
    assert both(pair, pick).early == []


def test_every_name_of_the_tables_is_in_the_table_of_signs():
    rows = {(pair, quantity) for pair, quantity, *_ in SIGNS}
    assert {*UNMOVED, *SILENT} <= rows
    assert set(PRIORS_ONLY) <= {row[:3] for row in SIGNS}


# More annotators of the same skill.


@pytest.mark.parametrize("pick", [None, "inside", "either"])
def test_more_annotators_of_the_same_skill_are_right_more_often_if_most_of_them_are(pick):
    """Unrouted, paid work has the skill of all work, however many annotators an item takes."""
    moved = rounded(change(UNROUTED, "quality_accuracy", 0, pick), UNROUTED, "quality_accuracy", 0, pick)
    skill = at(UNROUTED, "low", "quality_paid_accuracy", 0, pick)
    assert np.allclose(skill, at(UNROUTED, "high", "quality_paid_accuracy", 0, pick), rtol=ROUNDING)
    assert np.all(moved[skill > 0.5] > 0.0) if pick is None else np.all(moved[skill > 0.5] >= 0.0)
    assert np.any(moved[skill > 0.5] > 0.0)


@cache
def last(runs=RUNS, months=EFFECT):
    """What a month was given and what came of it, drawn from the priors."""
    request = Request(months, SEED, ())
    *_, (month, _, state) = play_months(request, runs)
    return Given(REGISTRY, request, 0, runs)(month) | state


def test_delivery_alone_more_annotators_make_the_likelier_answer_likelier():
    """The same judgements by the same people: right more often where they are mostly right, else less often."""
    inputs = families(last())
    few, many = (outcome(quality.deliver, inputs | {"quality_annotators": count}) for count in (3.0, 5.0))
    moved, skill = many["quality_accuracy"] - few["quality_accuracy"], few["quality_paid_accuracy"]
    assert np.array_equal(skill, many["quality_paid_accuracy"])
    assert np.array_equal(np.sign(moved), np.sign(skill - 0.5))
    poor = outcome(quality.deliver, inputs | {"quality_annotators": 5.0, **hands(0.4)})["quality_accuracy"]
    assert np.all(
        poor < outcome(quality.deliver, inputs | {"quality_annotators": 3.0, **hands(0.4)})["quality_accuracy"]
    )


def hands(skill):
    """Everybody is right as often as `skill`."""
    return {"quality_skill": (skill,) * 4, "quality_open_accuracy": skill}


def families(values):
    """The values, and each family as a tuple of its members."""
    return values | {name: tuple(values[member] for member in members) for name, members in REGISTRY.families.items()}


# Impact.


@given(amount=st.floats(1e-3, 1e9))
def test_impact_is_as_large_whichever_way_and_nothing_without_a_net_flow(amount):
    idle = ("market_sold", "treasury_marketing", "treasury_ecosystem", "treasury_community", "treasury_liquidity")
    quiet = dict.fromkeys((*idle, "buyback_bought", "demand_pool_purchase", "staking_bought", "projects_compute"), 0.0)
    nothing, sold, bought, evened = (
        outcome(market.policy, last() | quiet | flows)["market_impact"]
        for flows in (
            {},
            {"market_sold": amount},
            {"staking_bought": amount},
            {"market_sold": amount, "buyback_bought": amount},
        )
    )
    assert not np.any(nothing)
    assert not np.any(evened)
    assert np.array_equal(sold, -bought)
    assert np.all(sold > 0.0)


# Amounts, where one follows from another.


def test_a_higher_cap_pays_more_only_where_it_bound():
    paid = change(CAP, "rewards_direct")
    bound = at(CAP, "low", "rewards_direct") == CAP[1]
    assert np.array_equal(paid > 0.0, bound)
    assert np.all(paid[~bound] == 0.0)
    assert 0.05 < np.mean(bound) < 0.95


def test_what_is_burned_is_what_the_reserve_misses():
    assert np.max(np.abs(change(BURN, "burned") + change(BURN, "reward_reserve"))) < 1e-6


def test_burning_moves_the_float_only_through_what_is_sold():
    assert np.max(np.abs(change(BURN, "market_sold") - change(BURN, "market_float"))) < 1e-6


def test_what_is_forfeited_is_what_the_reserve_gains():
    assert np.max(np.abs(change(FORFEIT, "contributors_staked") + change(FORFEIT, "reward_reserve"))) < 1e-6


def test_a_dearer_quota_costs_the_reserve_what_it_pays():
    assert np.max(np.abs(change(QUOTA, "reward_reserve") + 10e6)) < 1e-6
    assert np.all(change(QUOTA, "redemption_payout") == 10e6)


def test_twice_the_quota_is_twice_the_rate():
    low, high = (at(QUOTA, side, "redemption_rate") for side in ("low", "high"))
    assert np.allclose(high, 2.0 * low, rtol=1e-12)


def test_dearer_upgrades_bring_back_and_burn_what_is_spent_on_them():
    assert np.all(change(UPGRADE, "progression_burned") >= 0.0)
    gained = change(UPGRADE, "reward_reserve") - change(UPGRADE, "progression_recycled")
    assert np.max(np.abs(gained)) < 1e-6


def test_votes_do_not_feed_back():
    """A higher quorum is further away, and not one other figure of any month moves."""
    low, high, _ = both(QUORUM)
    moved = {name for name in QUANTITIES if differ(low[name], high[name])}
    assert moved == {"voting_quorum_ratio", "voting_quorum_reached"}
    assert np.allclose(low["voting_quorum_ratio"][1:], 4.0 * high["voting_quorum_ratio"][1:], rtol=1e-12)


# What is the same economy must give the same figures, to the last bit.


def the_same(one, other, months, runs):
    return [name for name in QUANTITIES if differ(one[name][: months + 1, :runs], other[name][: months + 1, :runs])]


def played(runs=24, months=26, **others):
    levers = {"redemption_quota": {EFFECT: 12e6}, "quality_routing": {EFFECT: 0.9}}
    return simulate(runs, months, SEED, keep=QUANTITIES, settings=levers, scenario="sybil_attack", **others)


@pytest.mark.parametrize("others", [{"months": 40}, {"runs": 60}, {"chunk": 8}, {"runs": 60, "chunk": 20}])
def test_a_longer_horizon_more_runs_and_other_chunks_change_nothing(others):
    assert the_same(played(), played(**others), 26, 24) == []


def test_a_null_proposal_changes_nothing():
    """Every lever, set in the month of effect to what it is in each run."""
    present = Given(REGISTRY, Request(1, SEED, ()), 0, 40)(0)
    null = {name: {EFFECT: np.broadcast_to(present[name], 40)} for name in REGISTRY.levers()}
    plain, set_anew = (simulate(40, MONTHS, SEED, keep=QUANTITIES, settings=own) for own in ({}, null))
    assert the_same(plain, set_anew, MONTHS, 40) == []


# Nobody there.


def test_without_clients_nothing_is_bought_and_no_pool_pays():
    nobody = {"demand_clients_at_tge": 0.0, "demand_arrival": 0.0}
    found = simulate(60, 30, SEED, keep=QUANTITIES, settings=nobody)
    names = ("demand_items", "demand_revenue", "buyback_bought", "buyback_spent", "demand_pool_purchase")
    for name in (*names, "rewards_project_payout", "projects_refund", "quality_judgements", "demand_catalogue"):
        assert not np.any(found[name][1:]), name


def test_without_work_nothing_is_earned_whatever_is_staked():
    idle = {f"contributors_effort_{cohort}": 0.0 for cohort in PEOPLE}
    empty = dict.fromkeys(REGISTRY.families["redemption_aia_at_tge"], 0.0)
    stakes = {"staking_belief_at_tge": 1.0, "staking_speed": 1.0, "staking_premium": 2.0}
    found = simulate(60, 30, SEED, keep=QUANTITIES, settings={"contributors_farm_use": 0.0, **idle, **empty, **stakes})
    assert np.all(found["contributors_staked"][2] > 1e6)
    for name in ("rewards_aia_issued", "redemption_redeemed", "redemption_paid", "rewards_pay", "quality_work"):
        assert not np.any(path(found, name)[1:]), name
    for name in ("rewards_direct", "rewards_project_payout", "redemption_payout"):
        assert not np.any(found[name][1:]), name


# Other units of account: the same economy, written in other numbers.


def redenominated(money, factor):
    """The registry with every amount of `money` written in a unit `factor` times smaller."""
    parameters = {}
    for name, entry in REGISTRY.parameters.items():
        times = Decimal(factor) ** int(unit(entry.unit).get(money, 0))
        update = {"value": entry.value * times}
        if entry.prior and not isinstance(entry.prior, Beta):
            update["prior"] = entry.prior.model_copy(
                update={"low": entry.prior.low * times, "high": entry.prior.high * times}
            )
        update["bounds"] = tuple(edge * times for edge in entry.bounds)
        parameters[name] = entry.model_copy(update=update)
    return replace(REGISTRY, parameters=parameters)


def written_unit(name):
    return "AGT" if REGISTRY.section(name) in ("accounts", "flows") else REGISTRY.entry(name).unit


@cache
def months(money, factor):
    """The state at the end of every month after the first."""
    registry = redenominated(money, factor) if money else REGISTRY
    steps = play_months(Request(30, SEED, (), pinned=False), 60, registry)
    ends = {month: state for month, _, state in steps}
    return [ends[month] for month in range(1, 31)]


@pytest.mark.parametrize("money", ["AIA", "AGT", "USD"])
def test_redenominated_ten_times_the_economy_is_the_same(money):
    for before, after in zip(months(None, 1), months(money, 10), strict=True):
        for name in QUANTITIES:
            times = 10.0 ** int(unit(written_unit(name)).get(money, 0))
            scale = 1e-10 * np.abs(before[name]) + small(name)
            assert np.all(np.abs(after[name] / times - before[name]) <= scale), name


def small(name):
    """What rounding leaves where large numbers cancel: AGT of 5e9, USD of 1e9, and everything else near one."""
    return {"AGT": 1e-4, "USD": 1e-4, "AIA": 1e-4}.get(written_unit(name), 1e-12)


def test_prices_in_redenominated_agt_are_a_tenth():
    plain, other = months(None, 1)[23], months("AGT", 10)[23]
    assert np.allclose(other["market_price"] * 10.0, plain["market_price"], rtol=1e-10)
    assert np.allclose(other["redemption_rate"], plain["redemption_rate"] * 10.0, rtol=1e-10)


def test_in_redenominated_aia_the_rate_is_a_tenth_and_pay_is_the_same():
    plain, other = months(None, 1)[23], months("AIA", 10)[23]
    assert np.allclose(other["redemption_rate"] * 10.0, plain["redemption_rate"], rtol=1e-10)
    for name in ("market_price", *REGISTRY.families["rewards_pay"], *REGISTRY.families["rewards_income"]):
        assert np.allclose(other[name], plain[name], rtol=1e-10), name


@pytest.mark.parametrize("money", ["AIA", "AGT", "USD"])
def test_people_items_and_shares_do_not_care_what_money_is_called(money):
    kept = {name for name in QUANTITIES if not unit(written_unit(name)).get(money, 0)}
    assert {"demand_items", "demand_catalogue", "demand_clients", "quality_accuracy", "quality_work.farm"} <= kept
    for name in kept:
        assert np.allclose(months(money, 10)[23][name], months(None, 1)[23][name], rtol=1e-10, atol=small(name)), name
