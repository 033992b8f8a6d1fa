"""Streams: what moves in a month from whom to whom, as bands as thick as the amounts."""

import altair as alt
import numpy as np
import pandas as pd

from agt.figures.theme import LABELS

STEPS = 12  # pieces of a band: it looks smooth
GAP = 0.07  # between two of a side, as a share of everything: room for a label
HEIGHT = 420  # pixels
SIDES = (("payer", "payee"), ("payee", "payer"))


def streams(moves: pd.DataFrame, *, unit: str) -> alt.LayerChart:
    """From payers on the left to payees on the right.

    Args: moves: columns payer, payee, kind (the colour) and amount [unit], one row per band.
    """
    frame = _placed(moves)
    lowest = max((frame[end] + frame["amount"]).max() for end in ("start", "end"))
    x = alt.X("along:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[0, float(lowest)], nice=False, reverse=True))
    bands = (
        alt.Chart(frame)
        .transform_calculate(along=f"sequence(0, 1 + 0.5 / {STEPS}, 1 / {STEPS})")
        .transform_flatten(["along"])
        .transform_calculate(
            low="datum.start + (datum.end - datum.start) * datum.along * datum.along * (3 - 2 * datum.along)",
            high="datum.low + datum.amount",
        )
        .mark_area(opacity=0.55)
        .encode(
            x=x,
            y=y,
            y2="high:Q",
            detail=["payer:N", "payee:N"],
            color=alt.Color("kind:N", sort=list(dict.fromkeys(moves["kind"])), legend=alt.Legend(columns=2)),
            tooltip=[
                alt.Tooltip("payer:N", title="From"),
                alt.Tooltip("payee:N", title="To"),
                alt.Tooltip("kind:N", title="How"),
                alt.Tooltip("amount:Q", title=f"Amount ({unit})", format=",.3~s"),
            ],
        )
    )
    chart: alt.LayerChart = alt.LayerChart(layer=[bands, _labels(frame, "payer", x, y), _labels(frame, "payee", x, y)])
    return chart.properties(height=HEIGHT)


def _labels(frame: pd.DataFrame, side: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """Each name at its end of the bands."""
    ends = alt.Chart(frame).transform_aggregate(groupby=[side], low=f"min({side}_middle)")
    if side == "payer":
        text = ends.transform_calculate(along="0").mark_text(align="left", dx=4, fontSize=LABELS)
    else:
        text = ends.transform_calculate(along="1").mark_text(align="right", dx=-4, fontSize=LABELS)
    named: alt.Chart = text.encode(x=x, y=y, text=f"{side}:N")
    return named


def _placed(moves: pd.DataFrame) -> pd.DataFrame:
    """Where each band leaves and arrives, and the middle of its two ends; the thicker an end, the higher it stands."""
    made, gap = moves.copy(), GAP * float(moves["amount"].sum())
    for side, other in SIDES:
        sums = made.groupby(side)["amount"].sum().sort_values(ascending=False, kind="stable")
        top = pd.Series(np.concatenate([[0.0], np.cumsum(sums.to_numpy() + gap)[:-1]]), index=sums.index)
        weight = made.groupby(other)["amount"].transform("sum")
        order = made.assign(weight=weight).sort_values(["weight", "amount"], ascending=False, kind="stable")
        before = order.groupby(side)["amount"].cumsum() - order["amount"]
        made["start" if side == "payer" else "end"] = made[side].map(top) + before
        made[f"{side}_middle"] = made[side].map(top + sums / 2)
    return made
