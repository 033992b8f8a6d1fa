"""Tempting beliefs, each tried on pairs of futures that differ in one thing: what happens, and why."""

from decimal import Decimal
from functools import cache
from html import escape
from typing import Any, NamedTuple

import numpy as np

from agt.analysis.paired import of_hundred
from agt.pages.stress import signed
from agt.pages.tables import Html, amount, table
from agt.registry import load
from agt.simulation import Paths, simulate, today

RUNS, SEED = 400, 20_261_122
START = 2  # months from today to the change, as in the scenarios
LATER = 24  # months from the change to the last look
SMALL = 1.0  # per cent, or points: less than that is said so


class Look(NamedTuple):
    """A quantity at so many months after the change, compared as a ratio or as a difference."""

    quantity: str
    lag: int = LATER
    relative: bool = True


class Belief(NamedTuple):
    """A claim, the lever that is moved by so many of its largest steps (or the scenario), where to look, and why."""

    claim: str
    moved: str
    steps: int
    looks: tuple[Look, ...]
    why: str


BELIEFS = (
    Belief(
        "Buybacks shrink the supply",
        "buyback_revenue_share",
        1,
        (Look("market_float"), Look("reward_reserve"), Look("burned", 0)),
        "What is bought returns to the reserve of rewards and is handed out again. Only burning lowers the supply.",
    ),
    Belief(
        "Burning beats recycling",
        "buyback_burn_share",
        1,
        (Look("market_price"), Look("reward_reserve"), Look("buyback_bought", 0)),
        "The same money buys the same AGT. What is burned is missing from the rewards of later years.",
    ),
    Belief(
        "Recycled buybacks raise the next season's pay",
        "buyback_revenue_share",
        1,
        (Look("redemption_payout", 1), Look("redemption_payout", 6), Look("reward_reserve", 6)),
        "A season pays its quota. The reserve lasts longer, the pool does not grow.",
    ),
    Belief(
        "More annotators, more accuracy",
        "quality_annotators",
        1,
        (Look("quality_accuracy", relative=False), Look("quality_fulfilment", relative=False), Look("demand_clients")),
        "Every item then takes more of the same scarce skilled hands; and where most annotators are wrong, more of "
        "them are more surely wrong.",
    ),
    Belief(
        "Forfeits deter farms",
        "staking_forfeit",
        1,
        (Look("contributors_active.farm"), Look("contributors_staked")),
        "Farms work on open tasks, which need no stake. Only those who stake can lose one.",
    ),
    Belief(
        "A higher tier means that more is staked",
        "staking_tier",
        1,
        (Look("contributors_staked", 1), Look("staking_take_up.regular", 0)),
        "Each stake is larger, and fewer people make one.",
    ),
    Belief(
        "A smaller quota reduces farming",
        "redemption_quota",
        -1,
        (
            Look("contributors_active.farm", 6),
            Look("redemption_farmed", relative=False),
            Look("contributors_active.regular"),
        ),
        "Farms leave, and so do honest people: the farmed share follows whoever leaves faster.",
    ),
    Belief(
        "Half as much again in the pool is half as much again in pay",
        "redemption_quota",
        1,
        (Look("redemption_payout", 0), Look("rewards_pay.regular"), Look("contributors_active.farm")),
        "Newcomers and farms come for the higher pay and share it.",
    ),
    Belief(
        "A higher minimum of AIA keeps farms out",
        "redemption_minimum",
        1,
        (Look("redemption_farmed", 0, relative=False), Look("contributors_active.farm"), Look("redemption_rate")),
        "It delays them. Their AIA piles up, and the higher rate then attracts more of them.",
    ),
    Belief(
        "Twice the AIA for a task is twice the pay",
        "rewards_aia_per_set",
        1,
        (Look("rewards_aia_issued.regular", 0), Look("redemption_rate"), Look("rewards_pay.regular")),
        "The pool is fixed: twice the AIA halve what one is worth.",
    ),
    Belief(
        "A suspension of redemptions protects the price",
        "suspension",
        0,
        (Look("market_price"), Look("redemption_aia_value", 3), Look("contributors_active.regular", 6)),
        "What is not sold now is sold when the season opens again; people stop believing in their AIA meanwhile.",
    ),
    Belief(
        "Higher coverage means a healthier economy",
        "crypto_winter",
        0,
        (Look("supply_coverage", 6), Look("demand_revenue"), Look("rewards_pay.regular", 6)),
        "A fallen price lets the same USD buy more AGT. Look at the USD first.",
    ),
    Belief(
        "More AGT per AIA is good news",
        "crypto_winter",
        0,
        (Look("redemption_rate", 12), Look("rewards_pay.regular", 12), Look("contributors_active.regular", 12)),
        "The rate rises because people leave.",
    ),
    Belief(
        "Failing wallets save AGT",
        "wallets_fail",
        0,
        (Look("redemption_payout", 0), Look("redemption_rate", 0), Look("reward_reserve", 0)),
        "The whole pool goes to those whose wallets work.",
    ),
)  # fmt: skip


