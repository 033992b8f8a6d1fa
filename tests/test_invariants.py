"""What must always hold, after every function of every month: wherever in their bounds the parameters lie, whatever
the scenario, and whatever the DAO then decides.

Each invariant is tried on four runs of every scenario, side by side, wherever the parameters lie.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agt.economy import AGENDA
from agt.graph import mechanism
from agt.mechanisms.buyback import split
from agt.mechanisms.progression import Account, Cost, upgrade
from agt.mechanisms.redemption import Claim, Settlement, settle
from agt.mechanisms.staking import forfeit
from agt.mechanisms.vesting import unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import load
from agt.simulation import simulate
from agt.simulation.chunk import Economy, Request, SideBySide, genesis
from tests.months import WHOLE, anywhere, play_months

REGISTRY = load()
RUNS, MONTHS, DECIDED = 4, 14, 9  # the DAO moves every lever in month 9
EARLY = replace(REGISTRY, as_of="2025-08-22")  # month 3, so that scenarios happen within the months played
LOCKED = REGISTRY.families["locked"]
COHORTS = tuple(REGISTRY.indices["cohort"].members)

# How the parameters are drawn: three ways of `anywhere`, and one in which the reserve soon has nothing left to pay.
PICKS = ["inside", "corners", "either", "lavish"]
LAVISH = {
    name: float(REGISTRY.parameters[name].bounds[1])
    for name in ("redemption_quota", "rewards_agt_per_set", "rewards_agt_cap", "contributors_at_tge.casual")
} | {"redemption_first_month": 0.0}

SUM = 1e-4  # AGT: a sum of 28 accounts of up to 5e9 is exact to a few millionths for each addition
EXACT = 1e-6  # AGT: what policies may differ from the rule
ROUNDING = 1e-12  # of a product of a few numbers


class Point(NamedTuple):
    """Places in the parameters' bounds, one for each run, and fates: how they are drawn, and what happens then."""

    pick: str
    scenarios: tuple[str, ...]
    seed: int
    pinned: bool


class Step(NamedTuple):
    """What one function of one month did."""

    month: int
    title: str
    given: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]

    def __call__(self, name: str) -> Any:
        """What a quantity is afterwards, or what the month takes as given."""
        return self.after[name] if name in self.after else self.given[name]

    def accounts(self) -> np.ndarray:
        """All balances afterwards, one row each; none where nothing has moved."""
        names = REGISTRY.accounts
        if all(self.after[name] is self.before[name] for name in names):
            return np.full((1, 1), float(WHOLE))
        return np.array(np.broadcast_arrays(*[self.after[name] for name in names]))

    def family(self, name: str) -> np.ndarray:
        """The members of a family afterwards, one row each."""
        return np.array(np.broadcast_arrays(*[np.atleast_1d(self.after[member]) for member in REGISTRY.families[name]]))

    def each(self, *names: str) -> list[tuple[Fraction, ...]]:
        """The values of each run, exactly; `before.` asks for what was before."""
        values = [self.before[name[7:]] if name.startswith("before.") else self(name) for name in names]
        rows = np.broadcast_arrays(*[np.atleast_1d(value) for value in values])
        return [tuple(map(Fraction, row)) for row in np.transpose(rows).tolist()]


SCENARIOS = tuple(REGISTRY.scenarios)
POINTS = [Point(pick, SCENARIOS, seed, pinned) for pick in PICKS for seed in (0, 1) for pinned in (False, True)]


def steps(point: Point) -> Iterator[Step]:
    """The steps of a point's months: the runs of its first scenario, then those of the second, and so on."""
    pick = "either" if point.pick == "lavish" else point.pick
    first, then = (anywhere(RUNS, seed, pick) for seed in (point.seed, point.seed + 100))
    first = first | (LAVISH if point.pick == "lavish" else {})
    levers = REGISTRY.levers()
    own = {name: {0: value, DECIDED: then[name]} if name in levers else value for name, value in first.items()}
    economies = tuple(Economy(own, scenario) for scenario in point.scenarios)
    request = Request(MONTHS, point.seed, (), priors=False, pinned=point.pinned, economies=economies)
    given, before = SideBySide(EARLY, request, 0, RUNS), genesis(EARLY)
    for month, title, after in play_months(request, RUNS, EARLY):
        yield Step(month, title, given(month), before, after)
        before = after


# What must hold after a step. Where a check concerns one function, `AFTER` says which.


def the_supply_stays(step):
    return np.all(np.abs(np.sum(step.accounts(), axis=0) - WHOLE) < SUM)


