"""Links that nobody types: from each name in code letters, and each term of the glossary, to where it is defined.

They are set in the built pages, so that tables, captions and reports have them as prose does.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from agt.registry import Registry

GLOSSARY = "book/start/glossary.html"
# Where the entries of a section of the registry are defined; a measure's page is that of its group.
DEFINED = {
    "parameters": "book/reference/parameters.html",
    "accounts": "book/reference/accounts.html",
    "flows": "book/reference/accounts.html",
    "stocks": "book/reference/metrics.html",
    "metrics": "book/reference/metrics.html",
    "shocks": "book/reference/assumptions.html",
    "columns": "book/reference/assumptions.html",
    "events": "book/reference/assumptions.html",
    "measures": "book/figures/{group}.html",
    "guardrails": "book/governance/guardrails.html",
    "scenarios": "book/economy/stress.html",
}
WITHIN = ("p", "li", "td", "figcaption")  # of these the text is searched for terms
NOT_WITHIN = (
    "a",
    "pre",
    "math",
    "script",
    "style",
    "button",
    "label",
    "blockquote",
    "summary",
    "nav",
    "svg",
    "noscript",
)
EMPTY = ("br", "img", "input", "hr", "meta", "link", "source", "wbr", "col")
TERM = re.compile(r"<dt>([^<]+)</dt>")
TARGET = re.compile(r'\b(?:id|name)="([^"]+)"')
REFERENCE = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')


class Place(NamedTuple):
    """A piece of a page: from which character to which, and what it shall lead to."""

    start: int
    end: int
    target: str
    kind: str


def definitions(registry: Registry) -> dict[str, str]:
    """Every name of the registry, and the address of its definition; the parameters of a family share theirs."""
    found: dict[str, str] = {}
    for section, page in DEFINED.items():
        for full, entry in getattr(registry, section).items():
            family = full.partition(".")[0]
            place = family if section == "parameters" else full
            address = f"{page.format(group=getattr(entry, 'group', ''))}#{place}"
            found.setdefault(full, address)
            found.setdefault(family, address)
    return found


def terms(glossary: str) -> dict[str, str]:
    """Every term of the built glossary page, in small letters, and the address of its meaning."""
    return {unescape(term).lower(): f"{GLOSSARY}#{_place(term)}" for term in TERM.findall(glossary)}


def anchored(glossary: str) -> str:
    """The built glossary page with a place to link to at each term."""
    return TERM.sub(lambda match: f'<dt id="{_place(match[1])}">{match[1]}</dt>', glossary)


def _place(term: str) -> str:
    return "term-" + "-".join(re.findall(r"\w+", unescape(term).lower()))


def linked(page: str, where: str, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    """A built page with its links set: every name, and the first mention of each term.

    Args: page: the HTML; where: its address within the book; names, words: what `definitions` and `terms` found.
    """
    made, last = [], 0
    for place in _Reader(page, names, words if where != GLOSSARY else {}).places:
        href = escape(_relative(where, place.target))
        made += [page[last : place.start], f'<a class="agt-{place.kind}" href="{href}">', page[place.start : place.end]]
        made.append("</a>")
        last = place.end
    return "".join([*made, page[last:]])


def _relative(where: str, target: str) -> str:
    """The address of a target as seen from a page; a place of the page itself needs no path."""
    page, _, place = target.partition("#")
    return f"#{place}" if page == where else f"{posixpath.relpath(page, posixpath.dirname(where))}#{place}"


class _Reader(HTMLParser):
    """Walks through a page and notes the places that want a link."""

    def __init__(self, page: str, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.names, self.words, self.places = names, dict(words), list[Place]()
        self.open: list[str] = []
        self.article = 0  # how deep the article is; nothing before it or behind it is touched
        self.code: tuple[int, str] | None = None  # where a piece of code began, and its text so far
        self.named = False  # whether the cell has a link already: a second below it would be hard to hit
        self.lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self.pattern = _any_of(self.words)
        self.feed(page)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        self.open.append(tag)
        given = dict(attrs)
        self.named = tag != "td" and (self.named or tag in ("a", "code"))
        if tag == "article" and "bd-article" in (given.get("class") or ""):
            self.article = len(self.open)
        if tag == "code" and self._free() and "id" not in given:
            self.code = (self._here(), "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "code" and self.code:
            start, text = self.code
            end = self._here() + len("</code>")
            if text in self.names:
                self.places.append(Place(start, end, self.names[text], "name"))
            self.code = None
        while self.open and self.open.pop() != tag:
            pass
        if len(self.open) < self.article:
            self.article = 0

    def handle_data(self, data: str) -> None:
        if self.code:
            self.code = (self.code[0], self.code[1] + data)
        elif self.words and self._free() and "code" not in self.open and self._read_as_text():
            self.places += self._mentions(data, self._here())

    def _free(self) -> bool:
        return bool(self.article) and not any(tag in NOT_WITHIN for tag in self.open)

    def _read_as_text(self) -> bool:
        return any(tag in WITHIN for tag in self.open) and not ("td" in self.open and self.named)

    def _mentions(self, text: str, at: int) -> Iterator[Place]:
        """The first mention of each term that this page has not linked yet."""
        for match in self.pattern.finditer(text):
            target = self.words.pop(match[1].lower(), None)
            if target:
                yield Place(at + match.start(), at + match.end(), target, "term")


def _any_of(words: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the terms as a whole word, its plural too; the longest first, since one may hold another."""
    longest = sorted(words, key=lambda word: -len(word))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest)) or '(?!)'})s?(?![\w-])", re.IGNORECASE)


def broken(site: Path) -> list[str]:
    """The links within a built book that lead nowhere, to a missing page or a missing place of it."""
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    places = {where: set(TARGET.findall(page)) for where, page in pages.items()}
    faults = []
    for where, page in pages.items():
        for reference in dict.fromkeys(REFERENCE.findall(page)):
            parts = urlsplit(unescape(reference))
            if parts.scheme or parts.netloc:
                continue
            file = (site / where).parent / unquote(parts.path) if parts.path else site / where
            target = file.resolve().relative_to(site.resolve()).as_posix() if file.resolve().is_file() else None
            place = unquote(parts.fragment)
            if target is None or (place and target in places and place not in places[target]):
                faults.append(f"{where}: its link to {reference} leads nowhere")
    return faults
