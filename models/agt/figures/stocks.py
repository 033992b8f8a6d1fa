"""Where AGT is, and when it unlocks: bars and areas that add up to the whole supply."""

import altair as alt
import pandas as pd

from agt.figures.figure import Figure
from agt.figures.theme import AMOUNTS

MILLION = 1e6


def accounts_over_time(frame: pd.DataFrame, caption: str, alternative: str) -> Figure:
    """The whole supply by group of accounts, month by month.

    Args: frame: columns date (datetime), group, agt [AGT]; groups in the order in which they are stacked.
    """
    order = list(dict.fromkeys(frame["group"]))
    chart = (
        alt.Chart(frame)
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("agt:Q", title="All AGT (AGT)", stack="zero", axis=AMOUNTS),
            color=alt.Color("group:N", sort=order, title=None, legend=alt.Legend(columns=2)),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("date:T", title="Month", format="%B %Y"),
                alt.Tooltip("group:N", title="Held as"),
                alt.Tooltip("agt:Q", title="AGT", format=",.4~s"),
            ],
        )
        .transform_calculate(place=f"indexof({order}, datum.group)")
    )
    return Figure(chart, caption, alternative)


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
