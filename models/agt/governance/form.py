"""The form of a proposal: its fields, and what is said of a field that does not fit.

Each field is judged by itself, so that one that cannot be read does not hide what is wrong with the others.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from agt.governance.characters import described, fault_at, shortened
from agt.registry import Fault
from agt.registry.faults import nearest
from agt.registry.reader import UNPUBLISHED, Document, Path_, number, plain
from agt.registry.schema import Entry

NUMBERS = ("from", "to")
DATES = {"effective": "a month, YYYY-MM", "review_by": "a month, YYYY-MM", "created": "a date, YYYY-MM-DD"}
PLAIN = "a plain number: at most 28 digits, one point, no commas, no unit, no percent sign, no quotes, no exponent"
ENTRIES = 50  # of a list; what comes after them is refused unread
REQUIRED = 20
LONGEST = 40  # characters of a number that is looked at twice
ALMOST = re.compile(r"([-+]?)(\d{1,3}(?:[,_' ]\d{3})+(?:\.\d+)?|\d*\.?\d+)([eE][-+]?\d{1,2})?( ?%)?", re.ASCII)
ID_PATTERN = r"^agt-[0-9]{4}$"
BASE_PATTERN = r"^[0-9a-f]{40}$"
NAME_PATTERN = r"^[!-~]+$"  # ASCII, as every name of the registry
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Month = Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]
Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=80)]


class Change(Entry):
    """The new value of one lever (or of one number of the DAO's suite), and the month from which it holds.

    `was` is written `from` in the file.
    """

    parameter: Name
    was: Decimal | Literal["unpublished"] = Field(alias="from")
    to: Decimal
    effective: Month


class Expectation(Entry):
    """What the proposer expects of one figure."""

    metric: Name
    direction: Literal["higher", "lower"]


class Head(Entry):
    """Everything in a proposal but its changes and expectations, which are checked one by one."""

    id: Identifier
    title: Annotated[str, StringConstraints(min_length=1, max_length=44, strip_whitespace=True)]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=140, strip_whitespace=True)]
    authors: Annotated[list[Line], Field(min_length=1, max_length=20)]
    conflicts_of_interest: Annotated[str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True)]
    discussion: Line
    type: Literal["parameter", "text", "checks"]
    status: Literal["draft", "final"]
    created: str
    requires: Annotated[list[Identifier], Field(default_factory=list, max_length=REQUIRED)]
    base: Annotated[str, StringConstraints(pattern=BASE_PATTERN)]
    changes: Annotated[list[Any], Field(max_length=ENTRIES)]
    expected: Annotated[list[Any], Field(max_length=ENTRIES)]
    rationale: Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
    review_by: Month


def validated(document: Document, path: Path_, schema: type[Entry], raw: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The fields of `raw` that fit `schema`, as they are named in the file, and one fault for each that does not.

    Args: path: where `raw` stands in the document.
    Returns: fields and faults; no fields where `raw` is no mapping.
    """
    try:
        schema.model_validate(raw)
    except ValidationError as error:
        faults = list(dict.fromkeys(_explained(document, path, schema, error)))  # a union says the same thing twice
        spoilt = {found["loc"][0] for found in error.errors() if found["loc"]}
        fields = raw if isinstance(raw, dict) else {}
        return {key: value for key, value in fields.items() if key not in spoilt}, faults
    return raw, []


def items(document: Document, key: str, schema: type[Entry], faults: list[Fault]) -> dict[int, dict[str, Any]]:
    """The readable fields of each entry of a list, by position.

    Args: faults: what does not fit is added to them.
    """
    raw = document.data.get(key)
    entries: dict[int, dict[str, Any]] = {}
    for position, item in enumerate(raw[:ENTRIES] if isinstance(raw, list) else []):
        entries[position], found = validated(document, (key, position), schema, item)
        faults += found
    return entries


def _explained(document: Document, path: Path_, schema: type[Entry], error: ValidationError) -> Iterator[Fault]:
    for found in error.errors():
        place = (*path, *found["loc"])
        word = str(found["loc"][0]) if found["loc"] else f"an entry of {path[0]}"
        limits = found.get("ctx", {})
        match found["type"]:
            case "missing":
                yield document.fault("key-missing", path, f"{word} is missing; add a line that begins with {word}:")
            case "extra_forbidden":
                allowed = _keys(schema)
                message = f"{word} is no key here ({', '.join(allowed)}){nearest(word, allowed)}"
                yield document.fault("key-unknown", place, message, key=True)
            case _ if word in NUMBERS:
                spot = (*path, word)
                unwritten = found["input"] == "" and spot in document.keys  # its place would be that of the next key
                yield document.fault("value-type", spot, _not_plain(word, found["input"]), key=unwritten)
            case _ if found["input"] == "":
                yield document.fault("proposal-text", place, f"{word} is blank", key=place in document.keys)
            case "literal_error":
                written = str(found["input"])
                hint = nearest(written, re.findall(r"'([^']*)'", limits["expected"]))
                message = f"{word}: {shortened(written)} is not {limits['expected']}{hint}"
                yield document.fault("value-allowed", place, message)
            case "string_unicode":
                pass  # half a character, which is named where characters are
            case "string_too_short":
                yield document.fault("proposal-text", place, f"{word} is blank")
            case "string_too_long":
                length = len(found["input"])
                message = f"{word} has {length:,} characters, {limits['max_length']:,} at most"
                yield document.fault("proposal-text", place, message)
            case "too_short":
                yield document.fault("proposal-text", place, f"{word} needs at least one entry")
            case "too_long":
                yield document.fault("proposal-text", place, f"{word} may have {limits['max_length']} entries at most")
            case "string_pattern_mismatch":
                yield _mismatch(document, place, word, found["input"])
            case _:
                yield document.fault("value-type", place, f"{word} must be {_asked(found['type'], word, schema)}")


def _keys(schema: type[Entry]) -> list[str]:
    """The keys of `schema` as they are written in a file."""
    return [field.alias or name for name, field in schema.model_fields.items()]


def _mismatch(document: Document, place: Path_, word: str, text: str) -> Fault:
    if (foreign := next((at for at, char in enumerate(text) if not char.isascii()), None)) is not None:
        message = f"{word} holds {described(text[foreign])}; only ASCII letters, digits and signs may stand here"
        return fault_at(document, place, text, foreign, "proposal-text", message)
    if word == "base":
        message = f"base: {shortened(text)!r} is no commit; write the 40 digits that `git rev-parse HEAD` prints"
        return document.fault("proposal-base", place, message)
    if word in ("id", "requires"):
        return document.fault("proposal-id", place, f"{word}: {shortened(text)!r} is not of the form agt-0001")
    if word in ("parameter", "metric"):
        return document.fault("name-unknown", place, f"{word}: {shortened(text)!r} is no name of the registry")
    return document.fault("proposal-date", place, f"{word}: {shortened(text)!r} is no calendar month; write YYYY-MM")


def _asked(type: str, word: str, schema: type[Entry]) -> str:
    """What a value of the wrong type should have been."""
    if word in DATES:
        return DATES[word]
    if "list" in type:
        return "a list, as in [one, another]"
    if "string" in type:
        return "text; put a number or a true/false that is meant as text in quotes"
    return f"a mapping of {', '.join(_keys(schema))}"


def _not_plain(word: str, written: Any) -> str:
    """What is said of a number that is not written plainly, with the plain way where it can be guessed."""
    allowed = f", or the word {UNPUBLISHED}" if word == "from" else ""
    better = plainly(written) if isinstance(written, str) else None
    return f"{word} must be {PLAIN}{allowed}" + (f"; write {better}" if better else "")


def plainly(text: str) -> str | None:
    """The number that `text` seems to mean, in plain notation; None where that would be a bold guess.

    >>> plainly("15,000,000"), plainly("20 %"), plainly("7.5e6"), plainly("-0"), plainly("1,5")
    ('15000000', '0.2', '7500000', '0', None)
    """
    match = ALMOST.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        return None
    sign, digits, exponent, percent = match.groups(default="")
    try:
        value = Decimal(sign + re.sub(r"[,_' ]", "", digits) + exponent)
    except InvalidOperation:
        return None
    value = value.scaleb(-2) if percent else value
    written = plain(abs(value) if value == 0 else value)
    return written if number(written) is not None else None