def no_account_is_negative(step):
    return np.all(step.accounts() >= 0.0)


@cache
def due(month: int) -> np.ndarray:
    """What the exact rule says is still locked in each bucket [AGT]."""
    terms = [schedule(REGISTRY, bucket) for bucket in REGISTRY.indices["bucket"].members]
    return np.array([[(one.allocation - unlocked(one, month)) / UNIT] for one in terms])


def nothing_unlocks_early_and_nothing_late(step):
    """Agrees with the rule `unlocked` to a millionth of an AGT, in the moment of the unlock and all month long."""
    return np.all(np.abs(step.family("locked") - due(step.month)) < EXACT)


def what_left_the_schedule_never_returns(step):
    return all(step(name) is step.before[name] or np.all(step(name) <= step.before[name]) for name in LOCKED)


def a_season_pays_at_most_its_pool_and_its_quota(step):
    pool = step.before["redemption_pool"] + step("redemption_funding")
    paid = step("redemption_payout")
    within = np.all(paid <= pool) and np.all(paid <= step("redemption_quota"))
    return within and np.all(paid <= step.before["reward_reserve"]) and np.all(step("redemption_pool") < EXACT)


def nobody_is_paid_without_an_eligible_claim(step):
    claimed = step.family("redemption_redeemed")
    nothing_for_nothing = np.all((step("redemption_payout") == 0.0) | (np.sum(claimed, axis=0) > 0.0))
    return nothing_for_nothing and np.all((claimed > 0.0) | (step.family("redemption_paid") == 0.0))


def without_work_nothing_is_earned(step):
    """No accepted set, AIA or pay, whatever is staked and however high the premium; and no AGT where nobody works."""
    idle = step.family("quality_work") + step.family("quality_review") == 0.0
    earned = step.family("rewards_sets") + step.family("rewards_aia_issued") + step.family("rewards_pay")
    paid = step("rewards_direct") + step("rewards_project_payout")
    return not np.any(idle & (earned > 0.0)) and not np.any(np.all(idle, axis=0) & (paid > 0.0))


def no_more_aia_is_redeemed_than_is_held(step):
    before = np.array([step.before[name] + step(name) * 0.0 for name in REGISTRY.families["redemption_aia_held"]])
    available, redeemed = step.family("redemption_available"), step.family("redemption_redeemed")
    earned = step.family("rewards_aia_issued")
    held = np.all(available <= (before + earned) * (1.0 + ROUNDING)) and np.all(redeemed <= available)
    return held and np.all(step.family("redemption_aia_held") >= 0.0)


def a_buyback_keeps_to_its_budget(step):
    budget = step("buyback_revenue_share") * step("demand_revenue")
    parts = step("buyback_recycled") + step("buyback_burned") + step("buyback_banked")
    within = np.all(step("buyback_spent") <= budget * (1.0 + ROUNDING))
    return within and np.all(np.abs(parts - step("buyback_bought")) < EXACT)


def no_more_is_paid_directly_than_the_cap_and_the_reserve(step):
    paid = step("rewards_direct")
    return np.all(paid <= step("rewards_agt_cap")) and np.all(paid <= step.before["reward_reserve"])


def every_quantity_is_a_number(step):
    return all(np.all(np.isfinite(step(name))) for name in REGISTRY.quantities())


def agree(policy: Fraction, rule: int) -> bool:
    """An amount of a policy [AGT] and of a rule [base units]; floats of 1e9 AGT end at a ten-millionth."""
    exact = Fraction(rule, UNIT)
    return abs(policy - exact) <= Fraction(EXACT) + exact / 2**50


def units(amount: Fraction) -> int:
    """Whole base units."""
    return int(amount * UNIT)


def a_season_pays_what_the_rule_pays(step):
    """Each cohort's AIA as one eligible claim: `settle` pays what the policy's rate pays, and returns what it does."""
    names = [f"redemption_redeemed.{cohort}" for cohort in COHORTS]
    for *redeemed, rate, funded, back in step.each(
        *names, "redemption_rate", "redemption_funding", "redemption_return"
    ):
        claims = [Claim(name, name, "0x1", units(aia), 0) for name, aia in zip(names, redeemed, strict=True)]
        exact = settle(claims, pool=units(funded), valid_wallets={"0x1"}, minimum=0, opens=0, closes=1)
        paid = [agree(redeemed[row] * rate, agt) for row, agt in exact.payouts.items()]
        if not all(paid) or not agree(back, exact.remainder):
            return False
    return True


