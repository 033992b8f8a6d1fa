"""Rows: one line per thing, either an interval with its middle, or a bar."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from agt.figures.fans import QUANTILES
from agt.figures.theme import AMOUNTS

ROW = 26  # pixels: two lines of a label fit
LABEL = 180  # pixels of a label on a phone


def intervals(
    frame: pd.DataFrame, *, quantity: str, unit: str, log: bool = False, observed: str | None = None
) -> alt.LayerChart:
    """One interval per row: a line over nine runs in ten, a mark at the middle, and a point where something was seen.

    Args: frame: columns row (text), p05, p50, p95 and, where named, `observed`; log: a scale of ratios.
    """
    rows = alt.Y("row:N", sort=list(frame["row"]), title=None, axis=_labels())
    scale = alt.Scale(type="log") if log else alt.Scale(zero=False)

    def place(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=f"{quantity} ({unit})", scale=scale, axis=AMOUNTS)

    numbers = [alt.Tooltip(f"{name}:Q", title=QUANTILES[name], format=",.4~r") for name in ("p05", "p50", "p95")]
    seen = [alt.Tooltip(f"{observed}:Q", title="Observed", format=",.4~r")] if observed else []
    base = alt.Chart(frame).encode(y=rows, tooltip=[alt.Tooltip("row:N", title="What"), *numbers, *seen])
    model = base.encode(color=alt.ColorDatum("Simulated runs")) if observed else base
    layers: list[alt.Chart] = [
        model.mark_rule(strokeWidth=4, opacity=0.4).encode(x=place("p05"), x2="p95:Q"),
        model.mark_tick(thickness=3, size=14).encode(x=place("p50")),
    ]
    if observed:
        layers.append(base.mark_point(opacity=1, size=60).encode(x=place(observed), color=alt.ColorDatum("Observed")))
    chart = alt.LayerChart(layer=layers).properties(height=alt.Step(ROW))
    # Beside such labels a phone has no width left for two entries of a legend.
    below: alt.LayerChart = chart.configure_legend(orient="bottom", columns=1)
    return below


def bars(frame: pd.DataFrame, *, quantity: str, unit: str, order: Sequence[str] | None = None) -> alt.Chart:
    """One bar per row.

    Args: frame: columns row (text) and value; order: of the rows, as they come unless given.
    """
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=alt.Y("row:N", sort=list(order or frame["row"]), title=None, axis=_labels()),
            x=alt.X("value:Q", title=f"{quantity} ({unit})", axis=AMOUNTS),
            tooltip=[alt.Tooltip("row:N", title="What"), alt.Tooltip("value:Q", title=quantity, format=",.3~r")],
        )
        .properties(height=alt.Step(ROW))
    )
    return chart


def _labels() -> alt.Axis:
    return alt.Axis(labelLimit=LABEL, labelOverlap=False, domain=False, ticks=False)
