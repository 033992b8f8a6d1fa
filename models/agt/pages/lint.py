"""What a page of the book must not have: found in its source and its stored outputs, before it is built."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

from agt.pages import contents
from agt.registry import Registry
from agt.registry.faults import nearest

RULES = Path("book/rules")
ORDER = (
    "State",
    "Parameters",
    "Rule",
    "Worked example",
    "Invariants",
    "What is assumed",
    "What a proposal may change",
    "Where the sources disagree",
)

# Not prose: code, equations, addresses, what a role inserts, and the numbers of a list.
NO_PROSE = re.compile(
    r"```.*?```|^(?: {4,}|\t).*?$|\{[\w:]+\}`[^`]*`|`[^`]*`|\{\{.*?\}\}|\]\([^)]*\)|<[^>]*>|^\s*\d+\.(?= )",
    re.DOTALL | re.MULTILINE,
)
CODE = re.compile(r"(?<![`}])`([^`\n]+)`")
# Numbers that name something and measure nothing: sections of the facts, papers, documents by their date, standards.
CITATION = re.compile(
    r"\bfacts \d+(?:\.\d+|[a-z])?(?![\d.])(?:, \d+\.\d+)*|\bFacts \d[a-z]?(?=:)|§ \d+|\barXiv \d+\.\d+"
    r"|\b\d{4}-\d\d(?:-\d\d)?\b|(?<=[A-Za-z] )\d{4}(?=[);])|\bcommit [0-9a-f]{7,40}\b|\bagt-\d{4}\b"
    r"|\b(?:SHA-256|ERC-55|Apache-2\.0|WCAG 2\.2|AVX-512)\b",
    re.IGNORECASE,
)
WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|sixty|hundred|thousand"
UNITS = "AGT|AIA|USD|per cent|months?|years?|days?|hours?|million"
NUMBER = re.compile(
    rf"[^\s(]*\d[^\s)]*|\b(?:{WORDS}|million|billion)[ -](?:{UNITS})\b",
    re.IGNORECASE,
)
NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)?\b")

SHOWING = {"remove-input", "hide-input"}  # tags of a cell whose output says it all
OBJECTS = ("Chapter(", "Report.read(")  # a page's one object
PAPERMILL = {"parameters", "injected-parameters"}
FIGURE = re.compile(r'<figure class="agt-figure".*?</figure>', re.DOTALL)
SPEC = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
DATA = re.compile(r'<table data-name="[^"]+">.*?<tbody><tr>', re.DOTALL)
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
UNIT = re.compile(r"\([^()]+\)$")
CHARTS = re.compile(r"image/|vega|plotly")  # MIME types of pictures without the book's frame
CHART_HTML = re.compile(r"altair-viz|vega-embed|<img\b|<canvas\b")


def faults(path: Path, registry: Registry, root: Path) -> list[str]:
    """What is wrong with one page, one line each, with the number of its cell."""
    if path.suffix == ".md":
        return [*_prose(path.read_text(encoding="utf-8"), registry)]
    cells = contents.load(path)["cells"]
    found = [f"cell {number} {fault}" for number, cell in enumerate(cells, start=1) for fault in _cell(cell, registry)]
    if path.parent == root / RULES:
        found += _order(cells)
    return found


def misplaced(root: Path) -> list[str]:
    """Where the chapters of the rules do not stand in the order of the month's policies, or one is missing."""
    months = contents.mechanisms()
    pages = [page for part in contents.parts(root) for page in part.pages if page.parent == root / RULES]
    listed = [page.stem for page in pages]
    missing = [f"_toc.yml lists no chapter {RULES / noun}" for noun in months if noun not in listed]
    places = [months.index(noun) for noun in listed if noun in months]
    late = [months[later] for earlier, later in pairwise(places) if later < earlier]
    return missing + [f"_toc.yml lists {RULES / noun} out of the order of the month" for noun in late]


def _cell(cell: dict[str, Any], registry: Registry) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield from _prose(source, registry)
    elif cell["cell_type"] == "code":
        yield from _hidden(source, set(cell["metadata"].get("tags", [])))
        for output in cell["outputs"]:
            yield from _pictures(output.get("data", {}))
    else:
        yield f"is a {cell['cell_type']} cell: only text and code are shown"


