"""What is said of the characters, the numbers and the links of a proposal's texts."""

from decimal import Decimal

import pytest

from agt.governance.characters import check_characters, check_scripts, spot
from agt.governance.proposal import check
from agt.governance.texts import check_links, check_numbers, host
from agt.registry import Faults
from agt.registry.reader import parse

KNOWN = {Decimal("15000000"), Decimal("0.3")}


def numbers(text: str) -> list[str]:
    found = check_numbers(parse(f"title: |\n  {text}\n".encode(), "a.yml"), KNOWN)
    assert {(fault.id, fault.severity) for fault in found} <= {("text-number", "warning")}
    return [fault.message.removeprefix("title: ").split(" is no from")[0] for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "15 million AGT", "15,000,000 AGT", "15000000 AGT", "15M AGT", "15 000 000 AGT", "15\u00a0000\u00a0000 AGT",
        "30 %", "30%", "30 per cent", "0.3 AGT", "0.30 AGT",
        "7 of 12", "rows 12 345", "since 2025", "on 2026-11-22", "in version 1.2.3", "agt-0001", "v2", "https://example.org/25%20",
        "a 3-month term", "[31m",
    ],
)  # fmt: skip
def test_a_number_of_the_changes_or_without_a_unit_passes(text):
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it falls by 12 % a year", ["12 %"]),
        ("12% and 3.5 million AGT", ["12%", "3.5 million AGT"]),
        ("from $5 to €1,000", ["$5", "€1,000"]),
        ("30 million", ["30 million"]),
        ("16 000 000 AGT and 1\u2009234", ["16 000 000 AGT", "1\u2009234"]),
        ("1,234 and 1_234", ["1,234", "1_234"]),
        ("after 6 months", ["6 months"]),
        ("5 bn", ["5 bn"]),
        ("-4 AGT or −5 %", ["-4 AGT", "−5 %"]),
    ],
)
def test_a_number_that_nothing_has_checked_is_flagged(text, shown):
    assert numbers(text) == shown


def links(text: str) -> list[tuple[str, str]]:
    found = check_links(parse(f"rationale: |\n  {text}\n".encode(), "a.yml"))
    return [(fault.severity, fault.text[fault.column - 1 :].strip()) for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.org/x?y=1#z)", "<https://example.org>", "javascript:alert(1)", "http://example.org",
        "`[a](javascript:x)`", "<a href='javascript:x'>",
    ],
)  # fmt: skip
def test_what_is_no_link_or_a_sound_one_passes(text):
    assert links(text) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//example.org/x", "/x", "#x",
        "http://example.org", "ftp://example.org", "mailto:a@example.org", "https://a:b@example.org",
        "https://example.org:444/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https:example.org",
    ],
)  # fmt: skip
def test_a_link_that_leads_elsewhere_is_refused_at_its_place(address):
    assert links(f"See [this]({address})") == [("error", f"{address})")]


def test_a_host_of_another_script_is_printed_in_its_encoded_form():
    (fault,) = check_links(parse("rationale: '[a](https://ex\u0430mple.org/)'\n".encode(), "a.yml"))
    assert (fault.id, fault.severity) == ("text-link", "warning")
    assert "xn--exmple-4nf.org" in fault.message
    assert "\u0430" not in fault.message


@pytest.mark.parametrize(
    ("address", "found"),
    [("https://Example.org/x", "example.org"), ("https://a.b.example.org", "a.b.example.org"), ("https://x", None)],
)
def test_the_host_of_an_address(address, found):
    assert host(address) == found


@pytest.mark.parametrize("char", ["\u00ad", "\u061c", "\u200d", "\ufe0f", "\U000e0041", "\u115f", "\u1160", "\uffa0"])
def test_what_is_drawn_as_nothing_is_refused_and_named(char):
    (fault,) = check_characters(f"title: a{char}b\n".encode(), "a.yml")
    assert fault.message.startswith(f"U+{ord(char):04X} (")
    assert (fault.id, fault.line, fault.column) == ("proposal-text", 1, 9)


@pytest.mark.parametrize("text", ["ваш", "张伟", "مريم", "नमस्ते", "Việt Nam", "“quoted” – 3 × 4", "x\u0323\u0324", "🙂"])
def test_every_script_is_welcome(text):
    assert check_characters(f"title: {text}\n".encode(), "a.yml") == []


def test_lines_may_end_as_on_windows():
    assert check_characters(b"title: a\r\nsummary: b\r\n", "a.yml") == []
    (fault,) = check_characters(b"title: a\rb\n", "a.yml")
    assert fault.message == "U+000D is a control character; remove it"


def words(text: str) -> list[str]:
    return [fault.message for fault in check_scripts(parse(f"title: {text}\n".encode(), "a.yml"))]


@pytest.mark.parametrize("text", ["ваш AGT", "使用AIA兑换", "DAO는", "カタカナとかな", "12 µm", "café"])
def test_scripts_that_stand_side_by_side_are_no_mixture(text):
    assert words(text) == []


def test_a_letter_among_those_of_another_script_is_named():
    (said,) = words("vot\u0435s")
    assert said.startswith("the word vot\u0435s mixes scripts: U+0435 (CYRILLIC SMALL LETTER IE) among Latin letters")
    assert len(words("\u0440ay r\u03b1te")) == 2


@pytest.mark.parametrize(
    ("written", "path", "text", "place"),
    [
        ("a: xyz", ("a",), "xyz", (1, 6)),
        ("a: 'xyz'", ("a",), "xyz", (1, 7)),
        ('a: "xyz"', ("a",), "xyz", (1, 7)),
        ("a: [b, xyz]", ("a", 1), "xyz", (1, 10)),
        ("a: |\n  uvw\n  xyz\n", ("a",), "uvw\nxyz\n", (3, 5)),
        ('a: "x\\x79z"', ("a",), "xyz", (1, 4)),
        ("a: >\n  uvw\n  xyz\n", ("a",), "uvw xyz\n", (1, 4)),
    ],
)
def test_the_place_of_a_character(written, path, text, place):
    document = parse(written.encode(), "a.yml")
    assert spot(document, path, text, text.index("z")) == place


def test_a_file_of_thousands_of_faults_is_answered_in_few():
    content = "".join(f"a{place}: 1\n" for place in range(2_000)).encode()
    with pytest.raises(Faults) as refused:
        check(content, "agt-0007.yml")
    assert len(refused.value.faults) == 100
    assert refused.value.faults[-1].message.endswith("in all there are 2,014 faults, and the first 100 are shown")
