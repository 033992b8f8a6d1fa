"""A chart on a page: its caption, its alternative text and its numbers, in one piece of HTML.

The numbers stand there once, as a table: readers open it, and the chart is drawn from it.
The same chart gives the same bytes in every process: notebooks store it, and comparing them must mean something.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator
from html import escape
from typing import Any

import altair as alt
from markupsafe import Markup

from agt.figures import theme as _theme  # noqa: F401 (registers the theme)
from agt.figures.frame import framed

DIGITS = 4  # significant: what is printed, and less than processors disagree about
UNIT = re.compile(r"\([^()]+\)$")
MIDNIGHT = "T00:00:00"
AUTOMATIC = re.compile(r"\bdata-[0-9a-f]{32}\b|\b(view|param)_\d+\b")

Spec = dict[str, Any]


def readable(value: float) -> str:
    """A number with `DIGITS` significant digits, its thousands marked.

    >>> readable(15_000_000.0), readable(0.0123456), readable(0.0)
    ('15,000,000', '0.01235', '0')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = DIGITS - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, decimals):,.{max(0, min(decimals, 12))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Figure:
    """A chart with all that a reader needs; the last line of a cell shows it.

    `caption` says what to see, `alternative` says the same to who cannot see; each axis names its unit in brackets,
    as in "Price (USD)".
    """

    def __init__(self, chart: alt.TopLevelMixin, caption: str, alternative: str) -> None:
        for name, text in (("caption", caption), ("alternative", alternative)):
            if not text.strip():
                raise ValueError(f"a figure needs a text as its {name}")
        self.caption, self.alternative = caption, alternative
        self.spec = _finished(chart, alternative)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002 (IPython's)
        return {"text/html": self.html(), "text/plain": f"[figure] {self.alternative}"}

    def html(self) -> str:
        """The figure as one element; `_static/charts.js` draws it."""
        bare = {key: value for key, value in self.spec.items() if key != "datasets"}
        spec = json.dumps(bare, sort_keys=True, allow_nan=False, separators=(",", ":"))
        spec = spec.replace("&", "\\u0026").replace("<", "\\u003c")
        tables = "".join(self._tables())
        digest = hashlib.sha256((spec + tables + self.caption).encode()).hexdigest()[:12]
        return (
            f'<figure class="agt-figure" id="figure-{digest}">'
            f'<div class="agt-figure-view"></div>'
            f'<script type="application/json" class="agt-figure-spec">{spec}</script>'
            f"<noscript><p>{escape(self.alternative)} (With JavaScript the chart is drawn here.)</p></noscript>"
            f"<figcaption>{escape(self.caption)}</figcaption>"
            f"<details><summary>Numbers</summary>{tables}</details>"
            f"</figure>"
        )

    def _tables(self) -> Iterator[str]:
        """The chart's data. A column that no axis, legend or tooltip names is there for the drawing, and not shown."""
        titles = _titles(self.spec)
        heights = dict.fromkeys(one["title"] for name, one in _encodings(self.spec) if name == "y" and one.get("title"))
        caption = f"<caption>{escape('; '.join(heights))}</caption>" if heights else ""
        for name, rows in self.spec.get("datasets", {}).items():
            columns = {field: field in titles for field in rows[0]} if rows else {}
            head = "".join(_head(field, titles.get(field, field), shown) for field, shown in columns.items())
            cells = ("".join(_cell(row.get(field), shown) for field, shown in columns.items()) for row in rows)
            body = "".join(f"<tr>{row}</tr>" for row in cells)
            table = f'<table data-name="{name}">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            yield framed(Markup(table), "Numbers of the chart")


def _head(field: str, title: str, shown: bool) -> str:
    return f'<th scope="col" data-field="{escape(field)}"{"" if shown else " hidden"}>{escape(title)}</th>'


def _cell(value: Any, shown: bool) -> str:
    """A value as people read it, and as `charts.js` reads it back."""
    hidden = "" if shown else " hidden"
    if value is None:
        return f'<td class="none"{hidden}></td>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="number"{hidden}>{f"{value:,}" if isinstance(value, int) else readable(value)}</td>'
    if str(value).endswith(MIDNIGHT):
        return f'<td class="date"{hidden}>{escape(str(value).removesuffix(MIDNIGHT))}</td>'
    return f"<td{hidden}>{escape(str(value))}</td>"


def _finished(chart: alt.TopLevelMixin, alternative: str) -> Spec:
    """The chart as Vega-Lite: themed, named, rounded, as wide as its column, and checked."""
    with alt.theme.enable("agt"), alt.data_transformers.enable("default", max_rows=None):
        spec: Spec = chart.to_dict()
    spec = rounded(_renamed(spec))
    spec["description"] = alternative  # parts of a layered chart lose theirs
    if not {"hconcat", "vconcat", "concat", "facet", "repeat"} & spec.keys():
        spec.setdefault("width", "container")
    for channel, encoding in _encodings(spec):
        if channel in ("x", "y"):
            _check_axis(channel, encoding)
    return spec


def _check_axis(channel: str, encoding: Spec) -> None:
    if encoding.get("axis", "") is None or encoding.get("type") != "quantitative":
        return
    title = encoding.get("title") or encoding.get("axis", {}).get("title") or ""
    if not UNIT.search(title):
        field = encoding.get("field")
        raise ValueError(f'the {channel} axis of {field!r} names no unit: give it a title like "Price (USD)"')


def _encodings(spec: Any) -> Iterator[tuple[str, Spec]]:
    """Every channel of every part of a chart."""
    parts = spec if isinstance(spec, list) else ()
    if isinstance(spec, dict):
        parts = [part for key, part in spec.items() if key != "datasets"]
        for channel, encoding in spec.get("encoding", {}).items():
            for one in encoding if isinstance(encoding, list) else [encoding]:
                yield channel, one
    for part in parts:
        yield from _encodings(part)


def _titles(spec: Spec) -> dict[str, str]:
    """What each column is called: by a tooltip, else by an axis or a legend, else by its own name."""
    titles: dict[str, str] = {}
    for _, encoding in sorted(_encodings(spec), key=lambda pair: pair[0] != "tooltip"):
        if "field" in encoding:
            titles.setdefault(encoding["field"], encoding.get("title") or encoding["field"])
    return titles


def _renamed(spec: Spec) -> Spec:
    """Names in the order of appearance; Altair's come from a counter of the process and from unrounded numbers."""
    names: dict[str, str] = {}

    def short(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"{match[1] or 'table'}_{len(names) + 1}")

    renamed: Spec = json.loads(AUTOMATIC.sub(short, json.dumps(spec)))
    return renamed


def rounded(value: Any) -> Any:
    """Plain data with every float cut to `DIGITS` significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value
