"""Actuals: what the DAO measured of its own economy, month by month, read strictly, and what each figure is held to.

One row is one version of one month. A revision is a new row of a higher version that states the whole month again;
no row is ever overwritten.
"""

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors

from agt.calendar import month_number, month_text
from agt.records.tables import Problem, Readers, Row, refusal, scan
from agt.registry import Fault, Faults, Registry, load
from agt.registry.reader import DIGITS, number, read_bytes

_VERSION = re.compile(r"[1-9][0-9]{0,2}")
_LONGEST = 200  # characters of a source
_FIRST = month_text(0)
_KEY = ["month", "version"]
_COUNTED = ("count", "people", "sets")  # units of what comes in whole numbers


class Figure(NamedTuple):
    """A column of the actuals: its unit as the registry writes it, what it means, and what the model calls it.

    quantity: the quantities, or families of them, that add up to it in the model; empty where the model has none;
    kind: a flow of the whole month, a stock at its end, or a share: this column divided by `within`, and compared as
    such; within: the column of which this one is a part.
    """

    column: str
    unit: str
    meaning: str
    quantity: tuple[str, ...]
    kind: Literal["flow", "stock", "share"]
    within: str = ""

    @property
    def compared_unit(self) -> str:
        """The unit in which the figure is compared with the model."""
        return "share" if self.kind == "share" else self.unit

    def names(self, registry: Registry) -> tuple[str, ...]:
        """The full names of the model's quantities that add up to the figure."""
        return tuple(full for name in self.quantity for full in registry.families.get(name, (name,)))

    def value(self, row: Mapping[Any, Any]) -> float:
        """The figure of a row of the actuals, as it is compared with the model; NaN where the row does not give it."""
        if self.kind != "share":
            return float(row[self.column])
        return float(row[self.column] / row[self.within]) if row[self.within] else math.nan


FIGURES = (
    Figure("aia_issued", "AIA", "AIA issued for accepted work", ("rewards_aia_issued",), "flow"),
    Figure("aia_submitted", "AIA", "AIA submitted to the month's season", (), "flow"),
    Figure(
        "aia_redeemed", "AIA", "AIA turned into AGT in the season", ("redemption_redeemed",), "flow", "aia_submitted"
    ),
    Figure("wallets_paid", "people", "Accounts paid in the season", ("redemption_paid",), "flow"),
    Figure("agt_redeemed", "AGT", "AGT paid out for redeemed AIA", ("redemption_payout",), "flow"),
    Figure("agt_paid_directly", "AGT", "AGT paid directly for accepted work", ("rewards_direct",), "flow"),
    Figure("agt_paid_from_pools", "AGT", "AGT paid from clients' pools", ("rewards_project_payout",), "flow"),
    Figure("reserve_agt", "AGT", "User rewards unlocked and not distributed", ("reward_reserve",), "stock"),
    Figure("buyback_usd", "USD", "Spent on buying back AGT", ("buyback_spent",), "flow"),
    Figure("buyback_agt", "AGT", "AGT bought back", ("buyback_bought",), "flow"),
    Figure("revenue_usd", "USD", "Revenue, reward pools not included", ("demand_revenue",), "flow"),
    Figure("clients", "count", "Paying AI clients", ("demand_clients",), "stock"),
    Figure("items_delivered", "count", "Items delivered to clients", (), "flow"),
    Figure("sets_done", "sets", "Task sets done, reviews left out", ("quality_work",), "flow"),
    Figure(
        "sets_for_clients", "sets", "Task sets that clients asked for", ("quality_client_share",), "share", "sets_done"
    ),
    Figure("items_audited", "count", "Items whose answer was audited", (), "flow"),
    Figure("items_correct", "count", "Audited items found correct", ("quality_accuracy",), "share", "items_audited"),
    Figure(
        "active_contributors",
        "people",
        "People who work, farm accounts left out",
        ("contributors_active.casual", "contributors_active.regular", "contributors_active.expert"),
        "stock",
    ),
    Figure("farm_accounts_removed", "people", "Accounts removed as farms", (), "flow"),
    Figure(
        "staked_agt",
        "AGT",
        "AGT staked by everybody",
        ("contributors_staked", "investors_staked", "team_staked"),
        "stock",
    ),
    Figure("votes_cast_agt", "AGT", "AGT whose votes were cast", ("voting_cast",), "flow"),
    Figure("price_usd", "USD/AGT", "Price of one AGT at the end of the month", ("market_price",), "stock"),
)


class Actuals(NamedTuple):
    """The rows of a file, in its order, each checked by `SCHEMA`; and the SHA-256 of the bytes that were read."""

    frame: pd.DataFrame
    sha256: str


