"""Entering a decision: an accepted proposal becomes one more line of the decision log, or is refused.

A line is compare-and-swap: the proposal is checked once more, against the registry and all decisions before it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import rfc8785

from agt.governance.draft import drafted
from agt.governance.proposal import Proposal, check, effect_digest, neighbours
from agt.registry import FOLDER, Decision, Fault, Faults, Registry, load
from agt.registry.canonical import canonical, strict
from agt.registry.decisions import BEGINNING, FILE, SIZE, check_decisions, read_lines
from agt.registry.reader import plain, read_bytes

LOG = FOLDER / FILE
MANIFEST, PROPOSAL, RESULTS = "manifest.json", "proposal.yml", "results.json"
LARGEST = 64 * 1024 * 1024  # bytes of a file of a dossier
INSTEAD = {
    "text": "it changes no number, so that nothing is entered; keep its dossier and the tally",
    "checks": "it changes no lever; a maintainer edits the file of the suite, and names the vote in that commit",
}


def enter(dossier: Path, tally: Path, decided: date, log: Path = LOG) -> Decision:
    """Append the decision on a voted proposal to the log, in one rename and under a lock.

    Args: dossier: the folder that was voted on; tally: the answer of `agt tally --json`; decided: the day of the vote's
        close; log: the decisions so far.
    Returns: the decision, as the log now holds it.
    Raises: Faults when a file is not what it should be, the vote failed, or the proposal no longer holds.
    """
    seal = read_bytes(dossier / MANIFEST)
    manifest = _manifest(dossier, seal)
    content = _files(dossier, manifest["files"])[PROPOSAL]
    votes = _passed(tally)
    with _alone(log):
        old = read_bytes(log, size=SIZE)
        before = _sound(old, log)
        proposal = _checked(content, dossier, decided, before)
        if effect_digest(proposal) != manifest["effect"]:
            _refuse(dossier / MANIFEST, f"effect is not the digest of the changes of {PROPOSAL}")
        line: dict[str, Any] = {
            "number": len(before.decisions) + 1,
            "proposal": proposal.head.id,
            "decided": decided.isoformat(),
            "changes": _changes(proposal),
            "effect": manifest["effect"],
            "results": manifest["results"],
            "dossier": sha256(seal).hexdigest(),
            "tally": sha256(votes).hexdigest(),
            "previous": sha256(old.split(b"\n")[-2]).hexdigest() if old else BEGINNING,
        }
        new = old + rfc8785.dumps(line) + b"\n"
        after = _sound(new, log)
        _write(log, new)
    return after.decisions[-1]


def extends(old: bytes, new: bytes) -> bool:
    """Whether the log `new` is the log `old`, every line of it as it was, and perhaps more lines."""
    return new.startswith(old) and (not old or old.endswith(b"\n"))


def day(text: str) -> date:
    """The date that `text` writes as YYYY-MM-DD.

    Raises: Faults when it writes none.
    """
    try:
        found = date.fromisoformat(text)
        if found.isoformat() == text:
            return found
    except ValueError:
        pass
    raise Faults([Fault("date-syntax", f"{text!r} is no date; write YYYY-MM-DD, as in 2026-12-15")])


def month_of_effect(dossier: Path) -> str:
    """The first month, YYYY-MM, in which the proposal of a dossier changes anything.

    Raises: Faults when the proposal cannot be read, or changes nothing.
    """
    place = dossier / PROPOSAL
    draft = drafted(read_bytes(place), str(place))
    errors = [fault for fault in draft.faults if fault.severity != "warning"]
    if errors:
        raise Faults(errors)
    months = [str(change["effective"]) for change in draft.changes.values()]
    if not months:
        _refuse(place, f"a proposal of type {draft.type} that changes nothing; it has no forecast to be scored")
    return min(months)


def plainly(decision: Decision) -> dict[str, Any]:
    """A decision as plain data, as the log writes it."""
    changes = [
        {
            "parameter": change.parameter,
            "from": plain(change.was),
            "to": plain(change.to),
            "effective": change.effective,
        }
        for change in decision.changes
    ]
    data = decision.model_dump(exclude={"decided", "changes"})
    return data | {"decided": decision.decided.isoformat(), "changes": changes}


def _manifest(dossier: Path, content: bytes) -> dict[str, Any]:
    """The manifest of a dossier: the digest of each file by name, and those of effect and results."""
    place = dossier / MANIFEST
    try:
        data = canonical(content)
    except ValueError as error:
        _refuse(place, f"{error}; run the proposal again")
    manifest: dict[str, Any] = data if isinstance(data, dict) else {}
    digests = manifest.get("files")
    if not isinstance(digests, dict) or PROPOSAL not in digests:
        _refuse(place, f"files must give the SHA-256 of each file, {PROPOSAL} among them; run the proposal again")
    for key in ("effect", "results"):
        if not isinstance(manifest.get(key), str):
            _refuse(place, f"{key} is missing; run the proposal again")
    if manifest["results"] != digests.get(RESULTS):
        _refuse(place, f"results is not the digest of {RESULTS}; run the proposal again")
    return manifest


def _files(dossier: Path, digests: dict[str, Any]) -> dict[str, bytes]:
    """The files of a dossier, each of which is the manifest's, and no other."""
    present = {path.name for path in dossier.iterdir()} - {MANIFEST}
    for name in sorted(present ^ digests.keys()):
        why = "is not in the manifest" if name in present else "is in the manifest and not in the folder"
        _refuse(dossier / name, f"{name} {why}; take the folder that was voted on")
    files = {name: read_bytes(dossier / name, size=LARGEST) for name in sorted(present)}
    for name, content in files.items():
        if sha256(content).hexdigest() != digests[name]:
            _refuse(dossier / name, f"{name} is not the file of the manifest; take the folder that was voted on")
    return files


