"""Proposals: one YAML file each, read and checked, every fault of it at once.

A proposal is data and prose, never code. Its form is checked here, what the registry demands of its changes in
`agt.governance.changes`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, ValidationError

from agt.governance.changes import check_changes
from agt.registry import Fault, Faults, Registry, load
from agt.registry.faults import nearest
from agt.registry.reader import Document, Path_, parse, read_bytes
from agt.registry.schema import Entry

SIZE = 64 * 1024
UNPUBLISHED = "unpublished"
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE | re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ID_PATTERN = r"^agt-[0-9]{4}$"
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Month = Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]


class Change(Entry):
    """One lever's new value, and the calendar month from which it holds; `was` is written `from` in the file."""

    parameter: str
    was: Decimal | str = Field(alias="from")
    to: Decimal
    effective: Month


class Expectation(Entry):
    """What the proposer expects of one figure."""

    metric: str
    direction: Literal["higher", "lower"]


class Head(Entry):
    """Everything in a proposal but its changes and expectations, which are checked one by one."""

    id: Annotated[str, StringConstraints(pattern=ID_PATTERN)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=44, strip_whitespace=True)]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=140, strip_whitespace=True)]
    authors: Annotated[list[Line], Field(min_length=1, max_length=20)]
    conflicts_of_interest: Annotated[str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True)]
    discussion: Line
    type: Literal["parameter"]
    status: Literal["draft", "final"]
    created: str
    changes: Annotated[list[Any], Field(min_length=1, max_length=50)]
    expected: Annotated[list[Any], Field(min_length=1, max_length=50)]
    rationale: Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
    review_by: Month
    requires: Annotated[tuple[str, ...], Field(max_length=0, strict=False)] = ()


Some = TypeVar("Some", bound=Entry)


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
    document = parse(content, name)
    if not isinstance(document.data, dict):
        allowed = ", ".join(Head.model_fields)
        raise Faults([document.fault("value-type", (), f"a proposal is a mapping of {allowed}")])
    faults: list[Fault] = []
    head = _validated(document, (), Head, document.data, faults)
    changes = _items(document, "changes", Change, faults)
    expected = _items(document, "expected", Expectation, faults)
    created = _created(document, today, faults)
    faults += _texts(document, document.data, ())
    faults += _identity(document, stem)
    faults += _discussion(document)
    faults += _expectations(document, expected, registry)
    faults += check_changes(document, {at: _plain(change) for at, change in changes.items()}, created, registry)
    faults += _review(document, changes)
    warnings = tuple(fault for fault in faults if fault.severity == "warning")
    errors = [fault for fault in faults if fault.severity != "warning"]
    if errors or head is None:
        raise Faults(sorted(errors, key=lambda fault: (fault.line, fault.column)) + list(warnings))
    return Proposal(head, tuple(changes.values()), tuple(expected.values()), warnings)


def _plain(change: Change) -> dict[str, Any]:
    return change.model_dump(by_alias=True)


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


def _validated(document: Document, path: Path_, schema: type[Some], raw: Any, faults: list[Fault]) -> Some | None:
    """`raw` as `schema`, or one fault at the place of each thing that does not fit."""
    try:
        return schema.model_validate(raw)
    except ValidationError as error:
        faults += dict.fromkeys(_explained(document, path, schema, error))  # a union says the same thing twice
    return None


def _explained(document: Document, path: Path_, schema: type[Entry], error: ValidationError) -> Iterator[Fault]:
    for found in error.errors():
        place = (*path, *found["loc"])
        word = str(found["loc"][0]) if found["loc"] else str(path[-1])
        limits = found.get("ctx", {})
        match found["type"]:
            case "missing":
                yield document.fault("key-missing", path, f"{word} is missing")
            case "extra_forbidden":
                allowed = [field.alias or name for name, field in schema.model_fields.items()]
                message = f"{word} is no key here ({', '.join(allowed)}){nearest(word, allowed)}"
                yield document.fault("key-unknown", place, message, key=True)
            case "literal_error":
                message = f"{word}: {found['input']} is not {limits['expected']}"
                yield document.fault("value-allowed", place, message)
            case "string_too_short":
                yield document.fault("proposal-text", place, f"{word} is blank")
            case "string_too_long":
                length = len(found["input"])
                message = f"{word} has {length:,} characters, {limits['max_length']:,} at most"
                yield document.fault("proposal-text", place, message)
            case "too_short":
                kind = "proposal-empty" if word == "changes" else "proposal-text"
                yield document.fault(kind, place, f"{word} needs at least one entry")
            case "too_long":
                yield document.fault("proposal-text", place, f"{word} may have {limits['max_length']} entries at most")
            case "string_pattern_mismatch":
                yield _mismatch(document, place, word, found["input"])
            case _:
                yield document.fault("value-type", place, f"{word} must be {_asked(word, found['type'])}")


def _mismatch(document: Document, place: Path_, word: str, text: str) -> Fault:
    if word == "id":
        return document.fault("proposal-id", place, f"id: {text!r} is not of the form agt-0001")
    return document.fault("proposal-date", place, f"{word}: {text!r} is no calendar month; write YYYY-MM")


def _asked(word: str, type: str) -> str:
    """What a value of the wrong type should have been."""
    if word in ("to", "from"):
        allowed = f", or the word {UNPUBLISHED}" if word == "from" else ""
        return f"a plain number: digits and at most one point, no quotes, no exponent{allowed}"
    if "list" in type:
        return "a list"
    return "text; put a number or a true/false that is meant as text in quotes" if "string" in type else "a mapping"


def _items(document: Document, key: str, schema: type[Some], faults: list[Fault]) -> dict[int, Some]:
    """The entries of a list that can be read, by position."""
    raw = document.data.get(key)
    found = {
        position: _validated(document, (key, position), schema, item, faults)
        for position, item in enumerate(raw if isinstance(raw, list) else [])
    }
    return {position: item for position, item in found.items() if item is not None}


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
    return [document.fault("proposal-id", ("id",), f"id is {written} in a file that is named {document.name}")]


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


def _expectations(document: Document, expected: dict[int, Expectation], registry: Registry) -> list[Fault]:
    """Figures that the model does not compute, or that are named twice."""
    known = [*registry.metrics, *registry.stocks, *registry.accounts]
    faults = []
    seen: set[str] = set()
    for position, expectation in expected.items():
        place = ("expected", position, "metric")
        if expectation.metric not in known:
            message = f"{expectation.metric} is no figure of the model{nearest(expectation.metric, known)}"
            faults.append(document.fault("name-unknown", place, message))
        elif expectation.metric in seen:
            faults.append(document.fault("param-repeated", place, f"{expectation.metric} is named twice"))
        seen.add(expectation.metric)
    return faults


def _review(document: Document, changes: dict[int, Change]) -> list[Fault]:
    month = document.data.get("review_by")
    last = max((change.effective for change in changes.values()), default="")
    if not isinstance(month, str) or not re.match(MONTH_PATTERN, month) or month > last:
        return []
    return [document.fault("proposal-date", ("review_by",), f"review_by must come after {last}, the month of effect")]
