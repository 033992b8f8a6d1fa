"""A built book, a server that has it below a path, and a browser that writes down what pages do."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from agt.pages import build, contents

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
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


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Visit]]:
    """Open an address at a width and in a mode, and wait until its charts are drawn or have failed."""
    contexts = []

    def opened(url: str, *, width: int = 1280, mode: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=mode)
        contexts.append(context)
        page = context.new_page()
        visit = Visit(page, [], [])
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
        page.on("response", lambda answer: visit.complaints.append(answer.url) if answer.status >= 400 else None)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda entry: visit.complaints.append(entry.text) if entry.type == "error" else None)
        page.goto(url)
        page.wait_for_url(lambda url: "/book/" in url or "/proposals/" in url)  # the front page leads on
        page.wait_for_load_state("load")
        page.wait_for_selector(".agt-figure:not([data-state])", state="detached")
        return visit

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def chart_data() -> Callable[[Page, int], list[dict[str, Any]]]:
    """The rows that the figure of that number on a page is drawn from."""

    def rows(page: Page, number: int = 0) -> list[dict[str, Any]]:
        spec = json.loads(page.locator(".agt-figure-spec").nth(number).text_content() or "")
        return [row for table in spec["datasets"].values() for row in table]

    return rows


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page: rule and element of each."""

    def found(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in violations for node in one["nodes"]]

    return found