def _passed(tally: Path) -> bytes:
    """The bytes of a tally that passed."""
    content = read_bytes(tally, size=LARGEST)
    try:
        answer = strict(content)
    except ValueError as error:
        _refuse(tally, f"{error}; give what `agt tally --json` printed")
    if not isinstance(answer, dict) or not isinstance(answer.get("passed"), bool):
        _refuse(tally, "passed is missing; give what `agt tally --json` printed")
    if not answer["passed"]:
        _refuse(tally, "the vote did not pass; nothing is entered")
    return content


def _sound(content: bytes, log: Path) -> Registry:
    """The registry with the decisions of a log whose lines hold, each by itself and all of them together."""
    faults: list[Fault] = []
    registry = replace(load(), decisions=read_lines(content, str(log), faults))
    faults = faults or check_decisions(registry.decisions, registry.parameters, str(log))
    if faults:
        raise Faults(faults)
    return registry


def _checked(content: bytes, dossier: Path, decided: date, registry: Registry) -> Proposal:
    """The proposal of a dossier, if it may be decided on this day, after the decisions of `registry`."""
    place = dossier / PROPOSAL
    companions = neighbours(dossier.with_name(f"{dossier.name}.yml"))
    try:
        proposal = check(content, str(place), registry=registry, as_of=decided.isoformat(), companions=companions)
    except Faults as error:
        told = f"it does not pass its checks on {decided}, after {len(registry.decisions)} decisions"
        again = "; what is stale must be voted on anew"
        raise Faults([Fault("decision-refused", told + again, str(place)), *error.faults]) from None
    head = proposal.head
    if head.type in INSTEAD:
        _refuse(place, f"a proposal of type {head.type}: {INSTEAD[head.type]}")
    if head.status != "final":
        _refuse(place, "status is draft; what is voted on is final, and its file does not change any more")
    entered = {decision.proposal for decision in registry.decisions}
    for required in sorted({one.head.id for one in proposal.required} - entered):
        _refuse(place, f"{required}, which it requires, is not decided; enter that first")
    return proposal


def _changes(proposal: Proposal) -> list[dict[str, str]]:
    """What a proposal changes, as the log writes it: the form whose digest is its effect."""
    return [
        {
            "parameter": change.parameter,
            "from": plain(change.was),
            "to": plain(change.to),
            "effective": change.effective,
        }
        for change in sorted(proposal.changes, key=lambda change: change.parameter)
    ]


@contextmanager
def _alone(log: Path) -> Iterator[None]:
    """Hold the lock of the log's folder, for the log itself is replaced; it goes with the process."""
    try:
        handle = os.open(log.parent, os.O_RDONLY)
    except OSError as error:
        raise Faults([Fault("file-unreadable", f"{error.strerror}; check the path", str(log))]) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _refuse(log, "another decision is being entered; wait for its end and try again")
        yield
    finally:
        os.close(handle)


def _write(log: Path, content: bytes) -> None:
    """Write `content` beside the log, then put it in the log's place."""
    beside = log.with_name(f".{log.name}.new")
    try:
        beside.unlink(missing_ok=True)  # of an entry that was killed
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.rename(log)
    except OSError as error:
        raise Faults([Fault("output-unwritable", f"{error.strerror}; the log is as it was", str(log))]) from None


def _refuse(place: Path, message: str) -> NoReturn:
    raise Faults([Fault("decision-refused", message, str(place))])
