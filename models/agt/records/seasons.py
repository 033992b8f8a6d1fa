"""Seasons: one redemption season settled by the exact rule, and what is reported of it.

Rows are the file's data rows, counted from 1: row 1 is the line below the header.
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from agt.calendar import EPOCH_MONTH, EPOCH_YEAR, month_number, season_window
from agt.mechanisms.redemption import Claim, Settlement, settle
from agt.records.amounts import base_units, plain, quotient
from agt.records.wallets import is_valid
from agt.registry import Fault, Faults, Registry

COLUMNS = ("row", "claim_id", "contributor", "wallet", "aia", "agt", "refused")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Season:
    """The terms of one season: pool and minimum in base units, the window in UTC seconds."""

    name: str
    pool: int
    minimum: int
    opens: int
    closes: int

    def settle(self, claims: list[Claim], holdings: dict[str, int] | None = None) -> Settlement:
        """The settlement of `claims`; `holdings` is AIA [base units] by contributor, where known."""
        wallets = {claim.wallet for claim in claims}
        return settle(
            claims,
            pool=self.pool,
            valid_wallets={wallet for wallet in wallets if is_valid(wallet)},
            minimum=self.minimum,
            opens=self.opens,
            closes=self.closes,
            holdings=holdings,
        )


def season(registry: Registry, name: str, pool: str | None = None) -> Season:
    """The season of a calendar month, by the values that hold in it.

    Args: name: `YYYY-MM`; pool: AGT in plain notation, else the quota.
    Raises: Faults when `name` is no calendar month or `pool` no amount.
    """
    try:
        month = month_number(name)
        opens, closes = season_window(name, int(registry.current("redemption_closing_day", month)))
    except ValueError as error:
        raise Faults([Fault("season-syntax", f"the season {name}: {error}")]) from None
    try:
        agt = base_units(str(registry.current("redemption_quota", month)) if pool is None else pool)
    except ValueError as error:
        raise Faults([Fault("number-syntax", f"the pool: {error}")]) from None
    minimum = base_units(str(registry.current("redemption_minimum", month)))
    return Season(name, agt, minimum, int(opens.timestamp()), int(closes.timestamp()))


def pool_warning(registry: Registry, pool: int) -> Fault | None:
    """A warning when a pool [base units] lies outside the registry's bounds, which is allowed."""
    quota = registry.parameters["redemption_quota"]
    low, high = quota.bounds
    if base_units(str(low)) <= pool <= base_units(str(high)):
        return None
    message = f"a pool of {plain(pool)} AGT is outside [{low:,}, {high:,}] AGT, the bounds of redemption_quota"
    return Fault("setting-bounds", message, severity="warning")


def season_warning(name: str) -> Fault | None:
    """A warning when the season `name` lies before the month of the token generation event, which is allowed."""
    if month_number(name) >= 0:
        return None
    message = f"the season {name} lies before {EPOCH_YEAR}-{EPOCH_MONTH:02d}, the month of the token generation event"
    return Fault("season-early", message, severity="warning")


def holdings_warning(claims: list[Claim], holdings: dict[str, int], path: Path) -> Fault | None:
    """A warning when contributors of `claims` are absent from the holdings read from `path`."""
    missing = len({claim.contributor for claim in claims} - holdings.keys())
    if not missing:
        return None
    count = "1 contributor of the claims is" if missing == 1 else f"{missing:,} contributors of the claims are"
    return Fault(
        "holdings-missing", f"{count} not in the holdings file, and taken to hold 0 AIA", str(path), severity="warning"
    )


def report(terms: Season, claims: list[Claim], settlement: Settlement) -> dict[str, Any]:
    """What `agt settle --json` prints: amounts in plain notation, exactly."""
    paid = terms.pool - settlement.remainder
    payouts = [
        {
            "claim_id": claims[row].id,
            "contributor": claims[row].contributor,
            "wallet": claims[row].wallet,
            "aia": plain(claims[row].aia),
            "agt": plain(agt),
        }
        for row, agt in sorted(settlement.payouts.items())
    ]
    refused = [
        {"row": row + 1, "claim_id": claims[row].id, "reason": reason}
        for row, reason in sorted(settlement.refusals.items())
    ]
    return {
        "season": terms.name,
        "pool": plain(terms.pool),
        "eligible_aia": plain(settlement.eligible),
        "agt_per_aia": quotient(terms.pool, settlement.eligible),
        "paid": plain(paid),
        "returned": plain(settlement.remainder),
        "payouts": payouts,
        "refused": refused,
    }


def keep_apart(out: Path, *inputs: Path) -> None:
    """Raises: Faults when `out` is one of the files that are read, which writing would destroy."""
    if any(path.exists() and out.exists() and out.samefile(path) for path in inputs):
        raise Faults([Fault("output-unwritable", "this is a file that is read; choose another place", str(out))])


def write_settlement(path: Path, claims: list[Claim], settlement: Settlement) -> None:
    """Write one row per claim, paid or refused, so that the file is there whole or not at all.

    Raises: Faults when it cannot be written.
    """
    try:
        with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, delete=False) as stream:
            draft = Path(stream.name)
            try:
                writer = csv.writer(stream, lineterminator="\r\n")  # or a bare return would stand unquoted in a cell
                writer.writerow(COLUMNS)
                writer.writerows(_cells(row, claim, settlement) for row, claim in enumerate(claims))
                stream.flush()
                os.fsync(stream.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise Faults([Fault("output-unwritable", f"{error.strerror}; choose another place", str(path))]) from None


def _cells(row: int, claim: Claim, settlement: Settlement) -> list[str]:
    agt, refused = settlement.payouts.get(row, 0), settlement.refusals.get(row, "")
    texts = (claim.id, claim.contributor, claim.wallet)
    return [str(row + 1), *map(harmless, texts), plain(claim.aia), plain(agt), refused]


def harmless(text: str) -> str:
    """`text`, with a leading apostrophe where a spreadsheet would take it for a formula.

    >>> harmless("=1+1"), harmless("0x1")
    ("'=1+1", '0x1')
    """
    return f"'{text}" if text.startswith(FORMULA) else text
