"""The start page: the state of the economy on its date, and what members ask."""

from decimal import Decimal
from html import escape

from agt.calendar import UNLOCK_DAY, moment, month_date
from agt.pages.baseline import baseline
from agt.pages.chapter import Chapter
from agt.pages.stress import quantiles
from agt.pages.tables import Html, amount, rough, table
from agt.records.amounts import UNIT
from agt.records.schedules import unlocks
from agt.registry import Observation, load
from agt.simulation import Paths, today

MILLION = 1e6
KEPT = (
    "supply_in_hands",
    "reward_reserve",
    "supply_runway",
    "redemption_rate",
    "rewards_pay.regular",
    "supply_client_coverage",
    "demand_revenue",
    "market_sold",
    "contributors_active.regular",
    "quality_client_share",
    "voting_insiders",
)


def unlocked(month: int) -> int:
    """All that is unlocked when the unlock of `month` has happened [AGT], rounded down."""
    base_units = sum(row.unlocked for row in unlocks(load(), month_date(month)))
    return base_units // UNIT


def last_price() -> Observation:
    """The latest observed price."""
    return max((seen for seen in load().observations if seen.quantity == "price"), key=lambda seen: seen.date)


def state_of_the_economy() -> Html:
    """What is known, what follows from the schedule, and what only the model can say, on the registry's date."""
    registry, month = load(), today()
    now, later = unlocked(month), unlocked(month + 1)
    price = last_price()
    run = baseline(*KEPT)
    day = f"{moment(registry.as_of):%-d %B %Y}"
    total, quota = float(registry.value("supply_total")), float(registry.value("redemption_quota"))
    next_day = f"{month_date(month + 1):%-d %B %Y}"
    tiles = [
        ("All AGT, now and ever", f"{rough(total)} AGT", "by the contract, which cannot mint"),
        (f"Unlocked on {day}", f"{now / MILLION:,.1f} million AGT", f"by the schedule: {now / total:.0%} of all"),
        (f"Unlocks on {next_day}", f"{(later - now) / MILLION:,.1f} million AGT", "by the schedule"),
        ("Price", f"{price.value} USD", f"observed on {moment(price.date):%-d %B %Y}"),
        ("One season's pool", f"{rough(quota)} AGT", "shared among all AIA submitted"),
        _modelled("In people's and markets' hands", "supply_in_hands", "AGT", run),
        _modelled("Reserve that pays contributors", "reward_reserve", "AGT", run),
        _modelled("It lasts, at the present pace", "supply_runway", "months", run),
        _modelled("Pay of a regular", "rewards_pay.regular", "USD an hour", run),
    ]
    return Html(f'<dl class="agt-tiles">{"".join(_tile(*tile) for tile in tiles)}</dl>')


def _tile(title: str, figure: str, source: str) -> str:
    told = f'<dd class="agt-origin">{escape(source)}</dd>'
    return f"<div><dt>{escape(title)}</dt><dd>{escape(figure)}</dd>{told}</div>"


def _modelled(title: str, name: str, unit: str, run: Paths) -> tuple[str, str, str]:
    levels = run.at(name, today())
    spread = f"model: nine runs in ten between {rough(levels['p05'])} and {rough(levels['p95'])}"
    return title, f"{rough(levels['p50'])} {unit}", spread


def questions() -> Html:
    """What members ask, in one line each, with the page that says more."""
    month, run, registry = today(), baseline(*KEPT), load()
    next_day, step = month_date(month + 1), unlocked(month + 1) - unlocked(month)
    before = unlocked(month) - unlocked(month - 1)
    rate, coverage = run.at("redemption_rate", month), run.at("supply_client_coverage", month)
    tasks, insiders = run.at("quality_client_share", month), run.at("voting_insiders", month)
    stalled, usual = (quantiles(scenario, "client_coverage")["p50"] for scenario in ("revenue_stalls", "base"))
    levers = registry.levers().values()
    answers = {
        "How many AGT exist, and how many can move today?": (
            f"{amount(registry.value('supply_total'), 'AGT')} exist, and no more can be made. "
            f"{unlocked(month):,} are unlocked and can move.",
            "start/state.html",
        ),
        "When is the next large unlock?": (
            f"On {next_day:%-d %B %Y}: {step / MILLION:,.1f} million AGT, after {before / MILLION:,.1f} million "
            "the month before.",
            "start/state.html#what-unlocks-month-by-month",
        ),
        "What is my AIA worth this season, and why?": (
            f"The season's pool over all AIA submitted, so it depends on everybody else. Model: {rough(rate['p50'])} "
            f"AGT for one AIA, nine runs in ten between {rough(rate['p05'])} and {rough(rate['p95'])}.",
            "rules/redemption.html",
        ),
        "Why does staking pay nothing by itself?": (
            "A stake multiplies the pay of accepted work. No work, nothing to multiply.",
            "rules/staking.html",
        ),
        "Where does buyback money go?": (
            "To whoever sells AGT that month. The tokens go back to the reserve that pays contributors.",
            "rules/buyback.html",
        ),
        "Are real clients paying for the tasks?": (
            f"Nobody has published it. Model: they pay for {tasks['p50']:.0%} of all tasks, and their money buys "
            f"{coverage['p50']:.0%} of what is sold, nine runs in ten between {coverage['p05']:.1%} and "
            f"{coverage['p95']:.0%}.",
            "figures/quality.html",
        ),
        "What happens if revenue stalls?": (
            f"Unlocks go on. Clients' money buys {stalled:.1%} of what is sold instead of {usual:.1%}, in the middle "
            "run.",
            "economy/stress.html#revenue-stalls-unlocks-go-on",
        ),
        "Who decides a vote?": (
            f"Whoever turns up. Model: investors, team and advisers cast {insiders['p50']:.0%} of the votes, nine runs "
            f"in ten between {insiders['p05']:.0%} and {insiders['p95']:.0%}.",
            "rules/voting.html",
        ),
        "What may a proposal change, and by how much?": (
            f"{len(levers)} numbers, each within bounds, by a largest step, after a delay.",
            "start/vote.html",
        ),
        "How sure are we?": (
            "Not very. Every picture shows how far the runs lie apart, and one page says what that hangs on.",
            "economy/hangs-on.html",
        ),
    }
    rows = [
        (Html(f'<a href="../{page}">{escape(question)}</a>'), answer) for question, (answer, page) in answers.items()
    ]
    return table(("Question", "Short answer"), rows, label="Questions that members ask")


def say_the_schedule(chapter: Chapter) -> None:
    """Let prose name what the schedule says: how many buckets, on which day, and when user rewards end."""
    registry = load()
    last = int(registry.value("vesting_start.user_rewards") + registry.value("vesting_steps.user_rewards"))
    chapter.say("buckets", str(len(registry.indices["bucket"].members)))
    chapter.say("unlock_day", str(UNLOCK_DAY))
    chapter.say("rewards_end", f"{month_date(last):%B %Y}")


def say_the_funds(chapter: Chapter) -> None:
    """Let prose name the share of the supply that the project's four funds received."""
    allocation = load().allocation()
    funds = sum((allocation[bucket] for bucket in ("marketing", "ecosystem", "treasury", "liquidity")), Decimal(0))
    chapter.say("funds_share", amount(funds / load().value("supply_total"), "share"))
