"""One example in AGT for the head of each chapter of the rules, computed by the exact rule where there is one."""

from typing import Any

from agt.calendar import month_date
from agt.mechanisms import buyback, market, projects, quality, redemption, rewards, vesting, voting
from agt.pages.baseline import baseline
from agt.pages.known import last_price
from agt.pages.tables import amount, rough
from agt.records.schedules import schedule
from agt.registry import Registry, load
from agt.simulation import today

UNIT = 10**18
SUBMITTED = 12_000  # AIA of the reader of an example
HELD = 50_000  # AGT of the reader of an example


def example(noun: str) -> str:
    """What a mechanism means for somebody, in one or two sentences.

    Raises: KeyError when the mechanism has no example.
    """
    return EXAMPLES[noun](load())


def price() -> float:
    """The last observed price [USD/AGT]."""
    return float(last_price().value)


def exact(registry: Registry, name: str) -> tuple[int, int]:
    """A parameter as a fraction, as exact rules take it."""
    return registry.value(name).as_integer_ratio()


def _vesting(registry: Registry) -> str:
    plan, month = schedule(registry, "team"), today() + 1
    step = vesting.unlocked(plan, month) - vesting.unlocked(plan, month - 1)
    return (
        f"The team was given {amount(registry.value('vesting_allocation.team'), 'AGT')}. "
        f"On {month_date(month):%-d %B %Y} another {step // UNIT:,} of them unlock, as on that day of every month "
        f"until the {registry.value('vesting_steps.team')} steps are done."
    )


def _treasury(registry: Registry) -> str:
    fund = registry.value("vesting_allocation.marketing")
    share = registry.value("treasury_marketing_spend")
    return (
        f"The marketing fund received {amount(fund, 'AGT')} on the first day. At {amount(share, 'share')} a month, the "
        f"model's guess, it spends {rough(float(fund * share))} AGT in its first month, and whoever is "
        "paid with them sells them."
    )


def _demand(registry: Registry) -> str:
    spend, share = (float(registry.value(f"demand_{name}")) for name in ("spend", "pool_share"))
    bought = spend * share / price()
    return (
        f"A client who spends {rough(spend)} USD a month and puts {share:.0%} of it into reward pools buys "
        f"{rough(bought)} AGT at the last observed price. Clients' money alone would need "
        f"{rough(float(registry.value('redemption_quota')) / bought)} such clients to buy one season's pool."
    )


def _contributors(registry: Registry) -> str:
    sets, days = int(registry.value("contributors_sets_per_day")), 30
    rate = baseline("redemption_rate").at("redemption_rate", today())["p50"]
    aia = sets * days * float(registry.value("rewards_aia_per_set"))
    return (
        f"Energy for {sets} sets a day, used to the end and all accepted, earns {rough(aia)} AIA in {days} days at the "
        f"base level. At the rate of the middle run that is {rough(aia * rate)} AGT, or "
        f"{rough(aia * rate * price())} USD at the last observed price."
    )


def _quality(registry: Registry) -> str:
    annotators, skill = int(registry.value("quality_annotators")), exact(registry, "quality_skill.regular")
    part, whole = quality.majority(skill, annotators)
    return (
        f"One regular gets {skill[0] / skill[1]:.0%} of items right, by the model's guess. "
        f"{annotators} of them, each on their own, outvote an error so often that {part / whole:.1%} come out right. "
        "Annotators who share an error do worse. Work that disagrees with the consensus is paid no AGT and no AIA."
    )


def _rewards(registry: Registry) -> str:
    aia, premium = int(registry.value("rewards_aia_per_set") * UNIT), int(registry.value("staking_premium") * UNIT)
    terms = {"aia_per_set": aia, "agt_per_set": 0, "commission": 0}
    paid = [
        rewards.pay(rewards.Task(accepted, UNIT, bonus, UNIT, 0), **terms).aia / UNIT
        for accepted, bonus in ((True, 0), (True, premium), (False, premium))
    ]
    return (
        f"An accepted set earns {rough(paid[0])} AIA at the base level, and {rough(paid[1])} with the premium "
        f"of a stake that the model guesses. A rejected one earns {rough(paid[2])}, whatever is staked."
    )


def _staking(registry: Registry) -> str:
    tier = registry.value("staking_tier")
    return (
        f"By the model's guess a tier asks for {amount(tier, 'AGT')}, "
        f"{rough(float(tier) * price())} USD at the last observed price. After a month without work it has "
        f"earned nothing: {amount(tier, 'AGT')} come back when the stake is withdrawn."
    )