def _prose(text: str, registry: Registry) -> Iterator[str]:
    """Numbers that somebody typed, and names that lead nowhere."""
    plain = NO_PROSE.sub(" ", text)
    for match in NUMBER.finditer(CITATION.sub(" ", plain)):
        yield f"has the typed number {match[0]!r}: compute it and insert it as {{glue:text}}, or put code in backquotes"
    known = set(registry.names())
    for match in NAME.finditer(plain):
        if match[0] in known:
            yield f"has {match[0]} without a link: put it in backquotes"
    nouns = tuple(f"{noun}_" for noun in registry.purposes)
    for name in CODE.findall(text):
        if NAME.fullmatch(name) and name.startswith(nouns) and name not in known:
            yield f"names {name}, which is not in the registry{nearest(name, known)}"


def _hidden(source: str, tags: set[str]) -> Iterator[str]:
    """Cells that are hidden or skipped and do more than show something in one line."""
    if "NBVAL_" in source:
        yield "is not compared when it runs again: take the NBVAL mark out"
    if other := tags - SHOWING - PAPERMILL:
        yield f"is hidden or skipped by {', '.join(sorted(other))}: only the input of a one-line render may be hidden"
    if tags & SHOWING and not tags & PAPERMILL and not renders(source):
        yield "hides its input and is no one-line render"


def renders(source: str) -> bool:
    """Whether a cell is one line that imports, makes the chapter's object, and shows something."""
    if len(source.strip().splitlines()) != 1:
        return False
    return all(
        isinstance(one, ast.Import | ast.ImportFrom | ast.Expr)
        or (isinstance(one, ast.Assign) and ast.unparse(one.value).startswith(OBJECTS))
        for one in ast.parse(source).body
    )


def _pictures(data: dict[str, Any]) -> Iterator[str]:
    """Charts without the frame that gives them a caption, a text, units and their numbers."""
    html = "".join(data.get("text/html", ""))
    if any(CHARTS.match(kind) or "vega" in kind for kind in data) or CHART_HTML.search(FIGURE.sub("", html)):
        yield "shows a chart that is no Figure"
    for figure in FIGURE.findall(html):
        yield from _figure(figure)


def _figure(html: str) -> Iterator[str]:
    caption, found = CAPTION.search(html), SPEC.search(html)
    if not (caption and unescape(caption[1]).strip()):
        yield "shows a figure without a caption"
    spec: dict[str, Any] = json.loads(found[1]) if found else {}
    if not str(spec.get("description", "")).strip():
        yield "shows a figure without alternative text"
    if not DATA.search(html):
        yield "shows a figure without data"
    for channel, one in encodings(spec):
        title = one.get("title") or (one.get("axis") or {}).get("title") or ""
        shown = one.get("type") == "quantitative" and one.get("axis", "") is not None
        if channel in ("x", "y") and shown and not UNIT.search(title):
            yield f"shows a figure whose {channel} axis names no unit"


def encodings(spec: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every channel of every part of a stored chart."""
    if isinstance(spec, dict):
        yield from ((channel, one) for channel, one in spec.get("encoding", {}).items() if isinstance(one, dict))
        spec = list(spec.values())
    for part in spec if isinstance(spec, list) else ():
        yield from encodings(part)


def _order(cells: Sequence[dict[str, Any]]) -> list[str]:
    """A chapter of the rules has its sections in one fixed order, after a title and what it is for."""
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    headings = [line[3:].strip() for text in texts for line in text.splitlines() if line.startswith("## ")]
    if headings == list(ORDER):
        return []
    where = next((place for place, pair in enumerate(zip(headings, ORDER, strict=False)) if pair[0] != pair[1]), None)
    place = min(len(headings), len(ORDER)) if where is None else where
    wanted = ORDER[place] if place < len(ORDER) else "nothing more"
    found = headings[place] if place < len(headings) else "the end"
    return [f"has its sections out of order: {found!r} where {wanted!r} belongs"]
