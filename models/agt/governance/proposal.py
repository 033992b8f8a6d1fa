"""Proposals: one YAML file each, read and checked, every fault of it at once.

A proposal is data and prose, never code. Its fields are checked one by one in `agt.governance.form`, what the
registry demands of its changes in `agt.governance.changes`, and the rest here.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agt.governance.changes import check_changes
from agt.governance.form import ID_PATTERN, MONTH_PATTERN, Change, Expectation, Head, items, validated
from agt.registry import Fault, Faults, Registry, load
from agt.registry.faults import nearest
from agt.registry.reader import Document, Path_, parse, read_bytes

SIZE = 64 * 1024
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE | re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TAB = re.compile(r" *\t")


@dataclass(frozen=True)
class Proposal:
    """A proposal that has passed every check; `warnings` are what the page must say all the same."""

    head: Head
    changes: tuple[Change, ...]
    expected: tuple[Expectation, ...]
    warnings: tuple[Fault, ...]

    @property
    def illustrative(self) -> bool:
        """Whether the file calls itself an illustration."""
        return any("illustrative" in text.lower() for text in (self.head.summary, *self.head.authors))


def read(path: Path, *, as_of: str | None = None) -> tuple[bytes, Proposal]:
    """The bytes of a proposal file, and the proposal that they write.

    Args: path: named after the proposal's id; as_of: the date of today, the registry's unless given.
    Raises: Faults, with everything that is wrong.
    """
    content = read_bytes(path, size=SIZE)
    return content, check(content, path.name, as_of=as_of, stem=path.name.removesuffix(".yml"))


def check(
    content: bytes, name: str, *, registry: Registry | None = None, as_of: str | None = None, stem: str | None = None
) -> Proposal:
    """The proposal that `content` writes.

    Args: name: what messages call the file; registry: the one in force unless given; as_of: the date of today, the
        registry's unless given; stem: the id that the file name asks for, if it asks for one.
    Raises: Faults, with everything that is wrong; warnings come after errors.
    """
    registry = registry or load()
    today = _today(as_of or registry.as_of)
    document = _parsed(content, name)
    if not isinstance(document.data, dict):
        allowed = ", ".join(Head.model_fields)
        raise Faults([document.fault("value-type", (), f"a proposal is a mapping of {allowed}")])
    _, faults = validated(document, (), Head, document.data)
    changes = items(document, "changes", Change, faults)
    expected = items(document, "expected", Expectation, faults)
    created = _created(document, today, faults)
    faults += _texts(document, document.data, ())
    faults += _identity(document, stem)
    faults += _discussion(document)
    faults += _expectations(document, expected, registry)
    faults += check_changes(document, changes, registry, created=created, today=today)
    faults += _review(document, changes)
    warnings = tuple(fault for fault in faults if fault.severity == "warning")
    errors = [fault for fault in faults if fault.severity != "warning"]
    if errors:
        raise Faults(sorted(errors, key=lambda fault: (fault.line, fault.column)) + list(warnings))
    return Proposal(
        Head.model_validate(document.data),
        tuple(Change.model_validate(change) for change in changes.values()),
        tuple(Expectation.model_validate(expectation) for expectation in expected.values()),
        warnings,
    )


def _parsed(content: bytes, name: str) -> Document:
    """The document that `content` writes; a tab among the blanks that begin a line is named as what it is.

    Raises: Faults when it is not UTF-8, not YAML, or uses what the reader refuses.
    """
    try:
        return parse(content, name)
    except Faults as error:
        message = "a tab stands where YAML wants spaces; indent with spaces"
        tabs = [fault.id == "yaml-syntax" and bool(TAB.match(fault.text)) for fault in error.faults]
        raise Faults(
            replace(fault, message=message) if tab else fault for fault, tab in zip(error.faults, tabs, strict=True)
        ) from None


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
        faults.append(document.fault("proposal-date", ("created",), f"created lies after today, {today}"))
    return created


def _texts(document: Document, value: Any, path: Path_) -> list[Fault]:
    """Characters that a reader cannot see, in any text of the file."""
    if isinstance(value, dict):
        return [fault for key, inner in value.items() for fault in _texts(document, inner, (*path, key))]
    if isinstance(value, list):
        return [fault for at, inner in enumerate(value) for fault in _texts(document, inner, (*path, at))]
    if not isinstance(value, str):
        return []
    hidden = next((char for char in value if char != "\n" and unicodedata.category(char)[0] == "C"), None)
    if hidden is None and (separators := set(value) & {"\u2028", "\u2029"}):
        hidden = min(separators)
    if hidden is not None:
        message = f"{path[-1]} holds the character U+{ord(hidden):04X}, which readers cannot see"
        return [document.fault("proposal-text", path, message)]
    if not unicodedata.is_normalized("NFC", value):
        return [document.fault("proposal-text", path, f"{path[-1]} is not in Unicode's normal form NFC")]
    return []


def _identity(document: Document, stem: str | None) -> list[Fault]:
    written = document.data.get("id")
    if stem is None or not isinstance(written, str) or written == stem or not re.match(ID_PATTERN, written):
        return []
    other = f", or write id: {stem}" if re.match(ID_PATTERN, stem) else ""
    message = f"id is {written} in a file that is named {document.name}; name it {written}.yml{other}"
    return [document.fault("proposal-id", ("id",), message)]


def _discussion(document: Document) -> list[Fault]:
    address = document.data.get("discussion")
    if not isinstance(address, str) or not address.strip():
        return []
    try:
        parts = urlsplit(address)
        sound = parts.scheme == "https" and "@" not in parts.netloc and parts.port is None
        sound = sound and bool(HOST.fullmatch(parts.hostname or "")) and not re.search(r"\s|\\", address)
    except ValueError:
        sound = False
    if sound:
        return []
    message = "discussion must be an address like https://example.org/thread, without user name or port"
    return [document.fault("proposal-text", ("discussion",), message)]


def _expectations(document: Document, expected: dict[int, dict[str, Any]], registry: Registry) -> list[Fault]:
    """Figures that the model does not compute, or that are named twice."""
    known = [*registry.metrics, *registry.stocks, *registry.accounts]
    faults = []
    seen: set[str] = set()
    for position, expectation in expected.items():
        place, metric = ("expected", position, "metric"), expectation.get("metric")
        if metric is None:
            continue  # the form has said so
        if metric not in known:
            message = f"{metric} is no figure of the model{nearest(metric, known)}"
            faults.append(document.fault("name-unknown", place, message))
        elif metric in seen:
            faults.append(document.fault("param-repeated", place, f"{metric} is named twice"))
        seen.add(metric)
    return faults


def _review(document: Document, changes: dict[int, dict[str, Any]]) -> list[Fault]:
    month = document.data.get("review_by")
    last = max((change.get("effective", "") for change in changes.values()), default="")
    if not isinstance(month, str) or not re.match(MONTH_PATTERN, month) or month > last:
        return []
    return [document.fault("proposal-date", ("review_by",), f"review_by must come after {last}, the month of effect")]
