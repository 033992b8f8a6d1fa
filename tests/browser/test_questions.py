"""A member's ten questions: each is answered on a page that the start page leads to, with what is known elsewhere."""

from decimal import Decimal
from functools import cache

import pytest
from bs4 import BeautifulSoup

from agt.calendar import month_date
from agt.mechanisms.vesting import unlocked
from agt.pages.contents import ROOT, read_toc
from agt.records.schedules import schedule
from agt.registry import load
from agt.simulation import today

CLICKS = 2


def unlocks(month: int) -> int:
    """All AGT that is unlocked in a month, by the exact rule."""
    registry = load()
    return sum(unlocked(schedule(registry, bucket), month) for bucket in registry.indices["bucket"].members)


def million(base_units: int) -> str:
    return f"{base_units / 10**24:,.1f} million AGT"


TODAY = today()
QUOTA = load().value("redemption_quota")
ANSWERS = {
    "How many AGT exist, and how many can move today?": ["5,000 million AGT", million(unlocks(TODAY))],
    "When is the next large unlock?": [
        f"{month_date(TODAY + 1):%-d %B %Y}",
        million(unlocks(TODAY + 1) - unlocks(TODAY)),
    ],
    "What is my AIA worth this season, and why?": [
        f"{QUOTA:,} are submitted",
        "more AIA from anybody means less AGT for everybody",
    ],
    "Why does staking pay nothing by itself?": ["no work, no reward, whatever is staked"],
    "Where does buyback money go?": ["The sellers have the dollars", "back to the reserve that pays contributors"],
    "Are real clients paying for the tasks?": ["how many tasks are paid for by real clients", "Unit: share"],
    "What happens if revenue stalls?": ["Revenue stalls, unlocks go on", "the schedule does not wait for clients"],
    "Who decides a vote?": ["carries votes", "The fewest voters", "Share of the votes cast by investors, team"],
    "What may a proposal change, and by how much?": [
        name for name, lever in load().levers().items() if lever.index is None
    ],
    "How sure are we?": ["spread", "Sobol"],
}


@pytest.fixture(scope="module")
def start(site):
    return site / read_toc(ROOT)["root"]


@cache
def read(path) -> BeautifulSoup:
    return BeautifulSoup(path.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")


def linked(path) -> dict[str, str]:
    """The links of a page's own text: what they say and where they lead."""
    article = read(path).find("article")
    return {link.get_text(strip=True): link["href"].partition("#")[0] for link in article.find_all("a", href=True)}


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_answered_a_click_away(start, question):
    links = linked(start)
    assert question in links
    page = (start.parent / links[question]).resolve()
    text = " ".join(read(page).find("article").get_text(" ", strip=True).split())
    assert [words for words in ANSWERS[question] if words not in text] == []


def test_the_short_answers_stand_on_the_start_page(start):
    text = " ".join(read(start).find("article").get_text(" ", strip=True).split())
    total = Decimal(load().value("supply_total"))
    assert f"{total:,} AGT exist" in text
    assert f"{unlocks(TODAY) // 10**18:,} are" in text
    assert f"On {month_date(TODAY + 1):%-d %B %Y}: {million(unlocks(TODAY + 1) - unlocks(TODAY))}" in text


def test_every_page_of_the_book_is_few_clicks_away(start, site):
    """By the links of the pages' own text, without the menu."""
    reached = {start.with_suffix(".html")}
    edge = set(reached)
    for _ in range(CLICKS):
        edge = {
            (page.parent / target).resolve()
            for page in edge
            for target in linked(page).values()
            if target and "://" not in target
        } - reached
        reached |= {page for page in edge if page.suffix == ".html"}
        edge &= reached
    chapters = set((site / "book").rglob("*.html"))
    assert {path.relative_to(site).as_posix() for path in chapters - reached} <= set()
