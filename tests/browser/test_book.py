"""The built book in a browser: every page is whole, alone, accessible, fits a phone, and can be printed."""

import gzip
import re

import pytest
from playwright.sync_api import Page

from agt.calendar import month_number
from agt.figures.theme import PALETTES
from agt.pages import contents
from agt.registry import load
from agt.simulation import simulate
from tests.browser.conftest import COLOURS, Visitor, dress, rested

FILES = [page for part in contents.parts(contents.ROOT) for page in part.pages]
PAGES = [path.relative_to(contents.ROOT).with_suffix(".html").as_posix() for path in FILES]
DRAWN = "figure => figure.querySelectorAll('g.role-mark > *').length"
OUTSIDE = re.compile(r"<(?:script|link|img|iframe|source|form)\b[^>]*?\b(?:src|href|action)=[\"'](?:https?:)?/[^\"']*")
NAMED = re.compile(r'(<a [^>]*>)?<code([^>]*)>(?:<span class="pre">)?([^<]+)(?:</span>)?</code>')
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
KINDS = [
    "book/start/index.html",
    "book/start/state.html",
    "book/start/glossary.html",
    "book/rules/redemption.html",
    "book/economy/tempting.html",
    "book/governance/guardrails.html",
    next(page for page in PAGES if page.startswith("proposals/")),
]
LARGEST = 1_500_000  # bytes of a page with everything it loads, compressed
FIRST = 6_000  # milliseconds to the first picture beside other tests; alone it takes a third of the two seconds allowed


def figured() -> str:
    """A page with a chart."""
    return next(page for page, path in zip(PAGES, FILES, strict=True) if "agt-figure-spec" in path.read_text("utf-8"))


# One visit of each page, in the order of the tests below


@pytest.fixture(scope="module")
def tab(context, address):
    """Where one page after the other is shown: it keeps what they have in common."""
    visitor = Visitor(context)
    yield visitor(address + PAGES[-1])
    visitor.leave()


@pytest.fixture(scope="module", params=PAGES)
def seen(request, tab, address):
    """A page of the book and what it did; each test sets the width and mode that it needs."""
    tab.page.goto("about:blank")  # the page before asks for nothing any more
    tab.complaints.clear()
    tab.requests.clear()
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.page.goto(address + request.param)
    rested(tab.page)
    return request.param, tab


def test_a_page_is_whole(seen):
    _, visit = seen
    assert visit.complaints == []
    assert visit.page.locator(".bd-article h1").count() == 1
    for figure in visit.page.locator(".agt-figure").all():
        assert figure.get_attribute("data-state") == "ready"
        assert figure.evaluate(DRAWN) > 0


def test_a_page_asks_nobody_else(seen, address):
    _, visit = seen
    assert [url for url in visit.requests if not url.startswith((address, "data:"))] == []


def test_a_page_loads_little_and_vega_only_where_a_chart_is(seen, address, site):
    page, visit = seen
    loaded = {url.partition("?")[0].removeprefix(address) for url in visit.requests if url.startswith(address)}
    assert sum(len(gzip.compress((site / name).read_bytes())) for name in loaded) < LARGEST
    assert any("/vega" in name for name in loaded) == bool(visit.page.locator(".agt-figure").count())
    assert page in loaded


def test_the_policy_of_a_page_allows_no_other_host_and_no_eval(seen, site):
    page, visit = seen
    (policy,) = POLICY.findall((site / page).read_text(encoding="utf-8"))
    assert "default-src &#x27;self&#x27;" in policy
    assert "&#x27;unsafe-eval&#x27;" not in policy
    assert ("wasm-unsafe-eval" in policy) == (visit.page.locator(".agt-lab").count() > 0)
    assert "script-src" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.turn(of=3, always=KINDS)
def test_a_page_is_accessible(seen, axe):
    _, visit = seen
    dress(visit.page, width=1280, mode="light")
    assert axe(visit.page) == []


@pytest.mark.turn(of=3, always=KINDS)
@pytest.mark.parametrize("width", [360, 320])
def test_a_page_fits_a_phone(seen, width):
    _, visit = seen
    dress(visit.page, width=width, mode="light")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = "all => all.map(one => one.getBoundingClientRect().width)"
    assert all(wide <= width for wide in visit.page.locator(".agt-figure svg").evaluate_all(drawn))


# What one page shows for all


def test_a_charts_numbers_are_the_models(visit, address, chart_data):
    rows = chart_data(visit(address + "book/economy/baseline.html").page, 1)
    ensemble = simulate(1_000, 78, 1, keep=("reward_reserve",))
    assert len(rows) == ensemble.months
    for row in rows:
        expected = ensemble.at("reward_reserve", month_number(row["date"][:7]))
        assert {level: row[level] for level in expected} == pytest.approx(expected, rel=5e-4)


def test_the_first_picture_is_drawn_soon(visit, address):
    watched = (
        "new MutationObserver(() => { if (document.querySelector('.agt-figure[data-state=ready]')) "
        "window.firstPicture ??= performance.now() })"
        ".observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] })"
    )
    page = visit(address + figured()).page
    page.add_init_script(watched)
    page.reload()
    page.wait_for_function("window.firstPicture")
    assert page.evaluate("window.firstPicture") < FIRST


