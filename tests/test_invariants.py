"""What must always hold, after every function of every month: wherever in their bounds the parameters lie, whatever
the scenario, and whatever the DAO then decides.

Each invariant is tried on 200 points of four runs each, out of few enough that most of them are played only once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agt.economy import AGENDA
from agt.graph import mechanism
from agt.mechanisms.buyback import split
from agt.mechanisms.progression import Account, Cost, upgrade
from agt.mechanisms.redemption import Claim, settle
from agt.mechanisms.staking import forfeit
from agt.mechanisms.vesting import unlocked
from agt.records.amounts import UNIT
from agt.records.schedules import schedule
from agt.registry import load
from agt.simulation import simulate
from agt.simulation.chunk import Given, Request, genesis
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
    """Places in the parameters' bounds, one for each run, and a fate: how they are drawn, and what happens then."""

    pick: str
    scenario: str
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


POINTS = st.builds(
    Point,
    pick=st.sampled_from(PICKS),
    scenario=st.sampled_from(list(REGISTRY.scenarios)),
    seed=st.integers(0, 1),
    pinned=st.booleans(),
)


def steps(point: Point, **fixed: float) -> Iterator[Step]:
    """The steps of a point's months."""
    pick = "either" if point.pick == "lavish" else point.pick
    first, then = (anywhere(RUNS, seed, pick) for seed in (point.seed, point.seed + 100))
    first = first | (LAVISH if point.pick == "lavish" else {})
    levers = REGISTRY.levers()
    own = {name: {0: value, DECIDED: then[name]} if name in levers else value for name, value in first.items()}
    request = Request(MONTHS, point.seed, (), own | fixed, priors=False, pinned=point.pinned, scenario=point.scenario)
    given, before = Given(EARLY, request, 0, RUNS), genesis(EARLY)
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


def without_work_a_cohort_earns_nothing(step):
    """Nothing accepted and no AIA, whatever is staked and however high the premium."""
    idle = step.family("quality_work") + step.family("quality_review") == 0.0
    return not np.any(idle & ((step.family("rewards_sets") > 0.0) | (step.family("rewards_aia_issued") > 0.0)))


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
    without_work_a_cohort_earns_nothing: "rewards.work",
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


def broken(check: Callable[[Step], bool], played: Iterable[Step]) -> list[tuple[int, str]]:
    """The steps, by month and function, after which something does not hold."""
    after = CHECKS[check]
    return [(step.month, step.title) for step in played if step.title.startswith(after) and not check(step)]


@cache
def found(point: Point) -> dict[Callable[[Step], bool], list[tuple[int, str]]]:
    """What does not hold at a point, by check."""
    faults: dict[Callable[[Step], bool], list[tuple[int, str]]] = {check: [] for check in CHECKS}
    for step in steps(point):
        for check in CHECKS:
            faults[check] += broken(check, [step])
    return faults


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@settings(max_examples=200, deadline=None, derandomize=True)
@given(point=POINTS)
def test_it_holds_whatever_happens(check, point):
    assert found(point)[check] == []


# The points reach the places where these checks matter, and the checks notice what is wrong.

REACHED = {
    "a cohort does no work": lambda step: np.any(step.family("quality_work") == 0.0, axis=0),
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
    """In how many run-months each place is reached, by points that no hypothesis has drawn."""
    counts = dict.fromkeys(REACHED, 0)
    scenarios = list(REGISTRY.scenarios)
    for number, pick in enumerate(PICKS * 5):
        point = Point(pick, scenarios[number % len(scenarios)], 1_000 + number, pinned=number % 2 == 1)
        for step in steps(point):
            if step.month and step.title == LAST:
                for place, is_there in REACHED.items():
                    counts[place] += int(np.count_nonzero(np.broadcast_to(is_there(step), RUNS)))
    return counts


@pytest.mark.parametrize("place", REACHED)
def test_the_points_reach(place):
    assert counted()[place] >= 4
