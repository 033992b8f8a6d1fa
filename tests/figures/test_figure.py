"""Figures: a reader who cannot see the chart gets the same, and the same chart gives the same bytes."""

import json
import re

import altair as alt
import pandas as pd
import pytest

from agt.figures import READING, Figure, fan
from agt.figures.figure import readable
from agt.figures.theme import PALETTES

FRAME = pd.DataFrame(
    {
        "date": pd.date_range("2025-05-01", periods=3, freq="MS"),
        "p05": [1.0, 2.0, 3.0],
        "p25": [2.0, 3.0, 4.0],
        "p50": [3.0, 4.00004, 5.0],
        "p75": [4.0, 5.0, 6.0],
        "p95": [5.0, 6.0, 7.0],
        "seen": [3.1, None, None],
    }
)


def bars(**encoding) -> alt.Chart:
    frame = pd.DataFrame({"account": ["a<b", "c&d"], "held": [1.0, 2.0]})
    return (
        alt.Chart(frame).mark_bar().encode(**({"x": alt.X("held:Q", title="Held (AGT)"), "y": "account:N"} | encoding))
    )


def figure(**changes) -> Figure:
    given = {"chart": fan(FRAME, "date", quantity="Sales", unit="AGT", observed="seen")}
    return Figure(**(given | {"caption": READING, "alternative": "Sales rise"} | changes))


def spec(html: str) -> dict:
    return json.loads(re.search(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)[1])


def columns(html: str) -> dict[str, list[str]]:
    """The table of numbers, by field."""
    fields = re.findall(r'<th [^>]*data-field="([^"]+)"', html)
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(<td.*?)</tr>", html)]
    return {field: [row[place] for row in rows] for place, field in enumerate(fields)}


def test_a_fan_carries_its_numbers_once():
    html = figure().html()
    assert "datasets" not in spec(html)
    shown = columns(html)
    assert shown["p50"] == ["3", "4", "5"]  # four significant digits
    assert shown["seen"] == ["3.1", "", ""]
    assert set(shown) == set(FRAME.columns)


def test_the_same_chart_gives_the_same_bytes():
    assert figure().html() == figure().html()
    noisy = FRAME.assign(p50=FRAME["p50"] * (1 + 1e-15))
    assert figure().html() == figure(chart=fan(noisy, "date", quantity="Sales", unit="AGT", observed="seen")).html()


@pytest.mark.parametrize("text", ["caption", "alternative"])
def test_texts_are_not_optional(text):
    with pytest.raises(ValueError, match=text):
        figure(**{text: "  "})


@pytest.mark.parametrize("title", [None, "", "Held"])
def test_a_quantity_without_a_unit_is_refused(title):
    with pytest.raises(ValueError, match="'held' names no unit"):
        Figure(bars(x=alt.X("held:Q", title=title)), "Caption", "Text")


def test_text_cannot_become_markup():
    html = Figure(bars(), "Less < more & <b>more</b>", "Text").html()
    assert "<b>" not in html
    assert "Less &lt; more &amp; " in html
    assert "a<b" not in html
    assert "<td>a&lt;b</td>" in html


def test_the_alternative_text_is_on_the_finished_chart():
    assert spec(figure().html())["description"] == "Sales rise"
    assert figure()._repr_mimebundle_()["text/plain"] == "[figure] Sales rise"


def test_numbers_are_named_as_in_the_chart():
    html = figure().html()
    assert re.findall(r"<th [^>]*>(.*?)</th>", html)[::6] == ["Month", "Observed"]
    assert "<caption>Sales (AGT)</caption>" in html
    assert '<td class="date">2025-05-01</td>' in html


def test_what_only_the_drawing_needs_is_not_shown():
    chart = bars().transform_calculate(twice="2 * datum.place")
    chart.data = pd.DataFrame({"account": ["a"], "held": [1.0], "place": [12_345]})
    html = Figure(chart, "Caption", "Text").html()
    assert '<th scope="col" data-field="place" hidden>' in html
    assert '<td class="number" hidden>12,345</td>' in html  # a whole number keeps its digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (15e6, "15,000,000"),
        (12_345, "12,340"),
        (0.00012345, "0.0001234"),
        (-2.5, "-2.5"),
        (5e9, "5,000,000,000"),
    ],
)
def test_readable(value, text):
    assert readable(value) == text


@pytest.mark.parametrize("mode", PALETTES)
def test_every_colour_stands_out_from_its_paper(mode):
    """WCAG 2.2: 3 to 1 for what is drawn, 4.5 to 1 for text."""
    palette = PALETTES[mode]
    assert all(contrast(colour, palette.paper) >= 3 for colour in [*palette.series, palette.axis])
    assert contrast(palette.ink, palette.paper) >= 4.5


def contrast(one: str, other: str) -> float:
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
