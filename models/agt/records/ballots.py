"""Ballots: the files of one vote, its terms, and what is reported of it.

Rows are a file's data rows, counted from 1: row 1 is the line below the header. Addresses are read in small letters:
an address is its 20 bytes, whatever its case.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from agt.calendar import moment, month_number
from agt.mechanisms.voting import Ballot, Holding, Tally, tally
from agt.records.amounts import base_units, plain
from agt.records.claims import instant
from agt.records.schedules import unlocks
from agt.records.tables import SIZE, Problem, Readers, Row, refusal, scan
from agt.records.wallets import is_valid
from agt.registry import Fault, Faults, Registry
from agt.registry.reader import number, read_bytes

# What the project itself holds is not asked to vote: the policy of voting leaves the same buckets out.
LEFT_OUT = ("ecosystem", "treasury")

_ZERO = "0x" + 40 * "0"

Value = TypeVar("Value")


class Ballots(NamedTuple):
    """The ballots of a file, in its order, and the SHA-256 of the bytes that were read."""

    rows: list[Ballot]
    sha256: str


class Snapshot(NamedTuple):
    """The holdings of a file, in its order, a warning for each row that repeats an address, and the SHA-256."""

    rows: list[Holding]
    repeated: list[Fault]
    sha256: str


@dataclass(frozen=True)
class Vote:
    """The terms of one vote: its window in UTC seconds, unlocked AGT in base units, shares and weights exactly."""

    opens: int
    closes: int
    quorum: Decimal
    unlocked: int
    held_weight: Decimal
    staked_weight: Decimal

    def tally(self, ballots: Ballots, snapshot: Snapshot) -> Tally:
        """The count of `ballots` by the votes of `snapshot`."""
        return tally(
            ballots.rows,
            snapshot.rows,
            opens=self.opens,
            closes=self.closes,
            held_weight=self.held_weight.as_integer_ratio(),
            staked_weight=self.staked_weight.as_integer_ratio(),
            quorum=self.quorum.as_integer_ratio(),
            unlocked=self.unlocked,
        )


def vote(registry: Registry, opens: str, closes: str, quorum: str | None = None, unlocked: str | None = None) -> Vote:
    """The terms of a vote, by the values that hold in the month in which it opens.

    Args: opens, closes: times with their zone, opens <= cast_at < closes; quorum: a share in plain notation, else the
        lever; unlocked: AGT in plain notation, else what the schedule has unlocked at the close, without
        the buckets `LEFT_OUT`.
    Raises: Faults, naming every option that cannot be read and a window that is empty.
    """
    faults: list[Fault] = []
    begin = _option("opens", opens, instant, faults)
    end = _option("closes", closes, instant, faults)
    if begin is not None and end is not None and end <= begin:
        faults.append(Fault("setting-bounds", f"--closes: {closes} is not after {opens}, when the vote opens"))
    share = None if quorum is None else _option("quorum", quorum, _share, faults)
    agt = None if unlocked is None else _option("unlocked", unlocked, base_units, faults)
    if faults or begin is None or end is None:
        raise Faults(faults)
    month = _month(opens)
    if share is None:
        share = registry.current("voting_quorum", month)
    if agt is None:
        agt = sum(row.unlocked for row in unlocks(registry, moment(closes)) if row.bucket not in LEFT_OUT)
    weights = (registry.current(f"voting_{side}_weight", month) for side in ("held", "staked"))
    return Vote(begin, end, share, agt, *weights)


def read_ballots(path: Path) -> Ballots:
    """The ballots of a file `address,choice,cast_at`; whether a choice is known is for the rule to refuse.

    Returns: Ballots with cast_at [UTC seconds].
    Raises: Faults, naming row and column of everything that is wrong.
    """
    rows, digest = _read(path, BALLOT)
    return Ballots([Ballot(**row.values) for row in rows], digest)


def read_snapshot(path: Path) -> Snapshot:
    """The holdings of a file `address,held,staked`, in which an address should stand once.

    Returns: Snapshot with held and staked [base units, 10^-18 AGT].
    Raises: Faults, naming row and column of everything that is wrong.
    """
    rows, digest = _read(path, HOLDING)
    first: dict[str, int] = {}
    repeated = []
    for row in rows:
        address = row.values["address"]
        if first.setdefault(address, row.number) != row.number:
            message = f"{address} stands in row {first[address]} already; it counts once, with the fewer votes"
            fault = refusal(path, row, Problem(message, column="address"), "table-conflict")
            repeated.append(replace(fault, severity="warning"))
    return Snapshot([Holding(**row.values) for row in rows], repeated, digest)


def read_both(ballots: Path, snapshot: Path) -> tuple[Ballots, Snapshot]:
    """The two files of a vote.

    Raises: Faults, with everything that is wrong in both.
    """
    faults: list[Fault] = []
    cast, held = _gathered(read_ballots, ballots, faults), _gathered(read_snapshot, snapshot, faults)
    if cast is None or held is None:
        raise Faults(faults)
    return cast, held


def quorum_warning(registry: Registry, quorum: str | None, opens: str) -> Fault | None:
    """A warning when the quorum is published nowhere when the vote opens, or one's own and outside its bounds."""
    lever = registry.parameters["voting_quorum"]
    if quorum is None:
        if registry.in_force("voting_quorum", _month(opens)) is not None:
            return None
        message = (
            f"the quorum of {lever.value} is the model's: the present value of voting_quorum is published nowhere; "
            "where you know it, give it with --quorum"
        )
        return Fault("lever-unpublished", message, severity="warning")
    low, high = lever.bounds
    if low <= Decimal(quorum) <= high:
        return None
    message = f"a quorum of {quorum} is outside [{low}, {high}], the bounds of voting_quorum"
    return Fault("setting-bounds", message, severity="warning")


