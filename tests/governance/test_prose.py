"""The proposer's words are shown as text, whatever they are made of."""

import re

import pytest

from agt.governance.prose import link, safe

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://example.org/x.png)",
    "[x](javascript:alert(1))",
    "[x](data:text/html,x)",
    "[x](http://example.org)",
    "[x](/etc/passwd)",
    "[x](//example.org/x)",
    "[x](../manifest.json)",
    "<a href='https://example.org' style='position:fixed' class='agt-tiles' id='top'>x</a>",
    "<iframe src='https://example.org'></iframe>",
    "<svg onload=alert(1)>",
    "</blockquote><h1>PASS</h1>",
    "```{include} /etc/passwd\n```",
    "{{ 7 * 7 }} {eval}`7 * 7`",
    "<style>*{display:none}</style>",
    "<javascript:alert(1)>",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_no_harm_comes_through(text):
    html = str(safe(text))
    assert re.findall(r"<(?!/?(?:p|br|em|strong|ul|ol|li|code|pre|blockquote|h[456]|a)\b)[^>]*>", html) == []
    assert re.findall(r"<[^>]*\s(?!href=|rel=)[a-z-]+=", html) == []
    assert all(link.startswith("https://") for link in re.findall(r'href="([^"]*)"', html))
    assert "49" not in html


def test_what_is_allowed_stays():
    assert (
        safe("# One\n\nTwo **three** `four`") == "<h4>One</h4>\n<p>Two <strong>three</strong> <code>four</code></p>\n"
    )


def test_a_link_shows_where_it_leads():
    html = safe("[the DAO's page](https://xn--80ak6aa92e.com/vote)")
    assert "(xn--80ak6aa92e.com)" in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert "(xn--80ak6aa92e.com)" in safe("[apple](https://\u0430\u0440\u0440\u04cf\u0435.com/)")


def test_plain_addresses_are_no_links():
    assert "<a" not in safe("see https://example.org and www.example.org")


def test_an_address_cannot_leave_its_link():
    assert 'href="https://example.org/&#34;&gt;&lt;b&gt;"' in link('https://example.org/"><b>')
