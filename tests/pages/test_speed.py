"""The chapter on speed: what it shows is what was measured."""

import json

from agt.pages import speed
from agt.pages.contents import ROOT
from agt.pages.results import FOLDER
from benchmarks.__main__ import ROWS

FOUND = {
    "date": "2026-11-25",
    "machine": {
        "processor": "a processor",
        "cores": 2,
        "gigabytes": 8.0,
        "system": "a system",
        "made_with": {"python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "cadcad": "0.5.3"},
    },
    "months": 120,
    "rows": [
        {"title": "cadCAD, one number per value", "runs": 50, "seconds": [60.0], "peak_megabytes": 900},
        {"title": "radCAD, one number per value", "runs": 50, "seconds": [15.0], "peak_megabytes": 500},
        {"title": "this engine", "runs": 10_000, "seconds": [2.0, 1.0, 9.0], "peak_megabytes": 410},
        {"title": "the book", "runs": 0, "seconds": [123.4], "peak_megabytes": 700},
    ],
    "interleaved": {"runs": 10_000, "bare": [1.5, 1.6, 1.4], "engine": [2.0, 2.1, 1.9]},
}


def test_the_table_shows_medians_and_rates():
    page = speed.costs(FOUND)
    for cell in ("10,000", "2", "600,000", "410", "cadCAD, one number per value", "100", "123"):
        assert f">{cell}</td>" in page, cell


def test_what_is_compared():
    page = speed.compared(FOUND)
    assert "1.33 times as long as the bare loop, the middle of 3 measurements" in page
    assert "6,000 times as fast as cadCAD and 1,500 times as fast as radCAD" in page


def test_the_machine_is_named():
    assert "a processor, 2 cores, 8 GB of memory, a system; Python 3.11.7, NumPy 2.4.6" in speed.machine(FOUND)


def test_what_is_stored_has_every_row():
    stored = json.loads((ROOT / FOLDER / "speed.json").read_text(encoding="utf-8"))
    assert [(row["title"], row["runs"]) for row in stored["rows"]] == [(row.title, row.runs) for row in ROWS]
    assert all(seconds > 0.0 for row in stored["rows"] for seconds in row["seconds"])
