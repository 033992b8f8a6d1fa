"""One month in pictures: who pays whom, who gets the season's pool, who could decide a vote, and how unsure it is."""

import numpy as np
import pandas as pd

from agt.calendar import month_date
from agt.figures import Figure
from agt.figures.dots import DOTS, dots
from agt.figures.stocks import stacked
from agt.figures.streams import streams
from agt.pages.baseline import AHEAD, GROUPS, RUNS, baseline
from agt.pages.tables import quantity, rough
from agt.registry import load
from agt.simulation import today

KINDS = {  # what moves AGT, in the words of a member
    "vesting": "unlocked",
    "rewards": "paid for work",
    "redemption": "paid for work",
    "market": "sold",
    "buyback": "clients' money",
    "demand": "clients' money",
    "staking": "stakes and pools",
    "progression": "stakes and pools",
    "projects": "stakes and pools",
    "treasury": "project's spending",
}
VOTERS = {
    "contributors": "Contributors",
    "investors": "Investors",
    "team": "Team and advisers",
    "market": "Others on the market",
}
LEAST = 0.005  # share of a month's moves below which a band is too thin to see


def holder(account: str) -> str:
    """Whose an account is, in the groups that all pictures share; the reserve of rewards stands for itself."""
    family = account.partition(".")[0]
    if family in ("reward_reserve", "redemption_pool"):
        return "Reserve of rewards"
    return next(group for group, accounts in GROUPS.items() if family in accounts)


def moves(month: int) -> pd.DataFrame:
    """What moved between groups of holders: columns payer, payee, kind and amount [AGT], means of the runs."""
    registry = load()
    run = baseline(*registry.flows)
    moved: dict[tuple[str, str, str], float] = {}
    for name, flow in registry.flows.items():
        payer, payee = holder(flow.payer), holder(flow.payee)
        if payer != payee:
            way = (payer, payee, KINDS[name.partition("_")[0]])
            moved[way] = moved.get(way, 0.0) + float(run[name][month].mean())
    least = LEAST * sum(moved.values())
    rows = [(*way, amount) for way, amount in moved.items() if amount > least]
    return pd.DataFrame(rows, columns=["payer", "payee", "kind", "amount"])


def month_figure() -> Figure:
    """The AGT that moves this month, from whom to whom."""
    frame = moves(today())
    ordered = frame.sort_values("amount", ascending=False).to_dict("records")
    told = "; ".join(f"{row['payer']} to {row['payee']}, {row['kind']}: {rough(row['amount'])} AGT" for row in ordered)
    caption = (
        f"Where AGT moves in {month_date(today()):%B %Y}, left to right; a band is as thick as its amount. "
        f"The mean of {RUNS:,} runs. What moves within a group, or is too little to be seen, is left out."
    )
    return Figure(streams(frame, unit="AGT"), caption, f"{caption} {told}.")


def pool_figure() -> Figure:
    """Who receives each month's season pool, from the first season to the end of the horizon."""
    registry = load()
    members = registry.indices["cohort"].members
    names = [f"redemption_redeemed.{cohort}" for cohort in members]
    run = baseline("redemption_rate", "redemption_return", *names)
    amounts = {
        str(row["meaning"]): (run["redemption_rate"] * run[f"redemption_redeemed.{cohort}"]).mean(axis=1)
        for cohort, row in members.items()
    }
    now = {group: paid[today()] for group, paid in amounts.items()}
    told = "; ".join(f"{group} {rough(float(paid))} AGT" for group, paid in now.items())
    caption = (
        f"Who receives the AGT of each season, month by month: the mean of {RUNS:,} runs. "
        "A farm is many accounts of one operator."
    )
    return stacked(
        by_month(amounts, since=1),
        quantity="Paid for AIA in the month",
        unit="AGT",
        caption=caption,
        alternative=f"{caption} {month_date(today()):%B %Y}: {told}.",
    )


def votes_figure() -> Figure:
    """Who would cast the votes, month by month, as shares."""
    run = baseline(*(f"voting_votes.{group}" for group in VOTERS))
    cast = {title: run[f"voting_votes.{group}"] for group, title in VOTERS.items()}
    all_cast = sum(cast.values())
    shares = {title: (votes / np.maximum(all_cast, 1.0)).mean(axis=1) for title, votes in cast.items()}
    told = "; ".join(f"{title} {share[today()]:.0%}" for title, share in shares.items())
    caption = (
        f"Who would cast the votes if a vote were held in a month: the mean of {RUNS:,} runs. "
        "How many of each group turn out is known of other DAOs only."
    )
    return stacked(
        by_month(shares, since=1),
        quantity="Votes cast",
        unit="share of all",
        caption=caption,
        alternative=f"{caption} {month_date(today()):%B %Y}: {told}.",
    )


def by_month(amounts: dict[str, np.ndarray], since: int = 0) -> pd.DataFrame:
    """Rows of a stacked picture: columns date, group and amount, month by month."""
    return pd.DataFrame(
        [
            {"date": month_date(month).replace(tzinfo=None), "group": group, "amount": float(values[month])}
            for group, values in amounts.items()
            for month in range(since, today() + AHEAD + 1)
        ]
    )


def dots_of(name: str, *, ahead: int = 0, log: bool = False) -> Figure:
    """A quantity of one month as twenty dots.

    Args: name: of a quantity of the model; ahead: months from today; log: a scale of ratios.
    """
    registry = load()
    entry, month = registry.entry(name), today() + ahead
    meaning, unit = str(getattr(entry, "meaning", name)), str(getattr(entry, "unit", "AGT"))
    values = baseline(name)[name][month]
    low, middle, high = (quantity(float(value), unit) for value in np.quantile(values, [0.1, 0.5, 0.9]))
    caption = (
        f"{meaning}, {month_date(month):%B %Y}. Each dot is one future in {DOTS}: count dots to get a chance. "
        f"From {RUNS:,} runs."
    )
    told = f"{meaning}: half of the futures lie below {middle}, one in ten below {low}, one in ten above {high}."
    return Figure(
        dots(values, quantity=meaning, unit=unit, log=log),
        caption,
        told,
    )