def a_buyback_is_split_as_the_rule_splits_it(step):
    names = ("buyback_bought", "buyback_spent", "buyback_burned", "buyback_banked", "buyback_recycled")
    for bought, spent, burned, banked, recycled, burn, bank in step.each(
        *names, "buyback_burn_share", "buyback_treasury_share"
    ):
        price = (spent / bought if bought else Fraction(1)).as_integer_ratio()
        exact = split(units(spent), price, burn=burn.as_integer_ratio(), treasury=bank.as_integer_ratio())
        whole = agree(bought, exact.bought) and agree(burned, exact.burned)
        if not (whole and agree(banked, exact.treasury) and agree(recycled, exact.recycled)):
            return False
    return True


def a_stake_forfeits_what_the_rule_forfeits(step):
    """For the work that those who stake had rejected; but never what they take back in the same month."""
    stakers = [
        f"{name}.{cohort}"
        for cohort in ("regular", "expert")
        for name in ("contributors_active", "staking_take_up", "quality_accepted")
    ]
    amounts = ("before.contributors_staked", "staking_forfeit", "staking_forfeited", "staking_unstake")
    for values in step.each(*stakers, *amounts):
        regular, took, accepted, expert, took_experts, accepted_experts, stake, rate, forfeited, back = values
        judged = regular * took + expert * took_experts
        rejected = regular * took * (1 - accepted) + expert * took_experts * (1 - accepted_experts)
        refused, whole = (rejected / judged if judged else Fraction(0)).as_integer_ratio()
        exact = forfeit(units(stake), rejected=refused, judged=whole, rate=rate.as_integer_ratio())
        if not agree(forfeited, min(exact, units(stake - back))):
            return False
    return True


def an_upgrade_burns_what_the_rule_burns(step):
    for burned, recycled, share in step.each("progression_burned", "progression_recycled", "progression_burn_share"):
        paid = units(burned + recycled)
        account, costs = Account(1, 0, paid, None), {2: Cost(0, paid)}
        exact = upgrade(account, costs, at=0, interval=0, burn=share.as_integer_ratio())
        if not agree(burned, exact.burned) or not agree(recycled, exact.recycled):
            return False
    return True


def a_farm_alarm_rings_at_the_edge_and_only_there(step):
    at_the_edge = step("contributors_farming") == step("contributors_farm_alarm")
    return np.array_equal(*np.broadcast_arrays(step("contributors_farm_capped"), np.where(at_the_edge, 1.0, 0.0)))


def a_price_alarm_rings_at_the_edges_and_only_there(step):
    edges = [np.exp(np.log(step(f"market_price_{end}"))) for end in ("floor", "ceiling")]
    at_the_edge = (step("market_price") == edges[0]) | (step("market_price") == edges[1])
    return np.array_equal(*np.broadcast_arrays(step("market_price_capped"), np.where(at_the_edge, 1.0, 0.0)))


LAST = f"{mechanism(AGENDA[-1])}.{AGENDA[-1].__name__}"
EVERY_STEP = ""
CHECKS = {
    the_supply_stays: EVERY_STEP,
    no_account_is_negative: EVERY_STEP,
    nothing_unlocks_early_and_nothing_late: EVERY_STEP,
    what_left_the_schedule_never_returns: EVERY_STEP,
    a_season_pays_at_most_its_pool_and_its_quota: "redemption.policy",
    nobody_is_paid_without_an_eligible_claim: "redemption.policy",
    without_work_nothing_is_earned: LAST,
    no_more_aia_is_redeemed_than_is_held: "redemption.submit",
    a_buyback_keeps_to_its_budget: "buyback.policy",
    no_more_is_paid_directly_than_the_cap_and_the_reserve: "rewards.policy",
    a_season_pays_what_the_rule_pays: "redemption.policy",
    a_buyback_is_split_as_the_rule_splits_it: "buyback.policy",
    a_stake_forfeits_what_the_rule_forfeits: "staking.policy",
    an_upgrade_burns_what_the_rule_burns: "progression.policy",
    a_farm_alarm_rings_at_the_edge_and_only_there: "contributors.farm",
    a_price_alarm_rings_at_the_edges_and_only_there: "market.policy",
    every_quantity_is_a_number: LAST,
}


@cache
def checks_after(title: str) -> list[Callable[[Step], bool]]:
    """What must hold after a function of the month."""
    return [check for check, after in CHECKS.items() if title.startswith(after)]


