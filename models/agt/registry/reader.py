"""YAML as data only: plain mappings, lists, texts and exact numbers, each with its line and column.

The reader never guesses types and never builds objects. A plain scalar that matches the number grammar is a
Decimal, `true` and `false` are booleans, everything else is text. Registry and proposals go through here.
"""

import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from agt.registry.faults import Fault, Faults

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
UNPUBLISHED = "unpublished"  # the value of a lever that is stated nowhere
DIGITS = 28
DEPTH = 6
SIZE = 256 * 1024

Path_ = tuple[str | int, ...]
Event = Any  # of either parser: their classes go by the same names


@dataclass
class Document:
    """What a YAML file says, and where it says it: `places` maps a path of keys to line and column, from 1."""

    name: str
    lines: list[str]
    data: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)

    def fault(self, id: str, path: Path_, message: str, *, key: bool = False, severity: str = "error") -> Fault:
        """A fault at the value (or the key) of `path`, or at its nearest ancestor that was written."""
        places = self.keys if key else self.places
        while path and path not in places:
            path, places = path[:-1], self.places
        line, column = places.get(path, (1, 1))
        return Fault(id, message, self.name, line, column, self.text(line), severity)

    def text(self, line: int) -> str:
        """A line of the file, from 1."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


def number(text: str) -> Decimal | None:
    """The exact number that `text` writes in plain notation, or None.

    >>> number("0.30"), number("1e3"), number("-0")
    (Decimal('0.30'), None, None)
    """
    if not NUMBER.fullmatch(text) or sum(char.isdigit() for char in text) > DIGITS:
        return None
    value = Decimal(text)
    return None if value == 0 and text.startswith("-") else value


def plain(value: Decimal | str | None) -> str:
    """A value in plain notation, without zeros that say nothing; the word for it where none is published.

    >>> plain(Decimal("0.30")), plain(Decimal("15000000")), plain(None)
    ('0.3', '15000000', 'unpublished')
    """
    if not isinstance(value, Decimal):
        return value or UNPUBLISHED
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def read_bytes(path: Path, *, size: int = SIZE) -> bytes:
    """The bytes of a regular file of at most `size` bytes, opened once.

    Raises: Faults when it is missing, a link, no regular file or too large.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Faults(
                [Fault("file-unreadable", "not a regular file; give the path of a plain text file", str(path))]
            )
        with path.open("rb") as stream:
            content = stream.read(size + 1)
    except OSError as error:
        raise Faults([Fault("file-unreadable", f"{error.strerror}; check the path", str(path))]) from None
    if len(content) > size:
        raise Faults([Fault("file-unreadable", f"larger than the {size:,} bytes allowed", str(path))])
    return content


def parse(content: bytes, name: str, *, quick: bool = False) -> Document:
    """The document that `content` writes.

    Args: content; name: that faults are told by; quick: whether to read by libyaml, in a thirtieth of the time. What
        it finds wrong is told by the other parser, which says best what and where.
    Raises: Faults when it is not UTF-8, not YAML, or uses what the reader refuses.
    """
    try:
        text = content.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise Faults([Fault("file-unreadable", message, name)]) from None
    if quick:
        with suppress(Faults, yaml.YAMLError):
            # PyYAML may have been built without libyaml; its own parser says the same, slowly.
            return _document(text, name, yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    return _document(text, name, YAML(typ="safe", pure=True).parse(text))


def _document(text: str, name: str, parsed: Iterable[Event]) -> Document:
    """What the events of a parser say."""
    document = Document(name, text.split("\n"))
    events = _events(parsed, document)
    first = next(events, None)
    if first is None:
        raise Faults([Fault("yaml-syntax", "the file is empty", name)])
    faults: list[Fault] = []
    document.data = _value(first, events, document, (), faults)
    for event in events:
        faults.append(_refusal(event, document, "a second value; one file holds one document"))
        break
    if faults:
        raise Faults(faults)
    return document


def _events(parsed: Iterable[Event], document: Document) -> Iterator[Event]:
    """The events that carry content; whatever the reader refuses ends them with a fault."""
    documents, depth = 0, 0
    try:
        for event in parsed:
            if _is(event, "DocumentStart"):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    raise Faults([_refusal(event, document, "directives and second documents are refused")])
            depth += _is(event, "MappingStart", "SequenceStart")
            depth -= _is(event, "MappingEnd", "SequenceEnd")
            if depth > DEPTH:
                raise Faults([_refusal(event, document, f"nested deeper than {DEPTH} levels")])
            if _is(event, "Alias") or getattr(event, "anchor", None):
                raise Faults([_refusal(event, document, "anchors and aliases are refused; write the value out")])
            if getattr(event, "tag", None):
                raise Faults([_refusal(event, document, "tags are refused; write the plain value")])
            if _is(event, "Scalar", "MappingStart", "SequenceStart", "MappingEnd", "SequenceEnd"):
                yield event
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or error.context or "not YAML"
        raise Faults([Fault("yaml-syntax", problem, document.name, line, column, document.text(line))]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, Faults):
            raise
        raise Faults([Fault("yaml-syntax", str(error).splitlines()[0], document.name)]) from None


def _is(event: Event, *kinds: str) -> bool:
    return type(event).__name__.removesuffix("Event") in kinds


def _value(event: Event, events: Iterator[Event], document: Document, path: Path_, faults: list[Fault]) -> Any:
    document.places[path] = _place(event)
    if _is(event, "Scalar"):
        return _scalar(event)
    if _is(event, "SequenceStart"):
        items: list[Any] = []
        while not _is(item := next(events), "SequenceEnd"):
            items.append(_value(item, events, document, (*path, len(items)), faults))
        return items
    return _mapping(events, document, path, faults)


def _mapping(events: Iterator[Event], document: Document, path: Path_, faults: list[Fault]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    while not _is(event := next(events), "MappingEnd"):
        if not _is(event, "Scalar") or event.value == "<<":
            raise Faults([_refusal(event, document, "a key must be a plain word")])
        key = str(event.value)
        value = _value(next(events), events, document, (*path, key), faults)
        if key in mapping:
            faults.append(_refusal(event, document, f"{key} stands twice here; keep one", "key-duplicate"))
        document.keys[(*path, key)] = _place(event)
        mapping[key] = value
    return mapping


def _scalar(event: Event) -> Any:
    text = str(event.value)
    if event.style:
        return text
    if text in ("true", "false"):
        return text == "true"
    value = number(text)
    return text if value is None else value


def _place(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refusal(event: Event, document: Document, message: str, id: str = "yaml-syntax") -> Fault:
    line, column = _place(event)
    return Fault(id, message, document.name, line, column, document.text(line))
