"""Pages name their own scripts by digest, and no others may run."""

import base64
import hashlib

from agt.pages.policy import protected

PAGE = """<html><head><meta charset="utf-8" /><script>start()</script><script src="a.js"></script>
<script type="application/json">{}</script></head><body>
<button onclick="show(&quot;a&quot;)">x</button></body></html>"""


def digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def test_scripts_of_the_page_are_named_and_no_others():
    page = protected(PAGE)
    assert page.index("charset") < page.index("Content-Security-Policy") < page.index("<script>")
    assert page.count("sha256-") == 2
    assert digest("start()") in page
    assert digest('show("a")') in page
    assert "unsafe-eval" not in page


def test_handlers_are_allowed_only_where_there_are_some():
    assert "unsafe-hashes" not in protected(PAGE.replace("onclick", "title"))
