"""Held against reality: every observation beside its forecast, and the DAO's monthly actuals."""

from itertools import pairwise
from math import isfinite

import pandas as pd

from agt.analysis.backtest import Held, coverage
from agt.figures import Figure
from agt.figures.rows import intervals
from agt.pages.tables import Html, rough, table
from agt.records.actuals import FIGURES, latest

SLACK = 0.05  # of what the prices say: slippage, and trades between the first and the last day


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
        quantity="Ratio",
        unit="to the middle run",
        log=True,
        observed="seen",
    )
    inside = sum(one.inside for one in held)
    told = f"{inside} of {len(held)} observations lie inside the interval that holds nine runs in ten."
    return Figure(chart, f"Each observation beside its forecast. {told}", told)


def score(held: list[Held]) -> Html:
    """How many lie inside, apart for what set a level and for what did not."""
    parts = []
    for use, words in (("fit", "that set a level"), ("validation", "that set none")):
        inside, of = coverage(held, use)
        parts.append(f"{inside} of {of} observations {words}")
    return Html(f"<p>Inside their interval lie <b>{parts[0]}</b>, and <b>{parts[1]}</b>.</p>")


def actuals_columns() -> Html:
    """Every column of the table of actuals, and what it is compared with."""
    rows = [
        [
            Html(f"<code>{figure.column}</code>"),
            figure.meaning,
            figure.unit,
            Html(", ".join(f"<code>{name}</code>" for name in figure.quantity) or "nothing in the model"),
        ]
        for figure in FIGURES
    ]
    return table(("Column", "Meaning", "Unit", "Compared with"), rows, label="Columns of the actuals")


def actuals_table(found: pd.DataFrame) -> Html:
    """Every figure of the latest month beside the model's interval, as `compare` gives them."""
    last = found[found["month"] == found["month"].max()]
    rows = [
        [
            str(row["figure"]),
            f"{rough(row['value'])} {row['unit']}",
            f"{rough(row['p50'])} [{rough(row['p05'])}; {rough(row['p95'])}]",
            "inside" if row["inside"] else Html("<b>outside</b>"),
        ]
        for row in last.to_dict("records")
    ]
    month = str(last["month"].iloc[0])
    head = ("Figure", f"Reported for {month}", "Model: middle [nine in ten]", "")
    return table(head, rows, label=f"Actuals of {month} beside the model")


def buybacks_checked(actuals: pd.DataFrame) -> Html:
    """USD reported as spent on buybacks, at the prices that begin and end the month, beside the AGT received.

    A month of which the month before has no price is left out.
    """
    months = latest(actuals).set_index("month")
    rows = []
    for (_, before), (month, row) in pairwise(months.iterrows()):
        usd, agt = float(row["buyback_usd"]), float(row["buyback_agt"])
        least, most = sorted(usd / float(price) for price in (before["price_usd"], row["price_usd"]))
        if isfinite(least + most + agt):
            plausible = least * (1.0 - SLACK) <= agt <= most * (1.0 + SLACK)
            verdict = "fits" if plausible else Html("<b>ask for the transactions</b>")
            between = f"{rough(least)} to {rough(most)} AGT"
            rows.append([str(month), f"{rough(usd)} USD", between, f"{rough(agt)} AGT", verdict])
    head = ("Month", "Spent", "Buys, at the month's first and last price", "Received", "")
    return table(head, rows, label="Buybacks checked")