def unlocked_warning(registry: Registry, unlocked: int) -> Fault | None:
    """A warning when nothing [base units] is unlocked, so that any ballot meets the quorum, or more than exists."""
    supply = registry.value("supply_total")
    if 0 < unlocked <= base_units(str(supply)):
        return None
    what = "nothing is unlocked at the close, so that any ballot meets the quorum; give --unlocked"
    if unlocked:
        what = f"{plain(unlocked)} AGT unlocked are more than exist: {supply:,}"
    return Fault("setting-bounds", what, severity="warning")


def snapshot_warning(registry: Registry, snapshot: Snapshot, path: Path) -> Fault | None:
    """A warning when the snapshot read from `path` adds up to more AGT than exist, as base units taken for AGT do."""
    supply = registry.value("supply_total")
    held = sum({holding.address: holding.held + holding.staked for holding in snapshot.rows}.values())
    if held <= base_units(str(supply)):
        return None
    message = f"the snapshot adds up to {plain(held)} AGT, more than exist: {supply:,}; amounts are AGT, not base units"
    return Fault("table-conflict", message, str(path), severity="warning")


def report(terms: Vote, ballots: Ballots, snapshot: Snapshot, count: Tally) -> dict[str, Any]:
    """What `agt tally --json` prints: amounts in plain notation, exactly, and the digests of what was read."""
    cast = ballots.rows
    return {
        "for": plain(count.in_favour),
        "against": plain(count.against),
        "abstain": plain(count.abstained),
        "turnout": plain(count.turnout),
        "needed": plain(count.needed),
        "quorum": f"{terms.quorum:f}",
        "unlocked": plain(terms.unlocked),
        "passed": count.passed,
        "ballots_sha256": ballots.sha256,
        "snapshot_sha256": snapshot.sha256,
        "standing": [
            {"address": cast[row].address, "choice": cast[row].choice, "weight": plain(weight)}
            for row, weight in sorted(count.standing.items())
        ],
        "replaced": [
            {"row": row + 1, "address": cast[row].address, "choice": cast[row].choice} for row in count.replaced
        ],
        "refused": [
            {"row": row + 1, "address": cast[row].address, "reason": reason}
            for row, reason in sorted(count.refusals.items())
        ],
    }


def _read(path: Path, readers: Readers) -> tuple[list[Row], str]:
    """The rows of a file, each readable, and the SHA-256 of its bytes."""
    content = read_bytes(path, size=SIZE)
    rows = list(scan(content, path, readers))
    faults = [refusal(path, row, problem) for row in rows for problem in row.problems]
    if faults:
        raise Faults(faults)
    return rows, sha256(content).hexdigest()


def _gathered(read: Callable[[Path], Value], path: Path, faults: list[Fault]) -> Value | None:
    """What `read` makes of a file, or None where it is refused; why is added to `faults`."""
    try:
        return read(path)
    except Faults as error:
        faults += error.faults
        return None


def _option(name: str, text: str, read: Callable[[str], Value], faults: list[Fault]) -> Value | None:
    """What `read` makes of an option, or None where it cannot be read; why is added to `faults`."""
    try:
        return read(text)
    except ValueError as error:
        faults.append(Fault("date-syntax" if read is instant else "number-syntax", f"--{name}: {error}"))
        return None


def _month(opens: str) -> int:
    """The model month of the time at which a vote opens."""
    return month_number(f"{moment(opens):%Y-%m}")


def _share(text: str) -> Decimal:
    value = number(text)
    if value is None or not 0 <= value <= 1:
        raise ValueError(f"{text!r} is no share; write a plain number from 0 to 1, such as 0.25")
    return value


def _address(text: str) -> str:
    """An address in small letters."""
    if is_valid(text):
        return text.lower()
    if text == _ZERO:
        raise ValueError("the zero address is nobody's, and has no votes; remove the row")
    if text.startswith("0x") and is_valid(text.lower()):
        raise ValueError(f"{text} has letters of both cases that are not its checksum (EIP-55); check every digit")
    raise ValueError(f"{text!r} is no address; write 0x and 40 digits, each 0 to 9 or a to f")


BALLOT: Readers = {"address": _address, "choice": str, "cast_at": instant}
HOLDING: Readers = {"address": _address, "held": base_units, "staked": base_units}
