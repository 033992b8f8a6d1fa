"""`agt propose new`: questions about what changes, and a proposal file that holds the answers.

Every answer is judged by the check itself: the file as it would be is checked, and what is said of the lines that
the answer stands in is said at once.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from agt.calendar import month_number, month_text
from agt.governance import history
from agt.governance.changes import months_of_effect
from agt.governance.proposal import check
from agt.registry import Fault, Faults, Parameter, Registry, load
from agt.registry.reader import UNPUBLISHED, plain

ID = re.compile(r"agt-([0-9]{4})(\.yml)?")
LAST = 9_999
LONGEST_TITLE = 44
YEAR = 12  # months from the last effect to the review
QUESTIONS = {
    "title": f"Title, at most {LONGEST_TITLE} characters",
    "summary": "Summary in one sentence, at most 140 characters",
    "authors": "Author",
    "conflicts_of_interest": "What the author gains or loses by it",
    "discussion": "Address of the discussion",
    "rationale": "Rationale in one line, to be continued in the file",
    "expected": "Expected: a figure, and higher or lower",
}

Ask = Callable[[str], str]
Say = Callable[[str], None]


@dataclass
class Sheet:
    """The answers so far: each change by its keys, each other field by its name."""

    id: str
    base: str
    created: date
    changes: list[dict[str, str]] = field(default_factory=list)
    fields: dict[str, str] = field(
        default_factory=lambda: {
            "title": "To be written",
            "summary": "To be written: what changes, and for whom.",
            "authors": "to be written: who proposes this",
            "conflicts_of_interest": "to be written",
            "discussion": "https://example.org/to-be-written",
            "rationale": "To be written: why this change, why now, and what it costs.",
            "expected": "supply_runway higher",
        }
    )

    def lines(self) -> list[tuple[str, str]]:
        """The lines of the file, each with the name of the answer that stands in it."""
        quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in self.fields.items()}
        last = max((change["effective"] for change in self.changes), default=f"{self.created:%Y-%m}")
        metric, _, direction = self.fields["expected"].partition(" ")
        return [
            ("id", f"id: {self.id}"),
            ("title", f"title: {quoted['title']}"),
            ("summary", f"summary: {quoted['summary']}"),
            ("authors", f"authors: [{quoted['authors']}]"),
            ("conflicts_of_interest", f"conflicts_of_interest: {quoted['conflicts_of_interest']}"),
            ("discussion", f"discussion: {quoted['discussion']}"),
            ("type", "type: parameter"),
            ("status", "status: draft"),
            ("created", f"created: {self.created}"),
            ("base", f"base: {self.base}"),
            ("changes", "changes:"),
            *(
                (f"{key} {at}", f"  {'-' if key == 'parameter' else ' '} {key}: {value}")
                for at, change in enumerate(self.changes)
                for key, value in change.items()
            ),
            ("expected", "expected:"),
            ("expected", f"  - metric: {metric}"),
            ("expected", f"    direction: {direction}"),
            ("rationale", "rationale: |"),
            ("rationale", f"  {self.fields['rationale']}"),
            ("review_by", f"review_by: {_later(last)}"),
        ]

    def content(self) -> str:
        """The text of the file."""
        return "".join(f"{line}\n" for _, line in self.lines())

    def faults(self, answer: str) -> list[Fault]:
        """What the check says of the lines of an answer, or of a file that it cannot read because of it."""
        try:
            found = check(self.content().encode(), f"{self.id}.yml", as_of=self.created.isoformat()).warnings
        except Faults as error:
            found = error.faults
        owners = ["", *(owner for owner, _ in self.lines()), ""]
        return [fault for fault in found if fault.id == "yaml-syntax" or owners[fault.line] == answer]


@dataclass
class Interview:
    """Questions to one proposer, and the sheet that they fill.

    ask: puts a question and returns the answer, empty where there is none; say: tells a line.
    """

    registry: Registry
    sheet: Sheet
    ask: Ask
    say: Say

    def changes(self) -> None:
        """Ask for one lever after the other, until none is named."""
        while name := self.ask("Lever (none: no more): "):
            change = {"parameter": json.dumps(name, ensure_ascii=False), "from": UNPUBLISHED, "to": "0"}
            change |= {"effective": f"{self.sheet.created:%Y-%m}"}
            self.sheet.changes.append(change)
            at = len(self.sheet.changes) - 1
            entry = self.registry.levers().get(name)
            refused = self._refused(f"parameter {at}")
            change["parameter"] = name
            if refused or entry is None or not self._change(change, at, entry):
                self.sheet.changes.pop()

    def texts(self) -> None:
        """Ask for everything else; an empty answer keeps what stands there."""
        self.sheet.fields["title"] = _title(self.sheet.changes)
        for name, question in QUESTIONS.items():
            self._answered(self.sheet.fields, name, name, f"{question} [{self.sheet.fields[name]}]: ")

    def _change(self, change: dict[str, str], at: int, entry: Parameter) -> bool:
        """Ask for the value and the month of a lever; whether there is one."""
        first, _ = months_of_effect(entry.minimum_delay or 0, self.sheet.created, self.sheet.created)
        change |= {"effective": month_text(first), "from": self._present(change["parameter"], first)}
        self.say(f"  {entry.meaning}")
        low, high = map(plain, entry.bounds)
        step = f", largest step {plain(entry.largest_step)}" if entry.largest_step is not None else ""
        self.say(f"  now {change['from']}, between {low} and {high}{step} [{entry.unit}]")
        change["to"] = ""
        if not self._answered(change, "to", f"to {at}", "  New value (none: leave this lever): "):
            return False
        self._answered(change, "effective", f"effective {at}", f"  Month from which it holds [{month_text(first)}]: ")
        change["from"] = self._present(change["parameter"], month_number(change["effective"]))
        return True

    def _present(self, name: str, month: int) -> str:
        return plain(self.registry.in_force(name, month))

    def _answered(self, answers: dict[str, str], key: str, owner: str, question: str) -> bool:
        """Ask until the answer is no fault; whether there is an answer, given or kept."""
        kept = answers[key]
        while answer := self.ask(question):
            answers[key] = answer
            if not self._refused(owner):
                return True
        answers[key] = kept
        return bool(kept)

    def _refused(self, owner: str) -> bool:
        """Whether what was answered last is refused; whatever is said of it is told."""
        found = self.sheet.faults(owner)
        for fault in found:
            self.say(f"  {fault.severity}[{fault.id}]: {fault.message}")
        return any(fault.severity != "warning" for fault in found)


def interview(folder: Path, today: str, ask: Ask, say: Say) -> Path:
    """Ask for a proposal and write it into a folder, under the next free id.

    Args: today: its date of creation; ask, say: as an `Interview` has them.
    Returns: the path of the new file.
    Raises: Faults when no lever was named, there is no repository, or the file cannot be written.
    """
    sheet = Sheet(free_id(folder), _head(), date.fromisoformat(today))
    asked = Interview(load(), sheet, ask, say)
    say(f"{sheet.id}: an empty answer keeps what stands in brackets.")
    asked.changes()
    if not sheet.changes:
        message = "no lever was named, so nothing was written; `agt registry` lists the levers"
        raise Faults([Fault("proposal-empty", message)])
    asked.texts()
    path = folder / f"{sheet.id}.yml"
    try:
        with path.open("x", encoding="utf-8") as stream:  # never over what stands there
            stream.write(sheet.content())
    except OSError as error:
        raise Faults([Fault("output-unwritable", f"{error.strerror}; try again", str(path))]) from None
    return path


def _head() -> str:
    """The commit that this repository is at.

    Raises: Faults where it has no history.
    """
    written = history.git(history.ROOT, "rev-parse", "HEAD") if (history.ROOT / ".git").exists() else None
    if written is None:
        told = "a proposal names the commit that it was written against, and this copy has no history"
        message = f"{told}; get the repository with `git clone`, and run the command in it"
        raise Faults([Fault("proposal-base", message, str(history.ROOT))])
    return written.decode().strip()


def free_id(folder: Path) -> str:
    """The id after the last one of a folder.

    Raises: Faults when the folder is not there, or has no id left.
    """
    if not folder.is_dir():
        message = "no such folder; name the one that holds the proposals with --out"
        raise Faults([Fault("output-unwritable", message, str(folder))])
    taken = [int(found[1]) for path in folder.iterdir() if (found := ID.fullmatch(path.name))]
    number = max(taken, default=0) + 1
    if number > LAST:
        raise Faults([Fault("proposal-id", f"agt-{LAST} is the last id, and it is taken", str(folder))])
    return f"agt-{number:04d}"


def _title(changes: list[dict[str, str]]) -> str:
    """A title that says no more than the changes do."""
    if len(changes) > 1:
        return f"Change {len(changes)} levers"
    title = f"Set {changes[0]['parameter']} to {changes[0]['to']}"
    return title if len(title) <= LONGEST_TITLE else f"Change {changes[0]['parameter']}"


def _later(month: str) -> str:
    return month_text(month_number(month) + YEAR)