@cache
def found(point: Point) -> dict[Callable[[Step], bool], list[tuple[int, str]]]:
    """The steps of a point, by month and function, after which something does not hold, by check."""
    faults: dict[Callable[[Step], bool], list[tuple[int, str]]] = {check: [] for check in CHECKS}
    for step in steps(point):
        for check in checks_after(step.title):
            if not check(step):
                faults[check].append((step.month, step.title))
    return faults


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_holds_whatever_happens(check):
    assert {point: wrong for point in POINTS if (wrong := found(point)[check])} == {}


# The points reach the places where these checks matter, and the checks notice what is wrong.

REACHED = {
    "a cohort does no work": lambda step: np.any(step.family("quality_work") == 0.0, axis=0),
    "nobody does any work": lambda step: np.all(step.family("quality_work") == 0.0, axis=0),
    "somebody stakes without working": lambda step: (
        np.any(step.family("quality_work")[1:3] == 0.0, axis=0) & (step("contributors_staked") > 0.0)
    ),
    "a season is held and nobody is eligible": lambda step: (
        (step("redemption_funding") > 0.0) & (step("redemption_payout") == 0.0)
    ),
    "a season pays": lambda step: step("redemption_payout") > 0.0,
    "the reserve pays less than the quota": lambda step: (
        (step("redemption_funding") > 0.0) & (step("redemption_funding") < step("redemption_quota"))
    ),
    "the reserve is empty": lambda step: step("reward_reserve") < 1.0,
    "a buyback is burned, banked and recycled": lambda step: (
        (step("buyback_burned") > 1.0) & (step("buyback_banked") > 1.0) & (step("buyback_recycled") > 1.0)
    ),
    "stakes forfeit": lambda step: step("staking_forfeited") > 1.0,
    "upgrades are burned in part": lambda step: (
        (step("progression_burned") > 1.0) & (step("progression_recycled") > 1.0)
    ),
    "the price meets an edge": lambda step: step("market_price_capped") > 0.0,
    "the price is within its range": lambda step: step("market_price_capped") == 0.0,
    "farms meet the alarm": lambda step: step("contributors_farm_capped") > 0.0,
    "an observed price is taken": lambda step: step("market_observed") + 0.0 * step("market_price") > 0.0,
}


@cache
def counted() -> dict[str, int]:
    """In how many run-months each place is reached, by other points."""
    counts = dict.fromkeys(REACHED, 0)
    for number, pick in enumerate(PICKS * 5):
        scenario = SCENARIOS[number % len(SCENARIOS)]
        point = Point(pick, (scenario,), 1_000 + number, pinned=number % 2 == 1)
        for step in steps(point):
            if step.month and step.title == LAST:
                for place, is_there in REACHED.items():
                    counts[place] += int(np.count_nonzero(np.broadcast_to(is_there(step), RUNS)))
    return counts


@pytest.mark.parametrize("place", REACHED)
def test_the_points_reach(place):
    assert counted()[place] >= 4


ONE = Point("inside", ("base",), 0, pinned=False)
SPOILT = [
    (the_supply_stays, {"burned": 1.0}),
    (no_account_is_negative, {"team_liquid": -1e10}),
    (nothing_unlocks_early_and_nothing_late, {"locked.team": -1e-3}),
    (what_left_the_schedule_never_returns, {"locked.team": 1e9}),
    (a_season_pays_at_most_its_pool_and_its_quota, {"redemption_payout": 1.0}),
    (a_season_pays_at_most_its_pool_and_its_quota, {"redemption_quota": -1.0}),
    (a_season_pays_at_most_its_pool_and_its_quota, {"redemption_pool": 1.0}),
    (nobody_is_paid_without_an_eligible_claim, dict.fromkeys(REGISTRY.families["redemption_redeemed"], -np.inf)),
    (without_work_nothing_is_earned, {"quality_work.farm": -np.inf}),
    (no_more_aia_is_redeemed_than_is_held, {"redemption_redeemed.farm": 1e30}),
    (no_more_aia_is_redeemed_than_is_held, {"redemption_available.casual": 1e30}),
    (no_more_aia_is_redeemed_than_is_held, {"redemption_aia_held.farm": -1e30}),
    (a_buyback_keeps_to_its_budget, {"buyback_spent": 1e12}),
    (a_buyback_keeps_to_its_budget, {"buyback_banked": 1.0}),
    (no_more_is_paid_directly_than_the_cap_and_the_reserve, {"rewards_direct": 1e8}),
    (a_season_pays_what_the_rule_pays, {"redemption_rate": 1e-6}),
    (a_season_pays_what_the_rule_pays, {"redemption_return": 1.0}),
    (a_buyback_is_split_as_the_rule_splits_it, {"buyback_burned": 1.0}),
    (a_buyback_is_split_as_the_rule_splits_it, {"buyback_bought": 1.0}),
    (a_stake_forfeits_what_the_rule_forfeits, {"staking_forfeited": 1.0}),
    (an_upgrade_burns_what_the_rule_burns, {"progression_burned": 1.0}),
    (a_farm_alarm_rings_at_the_edge_and_only_there, {"contributors_farm_capped": 1.0}),
    (a_price_alarm_rings_at_the_edges_and_only_there, {"market_price_capped": 1.0}),
    (every_quantity_is_a_number, {"supply_value": np.nan}),
]