def beliefs() -> Html:
    """Every belief, what was tried, what happened, and why."""
    rows = [
        [Html(f"<b>{escape(one.claim)}</b>"), tried_in_words(one), Html("<br>".join(found(one))), one.why]
        for one in BELIEFS
    ]
    return table(("It is tempting to think", "Tried", "What happens", "Why"), rows, label="Tempting beliefs")


def tried_in_words(belief: Belief) -> str:
    """What the futures of a pair differ in."""
    registry = load()
    if belief.moved in registry.scenarios:
        return f"the scenario: {registry.scenarios[belief.moved].title}"
    unit = registry.parameters[belief.moved].unit
    before, after = ends(belief)
    return f"{belief.moved} from {amount(before, unit)} to {amount(after, unit)}"


def ends(belief: Belief) -> tuple[Decimal, Decimal]:
    """The lever's value, and where so many of its largest steps lead within its bounds."""
    lever = load().parameters[belief.moved]
    assert lever.value is not None and lever.largest_step is not None  # it is a lever
    low, high = lever.bounds
    return lever.value, min(max(lever.value + belief.steps * lever.largest_step, low), high)


def found(belief: Belief) -> list[str]:
    """What happens at each look, in words: the middle of the paired change, nine in ten, and how often it rises."""
    before, after = pair(belief)
    lines = []
    for look in belief.looks:
        month = today() + START + look.lag
        gap = change(before[look.quantity][month], after[look.quantity][month], relative=look.relative)
        when = "at once" if look.lag == 0 else f"after {look.lag} month{'s' if look.lag > 1 else ''}"
        lines.append(f"{escape(meaning(look.quantity))}, {when}: {in_words(gap, relative=look.relative)}")
    return lines


def change(before: np.ndarray, after: np.ndarray, *, relative: bool) -> np.ndarray:
    """The paired change in per cent of what was, where `relative`, else in percentage points of a share."""
    gap: np.ndarray = 100.0 * (after - before)
    return np.divide(gap, before, out=np.zeros_like(gap), where=before > 0.0) if relative else gap


def in_words(gap: np.ndarray, *, relative: bool) -> str:
    """A change of many futures in one line."""
    unit = "%" if relative else "points"
    if not np.any(gap):
        return "the same in every future"
    if np.max(np.abs(gap)) < SMALL:
        return f"less than {SMALL:g} {unit} in every future"
    low, middle, high = (_signed(float(level)) for level in np.quantile(gap, [0.05, 0.5, 0.95]))
    rise = of_hundred(int(np.count_nonzero(gap > 0.0)), len(gap))
    spread = f"{middle} {unit}" if low == middle == high else f"{middle} [{low}; {high}] {unit}"
    return f"{spread}, up in {rise}"


def meaning(quantity: str) -> str:
    """What a quantity is, in the registry's words; of a family, of which member."""
    entry: Any = load().entry(quantity)
    member = quantity.partition(".")[2]
    return f"{entry.meaning} ({member})" if member else str(entry.meaning)


def _signed(value: float) -> str:
    return signed(Decimal(f"{value:.1f}")) if round(value, 1) else "0"


@cache
def pair(belief: Belief) -> tuple[Paths, Paths]:
    """The futures without and with what is tried."""
    keep = tuple(dict.fromkeys(look.quantity for look in belief.looks))
    start, months = today() + START, today() + START + LATER
    if belief.moved in load().scenarios:
        return simulate(RUNS, months, SEED, keep=keep), simulate(RUNS, months, SEED, keep=keep, scenario=belief.moved)
    settings = [{belief.moved: {start: float(value)}} for value in ends(belief)]
    before, after = (simulate(RUNS, months, SEED, keep=keep, settings=own) for own in settings)
    return before, after
