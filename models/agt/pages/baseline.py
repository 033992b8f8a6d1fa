"""The baseline: the economy as it is decided today, drawn and described the same way on every page."""

import pandas as pd

from agt.calendar import month_date
from agt.figures import READING, Figure, fan
from agt.figures.figure import readable
from agt.figures.stocks import marks, stacked, unlocks_by_month
from agt.pages.known import unlocked
from agt.pages.tables import quantity
from agt.registry import Registry, load
from agt.simulation import Paths, published, simulate, today

RUNS = 1_000
AHEAD = 60  # months beyond today, the horizon of a proposal
SEED = 1

GROUPS = {
    "Locked": ("locked",),
    "Project's funds": (
        "reward_reserve",
        "ecosystem_fund",
        "marketing_fund",
        "community_treasury",
        "liquidity_reserve",
        "redemption_pool",
    ),
    "Contributors": ("contributors_liquid", "contributors_staked"),
    "Investors and team": ("investors_liquid", "investors_staked", "team_liquid", "team_staked"),
    "Market": ("market_float",),
    "Pools and burned": ("project_pools", "model_pools", "burned"),
}


def baseline(*names: str) -> Paths:
    """The ensemble that every page of this book shows, keeping the quantities `names`."""
    return published(simulate(RUNS, today() + AHEAD, SEED, keep=names))


def fan_of(name: str, *, since: int = 1, log: bool = False) -> Figure:
    """A quantity's fan over the baseline, captioned from the registry and described from its numbers."""
    registry = load()
    entry = registry.entry(name)
    meaning, unit = str(getattr(entry, "meaning", name)), str(getattr(entry, "unit", "AGT"))
    frame = baseline(name).quantiles(name, since)
    frame["date"] = pd.to_datetime(frame["date"])
    now, end = frame[frame["month"] == today()].iloc[0], frame.iloc[-1]
    member = name.partition(".")[2]
    title = f"{meaning}: {member}" if member else meaning
    told = (
        f"{title}. {now.date:%B %Y}: middle run {quantity(now.p50, unit)}, nine runs in ten between "
        f"{quantity(now.p05, unit)} and {quantity(now.p95, unit)}. {end.date:%B %Y}: middle run "
        f"{quantity(end.p50, unit)}, nine in ten between {quantity(end.p05, unit)} and {quantity(end.p95, unit)}."
    )
    chart = fan(frame, "date", quantity=title, unit=unit, log=log)
    chart += marks({f"{now.date:%Y-%m-%d}": "today"}, inside=True)
    return Figure(chart, f"{title}. {RUNS:,} runs; months with an observed price take it. {READING}", told)


def supply_figure() -> Figure:
    """All AGT by who holds it, from the token generation event to the end of the horizon: the mean of the runs."""
    registry = load()
    names = {group: _full(registry, accounts) for group, accounts in GROUPS.items()}
    ensemble = baseline(*(name for full in names.values() for name in full))
    held = {group: sum(ensemble[name].mean(axis=1) for name in full) for group, full in names.items()}
    rows = [
        {"date": month_date(month).replace(tzinfo=None), "group": group, "amount": float(amount)}
        for group, amounts in held.items()
        for month, amount in enumerate(amounts)
    ]
    told = "; ".join(f"{group} {readable(float(amounts[today()]))} AGT" for group, amounts in held.items())
    caption = f"Who holds all AGT, from the first day to {AHEAD} months from today: the mean of {RUNS:,} runs."
    jump = month_date(_jump())
    return stacked(
        pd.DataFrame(rows),
        quantity="All AGT",
        unit="AGT",
        caption=caption,
        alternative=f"{caption} Today: {told}. {jump:%B %Y}: the flow of unlocks jumps.",
        marked={f"{jump:%Y-%m-%d}": f"{jump:%B %Y}: unlocks jump"},
    )


def _jump() -> int:
    """The month in which the flow of unlocks rises most, by the schedule."""
    flow = [unlocked(month) - unlocked(month - 1) for month in range(1, today() + AHEAD)]
    return 2 + max(range(len(flow) - 1), key=lambda month: flow[month + 1] - flow[month])


def _full(registry: Registry, accounts: tuple[str, ...]) -> list[str]:
    return [name for account in accounts for name in registry.families.get(account, (account,))]


def unlock_figure() -> Figure:
    """What the schedule unlocks in each month after the token generation event, by group, exactly."""
    registry = load()
    members = registry.indices["bucket"].members
    ensemble = simulate(4, today() + AHEAD, SEED, keep=tuple(f"vesting_unlock.{bucket}" for bucket in members))
    amounts: dict[tuple[str, int], float] = {}
    for bucket, row in members.items():
        for month in range(1, ensemble.months + 1):
            key = (str(row["group"]).capitalize(), month)
            amounts[key] = amounts.get(key, 0.0) + float(ensemble[f"vesting_unlock.{bucket}"][month, 0])
    rows = [
        {"date": month_date(month).replace(tzinfo=None), "group": group, "agt": agt}
        for (group, month), agt in amounts.items()
        if agt > 0
    ]
    frame = pd.DataFrame(rows)
    totals = frame.groupby("date")["agt"].sum().round()
    told = (
        f"Monthly unlocks after the token generation event: {readable(totals.iloc[0])} AGT in the first month, "
        f"at most {readable(totals.max())}, first in {totals.idxmax():%B %Y}, none after {totals.index[-1]:%B %Y}."
    )
    caption = (
        "What the schedule unlocks on the 15th of each month, by who receives it. The first day's unlock is left out."
    )
    return unlocks_by_month(frame, caption, told)
