"""Actuals that nobody measured: one future of the model, written down as a member of the team would.

`book/economy/actuals-synthetic.csv` was written once, from the root of the repository, by

    python -c "from tests.analysis.synthetic import write; write('book/economy/actuals-synthetic.csv')"

and stays as it is when the model changes, as figures that were measured would.
"""

import csv
from io import StringIO
from pathlib import Path

from agt.calendar import month_number, month_text
from agt.records.actuals import FIGURES, READERS
from agt.registry import load
from agt.simulation import simulate

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
SEED = 2_027  # another luck than that of the futures that the file is compared with
AUDITED = 400  # items a month
OTHERS = ("demand_items", "quality_fulfilment", "contributors_active.farm", "contributors_leaving.farm")
DECIMALS = {"USD": 2, "USD/AGT": 6}  # everything else in whole numbers


def write(path):
    Path(path).write_text(text(), encoding="utf-8", newline="")


def text(run=11, months=MONTHS):
    """The file: every month once, and the second of them revised after the last."""
    rows = [row(month, run) for month in months]
    preliminary, final = dict(rows[1]), rows[1]
    for column in ("revenue_usd", "buyback_usd", "buyback_agt", "agt_paid_from_pools"):  # invoices came late
        preliminary[column] = written(0.9 * float(final[column]), column)
    revised = final | {"version": "2", "published": rows[2]["published"][:8] + "19"}
    stream = StringIO(newline="")
    writer = csv.DictWriter(stream, list(READERS), lineterminator="\n")
    writer.writeheader()
    writer.writerows([rows[0], preliminary, *rows[2:], revised])
    return stream.getvalue()


def row(month, run):
    """One month of one future, as texts by column. What the model has no quantity for is made up from what it has."""
    registry, at = load(), month_number(month)
    names = [name for figure in FIGURES for name in figure.names(registry)]
    keep = tuple(dict.fromkeys([*names, *OTHERS]))
    paths = simulate(1, at, SEED, first_run=run, keep=keep).paths
    end = {name: float(path[at, 0]) for name, path in paths.items()}
    found = {figure.column: sum(end[name] for name in figure.names(registry)) for figure in FIGURES if figure.quantity}
    found["aia_submitted"] = 1.03 * found["aia_redeemed"]  # a few claims are refused
    found["sets_for_clients"] *= found["sets_done"]
    found["items_delivered"] = end["demand_items"] * end["quality_fulfilment"]
    found["items_audited"] = AUDITED
    found["items_correct"] *= AUDITED
    found["farm_accounts_removed"] = end["contributors_active.farm"] * end["contributors_leaving.farm"]
    required = {
        "month": month,
        "published": f"{month_text(at + 1)}-04",
        "source": "SYNTHETIC: one run of the model, nothing was measured",
        "version": "1",
    }
    return required | {column: written(value, column) for column, value in found.items()}


def written(value, column):
    """A figure as the file writes it."""
    [unit] = [figure.unit for figure in FIGURES if figure.column == column]
    return f"{value:.{DECIMALS.get(unit, 0)}f}"
