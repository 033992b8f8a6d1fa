"""Dots: a quantity of one month as twenty dots, each of which stands for as many futures as any other."""

import altair as alt
import numpy as np
import pandas as pd

from agt.figures.theme import AMOUNTS, titled

DOTS = 20
COLUMNS = 16  # that a phone has room for
SIZE = 16  # pixels from dot to dot


def dots(values: np.ndarray, *, quantity: str, unit: str, log: bool = False) -> alt.Chart:
    """A quantile dotplot: twenty dots stacked over the axis, so that chances can be counted.

    Args: values: of the runs [unit]; log: a scale of ratios.
    """
    frame = _placed(values, log=log)
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=False, nice=False)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_circle(size=SIZE**2 * 0.7, opacity=1)
        .encode(
            x=alt.X("column:Q", title=titled(quantity, unit), scale=scale.copy(), axis=AMOUNTS),
            y=alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, int(frame["place"].max()) + 1], nice=False)),
            tooltip=[alt.Tooltip("value:Q", title=f"One future in {DOTS}: about", format=",.3~r")],
        )
        .properties(height=SIZE * (int(frame["place"].max()) + 1))
    )
    return chart


def _placed(values: np.ndarray, *, log: bool) -> pd.DataFrame:
    """Each dot's value, the column it stands in, and its place from the bottom."""
    found = np.quantile(values, (np.arange(DOTS) + 0.5) / DOTS)
    along = np.log(found) if log else found
    width = (along[-1] - along[0]) / COLUMNS or 1.0
    column = np.minimum(((along - along[0]) / width).astype(int), COLUMNS - 1)
    centre = along[0] + (column + 0.5) * width
    place = [int((column[:row] == column[row]).sum()) + 0.5 for row in range(DOTS)]
    return pd.DataFrame({"value": found, "column": np.exp(centre) if log else centre, "place": place})
