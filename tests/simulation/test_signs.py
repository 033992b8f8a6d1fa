"""Signs: what theory fixes when one thing changes alone, on pairs of runs that meet the same luck and the same priors.

Both runs of a pair are alike until month 20, when the thing takes its lower or its higher value. What is asserted
holds in every pair, in the month of effect or the stated number of months later.
"""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from agt.registry import load
from agt.registry.schema import Beta
from agt.simulation import simulate
from agt.simulation.chunk import Request
from tests.months import play_months
from tests.units import unit

REGISTRY = load()
QUANTITIES = (*REGISTRY.accounts, *REGISTRY.stocks, *REGISTRY.flows, *REGISTRY.metrics)
RUNS, SEED, EFFECT, MONTHS = 240, 11, 20, 32
UP, DOWN, SAME = 1, -1, 0


@cache
def played(name, value):
    return simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, settings={name: {EFFECT: value}})


def path(paths, name):
    """A quantity's path; of a family, the sum over its members."""
    return sum(paths[member] for member in REGISTRY.families.get(name, (name,)))


def change(name, low, high, quantity, lag):
    """By how much a quantity is larger where the thing is high, run by run."""
    month = EFFECT + lag
    return path(played(name, high), quantity)[month] - path(played(name, low), quantity)[month]


QUOTA = ("redemption_quota", 10e6, 20e6)
BUYBACK = ("buyback_revenue_share", 0.1, 0.4)
BURN = ("buyback_burn_share", 0.0, 1.0)
FORFEIT = ("staking_forfeit", 0.0, 0.1)
MINIMUM = ("redemption_minimum", 2_000.0, 6_000.0)
BINDING = ("redemption_bind_failure", 0.02, 0.3)
AIA_PER_SET = ("rewards_aia_per_set", 15.0, 45.0)
ENERGY = ("contributors_sets_per_day", 4.0, 8.0)
PREMIUM = ("staking_premium", 0.2, 0.5)
TIER = ("staking_tier", 2_000.0, 6_000.0)
EXPIRY = ("redemption_expiry", 0.0, 0.2)
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
    (MINIMUM, "redemption_redeemed", 0, DOWN),
    (MINIMUM, "redemption_rate", 0, UP),
    (MINIMUM, "redemption_paid", 0, DOWN),
    (MINIMUM, "redemption_payout", 0, SAME),
    (MINIMUM, "market_sold", 0, SAME),
    (BINDING, "redemption_redeemed", 0, DOWN),
    (BINDING, "redemption_rate", 0, UP),
    (BINDING, "redemption_payout", 0, SAME),
    (BINDING, "market_sold", 0, SAME),
    (AIA_PER_SET, "rewards_aia_issued", 0, UP),
    (AIA_PER_SET, "redemption_rate", 0, DOWN),
    (AIA_PER_SET, "redemption_payout", 0, SAME),
    (ENERGY, "rewards_sets.farm", 0, UP),
    (ENERGY, "redemption_farmed", 0, UP),
    (PREMIUM, "staking_take_up.regular", 0, UP),
    (PREMIUM, "staking_take_up.expert", 0, UP),
    (PREMIUM, "contributors_staked", 0, UP),
    (PREMIUM, "redemption_rate", 0, DOWN),
    (TIER, "staking_take_up.regular", 0, DOWN),
    (TIER, "staking_take_up.expert", 0, DOWN),
    (EXPIRY, "redemption_rate", 0, SAME),
    (EXPIRY, "redemption_rate", 1, UP),
    (EXPIRY, "redemption_payout", 1, SAME),
    (CLIENTS, "demand_revenue", 0, UP),
    (CLIENTS, "buyback_bought", 0, UP),
    (CLIENTS, "market_price", 0, UP),
    (MARKETING, "marketing_fund", 0, DOWN),
    (MARKETING, "contributors_arriving", 0, UP),
    (MARKETING, "market_price", 0, DOWN),
    (DETECTION, "contributors_active.farm", 0, DOWN),
    (DETECTION, "redemption_farmed", 0, DOWN),
]


@pytest.mark.parametrize(("pair", "quantity", "lag", "sign"), SIGNS)
def test_raised_alone_it_moves_what_theory_fixes(pair, quantity, lag, sign):
    assert set(np.sign(change(*pair, quantity, lag)).tolist()) == {sign}


@pytest.mark.parametrize("pair", sorted({pair for pair, *_ in SIGNS}))
def test_before_the_month_of_effect_nothing_differs(pair):
    name, low, high = pair
    before = slice(0, EFFECT)
    for quantity in QUANTITIES:
        assert np.array_equal(played(name, low)[quantity][before], played(name, high)[quantity][before], equal_nan=True)


def test_more_agt_per_set_lowers_the_reserve_unless_the_cap_binds():
    pair = ("rewards_agt_per_set", 1.0, 4.0)
    paid, reserve = change(*pair, "rewards_direct", 0), change(*pair, "reward_reserve", 0)
    sets = path(played(*pair[:2]), "rewards_sets")[EFFECT]
    bound = played(*pair[:2])["rewards_direct"][EFFECT] < sets * 0.999
    assert np.all((paid > 0.0) | bound)
    assert np.all(paid >= 0.0)
    assert np.all((reserve < 0.0) | bound)
    assert np.mean(bound) < 0.25