def _progression(registry: Registry) -> str:
    cost, burned = registry.value("progression_upgrade_cost"), registry.value("progression_burn_share")
    return (
        f"An upgrade that asks for {amount(cost, 'AGT')} burns {amount(cost * burned, 'AGT')} of them, and "
        f"{amount(cost - cost * burned, 'AGT')} go back to the reserve of rewards. The account has a level more, and "
        f"{amount(cost, 'AGT')} less."
    )


def _redemption(registry: Registry) -> str:
    pool = int(registry.value("redemption_quota"))
    terms: dict[str, Any] = {"pool": pool * UNIT, "valid_wallets": {"wallet"}, "minimum": 0, "opens": 0, "closes": 1}
    worth = []
    for others in (pool - SUBMITTED, 2 * pool - SUBMITTED):
        mine = redemption.Claim("mine", "me", "wallet", SUBMITTED * UNIT, 0)
        rest = redemption.Claim("rest", "others", "wallet", others * UNIT, 0)
        worth.append(redemption.settle([mine, rest], **terms).payouts[0] // UNIT)
    return (
        f"You submit {SUBMITTED:,} AIA. If {pool:,} are submitted in all, yours included, you receive {worth[0]:,} "
        f"AGT. If it is twice as many, you receive {worth[1]:,}. The pool does not grow with what is submitted."
    )


def _projects(_: Registry) -> str:
    deposit, work = HELD * UNIT, [("first", 300), ("second", 100)]
    funded = projects.fund(projects.create("client"), deposit).pool
    act = projects.share(funded, deposit, work)
    paid = {name: agt // UNIT for name, agt in act.moved}
    return (
        f"A client puts {HELD:,} AGT into a pool. Two contributors do {work[0][1]} and {work[1][1]} accepted sets: "
        f"they receive {paid['first']:,} and {paid['second']:,} AGT, and {act.pool.balance // UNIT:,} stay in the pool."
    )


def _buyback(registry: Registry) -> str:
    budget = 10_000
    cost = last_price().value
    shares = {part: exact(registry, f"buyback_{part}_share") for part in ("burn", "treasury")}
    done = buyback.split(budget * UNIT, cost.as_integer_ratio(), **shares)
    return (
        f"A budget of {budget:,} USD buys {done.bought // UNIT:,} AGT at the last observed price. "
        f"{done.recycled // UNIT:,} of them go back to the reserve that pays contributors, {done.burned // UNIT:,} are "
        f"burned and {done.treasury // UNIT:,} banked. The sellers have the dollars."
    )


def _market(registry: Registry) -> str:
    pool = registry.value("market_dex_reference")
    agt, usd = int(float(pool) / 2 / price()) * UNIT, int(pool / 2) * UNIT
    paid = market.swap(HELD * UNIT, reserve_in=agt, reserve_out=usd, fee=(0, 1)) / UNIT
    worth = HELD * price()
    return (
        f"{HELD:,} AGT are worth {worth:,.0f} USD at the last observed price. Sold at once into a DEX pool of "
        f"{amount(pool, 'USD')} they bring {paid:,.0f} USD: the sale itself moves the price, here by a loss of "
        f"{1 - paid / worth:.1%}."
    )


def _voting(registry: Registry) -> str:
    weights = {name: exact(registry, f"voting_{name}") for name in ("held_weight", "staked_weight")}
    votes = voting.weigh([voting.Holding("0x1", HELD * UNIT, 0)], **weights)["0x1"] // UNIT
    cast = baseline("voting_cast").at("voting_cast", today())["p50"]
    return (
        f"{HELD:,} AGT give {votes:,} votes. In the middle run {rough(cast)} votes would be cast today: yours are one "
        f"in {rough(cast / votes)}."
    )


def _supply(registry: Registry) -> str:
    total, names = float(registry.value("supply_total")), ("vesting_unlocked", "supply_distributed", "supply_sold")
    run = baseline(*names)
    unlocked, handed, sold = (100 * run.at(name, today())["p50"] / total for name in names)
    return (
        f"Of every {100} AGT there are, {unlocked:.0f} are unlocked today. In the middle run {handed:.0f} have been "
        f"handed out to contributors, and {sold:.0f} have been sold by contributors, investors and team. The three "
        "overlap: the same AGT may be unlocked, then handed out, then sold."
    )


EXAMPLES = {
    "vesting": _vesting,
    "treasury": _treasury,
    "demand": _demand,
    "contributors": _contributors,
    "quality": _quality,
    "rewards": _rewards,
    "staking": _staking,
    "progression": _progression,
    "redemption": _redemption,
    "projects": _projects,
    "buyback": _buyback,
    "market": _market,
    "voting": _voting,
    "supply": _supply,
}
