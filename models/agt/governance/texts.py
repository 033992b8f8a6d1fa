"""What the texts of a proposal say that its data do not: numbers that nothing has checked, and links."""

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink

from agt.governance.characters import fault_on, few, shortened, spot
from agt.registry import Fault
from agt.registry.reader import Document

HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE | re.ASCII)
PROSE = ("title", "summary", "rationale")
LONGEST = 8_000  # characters; what is longer is refused by the form, and not read twice
TIMES = {"thousand": 3, "k": 3, "K": 3, "million": 6, "mio": 6, "M": 6, "billion": 9, "bn": 9, "B": 9}
UNITS = (
    "AGT|AIA|USDT?|US\\$|EUR|dollars?|credits?|tokens?|hours?|days?|weeks?|months?|quarters?|seasons?|years?|sets?|"
    "items?|people|persons?|contributors?|clients?|annotators?|votes?|points?"
)
FIGURE = re.compile(
    r"(?<![\w.,:/-])[+−-]?(?P<currency>[$€£]\s?)?"
    r"(?P<digits>\d{1,3}(?:(?P<marks>[,_'’ \u00a0\u2009\u202f])\d{3})(?:(?P=marks)\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[\s\u00a0]?(?P<times>thousand|million|billion|mio|bn|[kKMB])\b)?"
    r"(?:[\s\u00a0]?(?P<percent>%|per ?cent\b|percentage points?\b))?"
    rf"(?:[\s\u00a0]?(?P<unit>(?:{UNITS})\b))?"
    r"(?![\w]|[.,:/-]\d)"
)


class Lenient(MarkdownIt):
    """Markdown whose links are all links, so that each can be judged as it is written."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 (markdown-it's names)
        """Every address passes."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        """The address as it is written."""
        return url


def check_numbers(document: Document, known: Collection[Decimal]) -> list[Fault]:
    """A warning for each number with a unit, a percent sign or thousands marks that is none of `known`."""
    found = (
        fault_on(document, spot(document, (field,), text, match.start()), "text-number", message, "warning")
        for field in PROSE
        if isinstance(text := document.data.get(field), str) and len(text) <= LONGEST
        for match in FIGURE.finditer(text)
        if (message := _unchecked(match, field, known))
    )
    return few(found, "numbers that nothing has checked")


def _unchecked(match: re.Match[str], field: str, known: Collection[Decimal]) -> str | None:
    """What is said of a number that is no value of a change; None where it is one, or a bare number."""
    digits, marks, times, percent, unit = match.group("digits", "marks", "times", "percent", "unit")
    if not any((match["currency"], marks != " " and marks, times, percent, unit)):  # a blank also parts two numbers
        return None
    value = Decimal(re.sub(r"[^0-9.]", "", digits)).scaleb(TIMES[times] if times else 0)
    if value in known or (percent and value.scaleb(-2) in known):
        return None
    return f'{field}: {match[0].strip()} is no from and no to of the changes; the page will say "not checked"'


def check_links(document: Document) -> list[Fault]:
    """Links of the rationale that lead elsewhere than to https, and hosts that are not written in ASCII."""
    text = document.data.get("rationale")
    if not isinstance(text, str) or len(text) > LONGEST:
        return []
    found = [
        fault_on(document, spot(document, ("rationale",), text, text.find(address)), "text-link", *said)
        for address in dict.fromkeys(_addresses(text))
        if (said := _astray(address)) is not None
    ]
    return few(found, "links that are flagged")


def host(address: str) -> str | None:
    """The host of a sound https address; None where it has a user name or a port, or is no such address."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme == "https" and "@" not in parts.netloc and parts.port is None
        sound = sound and bool(HOST.fullmatch(parts.hostname or "")) and not re.search(r"\s|\\", address)
    except ValueError:
        return None
    return parts.hostname if sound else None


def _addresses(text: str) -> Iterator[str]:
    """Every address that `text` links to, as Markdown reads it; none is left out for being dangerous."""
    reader = Lenient("commonmark", {"html": False, "linkify": False}).disable("image")
    for block in reader.parse(text):
        for token in block.children or ():
            if token.type == "link_open":
                yield str(token.attrGet("href") or "")


def _astray(address: str) -> tuple[str, str] | None:
    """Message and severity of a link that is refused or worth a warning."""
    try:
        written = normalizeLink(address)
    except ValueError:
        written = address
    name = host(written)
    if name is None:
        wanted = "links are https addresses like https://example.org/page, without user name or port"
        return f"rationale links to {shortened(address)!r}; {wanted}", "error"
    if "xn--" in name:
        return f"rationale links to the host {name}; compare it letter by letter with the one that is meant", "warning"
    return None
