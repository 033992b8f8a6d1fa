"""A member's ten questions on the start page: a short answer each, and the page that says more."""

from collections.abc import Callable
from functools import cache
from html import escape
from typing import NamedTuple

from agt.calendar import month_date
from agt.pages.baseline import baseline
from agt.pages.known import MILLION, unlocked
from agt.pages.stress import quantiles
from agt.pages.tables import Html, amount, rough, table
from agt.registry import load
from agt.simulation import Paths, today

HORIZON = 240  # months within which every schedule ends
ASKED = (
    "redemption_rate",
    "redemption_paid_share",
    "supply_client_coverage",
    "quality_client_share",
    "voting_insiders",
    "voting_quorum_ratio",
)


class Question(NamedTuple):
    """What is asked, who answers, and the page behind the answer."""

    asked: str
    answer: Callable[[], str]
    page: str


def questions() -> Html:
    """The questions, each a link to the page that answers it at length."""
    rows = [(Html(f'<a href="../{one.page}">{escape(one.asked)}</a>'), one.answer()) for one in QUESTIONS]
    return table(("Question", "Short answer"), rows, label="Questions that members ask")


@cache
def _run() -> Paths:
    return baseline(*ASKED)


def _today(name: str) -> dict[str, float]:
    """The quantiles of a quantity of the baseline in the present month."""
    return _run().at(name, today())


def _how_many() -> str:
    total = amount(load().value("supply_total"), "AGT")
    return f"{total} exist, and no more can be made. {unlocked(today()):,} are unlocked and can move."


def _next_unlock() -> str:
    month = today() + 1
    flow = [unlocked(ahead) - unlocked(ahead - 1) for ahead in range(month - 1, month + HORIZON)]
    before, step, later = flow[0], flow[1], flow[2:]
    larger = next((place for place, one in enumerate(later, month + 1) if one > step), None)
    last = max(place for place, one in enumerate(flow, month - 1) if one > 0)
    after = (
        f"No larger one follows; the last is on {month_date(last):%-d %B %Y}."
        if larger is None
        else f"A larger one follows on {month_date(larger):%-d %B %Y}."
    )
    return (
        f"On {month_date(month):%-d %B %Y}: {step / MILLION:,.1f} million AGT, after {before / MILLION:,.1f} million "
        f"the month before. {after}"
    )


def _worth() -> str:
    rate, paid = _today("redemption_rate"), _today("redemption_paid_share")
    return (
        f"The season's pool over all AIA submitted, so it depends on everybody else. Model: {rough(rate['p50'])} AGT "
        f"for one AIA, nine runs in ten between {rough(rate['p05'])} and {rough(rate['p95'])}. A swap needs at least "
        f"{amount(load().value('redemption_minimum'), 'AIA')}; {paid['p50']:.0%} of active accounts are paid."
    )


def _staking() -> str:
    return "A stake multiplies the pay of accepted work. No work, nothing to multiply."


def _buyback() -> str:
    return "To whoever sells AGT that month. The tokens go back to the reserve that pays contributors."


def _clients() -> str:
    tasks, coverage = _today("quality_client_share"), _today("supply_client_coverage")
    return (
        f"Nobody has published it. Model: they pay for {tasks['p50']:.0%} of all tasks, and their money buys "
        f"{coverage['p50']:.0%} of the AGT that earners and unlock holders sell, nine runs in ten between "
        f"{coverage['p05']:.1%} and {coverage['p95']:.0%}."
    )


def _stall() -> str:
    stalled, usual = (quantiles(scenario, "client_coverage")["p50"] for scenario in ("revenue_stalls", "base"))
    return (
        f"Unlocks go on. Over {load().measures['client_coverage'].horizon} months clients' money buys {stalled:.1%} of "
        f"what is sold instead of {usual:.1%}, in the middle run."
    )


def _vote() -> str:
    insiders, quorum = _today("voting_insiders"), _today("voting_quorum_ratio")
    return (
        f"Whoever turns up. Model: investors, team and advisers cast {insiders['p50']:.0%} of the votes, nine runs in "
        f"ten between {insiders['p05']:.0%} and {insiders['p95']:.0%}. The quorum is published nowhere; by the model's "
        f"guess the votes cast are {quorum['p50']:.0%} of those needed."
    )


def _levers() -> str:
    registry = load()
    quota = registry.parameters["redemption_quota"]
    step = amount(quota.largest_step, quota.unit) if quota.largest_step is not None else "any amount"
    return (
        f"{len(registry.levers())} numbers. The season's pool, for example, is "
        f"{amount(registry.value('redemption_quota'), quota.unit)} and may be moved by {step} in one vote. Until the "
        "DAO sets its own limits, these are this book's."
    )


def _sure() -> str:
    return "Not very. Every picture shows how far the runs lie apart, and one page says what that hangs on."


QUESTIONS = (
    Question("How many AGT exist, and how many can move today?", _how_many, "start/state.html"),
    Question("When is the next large unlock?", _next_unlock, "start/state.html#what-unlocks-month-by-month"),
    Question("What is my AIA worth this season, and why?", _worth, "rules/redemption.html"),
    Question("Why does staking pay nothing by itself?", _staking, "rules/staking.html"),
    Question("Where does buyback money go?", _buyback, "rules/buyback.html"),
    Question("Are real clients paying for the tasks?", _clients, "figures/quality.html"),
    Question("What happens if revenue stalls?", _stall, "economy/stress.html#revenue-stalls-unlocks-go-on"),
    Question("Who decides a vote?", _vote, "rules/voting.html"),
    Question("What may a proposal change, and by how much?", _levers, "start/vote.html"),
    Question("How sure are we?", _sure, "economy/hangs-on.html"),
)
