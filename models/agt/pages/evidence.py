"""Held against reality: every observation beside its forecast, and the DAO's monthly actuals."""

import pandas as pd

from agt.analysis.backtest import Held, coverage
from agt.figures import Figure
from agt.figures.rows import intervals
from agt.pages.tables import Html, rough, table


def backtest_table(held: list[Held]) -> Html:
    """Every observation beside its interval: where it lies, and what it was used for."""
    rows = [
        [
            one.observation.date,
            one.observation.quantity,
            f"{rough(float(one.observation.value))} {one.observation.unit}",
            f"{rough(one.middle)} [{rough(one.low)}; {rough(one.high)}]",
            f"{100 * one.position:.0f} of 100",
            "inside" if one.inside else Html("<b>outside</b>"),
            one.observation.use,
        ]
        for one in held
    ]
    head = ("Date", "What", "Observed", "Forecast: middle [nine in ten]", "Runs below it", "", "Used for")
    return table(head, rows, label="Observations beside their forecasts")


def backtest_figure(held: list[Held]) -> Figure:
    """Every observation and its interval, as ratios to the middle run."""
    rows = [
        {
            "row": f"{one.observation.date[:7]} {one.observation.quantity}",
            "p05": one.low / one.middle,
            "p50": 1.0,
            "p95": one.high / one.middle,
            "seen": float(one.observation.value) / one.middle,
        }
        for one in held
    ]
    chart = intervals(
        pd.DataFrame(rows).drop_duplicates("row", keep="last"),
        quantity="Ratio to the middle run",
        unit="number",
        log=True,
        observed="seen",
    )
    inside = sum(one.inside for one in held)
    told = f"{inside} of {len(held)} observations lie inside the interval that holds nine runs in ten."
    return Figure(chart, f"Each observation beside its forecast. {told}", told)


def score(held: list[Held]) -> str:
    """How many lie inside, apart for what set a level and for what did not."""
    parts = []
    for use, words in (("fit", "that set a level"), ("validation", "that set none")):
        inside, of = coverage(held, use)
        parts.append(f"{inside} of {of} observations {words}")
    return f"Inside their interval lie {parts[0]}, and {parts[1]}."
