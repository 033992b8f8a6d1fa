"""Proposals: one YAML file each, read and checked, every fault of it at once.

A proposal is data and prose, never code. What its file says by itself is read in `agt.governance.draft`, what it
requires in `agt.governance.requires`, what the registry demands of its changes in `agt.governance.changes`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import rfc8785

from agt.governance.changes import check_changes
from agt.governance.characters import few
from agt.governance.draft import MOST, Draft, drafted
from agt.governance.form import ID_PATTERN, MONTH_PATTERN, Change, Expectation, Head
from agt.governance.requires import requirements
from agt.governance.standing import Standing
from agt.registry import Fault, Faults, Registry, load
from agt.registry.faults import nearest
from agt.registry.reader import Document, plain, read_bytes

SIZE = 64 * 1024
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NONE: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True)
class Proposal:
    """A proposal that has passed every check; `warnings` are what the page must say all the same.

    required: what it requires, and what that requires in turn, in the order in which they take effect.
    """

    head: Head
    changes: tuple[Change, ...]
    expected: tuple[Expectation, ...]
    warnings: tuple[Fault, ...]
    required: tuple["Proposal", ...] = ()

    @property
    def illustrative(self) -> bool:
        """Whether the file calls itself an illustration."""
        return any("illustrative" in text.lower() for text in (self.head.summary, *self.head.authors))


def read(
    path: Path, *, as_of: str | None = None, companions: Mapping[str, bytes] | None = None
) -> tuple[bytes, Proposal]:
    """The bytes of a proposal file, and the proposal that they write.

    Args: path: named after the proposal's id; as_of: the date of today, the registry's unless given; companions: id ->
        bytes of the proposals that it may require, those beside the file unless given.
    Raises: Faults, with everything that is wrong.
    """
    content = read_bytes(path, size=SIZE)
    stem = path.name.removesuffix(".yml")
    beside = neighbours(path) if companions is None else companions
    return content, check(content, path.name, as_of=as_of, stem=stem, companions=beside)


def read_form(path: Path) -> Proposal:
    """The proposal that a file writes, as far as its form goes, whatever the registry holds and whatever day it is.

    Raises: Faults, with everything that is wrong with the form.
    """
    draft = drafted(read_bytes(path, size=SIZE), str(path))
    errors = [fault for fault in draft.faults if fault.severity != "warning"]
    if errors:
        raise Faults(few(errors, "faults", MOST))
    return _proposal(draft)


def neighbours(path: Path) -> dict[str, bytes]:
    """The proposals in the folder of a proposal, but for itself: id -> bytes. What cannot be read is left out."""
    found = {}
    for beside in sorted(path.parent.glob("agt-[0-9][0-9][0-9][0-9].yml")):
        try:
            found[beside.stem] = read_bytes(beside, size=SIZE)
        except Faults:
            continue
    return {name: content for name, content in found.items() if name != path.stem}


def check(
    content: bytes,
    name: str,
    *,
    registry: Registry | None = None,
    as_of: str | None = None,
    stem: str | None = None,
    companions: Mapping[str, bytes] = NONE,
) -> Proposal:
    """The proposal that `content` writes.

    Args: name: what messages call the file; registry: the one in force unless given; as_of: the date of today, the
        registry's unless given; stem: the id that the file name asks for, if it asks for one; companions: id -> bytes
        of the proposals that it may require.
    Raises: Faults, with everything that is wrong; warnings come after errors.
    """
    registry = registry or load()
    today = _today(as_of or registry.as_of)
    draft = drafted(content, name)
    faults = list(draft.faults)
    created = _created(draft.document, today, faults)
    required = requirements(draft, str(draft.document.data.get("id")), companions, faults)
    standing = Standing.of(registry, [(wanted, _changes(one)) for wanted, one in required.items()])
    faults += _identity(draft.document, stem)
    faults += _expectations(draft, registry)
    faults += check_changes(draft, standing, created=created, today=today)
    faults += _review(draft)
    faults = list({(fault.id, fault.line, fault.column, fault.message): fault for fault in faults}.values())
    faults.sort(key=lambda fault: (fault.line, fault.column))
    warnings = [fault for fault in faults if fault.severity == "warning"]
    errors = [fault for fault in faults if fault.severity != "warning"]
    if errors:
        raise Faults([*few(errors, "faults", MOST), *warnings])
    return _proposal(draft, tuple(warnings), tuple(_proposal(one) for one in required.values()))


def effect_digest(proposal: Proposal) -> str:
    """SHA-256 over what a proposal changes, and nothing else of it: RFC 8785 JSON of the sorted changes.

    Numbers are in plain notation without trailing zeros, so that 0.30 and 0.3 are the same.
    """
    changes = [
        {
            "parameter": change.parameter,
            "from": plain(change.was),
            "to": plain(change.to),
            "effective": change.effective,
        }
        for change in sorted(proposal.changes, key=lambda change: (change.parameter, change.effective))
    ]
    return hashlib.sha256(rfc8785.dumps(changes)).hexdigest()


def _proposal(draft: Draft, warnings: tuple[Fault, ...] = (), required: tuple[Proposal, ...] = ()) -> Proposal:
    """A draft without faults as the proposal that it is."""
    expected = tuple(Expectation.model_validate(expectation) for expectation in draft.expected.values())
    return Proposal(Head.model_validate(draft.document.data), _changes(draft), expected, warnings, required)


def _changes(draft: Draft) -> tuple[Change, ...]:
    return tuple(Change.model_validate(change) for change in draft.changes.values())


def _today(text: str) -> date:
    today = _date(text)
    if today is None:
        raise Faults([Fault("date-syntax", f"as of {text!r}: write a date as YYYY-MM-DD")])
    return today


def _date(text: str) -> date | None:
    """The date that `text` writes, if it writes one."""
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def _created(document: Document, today: date, faults: list[Fault]) -> date | None:
    text = document.data.get("created")
    if not isinstance(text, str):
        return None  # the schema has said so
    created = _date(text)
    if created is None:
        faults.append(document.fault("proposal-date", ("created",), f"created: {text!r} is no date; write YYYY-MM-DD"))
    elif created > today:
        faults.append(
            document.fault("proposal-date", ("created",), f"created lies after today, {today}; write today or earlier")
        )
    return created


def _identity(document: Document, stem: str | None) -> list[Fault]:
    written = document.data.get("id")
    if stem is None or not isinstance(written, str) or written == stem or not re.match(ID_PATTERN, written):
        return []
    other = f", or write id: {stem}" if re.match(ID_PATTERN, stem) else ""
    message = f"id is {written} in a file that is named {document.name}; name it {written}.yml{other}"
    return [document.fault("proposal-id", ("id",), message)]


def _expectations(draft: Draft, registry: Registry) -> list[Fault]:
    """Figures that the model does not compute, or that are named twice."""
    known = [*registry.metrics, *registry.stocks, *registry.accounts]
    faults = []
    seen: set[str] = set()
    for position, expectation in draft.expected.items():
        place, metric = ("expected", position, "metric"), expectation.get("metric")
        if metric is None:
            continue  # the form has said so
        if metric not in known:
            message = f"{metric} is no figure of the model{nearest(metric, known)}"
            faults.append(draft.document.fault("name-unknown", place, message))
        elif metric in seen:
            faults.append(
                draft.document.fault("param-repeated", place, f"{metric} is named twice; keep one of the two")
            )
        seen.add(metric)
    return faults


def _review(draft: Draft) -> list[Fault]:
    month = draft.document.data.get("review_by")
    last = max((change.get("effective", "") for change in draft.changes.values()), default="")
    if not isinstance(month, str) or not re.match(MONTH_PATTERN, month) or month > last:
        return []
    return [
        draft.document.fault("proposal-date", ("review_by",), f"review_by must come after {last}, the month of effect")
    ]
