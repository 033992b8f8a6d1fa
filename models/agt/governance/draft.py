"""A proposal file as far as its form goes: what it says, and what is wrong with it, whatever the registry holds."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from agt.governance.characters import check_characters, check_escapes, check_scripts, described, fault_at, few
from agt.governance.form import REQUIRED, Change, Expectation, Head, items, validated
from agt.governance.texts import check_links, check_numbers, host
from agt.registry import Fault, Faults
from agt.registry.reader import Document, parse

MOST = 100  # faults of one file that are told
TAB = re.compile(r" *\t")


@dataclass(frozen=True)
class Draft:
    """What a file says: the changes and expectations that could be read, by position, and every fault of its form."""

    document: Document
    changes: dict[int, dict[str, Any]]
    expected: dict[int, dict[str, Any]]
    faults: tuple[Fault, ...]

    @property
    def type(self) -> str:
        """parameter, text or checks; parameter where the file says none of them."""
        written = self.document.data.get("type")
        return written if written in ("text", "checks") else "parameter"

    @property
    def requires(self) -> list[str]:
        """What the proposal requires, as written; by position, so that a place can be told."""
        written = self.document.data.get("requires")
        return [str(wanted) for wanted in written[:REQUIRED]] if isinstance(written, list) else []


def drafted(content: bytes, name: str) -> Draft:
    """The draft that `content` writes.

    Args: name: what messages call the file.
    Raises: Faults when it is no mapping of fields that can be read at all.
    """
    document, strange = _parsed(content, name)
    if not isinstance(document.data, dict):
        allowed = ", ".join(Head.model_fields)
        raise Faults([*strange, document.fault("value-type", (), f"a proposal is a mapping of {allowed}")])
    _, faults = validated(document, (), Head, document.data)
    changes = items(document, "changes", Change, faults)
    expected = items(document, "expected", Expectation, faults)
    draft = Draft(document, changes, expected, ())
    faults += [*strange, *check_escapes(document), *check_scripts(document)]
    faults += [*_discussion(document), *check_links(document), *check_numbers(document, _values(changes))]
    faults += _shape(draft)
    return replace(draft, faults=tuple(faults))


def _parsed(content: bytes, name: str) -> tuple[Document, list[Fault]]:
    """The document that `content` writes, and what is wrong with its characters.

    Raises: Faults when it is not UTF-8, not YAML, or uses what the reader refuses.
    """
    strange = check_characters(content, name)
    try:
        return parse(content, name), strange
    except Faults as error:
        message = "a tab stands where YAML wants spaces; write spaces"
        unread = [replace(fault, message=message) if _at_tab(fault) else fault for fault in error.faults]
        lines = {fault.line for fault in unread if fault.line}
        strange = [fault for fault in strange if fault.line not in lines]
        # a character that YAML refuses without a place has been named with it
        found = [*strange, *(fault for fault in unread if fault.line or not strange)]
        raise Faults(few(found, "faults", MOST)) from None


def _at_tab(fault: Fault) -> bool:
    """Whether it is a tab that is no YAML: one that indents, or one in a text."""
    at_it = fault.text[max(0, fault.column - 1) :].startswith("\t")
    return fault.id == "yaml-syntax" and (at_it or TAB.match(fault.text) is not None)


def _values(changes: dict[int, dict[str, Any]]) -> set[Decimal]:
    """The numbers of the changes."""
    written = (change.get(key) for change in changes.values() for key in ("from", "to"))
    return {value for value in written if isinstance(value, Decimal)}


def _discussion(document: Document) -> list[Fault]:
    address = document.data.get("discussion")
    if not isinstance(address, str) or not address.strip() or host(address) is not None:
        return []
    foreign = next((at for at, char in enumerate(address) if not char.isascii()), None)
    if foreign is not None:
        told = "an address is written in ASCII, a host of another script in its xn-- form"
        message = f"discussion holds {described(address[foreign])}; {told}"
        return [fault_at(document, ("discussion",), address, foreign, "proposal-text", message)]
    message = "discussion must be an address like https://example.org/thread, without user name or port"
    return [document.fault("proposal-text", ("discussion",), message)]


def _shape(draft: Draft) -> list[Fault]:
    """Whether there are as many changes and expectations as the type asks for."""
    document, faults = draft.document, []
    written = {key: document.data.get(key) for key in ("changes", "expected")}
    if draft.type == "text" and written["changes"]:
        message = "a proposal of type text changes nothing; write changes: [], or type: parameter"
        faults.append(document.fault("proposal-type", ("changes",), message))
    if draft.type != "text" and written["changes"] == []:
        message = "changes needs at least one entry; a proposal that changes no number is of type: text"
        faults.append(document.fault("proposal-empty", ("changes",), message))
    if draft.type != "parameter" and written["expected"]:
        message = f"a proposal of type {draft.type} moves no figure of the economy; write expected: []"
        faults.append(document.fault("proposal-type", ("expected",), message))
    if draft.type == "parameter" and written["expected"] == []:
        faults.append(document.fault("proposal-text", ("expected",), "expected needs at least one entry"))
    return faults
