"""The report as one file, opened from the disk: it draws, asks nobody for anything, and runs nothing but its own."""

import json
from pathlib import Path

import pytest

from agt.governance.html import page
from agt.pages.contents import ROOT
from tests.browser.conftest import Visit, Visitor, dress

REPORTS = sorted((ROOT / "proposals").glob("*/report.ipynb"))


def stored(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=REPORTS, ids=lambda path: path.parent.name)
def seen(request, context):
    """A report and what it did; each test sets the width that it needs."""
    visitor = Visitor(context)
    yield request.param, opened(visitor, request.param.with_name("report.html"))
    visitor.leave()


def opened(visitor: Visitor, path: Path) -> Visit:
    visit = visitor.open(path.as_uri())
    visit.page.wait_for_function("[...document.querySelectorAll('.agt-figure')].every(one => one.dataset.state)")
    return visit


@pytest.mark.turn(of=3)
def test_a_stored_report_draws_and_asks_nobody(seen):
    path, visit = seen
    assert path.with_name("report.html").read_text(encoding="utf-8") == page(stored(path))
    assert visit.complaints == []
    assert len(visit.requests) == 1
    states = visit.page.locator(".agt-figure").evaluate_all("all => all.map(one => one.dataset.state)")
    assert states
    assert set(states) == {"ready"}
    assert visit.page.locator(".agt-figure g.role-mark path").count() >= len(states)


@pytest.mark.turn(of=3)
def test_a_stored_report_fits_a_phone(seen):
    _, visit = seen
    dress(visit.page, width=360, mode="light")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    tables = visit.page.locator("section > .agt-table")
    assert tables.count() >= 5
    assert tables.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.turn(of=3)
def test_verdict_changes_and_sentence_stand_on_the_first_screen_of_a_phone(seen):
    path, visit = seen
    dress(visit.page, width=360, mode="light")
    top = visit.page.locator("section:has(> .agt-verdict)")
    verdict = json.loads(path.with_name("results.json").read_bytes())["verdict"]
    assert top.locator(".agt-verdict strong").inner_text() == verdict
    assert "→" in top.locator("ul").inner_text()
    assert top.evaluate("one => one.getBoundingClientRect().bottom") <= 800


def test_what_slips_into_an_output_is_not_run(visit, tmp_path):
    smuggled = (
        "<script>window.hacked = 1</script><img src='https://example.org/x.png' onerror='window.hacked = 1'>"
        "<p style='position: fixed'>x</p><form action='https://example.org'></form>"
    )
    cells = [
        {"cell_type": "markdown", "source": "# Proposal agt-0007"},
        {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": {"text/html": smuggled}}]},
    ]
    path = tmp_path / "report.html"
    path.write_text(page({"cells": cells}), encoding="utf-8")
    view, complaints, _ = opened(visit, path)
    assert view.evaluate("window.hacked") is None
    assert len([one for one in complaints if not one.startswith("failed: ")]) >= 3  # what the policy refused
    assert view.locator("section p").evaluate("one => getComputedStyle(one).position") == "static"
