"""A built book, a server that has it below a path, and a browser that writes down what pages do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal, NamedTuple

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from agt.pages import build, contents

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WATCH = "addEventListener('securitypolicyviolation', event => console.error(`refused: ${event.blockedURI}`))"
AXE_SOURCE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# One element for each way in which text looks: its colour, size and weight, and what lies behind it.
LOOKS = """() => {
    const behind = new Map([[null, '']]), looks = new Map()
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
        const element = texts.currentNode.parentElement
        const { color, fill, fontSize, fontWeight, textShadow } = getComputedStyle(element)
        const seen = element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })
        const look = [color, fill, fontSize, fontWeight, textShadow, seen, ground(element)].join()
        if (texts.currentNode.data.trim() && !looks.has(look)) looks.set(look, element)
    }
    return [...looks.values()]
}"""
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Visit(NamedTuple):
    """A page that has come to rest, what it complained about, and every address it asked for."""

    page: Page
    complaints: list[str]
    requests: list[str]


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the tests read what the browser saw."""


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The book as built from what is stored now."""
    out = tmp_path_factory.mktemp("site") / "html"
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
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """Opens pages, each in a context of its own, and waits until their charts are drawn or have failed."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.contexts = browser, list[BrowserContext]()

    def __call__(self, url: str, *, width: int = 1280, mode: Literal["light", "dark"] = "light") -> Visit:
        context = self.browser.new_context(viewport={"width": width, "height": 800}, color_scheme=mode)
        self.contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        visit = Visit(page, [], [])
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
        page.on("response", lambda answer: visit.complaints.append(answer.url) if answer.status >= 400 else None)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda entry: visit.complaints.append(entry.text) if entry.type == "error" else None)
        page.goto(url)
        page.wait_for_url(lambda url: "/book/" in url or "/proposals/" in url or "search" in url)  # the front leads on
        page.wait_for_load_state("load")
        settled(page)
        return visit

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def settled(page: Page) -> None:
    """Wait until every chart is drawn or has failed."""
    page.wait_for_selector(".agt-figure:not([data-state])", state="detached")


@pytest.fixture
def visit(browser) -> Iterator[Visitor]:
    """Open an address at a width and in a mode."""
    visitor = Visitor(browser)
    yield visitor
    visitor.leave()


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """What axe-core finds on a page against WCAG 2.2 A and AA: rule and place, none where nothing is wrong."""

    def violations(page: Page, where: str = "() => document", **options: Any) -> list[str]:
        # Through the debugger's world, so that the page keeps its policy.
        page.evaluate(AXE_SOURCE)
        fast = {"runOnly": WCAG, "resultTypes": ["violations"], "iframes": False, "preload": False}
        found = page.evaluate(f"options => axe.run(({where})(), options)", fast | options)
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
