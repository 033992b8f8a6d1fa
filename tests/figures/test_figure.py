"""Figures: a reader who cannot see the chart gets the same, and the same chart gives the same bytes."""

import json
import re

import altair as alt
import pandas as pd
import pytest

from agt.figures import AMOUNTS, READING, Figure, fan
from agt.figures.figure import ROWS, readable
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


def test_a_fan_carries_its_numbers_once():
    drawn = spec(figure().html())
    (rows,) = drawn["datasets"].values()
    assert [row["p50"] for row in rows] == [3.0, 4.0, 5.0]  # four significant digits
    assert [row["seen"] for row in rows] == [3.1, None, None]
    assert len(rows[0]) == len(FRAME.columns)


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
    assert re.findall(r'<th scope="col">(.*?)</th>', html)[::6] == ["Month", "Observed"]
    assert "<caption>Sales (AGT)</caption>" in html
    assert '<td class="date">2025-05-01</td>' in html


def test_a_long_table_says_that_it_goes_on():
    frame = pd.DataFrame({"run": range(ROWS + 1), "price": 1.0})
    chart = (
        alt.Chart(frame).mark_point().encode(x=alt.X("run:O"), y=alt.Y("price:Q", title="Price (USD)", axis=AMOUNTS))
    )
    html = Figure(chart, "Caption", "Text").html()
    assert html.count("<tr>") == ROWS + 1
    assert f"The first {ROWS} of {ROWS + 1} rows." in html


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
