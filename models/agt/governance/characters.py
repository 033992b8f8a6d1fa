"""Characters that a reader cannot see or cannot tell from others, each named by code point and at its place."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from agt.registry import Fault
from agt.registry.reader import Document, Path_

SHOWN = 20  # places of one kind that are named; a hostile file has thousands
MARKS = 2  # combining marks on one letter
PROSE = ("title", "summary", "authors", "conflicts_of_interest", "rationale")
KINDS = {
    "Cc": "a control character",
    "Cf": "a format character, which readers cannot see",
    "Cn": "no character that Unicode has assigned",
    "Co": "a character of private use, which each font shows in its own way",
    "Cs": "half a character",
    "Zl": "a line break that editors do not show",
    "Zp": "a line break that editors do not show",
}
ADVICE = {"\t": "write spaces", "\ufeff": "save the file as UTF-8 without a byte order mark"}
# They pass for letters or marks and are drawn as nothing: fillers, joiners, selectors.
BLANKS = frozenset(
    map(chr, [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0])
) | frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
WORD = re.compile(r"[^\W\d_]+(?:[\w]*[^\W\d_])?")
# Scripts that one word mixes by custom: Latin beside those of East Asia, and signs that belong to no script.
CUSTOMARY = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"}
CUSTOMARY |= {"MICRO", "MODIFIER", "FEMININE", "MASCULINE"}


def described(char: str) -> str:
    """A character by code point and by Unicode's name.

    >>> described("\\u0430")
    'U+0430 (CYRILLIC SMALL LETTER A)'
    """
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")


def shortened(text: str, most: int = 60) -> str:
    """`text` as a message quotes it: not more of it than a reader needs to find it."""
    return text if len(text) <= most else f"{text[:most]}.."


def fault_at(document: Document, path: Path_, text: str, offset: int, id: str, message: str) -> Fault:
    """A fault at one character of the text that stands at `path`, or at the text where that cannot be told."""
    return fault_on(document, spot(document, path, text, offset), id, message)


def fault_on(document: Document, place: tuple[int, int], id: str, message: str, severity: str = "error") -> Fault:
    """A fault at a line and column of the document."""
    line, column = place
    return Fault(id, message, document.name, line, column, document.text(line), severity)


def spot(document: Document, path: Path_, text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character of the text at `path`: its own where the text stands there as it is.

    Args: offset: of the character; negative where it is not known.
    Returns: the place of the text where it is folded, or written with escapes.
    """
    while path not in document.places:
        path = path[:-1]
    line, column = document.places[path]
    if offset < 0:
        return line, column
    source = document.text(line)[column - 1 :]
    for quote in ("", "'", '"'):
        if source.startswith(f"{quote}{text}{quote}"):
            return line, column + len(quote) + offset
    row = text.count("\n", 0, offset)
    begin = text.rfind("\n", 0, offset) + 1
    written, below = text[begin:].split("\n")[0], document.text(line + 1 + row).removesuffix("\r")
    if source.startswith("|") and written and below.endswith(written):
        return line + 1 + row, len(below) - len(written) + offset - begin + 1
    return line, column


def check_characters(content: bytes, name: str) -> list[Fault]:
    """What is wrong with the characters of a file, wherever in it they stand; nothing where it is not UTF-8."""
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return []  # the reader says so
    if "\0" in text:
        return [Fault("file-unreadable", "it holds U+0000, as UTF-16 does; save the file as UTF-8", name)]
    found = (
        Fault("proposal-text", message, name, number, offset + 1, line)
        for number, line in enumerate(text.split("\n"), 1)
        for offset, message in _strange(line)
    )
    return few(found, "characters that are refused")


def check_escapes(document: Document) -> list[Fault]:
    """What is wrong with characters that the file writes as escapes, so that only the value holds them."""
    source = "\n".join(document.lines)
    found = (
        fault_at(document, path, text, offset, "proposal-text", f"{_field(path)} holds an escape: {message}")
        for path, text in texts(document.data)
        if text not in source and document.text(document.places[path][0])[document.places[path][1] - 1] == '"'
        for line in text.split("\n")
        for offset, message in _strange(line)
    )
    return few(found, "characters that are refused")


def check_scripts(document: Document) -> list[Fault]:
    """A warning for each word that mixes scripts, with the letters that are foreign to it."""
    found = (
        fault_on(document, spot(document, path, text, word.start()), "text-mixed-scripts", message, "warning")
        for path, text in texts(document.data)
        if path[0] in PROSE and not text.isascii()
        for word in WORD.finditer(text)
        if (message := _mixed(word[0]))
    )
    return few(found, "words of mixed scripts")


def texts(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text of a document's data with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts(inner, (*path, at))
    elif isinstance(value, str):
        yield path, value


def _field(path: Path_) -> str:
    """The last key of a path, without the position in a list behind it."""
    return next((key for key in reversed(path) if isinstance(key, str)), "the file")


def few(faults: Iterable[Fault], what: str, most: int = SHOWN) -> list[Fault]:
    """The first of `faults`, at most `most`; the last one says how many there are where that is not all."""
    found = list(faults)
    if len(found) <= most:
        return found
    last = found[most - 1]
    message = f"{last.message}; in all there are {len(found):,} {what}, and the first {most} are shown"
    return [*found[: most - 1], replace(last, message=message)]


def _strange(line: str) -> Iterator[tuple[int, str]]:
    """Offset and message of what may not stand in a line, each character once."""
    if line.isascii() and line.isprintable():
        return
    seen: set[str] = set()
    marks = 0
    for offset, char in enumerate(line):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char not in seen and (char in BLANKS or category in KINDS):
            seen.add(char)
            kind = "a blank that passes for a letter or a mark" if char in BLANKS else KINDS[category]
            yield offset, f"{described(char)} is {kind}; {ADVICE.get(char, 'remove it')}"
        elif marks == MARKS + 1:
            yield offset, f"{described(char)} is the third mark on one letter, {MARKS} at most; remove it"
    if not unicodedata.is_normalized("NFC", line):
        yield _unnormal(line)


def _unnormal(line: str) -> tuple[int, str]:
    """The first place where a line is not in normal form NFC, and what to write there."""
    normal = unicodedata.normalize("NFC", line)
    pairs = enumerate(zip(line, normal, strict=False))
    offset = next((at for at, (char, other) in pairs if char != other), min(len(line), len(normal)) - 1)
    end = offset + 1
    while end < min(len(line), offset + 1 + MARKS) and unicodedata.combining(line[end]):
        end += 1
    written = line[offset:end]
    better = " ".join(described(char) for char in unicodedata.normalize("NFC", written))
    points = " ".join(f"U+{ord(char):04X}" for char in written)
    return offset, f"{points} is not in Unicode's normal form NFC; write {better}"


def _script(char: str) -> str:
    """The script of a letter, by the first word of its name."""
    return unicodedata.name(char, "UNNAMED").split()[0]


def _mixed(word: str) -> str | None:
    """What is said of a word whose letters are of several scripts; None where custom mixes them."""
    letters = [char for char in word if char.isalpha() and _script(char) not in CUSTOMARY]
    scripts = Counter(_script(char) for char in letters)
    if len(scripts) < 2:
        return None
    home = scripts.most_common(1)[0][0]
    foreign = ", ".join(dict.fromkeys(described(char) for char in letters if _script(char) != home))
    return (
        f"the word {shortened(word)} mixes scripts: {foreign} among {home.capitalize()} letters; write it in one script"
    )
