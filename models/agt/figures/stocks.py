"""Where AGT is, and when it unlocks: bars and areas that add up to the whole supply."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from agt.figures.figure import Figure
from agt.figures.theme import AMOUNTS, LABELS, titled

LINE = 16  # pixels


def stacked(
    frame: pd.DataFrame,
    *,
    quantity: str,
    unit: str,
    caption: str,
    alternative: str,
    marked: Mapping[str, str] | None = None,
) -> Figure:
    """What adds up to a whole, group by group, month by month.

    Args: frame: columns date (datetime), group, amount [unit], the groups in the order in which they are stacked;
        marked: what a month is remembered for, by its date as text.
    """
    order = list(dict.fromkeys(frame["group"]))
    share = unit.startswith("share")
    axis = alt.Axis(format="%") if share else AMOUNTS.copy()
    legend = alt.Legend(columns=2)
    if marked:  # what is remembered stands between the plot and the axis title
        axis.titleY, legend.offset = -14 - LINE, 28 + LINE
    areas = (
        alt.Chart(frame)
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("amount:Q", title=titled(quantity, unit), stack="zero", axis=axis),
            color=alt.Color("group:N", sort=order, title=None, legend=legend),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("date:T", title="Month", format="%B %Y"),
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("amount:Q", title=quantity, format=".1%" if share else ",.4~s"),
            ],
        )
        .transform_calculate(place=f"indexof({order}, datum.group)")
    )
    chart = alt.LayerChart(layer=[areas, marks(marked)]) if marked else areas
    return Figure(chart, caption, alternative)


def marks(marked: Mapping[str, str], *, inside: bool = False) -> alt.LayerChart:
    """A thin line at each month to be remembered, and at its top what for: above the plot, or inside of it."""
    frame = pd.DataFrame({"date": pd.to_datetime(list(marked)), "event": list(marked.values())})
    base = alt.Chart(frame).encode(x="date:T", tooltip=[alt.Tooltip("event:N", title="What happened")])
    line = base.mark_rule(strokeDash=[4, 3])
    text = (
        base.mark_text(align="left", baseline="top", dx=4, dy=2, fontSize=LABELS)
        if inside
        else base.mark_text(align="left", baseline="bottom", dx=-2, dy=-4, fontSize=LABELS)
    )
    return alt.LayerChart(layer=[line, text.encode(text="event:N", y=alt.value(0))])


def unlocks_by_month(frame: pd.DataFrame, caption: str, alternative: str) -> Figure:
    """What unlocks in each month, by group of buckets.

    Args: frame: columns date (datetime), group, agt [AGT].
    """
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(date):T", title=None),
            y=alt.Y("agt:Q", title="Unlocked in the month (AGT)", axis=AMOUNTS),
            color=alt.Color("group:N", sort=list(dict.fromkeys(frame["group"])), legend=alt.Legend(columns=2)),
            tooltip=[
                alt.Tooltip("date:T", title="Month", format="%B %Y"),
                alt.Tooltip("group:N", title="Unlocked to"),
                alt.Tooltip("agt:Q", title="AGT", format=",.4~s"),
            ],
        )
    )
    return Figure(chart, caption, alternative)
