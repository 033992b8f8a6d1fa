"""The report as one file, opened from the disk: it draws, asks nobody for anything, and runs nothing but its own."""

import json
from pathlib import Path

import pytest

from agt.governance.html import page
from agt.pages.contents import ROOT

REPORTS = sorted((ROOT / "proposals").glob("*/report.ipynb"))
WATCH = "addEventListener('securitypolicyviolation', event => console.error(`refused: ${event.blockedURI}`))"


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page from a file: the page, what it complained about, what it asked for."""
    contexts = []

    def open_file(html: str, width: int = 1280):
        path: Path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        context.add_init_script(WATCH)
        view = context.new_page()
        complaints, requests = [], []
        view.on("request", lambda request: requests.append(request.url))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
        view.goto(path.as_uri())
        view.wait_for_load_state("load")
        view.wait_for_function("[...document.querySelectorAll('.agt-figure')].every(one => one.dataset.state)")
        return view, complaints, requests

    yield open_file
    for context in contexts:
        context.close()


def stored(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_a_stored_report_draws_and_asks_nobody(opened, path):
    html = path.with_name("report.html").read_text(encoding="utf-8")
    assert html == page(stored(path))
    view, complaints, requests = opened(html)
    assert complaints == []
    assert len(requests) == 1
    states = view.locator(".agt-figure").evaluate_all("all => all.map(one => one.dataset.state)")
    assert states
    assert set(states) == {"ready"}
    assert view.locator(".agt-figure g.role-mark path").count() >= len(states)


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_a_stored_report_fits_a_phone(opened, path):
    view, _, _ = opened(path.with_name("report.html").read_text(encoding="utf-8"), width=360)
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    tables = view.locator("section > .agt-table")
    assert tables.count() >= 5
    assert tables.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_verdict_changes_and_sentence_stand_on_the_first_screen_of_a_phone(opened, path):
    view, _, _ = opened(path.with_name("report.html").read_text(encoding="utf-8"), width=360)
    top = view.locator("section:has(> .agt-verdict)")
    verdict = json.loads(path.with_name("results.json").read_bytes())["verdict"]
    assert top.locator(".agt-verdict strong").inner_text() == verdict
    assert "→" in top.locator("ul").inner_text()
    assert top.evaluate("one => one.getBoundingClientRect().bottom") <= 800


def test_what_slips_into_an_output_is_not_run(opened):
    smuggled = (
        "<script>window.hacked = 1</script><img src='https://example.org/x.png' onerror='window.hacked = 1'>"
        "<p style='position: fixed'>x</p><form action='https://example.org'></form>"
    )
    cells = [
        {"cell_type": "markdown", "source": "# Proposal agt-0007"},
        {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": {"text/html": smuggled}}]},
    ]
    view, complaints, _ = opened(page({"cells": cells}))
    assert view.evaluate("window.hacked") is None
    assert len(complaints) >= 3
    assert view.locator("section p").evaluate("one => getComputedStyle(one).position") == "static"
