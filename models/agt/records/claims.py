"""Claims: the file of one redemption season, and the AIA that its contributors hold."""

import re
from pathlib import Path

from agt.calendar import moment
from agt.mechanisms.redemption import Claim
from agt.records.amounts import base_units
from agt.records.tables import Readers, read_table

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def read_claims(path: Path) -> list[Claim]:
    """The claims of a file `claim_id,contributor,wallet,aia,submitted_at`, in its order.

    A blank wallet is read as missing; whether a wallet is valid is for the rule to refuse, not for the reader.

    Returns: Claim with aia [base units, 10^-18 AIA] and submitted [UTC seconds].
    Raises: Faults, naming row and column of everything that is wrong.
    """
    return [Claim(*values) for values in read_table(path, CLAIM)]


def read_holdings(path: Path) -> dict[str, int]:
    """AIA [base units] by contributor, of a file `contributor,aia` in which each contributor stands once.

    Raises: Faults, naming row and column of everything that is wrong.
    """
    return dict(read_table(path, HOLDING, unique="contributor"))


def identifier(text: str) -> str:
    """`text`, when it is an identifier.

    Raises: ValueError when it is not.
    """
    if not _IDENTIFIER.fullmatch(text):
        allowed = "1 to 64 letters, digits and . _ : -, the first a letter or digit"
        raise ValueError(f"{text!r} is no identifier; write {allowed}")
    return text


def instant(text: str) -> int:
    """The moment [UTC seconds] of a time written with its zone.

    Raises: ValueError when `text` is a bare date, has no zone, or names no real moment.
    """
    return int(moment(text, date_allowed=False).timestamp())


def _wallet(text: str) -> str:
    """`text` as it stands, or nothing where it is blank."""
    return text if text.strip() else ""


CLAIM: Readers = {
    "claim_id": identifier,
    "contributor": identifier,
    "wallet": _wallet,
    "aia": base_units,
    "submitted_at": instant,
}
HOLDING: Readers = {"contributor": identifier, "aia": base_units}
