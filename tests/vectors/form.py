"""The form of the vectors: cases as a contract would meet them, and JSON of which each text has one way to be written.

Amounts, shares and weights are decimal strings of whole numbers, since JSON's numbers lose digits in many readers;
moments are whole UTC seconds, which none loses.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from agt.calendar import moment
from agt.registry import Registry

SCHEMA = 1
LARGEST = 2**256 - 1  # of an unsigned word of the virtual machine

Inputs = dict[str, Any]
Expected = dict[str, Any]


class Case(NamedTuple):
    """One case: its name, what it shows in one sentence, and what goes in."""

    id: str
    shows: str
    inputs: Inputs


class Subject(NamedTuple):
    """What one file of vectors is about.

    rule: the function that says what is right; sources: the modules that it consists of, within the package; names:
    the entries of the registry, or families of them, whose values are used; cases: all of them, by the registry;
    answer: what the rule makes of a case's inputs.
    """

    name: str
    rule: str
    sources: tuple[str, ...]
    names: tuple[str, ...]
    cases: Callable[[Registry], list[Case]]
    answer: Callable[[Inputs], Expected]


def canonical(data: dict[str, Any]) -> str:
    """`data` as JSON: keys sorted, indented by one, ASCII, one line end at the end."""
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def seconds(text: str) -> int:
    """The UTC seconds of a date or of a time with its zone."""
    return int(moment(text).timestamp())


def fraction(numerator: int, denominator: int) -> dict[str, str]:
    return {"numerator": str(numerator), "denominator": str(denominator)}


def pair(written: dict[str, str]) -> tuple[int, int]:
    """A fraction of a case as the rules take it."""
    return int(written["numerator"]), int(written["denominator"])
