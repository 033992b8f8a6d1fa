"""A content security policy for each built page: the browser then refuses whatever is not part of the book.

Scripts within a page are named by their SHA-256; those of other hosts, and `eval`, are not allowed.
"""

import base64
import hashlib
import re
from html import escape, unescape

INLINE = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]+=\"([^\"]*)\"")
CHARSET = re.compile(r"<meta charset=\"utf-8\"\s*/?>")
LAB = re.compile(r"<div class=\"agt-lab\b")  # it compiles WebAssembly, in a worker of the book
REST = "object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'self'"


def protected(page: str) -> str:
    """The page with its policy behind the character set, which has to come first."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(page))}">'
    return CHARSET.sub(lambda match: f"{match[0]}\n    {meta}", page, count=1)


def _policy(page: str) -> str:
    handlers = [_named(unescape(code)) for code in HANDLER.findall(page)]
    sources = [_named(code) for code in INLINE.findall(page)] + (["'unsafe-hashes'", *handlers] if handlers else [])
    lab = LAB.search(page) is not None
    scripts = " ".join(["'self'", *dict.fromkeys(sources), *(["'wasm-unsafe-eval'"] if lab else [])])
    workers = " worker-src 'self';" if lab else ""
    styles = "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:"
    return f"default-src 'self'; script-src {scripts};{workers} {styles}; {REST}"


def _named(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
