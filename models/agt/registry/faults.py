"""Faults in what people write: one compiler-style message each, all of a file at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MESSAGES = {
    "file-unreadable": "The file is missing, is no regular file, is too large or is not UTF-8.",
    "yaml-syntax": "The text is not YAML 1.2, or uses a part of it that this project refuses: anchors, aliases, "
    "merge keys, tags, directives, a second document, more than six levels.",
    "key-duplicate": "A key stands twice in one mapping. Keep one of the two.",
    "key-unknown": "The key is not one that may stand here. The message lists the allowed ones.",
    "key-missing": "A required key is absent.",
    "value-type": "The value has the wrong type. Numbers are plain: digits, one point, no quotes, no exponent.",
    "value-allowed": "The value is not one of those allowed.",
    "name-unknown": "The name refers to nothing in the registry.",
    "name-duplicate": "Two entries of the registry carry the same name or the same fixed id.",
    "name-mechanism": "A parameter's name begins with the name of its mechanism.",
    "param-bounds": "The value lies outside the bounds of the parameter.",
    "param-incomplete": "The kind of the parameter demands a field that is absent, such as bounds or a prior.",
    "param-kind": "Only levers can be proposed: facts and assumptions are not for the DAO to decide.",
    "param-decimals": "The value has more decimals than the registry allows for this parameter.",
    "param-repeated": "One proposal may change a parameter only once.",
    "proposal-stale": "`from` is not the value in force. The proposal was written against another state.",
    "proposal-date": "The month of effect is too early, too late, or no calendar month.",
    "proposal-text": "A text field is blank, too long, or not in the form that is asked for.",
    "proposal-id": "The id and the file name must agree and look like agt-0001.",
    "proposal-empty": "The proposal changes nothing.",
    "proposal-step": "A warning: the change is larger than the registry's largest step. It is flagged on the page.",
    "proposal-unsimulated": "A warning: no policy reads this lever, so the model cannot show what it does.",
    "table-column": "A column is missing, unknown or stands twice.",
    "table-value": "A cell cannot be read as what its column asks for.",
    "table-conflict": "A cell contradicts another that can be read as well: a part exceeds its whole, or a row repeats "
    "or precedes one that it should follow.",
    "setting-bounds": "A warning: a setting lies outside its bounds. Exploring is allowed, proposing is not.",
    "setting-unread": "A warning: no policy reads the parameter, so setting it changes nothing.",
    "simulation-alarm": "Too many run-months met the edge of the model's range, or a figure is no number. "
    "Such an ensemble is not published.",
    "setting-syntax": "A setting is written name=value, with a plain number.",
    "season-syntax": "A season is a calendar month, written YYYY-MM.",
    "number-syntax": "A number is written plainly: digits and at most one point.",
    "date-syntax": "A date is written YYYY-MM-DD; a time also carries its zone.",
    "output-unwritable": "The output file cannot be written.",
    "proposal-run": "The proposal could not be run to its end.",
    "season-early": "A warning: the season lies before the token generation event.",
    "holdings-missing": "A warning: a contributor of the claims is not in the holdings file, and is taken to hold 0.",
    "setting-whole": "A warning: a setting that counts something is no whole number.",
    "setting-sum": "A warning: shares of one whole add up to more than 1. The model cuts the last of them.",
    "simulation-size": "The simulation would not fit in memory. Ask for fewer runs or months.",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: what, where, what is allowed, what to do."""

    id: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        head = f"{self.severity}[{self.id}]: {visible(self.message)}"
        where = f"\n  --> {self.file}:{self.line}:{self.column}" if self.line else f"\n  --> {self.file}"
        parts = [head, where if self.file else ""]
        if self.text:
            gutter = " " * len(str(self.line))
            start = max(0, self.column - 100)
            shown = visible(self.text[start : start + 120])
            caret = " " * (self.column - 1 - start) + "^"
            parts.append(f"\n {gutter} |\n {self.line} | {shown}\n {gutter} | {caret}")
        parts.append(f"\n  = see reference/messages.html#{self.id}")
        return "".join(parts)


class Faults(ValueError):  # noqa: N818 (a collection of them)
    """Everything that is wrong with what was read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(str(fault) for fault in self.faults))


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey or hide written as its code point."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def nearest(word: str, allowed: Iterable[str]) -> str:
    """` - did you mean X?` when an allowed word is near `word`, else nothing."""
    close = get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f" - did you mean {close[0]}?" if close else ""
