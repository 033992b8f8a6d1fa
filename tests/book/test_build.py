"""The book is built from what its notebooks have stored: only from current, executed, open and faultless ones."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agt.pages import build, contents, refresh

ROOT = contents.ROOT
TOC = """
format: jb-book
root: book/start/index
parts:
  - caption: The rules
    chapters: [{file: book/rules/later}]
  - caption: Governance
    chapters: [{glob: proposals/*/report}]
"""
SHOWN = [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}]


def cell(source: str, outputs: list | None = None, count: int | None = 1) -> dict:
    outputs = SHOWN if outputs is None else outputs
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": "cell-2",
        "metadata": {},
        "outputs": outputs,
        "source": source,
    }


def store(root: Path, *cells: dict, key: str | None = None) -> Path:
    """Write the small book's start page, under the key that it should have unless another is given."""
    title = {"cell_type": "markdown", "id": "cell-1", "metadata": {}, "source": "# Start"}
    notebook = {
        "cells": [title, *cells],
        "metadata": {"language_info": refresh.LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    key = contents.key(notebook, contents.sources_digest(root)) if key is None else key
    notebook["metadata"]["agt"] = {"key": key}
    path = root / "book" / "start" / "index.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path):
    """A book of one chapter, with a package of one line."""
    root = tmp_path / "small"
    for folder in ("book/start", "models/agt"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "book" / "_static", root / "book" / "_static")
    shutil.copyfile(ROOT / "_config.yml", root / "_config.yml")
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    (root / "models" / "agt" / "rule.py").write_text("QUOTA = 1\n", encoding="utf-8")
    (root / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    store(root, cell("print(1 + 1)"))
    return root


def test_a_current_book_is_built(small, capsys):
    out = small / "_build" / "html"
    assert build.build(small, out) == []
    assert "book/rules/later, which does not exist yet" in capsys.readouterr().err
    assert 'url=book/start/index.html"' in (out / "index.html").read_text(encoding="utf-8")
    page = (out / "book" / "start" / "index.html").read_text(encoding="utf-8")
    assert "Built from commit <code>unknown</code>" in page
    assert page.count("Content-Security-Policy") == 1
    assert "--agt-ink" in (out / "_static" / "palette.css").read_text(encoding="utf-8")
    assert not [path for pattern in build.LEFTOVERS for path in out.rglob(pattern)]


@pytest.mark.parametrize("name", ["models/agt/rule.py", "requirements.lock"])
def test_a_changed_source_stops_the_build(small, name):
    (small / name).write_text("changed\n", encoding="utf-8")
    (fault,) = build.build(small, small / "_build" / "html")
    assert "start/index.ipynb: its outputs are not those of today's sources; run `make refresh`" in fault


def test_a_changed_or_missing_key_stops_the_build(small):
    for key in ("", "0" * 64):
        store(small, cell("print(1 + 1)"), key=key)
        assert len(build.build(small, small / "_build" / "html")) == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (cell("print(1 + 1)", [], None), "cell 2 was not executed"),
        (cell("1 / 0", [{"output_type": "error", "ename": "E", "evalue": "no", "traceback": []}]), "ended with E: no"),
        (cell("1", [{"output_type": "stream", "name": "stderr", "text": "careful"}]), "cell 2 warned: careful"),
    ],
)
def test_a_faulty_cell_stops_the_build(small, bad, words):
    store(small, bad)
    (fault,) = build.build(small, small / "_build" / "html")
    assert words in fault


def test_a_typed_number_stops_the_build(small):
    store(small, {"cell_type": "markdown", "id": "cell-3", "metadata": {}, "source": "It pays 15 AGT."})
    (fault,) = build.build(small, small / "_build" / "html")
    assert fault.startswith("book/start/index.ipynb cell 2 has the typed number '15'")


def test_a_link_within_an_output_that_leads_nowhere_stops_the_build(small):
    html = {"text/html": '<a href="gone.html">gone</a>', "text/plain": "[html]"}
    store(small, cell("1", [{"output_type": "display_data", "data": html, "metadata": {}}]))
    assert build.build(small, small / "_build" / "html") == [
        "book/start/index.html: its link to gone.html leads nowhere"
    ]


def test_a_broken_page_stops_the_build(small):
    link = {"cell_type": "markdown", "id": "cell-3", "metadata": {}, "source": "[gone](gone.ipynb)"}
    store(small, link)
    faults = build.build(small, small / "_build" / "html")
    assert any("gone.ipynb" in fault for fault in faults)
    assert not any(str(small) in fault for fault in faults)


def refreshed(root: Path, **options: bool) -> int:
    """What refreshing answers, in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(refresh.refresh, root, **options).result()


def test_refreshing_twice_gives_the_same_bytes(small, capsys):
    path = store(small, cell("print({'b', 'a'})", [], None), key="")
    assert refreshed(small) == 0
    first = path.read_bytes()
    assert build.unfit(small) == []
    assert refreshed(small) == 0
    assert "1 of 1 notebooks are current, 0 to execute" in capsys.readouterr().out
    assert refreshed(small, everything=True) == 0
    assert path.read_bytes() == first


def test_a_failing_notebook_is_named_and_kept(small, capsys):
    path = store(small, cell("1 / 0", [], None), key="")
    before = path.read_bytes()
    assert refreshed(small) == 1
    assert "error: book/start/index.ipynb: cell 2 ended with ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before


def chapters() -> list[Path]:
    return sorted((ROOT / "book").rglob("*.ipynb"))


def cells(path: Path) -> list[dict]:
    return [one for one in contents.load(path)["cells"] if one["cell_type"] == "code"]


def test_the_book_is_current():
    assert build.unfit(ROOT) == []


def test_every_entry_of_the_contents_exists():
    toc = contents.read_toc(ROOT)
    entries = [{"file": toc["root"]}] + [entry for part in toc["parts"] for entry in part["chapters"]]
    assert [entry for entry in entries if "file" in entry and not contents.found(ROOT, entry)] == []


def test_every_page_is_in_the_contents():
    listed = [page for part in contents.parts(ROOT) for page in part.pages]
    written = [*chapters(), *(ROOT / "book").rglob("*.md")]
    assert [path for path in written if path not in listed and "_static" not in path.parts] == []


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_chapters_are_stored_with_their_outputs(path):
    assert contents.faults(contents.load(path)) == []
    assert any(one["outputs"] for one in cells(path))
