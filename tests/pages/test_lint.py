"""The lint finds every fault that is planted into a chapter, and has nothing to say about the book."""

import copy
import json
import re

import pytest

from agt.pages import contents, lint
from agt.registry import load

ROOT = contents.ROOT
CHAPTER = ROOT / lint.RULES / "redemption.ipynb"
PAGES = [page for part in contents.parts(ROOT) for page in part.pages if page.is_relative_to(ROOT / "book")]


def found(tmp_path, notebook: dict) -> list[str]:
    """What the lint says of a chapter of the rules."""
    path = tmp_path / lint.RULES / "redemption.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return lint.faults(path, load(), tmp_path)


def chapter() -> dict:
    return copy.deepcopy(contents.load(CHAPTER))


def prose(notebook: dict) -> dict:
    """A text cell within the chapter."""
    return next(cell for cell in notebook["cells"][2:] if cell["cell_type"] == "markdown")


def code(notebook: dict, *, hidden: bool) -> dict:
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return next(cell for cell in cells if bool(cell["metadata"].get("tags")) == hidden)


def figure(notebook: dict) -> dict:
    """The output that holds the chapter's first figure."""
    outputs = (one for cell in notebook["cells"] for one in cell.get("outputs", []) if "data" in one)
    return next(one for one in outputs if "agt-figure" in "".join(one["data"].get("text/html", "")))


def with_spec(notebook: dict, change) -> None:
    """Change the stored chart of the first figure."""
    output = figure(notebook)
    html = "".join(output["data"]["text/html"])
    spec = json.loads(lint.SPEC.search(html)[1])
    change(spec)
    output["data"]["text/html"] = lint.SPEC.sub(
        lambda match: match[0].replace(match[1], json.dumps(spec)), html, count=1
    )


def nameless(spec: dict) -> None:
    for _, one in lint.encodings(spec):
        one.pop("title", None)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_books_own_pages_have_no_fault(path):
    assert lint.faults(path, load(), ROOT) == []


def test_the_chapters_stand_in_the_order_of_the_month():
    assert lint.misplaced(ROOT) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The pool is 15,000,000 AGT.", "typed number '15,000,000'"),
        ("Nine in ten, or 90%.", "typed number '90%.'"),
        ("It began in June 2026.", "typed number '2026.'"),
        ("It takes twelve months.", "typed number 'twelve months'"),
        ("About three million AGT.", "typed number 'three million'"),
        ("- 0.2 of it", "typed number '0.2'"),
        ("redemption_quota is a lever.", "redemption_quota without a link"),
        (
            "`redemption_qouta` is a lever.",
            "redemption_qouta, which is not in the registry - did you mean",
        ),
    ],
)
def test_prose_may_not(tmp_path, text, words):
    notebook = chapter()
    prose(notebook)["source"] += f"\n\n{text}"
    assert any(words in fault for fault in found(tmp_path, notebook)), found(tmp_path, notebook)


@pytest.mark.parametrize(
    "text",
    [
        "Facts 3.9 of the article, `agt vesting --at 2026-06-15`, {glue:text}`redemption_quota`.",
        "See [facts 1b](../reference/sources.ipynb#section-2), SHA-256, Apache-2.0 and arXiv 1412.4503 (Nerlove 1958).",
        "1. First\n2. Second",
        "    agt simulate --runs 1000",
        "One in ten; nine runs in ten; `redemption_quota`.",
    ],
)
def test_prose_may(tmp_path, text):
    notebook = chapter()
    prose(notebook)["source"] += f"\n\n{text}"
    assert found(tmp_path, notebook) == []


@pytest.mark.parametrize(
    ("tags", "source", "words"),
    [
        (["remove-input"], "one = 1\none", "hides its input and is no one-line render"),
        (["remove-input"], "quota = 1; print(quota)", "hides its input and is no one-line render"),
        (["hide-input"], "def rule():\n    return 1", "hides its input and is no one-line render"),
        (["remove-cell"], "1", "hidden or skipped by remove-cell"),
        (["remove-output"], "1", "hidden or skipped by remove-output"),
        (["skip-execution"], "1", "hidden or skipped by skip-execution"),
        (["raises-exception"], "1", "hidden or skipped by raises-exception"),
        (["nbval-ignore-output"], "1", "hidden or skipped by nbval-ignore-output"),
        ([], "# NBVAL_IGNORE_OUTPUT\n1", "take the NBVAL mark out"),
    ],
)
def test_cells_may_not(tmp_path, tags, source, words):
    notebook = chapter()
    cell = code(notebook, hidden=False)
    cell["source"], cell["metadata"] = source, {"tags": tags}
    assert any(words in fault for fault in found(tmp_path, notebook))


def test_a_raw_cell_is_no_way_around(tmp_path):
    notebook = chapter()
    notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": "15,000,000"})
    assert any("is a raw cell" in fault for fault in found(tmp_path, notebook))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda spec: spec.pop("description"), "without alternative text"),
        (nameless, "axis names no unit"),
    ],
)
def test_figures_may_not_be_without(tmp_path, change, words):
    notebook = chapter()
    with_spec(notebook, change)
    assert any(words in fault for fault in found(tmp_path, notebook))


def test_a_figure_needs_a_caption(tmp_path):
    notebook = chapter()
    data = figure(notebook)["data"]
    html = "".join(data["text/html"])
    data["text/html"] = re.sub(r"<figcaption>.*?</figcaption>", "<figcaption> </figcaption>", html, flags=re.DOTALL)
    assert any("without a caption" in fault for fault in found(tmp_path, notebook))


@pytest.mark.parametrize("gone", [r"<tbody>.*?</tbody>", r"<table.*?</table>"])
def test_a_figure_needs_its_data(tmp_path, gone):
    notebook = chapter()
    data = figure(notebook)["data"]
    data["text/html"] = re.sub(gone, "<tbody></tbody>", "".join(data["text/html"]), flags=re.DOTALL)
    assert any("without data" in fault for fault in found(tmp_path, notebook))


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": "iVBOR"},
        {"application/vnd.vegalite.v6+json": {}},
        {"text/html": '<div id="altair-viz-1"></div>'},
        {"text/html": '<img src="chart.svg">'},
    ],
)
def test_a_chart_needs_its_frame(tmp_path, data):
    notebook = chapter()
    code(notebook, hidden=False)["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    assert any("a chart that is no Figure" in fault for fault in found(tmp_path, notebook))


@pytest.mark.parametrize("wrong", ["State", "Invariants", "Where the sources disagree"])
def test_a_section_may_not_be_missing_or_out_of_order(tmp_path, wrong):
    notebook = chapter()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = re.sub(rf"^## {wrong}$", "## Something else", "".join(cell["source"]), flags=re.MULTILINE)
    (fault,) = found(tmp_path, notebook)
    assert f"'Something else' where '{wrong}' belongs" in fault


def test_a_chapter_out_of_order_is_found(tmp_path):
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    lines = [line for line in toc.splitlines() if "book/rules/" in line]
    pages = dict.fromkeys(line.split("file: ")[1] for line in lines)
    for page in pages:
        path = tmp_path / f"{page}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "_toc.yml").write_text(toc.replace(f"{lines[3]}\n", "").replace(lines[0], f"{lines[3]}\n{lines[0]}"))
    assert lint.misplaced(tmp_path) == ["_toc.yml lists book/rules/vesting out of the order of the month"]
    (tmp_path / "_toc.yml").write_text(toc.replace(f"{lines[3]}\n", ""))
    assert len(lint.misplaced(tmp_path)) == 1
    assert "lists no chapter" in lint.misplaced(tmp_path)[0]
