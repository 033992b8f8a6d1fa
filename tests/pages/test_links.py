"""Links that nobody types: names and terms lead to their definitions, nothing else becomes a link."""

import pytest

from agt.pages import links
from agt.registry import load

NAMES = {"redemption_quota": "book/reference/parameters.html#redemption_quota"}
WORDS = {"stake": f"{links.GLOSSARY}#term-stake", "middle run": f"{links.GLOSSARY}#term-middle-run"}
WHERE = "book/rules/redemption.html"


def linked(body: str, where: str = WHERE) -> str:
    page = f'<nav><p>stake</p></nav>\n<article class="bd-article">{body}</article><p>stake</p>'
    made = links.linked(page, where, NAMES, WORDS)
    before, after = page.split(body)
    assert made.startswith(before)
    assert made.endswith(after)
    return made.removeprefix(before).removesuffix(after)


@pytest.mark.parametrize("code", ["<code>{}</code>", '<code class="x"><span class="pre">{}</span></code>'])
def test_a_name_in_code_letters_leads_to_its_definition(code):
    piece = code.format("redemption_quota")
    address = "../reference/parameters.html#redemption_quota"
    assert linked(f"<p>{piece}</p>") == f'<p><a class="agt-name" href="{address}">{piece}</a></p>'


def test_on_its_own_page_a_name_needs_no_path():
    assert 'href="#redemption_quota"' in linked("<code>redemption_quota</code>", "book/reference/parameters.html")


@pytest.mark.parametrize(
    "body",
    [
        '<code id="redemption_quota">redemption_quota</code>',  # the definition itself
        '<a href="x"><code>redemption_quota</code></a>',
        "<pre><code>redemption_quota</code></pre>",
        "<code>redemption_qouta</code>",
        "<h2>stake</h2>",
        "<p>stakeholder, mistake</p>",
        "<p><code>stake</code></p>",
        "<blockquote><p>stake</p></blockquote>",
        '<script type="application/json">{"a": "<p>stake</p>"}</script>',
        '<p title="stake > middle run">plain</p>',
    ],
)
def test_nothing_else_becomes_a_link(body):
    assert linked(body) == body


def test_the_first_mention_of_a_term_is_linked_and_no_other():
    made = linked("<p>A Stake &amp; more stakes.</p><p>stake</p>")
    assert made == (
        '<p>A <a class="agt-term" href="../start/glossary.html#term-stake">Stake</a> &amp; more stakes.</p><p>stake</p>'
    )


def test_a_cell_with_a_name_gets_no_second_link():
    cell = "<td><code>redemption_quota</code><br>{}</td>"
    assert "agt-term" not in linked(f"<table><tr>{cell.format('a stake')}</tr></table>")
    assert "agt-term" in linked(f"<table><tr>{cell.format('x')}<td>a stake</td></tr></table>")


def test_a_plural_and_two_words_are_mentions():
    assert ">middle runs</a>" in linked("<ul><li>all middle runs</li></ul>")


def test_the_glossary_does_not_link_to_itself():
    assert linked("<p>one stake</p>", links.GLOSSARY) == "<p>one stake</p>"


def test_terms_are_read_off_the_glossary():
    page = "<dl><dt>AGT</dt><dd>x</dd><dt>token generation event</dt></dl>"
    assert links.terms(page) == {
        "agt": f"{links.GLOSSARY}#term-agt",
        "token generation event": f"{links.GLOSSARY}#term-token-generation-event",
    }
    assert '<dt id="term-token-generation-event">' in links.anchored(page)


def test_every_name_of_the_registry_has_a_definition():
    names = set(load().names()) | set(load().measures) | set(load().guardrails) | set(load().scenarios)
    assert names <= set(links.definitions(load()))


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("b.html#here", False),
        ("b.html", False),
        ("#top", False),
        ("https://example.org/x", False),
        ("b.html#gone", True),
        ("gone.html", True),
        ("#gone", True),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path, reference, fault):
    (tmp_path / "a.html").write_text(f'<a class="x" href="{reference}">x</a><p id="top"></p>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="here"></p>', encoding="utf-8")
    assert links.broken(tmp_path) == ([f"a.html: its link to {reference} leads nowhere"] if fault else [])
