"""Fans: what the runs say about one quantity over time, as bands between quantiles."""

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from agt.figures.theme import AMOUNTS, titled

READING = "Line: the middle run. Dark band: half of the runs. Light band: 9 runs in 10."
QUANTILES = {
    "p05": "1 run in 20 is below",
    "p25": "1 run in 4 is below",
    "p50": "Middle run",
    "p75": "1 run in 4 is above",
    "p95": "1 run in 20 is above",
}
BANDS = (("p05", "p95"), ("p25", "p75"))


def fan(
    frame: pd.DataFrame,
    x: str,
    bands: Sequence[tuple[str, str]] = BANDS,
    *,
    quantity: str,
    unit: str,
    by: str | None = None,
    observed: str | None = None,
    number_format: str = ",.4~r",
    log: bool = False,
) -> alt.LayerChart:
    """One fan, or one per value of the column `by`, over the column `x` (dates, or months since May 2025).

    `frame` is tidy: one row per `x` (and `by`), columns p05 p25 p50 p75 p95 in `unit`.
    `observed` names a column of what was seen, with gaps where nothing was; it is drawn as points.
    """
    named = {name: meaning for name, meaning in QUANTILES.items() if name in frame}
    frame = frame[[x, *([by] if by else []), *named, *([observed] if observed else [])]]
    base = alt.Chart(frame).encode(x=_time(frame, x))
    # A single series takes the page's first colour; beside observations it needs a legend.
    colour = alt.Color(f"{by}:N") if by else alt.ColorDatum("Simulated runs")
    runs = base.encode(color=colour) if by or observed else base
    scale = alt.Scale(type="log") if log else alt.Scale(zero=False)

    axis = alt.Axis(**AMOUNTS.to_dict(), values=_steps(frame[list(named)])) if log else AMOUNTS

    def height(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=titled(quantity, unit), scale=scale, axis=axis)

    layers = [runs.mark_area(opacity=0.2).encode(y=height(low), y2=f"{high}:Q") for low, high in bands]
    layers.append(runs.mark_line().encode(y=height("p50")))
    if observed:
        points = base.transform_filter(f"isValid(datum['{observed}'])").mark_point(opacity=1)
        seen = [_month(frame, x), alt.Tooltip(f"{observed}:Q", title="Observed", format=number_format)]
        layers.append(points.encode(y=height(observed), color=alt.ColorDatum("Observed"), tooltip=seen))
    which = [alt.Tooltip(f"{by}:N", title="Series")] if by else []
    numbers = [alt.Tooltip(f"{name}:Q", title=meaning, format=number_format) for name, meaning in named.items()]
    return alt.LayerChart(layer=[*layers, _pointer(base, x, [_month(frame, x), *which, *numbers])])


def _steps(frame: pd.DataFrame) -> list[float]:
    """Where a logarithmic axis is marked: at powers of ten, and between them where there are few."""
    positive = frame.where(frame > 0)
    low, high = math.floor(math.log10(positive.min().min())), math.ceil(math.log10(positive.max().max()))
    between = (1,) if high - low > 3 else (1, 2, 5)
    return [float(f"{step}e{power}") for power in range(low, high + 1) for step in between]


def _time(frame: pd.DataFrame, x: str) -> alt.X:
    if is_datetime64_any_dtype(frame[x]):
        return alt.X(f"{x}:T", title=None)
    return alt.X(f"{x}:Q", title="Time since May 2025 (months)")


def _month(frame: pd.DataFrame, x: str) -> alt.Tooltip:
    if is_datetime64_any_dtype(frame[x]):
        return alt.Tooltip(f"{x}:T", title="Month", format="%B %Y")
    return alt.Tooltip(f"{x}:Q", title="Month")


def _pointer(base: alt.Chart, x: str, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """A line that follows the pointer and shows the numbers of its month: a band alone cannot say where one points."""
    nearest = alt.selection_point(name="nearest", nearest=True, on="pointerover", fields=[x], empty=False)
    shown = alt.condition(nearest, alt.value(0.5), alt.value(0.0))
    rules: alt.Chart = base.mark_rule(strokeWidth=1).encode(opacity=shown, tooltip=tooltip)
    return rules.add_params(nearest)