def read_actuals(path: Path) -> Actuals:
    """The actuals of a CSV file with the columns of `SCHEMA`, of which those of `FIGURES` may be left out.

    Returns: Actuals; a figure that a row does not give is NaN.
    Raises: Faults, naming row and column of everything that is wrong.
    """
    supply = load().value("supply_total")
    content = read_bytes(path)
    rows = list(scan(content, path, READERS, optional=[figure.column for figure in FIGURES]))
    faults = [refusal(path, row, problem) for row in rows for problem in row.problems]
    columns = next((list(row.values) for row in rows if row.values), REQUIRED)
    raw = pd.DataFrame([row.values for row in rows], columns=columns, dtype=object)
    try:
        frame = SCHEMA.validate(raw, lazy=True)
    except SchemaErrors as error:
        faults += [fault for found in error.schema_errors for fault in _refusals(path, rows, found, supply)]
    if faults:
        raise Faults(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    return Actuals(frame, sha256(content).hexdigest())


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The row of the highest version of each month, by month."""
    return frame.sort_values(_KEY).drop_duplicates("month", keep="last", ignore_index=True)


def report(actuals: Actuals) -> dict[str, Any]:
    """What a file of actuals holds, as plain data: its months, those that were revised, and which figures it gives."""
    newest = latest(actuals.frame)
    given = [figure for figure in FIGURES if newest[figure.column].notna().any()]
    return {
        "sha256": actuals.sha256,
        "rows": len(actuals.frame),
        "months": newest["month"].tolist(),
        "revised": newest["month"][newest["version"] > 1].tolist(),
        "figures": [figure.column for figure in given],
        "not_compared": [figure.column for figure in given if not figure.quantity],
    }


def _refusals(path: Path, rows: list[Row], error: SchemaError, supply: Decimal) -> list[Fault]:
    """The faults of the cells that one check of `SCHEMA` refuses; what could not be read has its fault already."""
    check = error.check
    whole_row = error.column_name is None  # a check of several cells bears the name of the one to point at
    faults = []
    for place in dict.fromkeys(error.failure_cases["index"]):
        row = rows[int(place)]
        column = check.name if whole_row else error.column_name
        if column in {problem.column for problem in row.problems} or not row.values:
            continue
        message = f"{_written(row.values[column])} {check.error}"
        if check.name == "supply_total":
            message += f": {supply:,}"
        problem = Problem(message, list(row.values).index(column), column)
        faults.append(refusal(path, row, problem, "table-conflict" if whole_row else "table-value"))
    return faults


def _written(value: Any) -> str:
    """A value as the file writes it, cut where it is long."""
    return f"{value:f}" if isinstance(value, Decimal) else f"{value!r:.60}"


def _month(text: str) -> str:
    month_number(text)
    return text


def _date(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no date; write YYYY-MM-DD, as in 2026-10-05")


def _version(text: str) -> int:
    if not _VERSION.fullmatch(text):
        raise ValueError(f"{text!r} is no version; write a whole number from 1 to 999")
    return int(text)


def _figure(text: str) -> Decimal | None:
    """The number that a cell writes, or None where it is empty."""
    value = number(text)
    if value is None and text:
        allowed = f"at most {DIGITS} digits and at most one point"
        raise ValueError(f"{text!r} is no plain number; write {allowed}, or leave the cell empty")
    return value


def _in_existence(amounts: pd.Series) -> pd.Series:
    return amounts <= float(load().value("supply_total"))


def _figure_checks(figure: Figure) -> list[pa.Check]:
    checks = [pa.Check.ge(0, error="is negative; a figure is 0 or more")]
    if figure.unit == "USD/AGT":
        checks = [pa.Check.gt(0, error="is no price; a price is above 0")]
    if figure.unit in _COUNTED:
        checks.append(pa.Check(lambda counts: counts % 1 == 0, error="is no whole number, and counts something"))
    if figure.unit == "AGT":
        checks.append(pa.Check(_in_existence, name="supply_total", error="is more AGT than exist"))
    return checks


def _part(figure: Figure) -> pa.Check:
    """A part is at most its whole, where a row gives both."""
    return pa.Check(
        lambda frame: ~(frame[figure.column] > frame[figure.within]),
        name=figure.column,
        error=f"exceeds {figure.within}, of which it is a part",
    )


def _once(frame: pd.DataFrame) -> pd.Series:
    """Whether each row is the first of its month and version; what could not be read is no version of any month."""
    return ~frame.dropna(subset=_KEY).duplicated(_KEY).reindex(frame.index, fill_value=False)


def _in_order(frame: pd.DataFrame) -> pd.Series:
    """Whether each row was published no earlier than the version before it."""
    readable = frame.dropna(subset=[*_KEY, "published"])
    ordered = readable.drop_duplicates(_KEY).sort_values(_KEY)
    before = ordered.groupby("month")["published"].shift()
    return ~(ordered["published"] < before).reindex(frame.index, fill_value=False)


REQUIRED = ["month", "published", "source", "version"]
READERS: Readers = {"month": _month, "published": _date, "source": str, "version": _version}
READERS.update({figure.column: _figure for figure in FIGURES})
SCHEMA = pa.DataFrameSchema(
    {
        "month": pa.Column(str, pa.Check.ge(_FIRST, error=f"lies before {_FIRST}, the token generation event")),
        "published": pa.Column(str),
        "source": pa.Column(
            str,
            [
                pa.Check.str_length(max_value=_LONGEST, error=f"has more than {_LONGEST} characters"),
                pa.Check(
                    lambda texts: texts.map(lambda text: text.isprintable() and bool(text.strip())),
                    error="is no source; say in one printable line where the figures come from",
                ),
            ],
        ),
        "version": pa.Column("Int64", pa.Check.ge(1, error="is no version; versions count from 1")),
    }
    | {figure.column: pa.Column(float, _figure_checks(figure), nullable=True) for figure in FIGURES},
    checks=[
        pa.Check(
            _once,
            name="version",
            error="stands twice for this month; give a revision a higher version",
        ),
        pa.Check(
            _in_order,
            name="published",
            error="lies before the date of a lower version; a revision is published no earlier than what it revises",
        ),
        pa.Check(
            lambda frame: ~(frame["published"] < frame["month"] + "-01"),
            name="published",
            error="lies before the month itself",
        ),
        *(_part(figure) for figure in FIGURES if figure.within),
    ],
    strict=True,
    coerce=True,
    add_missing_columns=True,
)