def test_the_reader_chooses_dark(visit, address):
    page = visit(address + figured()).page
    assert ink(page) == PALETTES["light"].ink
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.locator(".theme-switch-button:visible").first.click()
    page.wait_for_function(
        f"document.querySelector('.agt-figure svg text')?.getAttribute('fill') === '{PALETTES['dark'].ink}'"
    )
    assert paper(page) == PALETTES["dark"].paper


@pytest.mark.turn(of=3)
@pytest.mark.parametrize("page", KINDS)
def test_every_text_keeps_its_contrast(visit, address, axe, page):
    """Text by text on one page of each kind: all take their colours from one theme."""
    shown = visit(address + page, mode="dark").page
    assert axe(shown, rules=COLOURS, every_text=True) == []
    dress(shown, width=1280, mode="light")
    assert axe(shown, rules=COLOURS, every_text=True) == []


@pytest.mark.parametrize(
    ("rule", "place", "spoil"),
    [
        ("color-contrast", "p", "one.style.color = '#bbb'"),
        ("link-in-text-block", "p > .agt-term", "one.style.cssText = 'color: #444; text-decoration: none'"),
    ],
)
def test_one_text_that_does_not_stand_out_is_noticed(visit, address, axe, rule, place, spoil):
    page = visit(address + "book/rules/redemption.html").page
    page.locator(f".bd-article {place}:visible").last.evaluate(f"one => {{ {spoil} }}")
    assert {found.partition(":")[0] for found in axe(page)} == {rule}


def ink(page: Page) -> str | None:
    return page.locator(".agt-figure svg text").first.get_attribute("fill")


def paper(page: Page) -> str:
    return hexadecimal(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_print_is_dark_on_white_whatever_the_screen_was(visit, address, axe, mode):
    page = visit(address + "book/rules/redemption.html", mode=mode).page
    page.emulate_media(media="print", color_scheme=mode)
    page.evaluate("mode => { document.documentElement.dataset.theme = mode }", mode)
    assert paper(page) == PALETTES["light"].paper
    assert axe(page, rules=COLOURS, every_text=True) == []
    for place, style in ((".bd-article :is(p, td, h2)", "color"), (".agt-figure svg text", "fill")):
        colours = page.locator(place).evaluate_all(f"all => all.map(one => getComputedStyle(one).{style})")
        assert {hexadecimal(colour) for colour in colours} <= {PALETTES["light"].ink, "#000000"}
    assert not page.locator(".bd-sidebar-primary").is_visible()
    assert page.locator(".agt-code pre").first.evaluate("one => one.checkVisibility({contentVisibilityAuto: true})")


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


# By keyboard


def test_the_first_tab_offers_to_skip_the_menus(visit, address):
    page = visit(address + PAGES[0]).page
    page.keyboard.press("Tab")
    assert "Skip" in focused(page)
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


def focused(page: Page) -> str:
    """What the element that has the focus says."""
    return str(page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''"))


def press_until(page: Page, words: str, *, most: int = 200) -> None:
    """Press Tab until what has the focus says the words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def test_the_menu_leads_to_a_page_by_keyboard(visit, address):
    page = visit(address + PAGES[0]).page
    press_until(page, "What can I vote on?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/vote.html")
    assert page.locator(".bd-article h1").inner_text().startswith("What can I vote on?")


def test_next_and_previous_lead_on_by_keyboard(visit, address):
    page = visit(address + PAGES[1]).page
    for words, name in (("Next", PAGES[2]), ("Previous", PAGES[1])):
        page.evaluate("document.querySelector('.prev-next-area a').parentElement.previousElementSibling?.focus()")
        press_until(page, words)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{name}")


def test_a_phones_menu_opens_and_closes_by_keyboard(visit, address):
    page = visit(address + PAGES[0], width=360).page
    menu = page.locator(".bd-sidebar-primary")
    press_until(page, "Toggle primary sidebar")
    page.keyboard.press("Enter")
    menu.wait_for(state="visible")
    page.keyboard.press("Escape")
    menu.wait_for(state="hidden")


def test_search_opens_by_keyboard_and_finds_a_term(visit, address):
    page = visit(address + PAGES[0]).page
    page.keyboard.press("Control+k")
    page.keyboard.type("Medallion")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Medallion*")
    page.wait_for_selector("ul.search li a")
    found = page.locator("ul.search li a").evaluate_all("all => all.map(one => one.href)")
    assert any("/rules/progression.html" in link for link in found)
    assert any("/start/glossary.html" in link for link in found)


# In the files


def test_addresses_within_the_book_are_relative(site):
    for path in site.rglob("*.html"):
        assert OUTSIDE.findall(path.read_text(encoding="utf-8")) == []


def test_every_name_in_code_letters_leads_to_its_definition(site):
    names = set(load().names())
    found = 0
    for path in (site / "book").rglob("*.html"):
        for link, attributes, name in NAMED.findall(path.read_text(encoding="utf-8")):
            if name in names and " id=" not in attributes:
                assert link, f"{path.name}: {name}"
                found += 1
    assert found > len(names)


def test_each_chapter_can_be_downloaded(site):
    for page, path in zip(PAGES, FILES, strict=True):
        html = (site / page).read_text(encoding="utf-8")
        (link,) = re.findall(r'<a href="([^"]+)"[^>]*\bbtn-download-source-button\b', html)
        assert ((site / page).parent / link).read_bytes() == path.read_bytes()
