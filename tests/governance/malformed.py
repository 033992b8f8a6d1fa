"""Spoilt proposals and all that is said of each, from the file `malformed.txt`, which is read top down.

A case begins with `## name`. `- old` and `+ new` replace lines of the sound proposal, `*` does something to the whole
file, `@` puts another proposal beside it. Behind `->` stands the answer, word for word. In what is written `<U+200B>`
is that character and `<60000 times [>` is that text again and again.

`python -m tests.governance.malformed` writes the answers anew; the difference is to be read.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agt.governance.proposal import SIZE, read
from agt.registry import Faults
from tests.governance.proposals import SOUND

FILE = Path(__file__).with_suffix(".txt")
QUIET = SOUND.replace("Swap from 2,000 AIA on.", "For small contributors.")
WHOLE = {
    "the byte FF at the end": lambda content: content + b"\xff",
    "encoded as UTF-16": lambda content: content.decode().encode("utf-16"),
    "encoded as UTF-16 without its mark": lambda content: content.decode().encode("utf-16-le"),
    "a byte order mark at the beginning": lambda content: b"\xef\xbb\xbf" + content,
    "nothing in it": lambda content: content[:0],
    "filled up to 64 KiB and one byte": lambda content: content + b"#" * (SIZE + 1 - len(content)),
    "60,000 opening brackets": lambda content: b"[" * 60_000 + content[:0],
    "a list of two words": lambda content: b"- one\n- two\n" + content[:0],
}


@dataclass(frozen=True)
class Case:
    """One spoilt proposal: how it is spoilt, and what is said of it."""

    name: str
    lines: tuple[str, ...]
    answer: str

    def part(self, sign: str) -> list[str]:
        """What the lines that begin with `sign` say."""
        return [line[2:] for line in self.lines if line.startswith(sign)]

    def content(self) -> bytes:
        """The bytes of the spoilt proposal."""
        old, new = "\n".join(self.part("-")), written("\n".join(self.part("+")))
        assert QUIET.count(old) == 1 or not old, f"{self.name}: {old!r}"
        content = (QUIET.replace(old, new) if old else QUIET + new).encode()
        for change in self.part("*"):
            content = WHOLE[change](content)
        return content

    def said(self) -> str:
        """All that is said of the spoilt proposal on 22 November 2026."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "agt-0007.yml"
            path.write_bytes(self.content())
            for companion in self.part("@"):
                name, _, required = companion.partition(" requires ")
                text = QUIET.replace("agt-0007", name)
                text = text.replace("base:", f"requires: [{required}]\nbase:")
                path.with_name(f"{name}.yml").write_text(text, encoding="utf-8")
            try:
                _, proposal = read(path, as_of="2026-11-22")
            except Faults as error:
                return str(error).replace(f"{folder}/", "")
        return "\n\n".join([*map(str, proposal.warnings), "accepted"])


def written(text: str) -> str:
    """`text` with its characters and repetitions written out."""
    text = re.sub(r"<U\+([0-9A-F]{4,5})>", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"<([0-9]+) times ([^>]+)>", lambda match: match[2] * int(match[1]), text)


def cases() -> dict[str, Case]:
    """The cases of the file, in its order."""
    found = {}
    for part in FILE.read_text(encoding="utf-8").split("\n## ")[1:]:
        head, _, answer = part.partition("\n->\n")
        name, *lines = head.split("\n")
        assert name not in found, name
        found[name] = Case(name, tuple(lines), answer.strip("\n"))
    return found


def renew() -> None:
    """Write the answers of today into the file; what stands between the cases is kept."""
    text = FILE.read_text(encoding="utf-8").split("\n## ")[0]
    for case in cases().values():
        text += "\n## " + "\n".join([case.name, *case.lines, "->", case.said(), ""])
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
