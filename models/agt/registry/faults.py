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
    "proposal-text": "A text field is blank, too long, not in the form that is asked for, or holds a character that "
    "readers cannot see or cannot tell from another: control, format, private, unassigned, a blank that passes for a "
    "letter, a third mark on one letter, a letter that is not in Unicode's normal form NFC.",
    "proposal-id": "The id and the file name must agree and look like agt-0001.",
    "proposal-base": "`base` names the commit that the proposal was written against, by its 40 hexadecimal digits.",
    "proposal-type": "The type says what a proposal may change: parameter one lever or more, checks one number of the "
    "DAO's suite or more, text nothing.",
    "proposal-requires": "A required proposal is not in the repository, is not sound, is named twice, or requires this "
    "one in turn.",
    "proposal-empty": "The proposal has no changes, or one of them changes nothing. A proposal none of whose changes "
    "changes anything is only warned of.",
    "proposal-step": "A warning: the change is larger than the registry's largest step. It is flagged on the page.",
    "text-mixed-scripts": "A warning: letters of several scripts stand in one word, so that it may not be the word "
    "that it seems.",
    "text-number": "A warning: a number with a unit is neither `from` nor `to` of a change. Nothing has checked it.",
    "text-link": "A link leads elsewhere than to an https address without user name. As a warning: its host is not "
    "written in ASCII.",
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
    "decision-syntax": "A line of the decision log is not canonical JSON (RFC 8785), or lacks what a decision says.",
    "decision-chain": "A line of the decision log does not follow the line before: one of them was changed, or a line "
    "was added or left out. The log only grows; restore it from the history of the repository.",
    "decision-order": "The decisions of the log are numbered 1, 2, 3, .. in the order of their dates, each of another "
    "proposal.",
    "decision-stale": "`from` is not the value in force in the month of effect, or what was decided of a later month "
    "would no longer follow from it. The change must be voted on anew.",
    "decision-refused": "The decision cannot be entered: its files are not those of the manifest, the vote failed, or "
    "the proposal is a draft, changes no lever or requires one that is not decided.",
    "forecast-unreadable": "The forecast of a dossier is missing, too large, not in its form, or not the one voted on.",
    "season-early": "A warning: the season lies before the token generation event.",
    "holdings-missing": "A warning: a contributor of the claims is not in the holdings file, and is taken to hold 0.",
    "setting-whole": "A warning: a setting that counts something is no whole number.",
    "setting-sum": "A warning: shares of one whole add up to more than 1. The model cuts the last of them.",
    "beacon-syntax": "A beacon is 64 hexadecimal digits that were published after the proposal was frozen, with its "
    "source.",
    "verify-identical": "The dossier was made again, byte by byte.",
    "verify-tolerance": "The dossier was made again, but for the last digits of some numbers: every number agrees "
    "within a billionth. The ensemble is then not compared.",
    "verify-digest": "A file of the dossier is not the one that its manifest names.",
    "verify-manifest": "The manifest is not what a run writes: it is no canonical JSON, or says something else.",
    "verify-model": "The dossier says that it was made by another model, registry, suite, template or lock than those "
    "of its base.",
    "verify-results": "A number of the dossier is not what the model says.",
    "verify-page": "A page of the dossier is not what its results say.",
    "verify-ensemble": "The ensemble of the dossier is not what was played.",
    "verify-name": "The folder holds a name that belongs to no dossier. Nothing in it was opened.",
    "verify-missing": "A file of the dossier is missing, or there is no such folder.",
    "verify-link": "A name in the dossier is a link or no plain file. Nothing in it was opened.",
    "verify-size": "A file of the dossier is larger than a run writes. Nothing in it was opened.",
    "verify-base": "The commit that the dossier was made at is not in the history of this copy.",
    "verify-environment": "The base asks for other packages than those installed here.",
    "lever-unpublished": "A warning: the present value of a lever is published nowhere, and the model's is used. "
    "Give the value where it is known.",
    "simulation-size": "The simulation would not fit in memory. Ask for fewer runs or months.",
    "cluster-unreachable": "There is no Dask scheduler with workers at the address, or Dask is not installed.",
    "cluster-differs": "A worker of the cluster has another model, other packages or another arithmetic than this "
    "process, so that its results would not be the same.",
    "interrupted": "The command was interrupted. What was not finished was not written.",
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
            caret = " " * len(visible(self.text[start : self.column - 1])) + "^"
            parts.append(f"\n {gutter} |\n {self.line} | {shown}\n {gutter} | {caret}")
        parts.append(f"\n  = see reference/messages.html#{self.id}")
        return "".join(parts)


class Faults(ValueError):  # noqa: N818 (a collection of them)
    """Everything that is wrong with what was read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["Faults"], tuple[tuple[Fault, ...]]]:
        """Faults of another process are those of this one."""
        return Faults, (self.faults,)


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey or hide written as its code point."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def nearest(word: str, allowed: Iterable[str]) -> str:
    """` - did you mean X?` when an allowed word is near `word`, else nothing."""
    close = get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f" - did you mean {close[0]}?" if close else ""