@cache
def sound(after: str) -> Step:
    """The last step of a run after a function, or the very last."""
    return [step for step in steps(ONE) if step.title.startswith(after)][-1]


@pytest.mark.parametrize(("check", "more"), SPOILT)
def test_the_checks_notice(check, more):
    step = sound(CHECKS[check])
    assert check(step)
    spoilt = {name: np.maximum(step(name) + by, 0.0) if by == -np.inf else step(name) + by for name, by in more.items()}
    assert not check(step._replace(after=step.after | spoilt))


def test_every_check_is_known_to_notice():
    assert {check for check, _ in SPOILT} == set(CHECKS)


@pytest.mark.parametrize("pick", PICKS[:3])
def test_the_engine_counts_the_run_months_at_an_edge(pick):
    alarms = tuple(name for name in REGISTRY.metrics if name.endswith("_capped"))
    assert set(alarms) == {"market_price_capped", "contributors_farm_capped"}
    luck = anywhere(40, 5, pick)
    found = simulate(40, 24, 5, keep=alarms, settings=luck, priors=False, pinned=False, scenario="sybil_attack")
    at_the_edge = np.any([found[name][1:] > 0.0 for name in alarms], axis=0)
    assert found.alarms == np.mean(at_the_edge) > 0.0


# Shares of a season, by the exact rule.

amounts = st.integers(0, 10**30) | st.integers(0, 5)
seasons = st.lists(st.tuples(amounts, st.sampled_from(["0x1", "0x2", "", "0x9"])), max_size=8)


def season(claims: list[tuple[int, str]], pool: int) -> Settlement:
    rows = [Claim(str(row), str(row), wallet, aia, 0) for row, (aia, wallet) in enumerate(claims)]
    return settle(rows, pool=pool, valid_wallets={"0x1", "0x2"}, minimum=2, opens=0, closes=1)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(claims=seasons, pool=amounts)
def test_shares_are_monotone(claims, pool):
    payouts = season(claims, pool).payouts
    ranked = sorted(payouts, key=lambda row: claims[row][0])
    assert [payouts[row] for row in ranked] == sorted(payouts.values())
    assert sum(payouts.values()) <= pool


@settings(max_examples=200, deadline=None, derandomize=True)
@given(claims=seasons, pool=amounts, more=amounts, data=st.data())
def test_a_larger_claim_gets_no_less_and_leaves_the_others_no_more(claims, pool, more, data):
    assume(claims)
    own = data.draw(st.integers(0, len(claims) - 1))
    raised = [(aia + more if row == own else aia, wallet) for row, (aia, wallet) in enumerate(claims)]
    before, after = season(claims, pool).payouts, season(raised, pool).payouts
    assert after.get(own, 0) >= before.get(own, 0)
    assert all(after[row] <= agt for row, agt in before.items() if row != own)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(claims=seasons, pool=amounts, luck=st.randoms(use_true_random=False))
def test_shares_do_not_depend_on_the_order(claims, pool, luck):
    order = list(range(len(claims)))
    luck.shuffle(order)
    before, after = season(claims, pool), season([claims[row] for row in order], pool)
    assert {order[row]: agt for row, agt in after.payouts.items()} == before.payouts
    assert {order[row]: reason for row, reason in after.refusals.items()} == before.refusals
    assert (after.eligible, after.remainder) == (before.eligible, before.remainder)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(claims=seasons, pool=amounts)
def test_without_an_eligible_claim_nobody_is_paid(claims, pool):
    eligible = [row for row, (aia, wallet) in enumerate(claims) if aia >= 2 and wallet in ("0x1", "0x2")]
    found = season(claims, pool)
    assert list(found.payouts) == eligible
    assert eligible or found.remainder == pool
