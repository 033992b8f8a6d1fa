"""The built book in a browser: every page is whole, asks nobody else for anything, and fits a phone."""

import re

import pytest

from agt.calendar import month_number
from agt.figures.theme import PALETTES
from agt.pages import contents
from agt.simulation import simulate

FILES = [page for part in contents.parts(contents.ROOT) for page in part.pages]
PAGES = [path.relative_to(contents.ROOT).with_suffix(".html").as_posix() for path in FILES]
DRAWN = "figure => figure.querySelectorAll('g.role-mark > *').length"
OUTSIDE = re.compile(r"<(?:script|link|img|iframe|source|form)\b[^>]*?\b(?:src|href|action)=[\"'](?:https?:)?/[^\"']*")


def figured() -> str:
    """A page with a chart."""
    return next(page for page, path in zip(PAGES, FILES, strict=True) if "agt-figure-spec" in path.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_and_asks_nobody_else(visit, address, page):
    seen = visit(address + page)
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith((address, "data:"))] == []
    for figure in seen.page.locator(".agt-figure").all():
        assert figure.get_attribute("data-state") == "ready"
        assert figure.evaluate(DRAWN) > 0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(visit, address, page):
    phone = visit(address + page, width=360).page
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    widths = phone.locator(".agt-figure svg").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert all(width <= 360 for width in widths)


def test_a_charts_numbers_are_the_models(visit, address, chart_data):
    rows = chart_data(visit(address + "book/economy/baseline.html").page, 1)
    ensemble = simulate(1_000, 78, 1, keep=("reward_reserve",))
    assert len(rows) == ensemble.months
    for row in rows:
        expected = ensemble.at("reward_reserve", month_number(row["date"][:7]))
        assert {level: row[level] for level in expected} == pytest.approx(expected, rel=5e-4)


def test_vega_is_loaded_only_where_a_chart_is(visit, address):
    for page, path in zip(PAGES, FILES, strict=True):
        loaded = any("/vega" in url for url in visit(address + page).requests)
        assert loaded == ("agt-figure-spec" in path.read_text("utf-8"))


def test_the_reader_chooses_dark(visit, address):
    page = visit(address + figured()).page
    assert ink(page) == PALETTES["light"].ink
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.locator(".theme-switch-button:visible").first.click()
    page.wait_for_function(
        f"document.querySelector('.agt-figure svg text')?.getAttribute('fill') === '{PALETTES['dark'].ink}'"
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", paper)) == PALETTES["dark"].paper


def ink(page) -> str | None:
    return page.locator(".agt-figure svg text").first.get_attribute("fill")


def test_a_chart_follows_its_column(visit, address):
    page = visit(address + figured()).page
    page.set_viewport_size({"width": 500, "height": 800})
    page.wait_for_function("document.querySelector('.agt-figure svg').getBoundingClientRect().width < 500")
    assert page.evaluate("document.documentElement.scrollWidth") <= 500


def test_scripts_leave_no_names_behind(visit, address):
    page = visit(address + figured()).page
    assert page.evaluate("Object.keys(window).filter(name => /vega|agt/i.test(name))") == []


def test_the_book_opens_from_a_folder(visit, site):
    seen = visit((site / "index.html").as_uri())
    assert seen.page.url == (site / PAGES[0]).as_uri()
    assert seen.complaints == []
    assert all(url.startswith(("file:", "data:")) for url in seen.requests)
    states = seen.page.locator(".agt-figure").evaluate_all("all => all.map(one => one.dataset.state)")
    assert set(states) <= {"ready"}


def test_search_finds_a_page(visit, address):
    page = visit(address + PAGES[0]).page
    word = page.locator(".bd-article h1").inner_text().split()[-1].strip("#")
    page.goto(f"{address}search.html?q={word}")
    page.wait_for_selector("ul.search li a")


def test_addresses_within_the_book_are_relative(site):
    for path in site.rglob("*.html"):
        assert OUTSIDE.findall(path.read_text(encoding="utf-8")) == []


def test_each_chapter_can_be_downloaded(visit, address, site):
    for page, path in zip(PAGES, FILES, strict=True):
        link = visit(address + page).page.locator("a.btn-download-source-button").get_attribute("href")
        copy = (site / page).parent / link
        assert copy.read_bytes() == path.read_bytes()
