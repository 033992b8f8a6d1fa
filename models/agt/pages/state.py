"""The state of the economy on its date: figures that are known, and figures of the model."""

from decimal import Decimal
from html import escape

from agt.calendar import UNLOCK_DAY, moment, month_date
from agt.pages.baseline import baseline
from agt.pages.chapter import Chapter
from agt.pages.known import MILLION, last_price, unlocked
from agt.pages.tables import Html, amount, rough
from agt.registry import load
from agt.simulation import Paths, today

KEPT = ("supply_in_hands", "reward_reserve", "supply_runway", "rewards_pay.regular")


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
        (
            "One season's pool",
            f"{rough(quota)} AGT",
            "one source names it as an example; shared among all AIA submitted",
        ),
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
