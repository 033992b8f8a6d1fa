"""The proposer's words as harmless HTML: Markdown in, few tags out. They are never a Markdown source of the book."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "hr", "em", "strong", "ul", "ol", "li", "code", "pre", "blockquote", "h4", "h5", "h6", "a"}
REL = "nofollow noopener noreferrer"
LOWERED = 3  # a heading of the proposer's stands below those of the page


def safe(markdown: str) -> Markup:
    """`markdown` as HTML without images, styles, classes, ids, scripts, or links that are not https."""
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + LOWERED)}"
        if token.children:
            token.children = list(_with_hosts(token.children))
    html = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https"},
        url_relative="deny",
        link_rel=REL,
    )
    return Markup(clean)


def _with_hosts(tokens: list[Token]) -> Iterator[Token]:
    """Each link with its host behind it in full, so that no text can hide where it leads."""
    host = ""
    for token in tokens:
        yield token
        if token.type == "link_open":
            host = urlsplit(str(token.attrGet("href") or "")).netloc
        if token.type == "link_close" and host:
            yield Token("text", "", 0, content=f" ({host})")


def link(address: str) -> Markup:
    """A checked https address as a link that shows where it leads."""
    return Markup('<a href="{}" rel="{}">{}</a> ({})').format(address, REL, address, urlsplit(address).netloc)
