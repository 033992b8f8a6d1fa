"""One look for every chart: the theme's sizes go into each chart, its colours into the page, which has two modes."""

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Any, NamedTuple, cast

import altair as alt


class Palette(NamedTuple):
    """The colours of one mode; `series` can be told apart by colour-blind readers and against `paper`."""

    paper: str
    ink: str
    axis: str
    grid: str
    series: Sequence[str]


PALETTES = {
    "light": Palette(
        paper="#ffffff",
        ink="#1f2933",
        axis="#6b7680",
        grid="#e3e7ea",
        series=("#0072b2", "#b84e00", "#00735a", "#aa3377", "#6a4c93", "#806400"),
    ),
    "dark": Palette(
        paper="#121212",
        ink="#e2e6ea",
        axis="#98a2ab",
        grid="#33383d",
        series=("#8ecbff", "#ffb454", "#7fd1ae", "#f28fad", "#c9a7ff", "#f0e442"),
    ),
}

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
LABELS, TITLES = 12, 13  # pixels: still read at a width of 360
HEIGHT = 280
TITLE = 40  # characters of an axis title that fit a phone

# Axis labels for amounts of any size: 12M, 1.5B (not Vega's G), 0.05 (not its 50m).
AMOUNTS = alt.Axis(
    labelExpr="abs(datum.value) < 1000 ? format(datum.value, '.4~g') : replace(format(datum.value, '.4~s'), 'G', 'B')"
)


def titled(quantity: str, unit: str) -> str:
    """An axis title: as much of the quantity as a phone has room for, and its unit; the caption has all of it."""
    return f"{shorten(quantity, TITLE - len(f' ({unit})'), placeholder=' …')} ({unit})"


@alt.theme.register("agt", enable=False)
def theme() -> alt.theme.ThemeConfig:
    """Sizes only: a colour named in a chart could not follow the reader's light or dark mode."""
    labels = {"labelFontSize": LABELS, "titleFontSize": TITLES, "titleFontWeight": "normal"}
    config: dict[str, Any] = {
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None, "continuousHeight": HEIGHT, "discreteHeight": HEIGHT},
        "axis": labels | {"labelOverlap": True, "labelLimit": 160, "tickCount": 6},
        "axisX": {"grid": False, "tickCount": 5},
        # Above the axis and level: a title on its side takes width that a phone does not have.
        "axisY": {"titleAngle": 0, "titleAlign": "left", "titleX": 0, "titleY": -14, "domain": False, "ticks": False},
        "legend": labels | {"orient": "top", "title": None, "offset": 28, "labelLimit": 260, "symbolOpacity": 1},
        "header": labels,
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 40},
    }
    return alt.theme.ThemeConfig(autosize={"type": "fit-x", "contains": "padding"}, config=cast(Any, config))


def styles() -> Iterator[str]:
    """The lines of a style sheet that gives pages and charts the same colours; light is for whoever has not chosen."""
    for mode, palette in PALETTES.items():
        # Paper is white, whatever the screen was.
        yield "html {" if mode == "light" else f'@media screen {{ html[data-theme="{mode}"] {{'
        for name in ("paper", "ink", "axis", "grid"):
            yield f"  --agt-{name}: {getattr(palette, name)};"
        for number, colour in enumerate(palette.series, start=1):
            yield f"  --agt-series-{number}: {colour};"
        yield "}" if mode == "light" else "} }"