def test_a_higher_cap_pays_more_only_where_it_bound():
    pair = ("rewards_agt_cap", 5e6, 20e6)
    paid = change(*pair, "rewards_direct", 0)
    bound = played(*pair[:2])["rewards_direct"][EFFECT] == 5e6
    assert np.array_equal(paid > 0.0, bound)
    assert np.all(paid[~bound] == 0.0)
    assert 0.05 < np.mean(bound) < 0.95


def test_what_is_burned_is_what_the_reserve_misses():
    burned, reserve = change(*BURN, "burned", 0), change(*BURN, "reward_reserve", 0)
    assert np.max(np.abs(burned + reserve)) < 1e-6


def test_burning_moves_the_float_only_through_what_is_sold():
    sold, held = change(*BURN, "market_sold", 0), change(*BURN, "market_float", 0)
    assert np.max(np.abs(sold - held)) < 1e-6


def test_what_is_forfeited_is_what_the_reserve_gains():
    staked, reserve = change(*FORFEIT, "contributors_staked", 0), change(*FORFEIT, "reward_reserve", 0)
    assert np.max(np.abs(staked + reserve)) < 1e-6


def test_a_dearer_quota_costs_the_reserve_what_it_pays():
    assert np.max(np.abs(change(*QUOTA, "reward_reserve", 0) + 10e6)) < 1e-6
    assert np.all(change(*QUOTA, "redemption_payout", 0) == 10e6)


def test_twice_the_quota_is_twice_the_rate():
    low, high = played(*QUOTA[:2]), played(QUOTA[0], QUOTA[2])
    assert np.allclose(high["redemption_rate"][EFFECT], 2.0 * low["redemption_rate"][EFFECT], rtol=1e-12)


def test_votes_do_not_feed_back():
    plain = simulate(20, MONTHS, SEED, keep=QUANTITIES)
    strict = simulate(20, MONTHS, SEED, keep=QUANTITIES, settings={"voting_quorum": {EFFECT: 0.5}})
    assert all(np.array_equal(plain[name], strict[name], equal_nan=True) for name in QUANTITIES)


# What is tempting and not true: both signs occur, or nothing moves.


def test_a_higher_tier_need_not_raise_what_is_staked():
    staked = change(*TIER, "contributors_staked", 0)
    assert 0.05 < np.mean(staked < 0.0) < 0.5


def test_recycled_buybacks_do_not_raise_the_next_season():
    assert np.all(change(*BUYBACK, "redemption_payout", 1) == 0.0)


def test_wallet_failures_do_not_save_agt():
    assert np.all(change(*BINDING, "reward_reserve", 0) == 0.0)


def test_more_aia_per_set_does_not_raise_pay_in_proportion():
    """Three times the AIA: the rate falls by more than half, since the minimum also gets easier."""
    low, high = played(*AIA_PER_SET[:2]), played(AIA_PER_SET[0], AIA_PER_SET[2])
    assert np.all(high["redemption_rate"][EFFECT] < 0.5 * low["redemption_rate"][EFFECT])


# Nobody there.


def test_without_clients_nothing_is_bought_and_no_pool_pays():
    nobody = {"demand_clients_at_tge": 0.0, "demand_arrival": 0.0}
    found = simulate(60, 30, SEED, keep=QUANTITIES, settings=nobody)
    for name in ("demand_revenue", "buyback_bought", "buyback_spent", "demand_pool_purchase", "rewards_project_payout"):
        assert not np.any(found[name][1:]), name


def test_without_work_nothing_is_earned_whatever_is_staked():
    idle = {f"contributors_effort_{cohort}": 0.0 for cohort in ("casual", "regular", "expert")}
    empty = dict.fromkeys(REGISTRY.families["redemption_aia_at_tge"], 0.0)
    stakes = {"staking_belief_at_tge": 1.0, "staking_speed": 1.0, "staking_premium": 2.0}
    found = simulate(60, 30, SEED, keep=QUANTITIES, settings={"contributors_farm_use": 0.0, **idle, **empty, **stakes})
    assert np.all(found["contributors_staked"][2] > 1e6)
    for name in ("rewards_aia_issued", "redemption_redeemed", "redemption_paid", "rewards_pay"):
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


@pytest.mark.parametrize("money", ["AIA", "AGT", "USD"])
def test_redenominated_ten_times_the_economy_is_the_same(money):
    request = Request(30, SEED, (), pinned=False)
    plain, other = ([*play_months(request, 60, registry)] for registry in (REGISTRY, redenominated(money, 10)))
    for (month, _, before), (_, _, after) in zip(plain, other, strict=True):
        for name in QUANTITIES if month else ():
            times = 10.0 ** int(unit(written_unit(name)).get(money, 0))
            scale = 1e-10 * np.abs(before[name]) + small(name)
            assert np.all(np.isnan(before[name]) | (np.abs(after[name] / times - before[name]) <= scale)), name


def small(name):
    """What rounding leaves where large numbers cancel: AGT of 5e9, USD of 1e9, and everything else near one."""
    return {"AGT": 1e-4, "USD": 1e-4, "AIA": 1e-4}.get(written_unit(name), 1e-12)


def test_prices_in_redenominated_agt_are_a_tenth():
    request = Request(24, SEED, (), pinned=False)
    *_, (_, _, plain) = play_months(request, 60)
    *_, (_, _, other) = play_months(request, 60, redenominated("AGT", 10))
    assert np.allclose(other["market_price"] * 10.0, plain["market_price"], rtol=1e-10)
    assert np.allclose(other["redemption_rate"], plain["redemption_rate"] * 10.0, rtol=1e-10)
