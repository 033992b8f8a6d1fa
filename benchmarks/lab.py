"""How long a reader of the lab waits: the built book, served from this machine, in Chromium."""

import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

from playwright.sync_api import Page, sync_playwright

LAB = ".agt-lab-full"
PATIENCE = 120_000  # milliseconds


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


def lab_seconds(book: Path, rounds: int) -> dict[str, list[float]]:
    """What a reader waits for, with the seconds of each round."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=book))
    thread = Thread(target=server.serve_forever)
    thread.start()
    took: dict[str, list[float]] = {}
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for _ in range(rounds):
                page = browser.new_context().new_page()  # nothing is cached
                for what, seconds in _round(page, f"http://127.0.0.1:{server.server_port}/book/lab.html").items():
                    took.setdefault(what, []).append(seconds)
                page.context.close()
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    return took


def _round(page: Page, address: str) -> dict[str, float]:
    opened = perf_counter()
    page.goto(address)
    _wait(page, '[data-paths]:not([data-paths="0"])')
    first = perf_counter()
    _wait(page, "[data-state=done]")
    every = perf_counter()
    page.fill("#lab-redemption_quota", "9000000")
    _wait(page, '[data-state=playing]:not([data-paths="0"])')
    changing = perf_counter()
    page.get_by_role("button", name="Stop").click()
    _wait(page, "[data-state=stopped]")
    stopped = perf_counter()
    page.get_by_role("button", name="Go on").click()
    _wait(page, "[data-state=done]")
    return {
        "the first path from opening": first - opened,
        "all paths from opening": every - opened,
        "stopping": stopped - changing,
        "all paths of a change": perf_counter() - stopped,
    }


def _wait(page: Page, state: str) -> None:
    page.wait_for_selector(LAB + state, timeout=PATIENCE)
