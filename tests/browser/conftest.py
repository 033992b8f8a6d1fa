"""A built book, a server that has it below a path, and a browser that writes down what pages do."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from fcntl import LOCK_EX, flock
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal, NamedTuple

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from agt.figures.theme import PALETTES
from agt.pages import build, contents

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # there is no way to any other host
WATCH = "addEventListener('securitypolicyviolation', event => console.error(`refused: ${event.blockedURI}`))"
# What changes its colour over some moments has changed it.
ARRIVED = "document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
AXE_SOURCE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The rules that take nine tenths of the time, and what they look at.
COLOURS = {"color-contrast": "*", "link-in-text-block": "a[href]"}
# Marks one element for each way in which text looks - its colour, size, weight and line, what lies behind it, and the
# colour around it - and lets the rules about colours see those alone.
ONE_OF_EACH_LOOK = """colours => {
    const behind = new Map([[null, '']]), looks = new Set()
    const ground = element => {
        if (!behind.has(element)) {
            const { backgroundColor, backgroundImage, opacity, position, filter } = getComputedStyle(element)
            behind.set(element, [ground(element.parentElement), backgroundColor, backgroundImage, opacity, filter,
                position === 'static' ? '' : position].join())
        }
        return behind.get(element)
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement, link = element.closest('a') ?? element
        const { color, fill, fontSize, fontWeight, textShadow } = getComputedStyle(element)
        const line = getComputedStyle(link).textDecorationLine, around = getComputedStyle(link.parentElement).color
        const seen = element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })
        const look = [color, fill, fontSize, fontWeight, textShadow, line, around, seen, ground(element)].join()
        if (texts.currentNode.data.trim() && !looks.has(look)) {
            looks.add(look)
            for (const one of [element, link]) one.dataset.look = ''
        }
    }
    const rules = Object.entries(colours).map(([id, those]) => ({ id, selector: `${those}[data-look]` }))
    axe.configure({ rules })
}"""


class Visit(NamedTuple):
    """A page that has come to rest, what it complained about, and every address it asked for."""

    page: Page
    complaints: list[str]
    requests: list[str]


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the tests read what the browser saw."""


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Path:
    """The book as built from what is stored now; of several processes that test, the first one builds it for all."""
    own = tmp_path_factory.getbasetemp()
    out = (own if worker_id == "master" else own.parent) / "site" / "html"
    with out.parent.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not out.exists():
            out.parent.mkdir(exist_ok=True)
            assert build.build(contents.ROOT, out) == []
    return out


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a built book below a path, as on a shared host or on IPFS; the address of the book."""
    with ExitStack() as stack:

        def served(book: Path) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=book.parent))
            thread = Thread(target=server.serve_forever)
            thread.start()
            for close in (thread.join, server.server_close, server.shutdown):  # the last one first
                stack.callback(close)
            return f"http://127.0.0.1:{server.server_port}/{book.name}/"

        yield served


@pytest.fixture(scope="session")
def address(site, serve) -> str:
    """Where the book is served."""
    return serve(site)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "the browser tests need Chromium (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, ALONE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser) -> BrowserContext:
    """What the pages of all tests share: scripts that they have in common are fetched and compiled once."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    return context


class Visitor:
    """Opens pages, and leaves nothing of them behind but what the browser has cached."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.pages = context, list[Page]()

    def __call__(self, url: str, **how: Any) -> Visit:
        """Open a page, and wait until its charts are drawn or have failed."""
        visit = self.open(url, **how)
        rested(visit.page)
        return visit

    def open(self, url: str, *, width: int = 1280, mode: Literal["light", "dark"] = "light", before: str = "") -> Visit:
        """Open a page at a width and in a mode, after a script of the test's own."""
        page = self.context.new_page()
        self.pages.append(page)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=mode)
        page.add_init_script(before)
        visit = Visit(page, [], [])
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
        page.on("response", lambda answer: visit.complaints.append(answer.url) if answer.status >= 400 else None)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda entry: visit.complaints.append(entry.text) if entry.type == "error" else None)
        page.goto(url)
        return visit

    def leave(self) -> None:
        for page in self.pages:
            page.evaluate("localStorage.clear()")
            page.close()


def rested(page: Page) -> None:
    """Wait until a page is loaded and its charts are drawn or have failed."""
    page.wait_for_url(lambda url: "/book/" in url or "/proposals/" in url or "search" in url)  # the front leads on
    page.wait_for_load_state("load")
    settled(page)


def settled(page: Page) -> None:
    """Wait until every chart is drawn or has failed."""
    page.wait_for_selector(".agt-figure:not([data-state])", state="detached")


def dress(page: Page, *, width: int, mode: str) -> None:
    """Give a page a width and a mode, and wait until its colours and its charts follow."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("mode => { document.documentElement.dataset.theme = mode }", mode)
    page.evaluate(ARRIVED)
    page.wait_for_function(
        "ink => [...document.querySelectorAll('.agt-figure svg')].every(one => "
        "[...one.querySelectorAll('text[fill]')].some(text => text.getAttribute('fill') === ink)"
        " && one.getBoundingClientRect().width <= innerWidth)",
        arg=PALETTES[mode].ink,
    )
    settled(page)


@pytest.fixture
def visit(context) -> Iterator[Visitor]:
    """Open an address at a width and in a mode."""
    visitor = Visitor(context)
    yield visitor
    visitor.leave()


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """What axe-core finds on a page against WCAG 2.2 A and AA: rule and place, none where nothing is wrong."""

    def violations(page: Page, where: str = "document", *, rules: Iterable[str] = (), every_text: bool = False):
        # Through the debugger's world, so that the page keeps its policy.
        page.evaluate(AXE_SOURCE)
        if not every_text:
            page.evaluate(ONE_OF_EACH_LOOK, COLOURS)
        options = {"runOnly": [*rules] or WCAG, "resultTypes": ["violations"], "iframes": False, "preload": False}
        found = page.evaluate(f"options => axe.run({where}, options)", options)
        return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]

    return violations


@pytest.fixture
def chart_data() -> Callable[[Page, int], list[dict[str, Any]]]:
    """The rows that the figure of that number on a page is drawn from, as the page shows them."""

    def rows(page: Page, number: int = 0) -> list[dict[str, Any]]:
        table = page.locator(".agt-figure").nth(number).locator("table[data-name]").first
        fields = table.locator("th").evaluate_all("all => all.map(one => one.dataset.field)")
        texts = table.locator("tbody tr").evaluate_all("all => all.map(one => [...one.cells].map(c => c.textContent))")
        return [dict(zip(fields, map(_read, row), strict=True)) for row in texts]

    return rows


def _read(text: str) -> float | str:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text
