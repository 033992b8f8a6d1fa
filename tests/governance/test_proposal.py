"""Proposals are refused at the place of each fault, by a stable id, all faults at once."""

from decimal import Decimal

import pytest

from agt.governance.form import plainly
from agt.governance.proposal import check, read
from agt.registry import Fault, Faults, load
from agt.registry.faults import MESSAGES
from tests.governance.proposals import BASE, ROOT, SOUND, spoilt

LEVER = "redemption_minimum\n    from: 3000\n    to: 2000"
CHANGE = f"  - parameter: {LEVER}\n    effective: 2027-01\n"
HEAD, TAIL = SOUND.split(CHANGE)


def lever(name: str, was: str, to: str) -> bytes:
    """The sound proposal with another lever."""
    return spoilt(LEVER, f"{name}\n    from: {was}\n    to: {to}")


def also(*changes: tuple[str, str, str, str]) -> bytes:
    """The sound proposal with these changes: parameter, from, to, effective."""
    lines = [
        f"  - {{parameter: {name}, from: {was}, to: {to}, effective: {month}}}\n" for name, was, to, month in changes
    ]
    return (HEAD + "".join(lines) + TAIL).encode()


REFUSED = {
    # the reader
    "not utf-8": (SOUND.encode() + b"\xff", "file-unreadable 0:0"),
    "utf-16": (SOUND.encode("utf-16"), "file-unreadable 0:0"),
    "empty": (b"", "yaml-syntax 0:0"),
    "no mapping": (b"- one\n- two\n", "value-type 1:1"),
    "no yaml": (spoilt("authors: [contributor-1]", "authors: [contributor-1"), "yaml-syntax 5:22"),
    "anchor": (spoilt("title: Lower", "title: &a Lower"), "yaml-syntax 2:8"),
    "alias": (spoilt("direction: higher", "direction: *a"), "yaml-syntax 18:16"),
    "merge key": (spoilt("status: draft", "<<: {status: draft}"), "yaml-syntax 8:1"),
    "tag": (spoilt("to: 2000", "to: !!float 2000"), "yaml-syntax 14:9"),
    "python tag": (spoilt("to: 2000", "to: !!python/name:os.system 2000"), "yaml-syntax 14:9"),
    "directive": (("%YAML 1.1\n---\n" + SOUND).encode(), "yaml-syntax 2:1"),
    "second document": ((SOUND + "---\nid: agt-0008\n").encode(), "yaml-syntax 22:1"),
    "too deep": (spoilt("direction: higher", f"direction: {'[' * 90}"), "yaml-syntax 18:19"),
    "tab": (spoilt("    to: 2000", "\tto: 2000"), "yaml-syntax 14:1"),
    "duplicate key": (spoilt("status: draft", "status: draft\nstatus: final"), "key-duplicate 9:1"),
    # the form
    "missing key": (spoilt("status: draft\n", ""), "key-missing 1:1"),
    "unknown key": (spoilt("status: draft", "status: draft\nverdict: PASS"), "key-unknown 9:1"),
    "missing key of a change": (spoilt("    from: 3000\n", ""), "key-missing 12:5"),
    "unknown key of a change": (spoilt("    from: 3000", "    from: 3000\n    reason: fair"), "key-unknown 14:5"),
    "code": (spoilt("type: parameter", "type: code"), "value-allowed 7:7"),
    "status": (spoilt("status: draft", "status: accepted"), "value-allowed 8:9"),
    "direction": (spoilt("direction: higher", "direction: up"), "value-allowed 18:16"),
    "number as title": (spoilt("Lower the minimum", "2026"), "value-type 2:8"),
    "text as authors": (spoilt("[contributor-1]", "contributor-1"), "value-type 4:10"),
    "change as text": ((HEAD + "  - redemption_minimum\n" + TAIL).encode(), "value-type 12:5"),
    "requires": (spoilt("status: draft", "status: draft\nrequires: [agt-0001]"), "proposal-requires 9:12"),
    "requires no id": (spoilt("status: draft", "status: draft\nrequires: [../x]"), "proposal-id 9:12"),
    "requires itself": (spoilt("status: draft", "status: draft\nrequires: [agt-0007]"), "proposal-requires 9:12"),
    "base": (spoilt(f"base: {BASE}", f"base: g{BASE[1:]}"), "proposal-base 10:7"),
    "short base": (spoilt(f"base: {BASE}", "base: 7cc0c8f"), "proposal-base 10:7"),
    # the texts
    "blank title": (spoilt("Lower the minimum", '"  "'), "proposal-text 2:8"),
    "long title": (spoilt("Lower the minimum", "x" * 45), "proposal-text 2:8"),
    "long summary": (spoilt("Swap from 2,000 AIA on.", "x" * 141), "proposal-text 3:10"),
    "long rationale": (spoilt("Because", "x" * 8_000), "proposal-text 19:12"),
    "no author": (spoilt("[contributor-1]", "[]"), "proposal-text 4:10"),
    "blank author": (spoilt("[contributor-1]", '["", contributor-1]'), "proposal-text 4:11"),
    "hidden character": (spoilt("Lower the", "Lower\u200bthe"), "proposal-text 2:13"),
    "turned direction": (spoilt("Because", "Because\u202e"), "proposal-text 20:10"),
    "terminal escape": (spoilt("Lower the minimum", '"Lower\\e[31m"'), "proposal-text 2:8"),
    "not normal": (spoilt("Lower the", "Lowe\u0301r the"), "proposal-text 2:11"),
    "http": (spoilt("https://example.org/thread", "http://example.org/thread"), "proposal-text 6:13"),
    "user name": (spoilt("https://example.org", "https://a@example.org"), "proposal-text 6:13"),
    "javascript": (spoilt("https://example.org/thread", "javascript:alert(1)"), "proposal-text 6:13"),
    "host of another script": (spoilt("example.org", "ex\u0430mple.org"), "proposal-text 6:23"),
    "id": (spoilt("agt-0007", "agt-7"), "proposal-id 1:5"),
    "id with a path": (spoilt("agt-0007", "../agt-0007"), "proposal-id 1:5"),
    "another id": (spoilt("agt-0007", "agt-0008"), "proposal-id 1:5"),
    # the numbers
    "number as text": (spoilt("to: 2000", 'to: "2000"'), "value-type 14:9"),
    "exponent": (spoilt("to: 2000", "to: 2e3"), "value-type 14:9"),
    "not a number": (spoilt("to: 2000", "to: .nan"), "value-type 14:9"),
    "NaN": (spoilt("to: 2000", "to: NaN"), "value-type 14:9"),
    "infinity": (spoilt("to: 2000", "to: .inf"), "value-type 14:9"),
    "underscore": (spoilt("to: 2000", "to: 2_000"), "value-type 14:9"),
    "leading zero": (spoilt("to: 2000", "to: 02000"), "value-type 14:9"),
    "other digits": (spoilt("to: 2000", "to: \u0662\u0660"), "value-type 14:9"),
    "too many digits": (spoilt("to: 2000", f"to: 2{'0' * 28}"), "value-type 14:9"),
    "minus nothing": (spoilt("to: 2000", "to: -0"), "value-type 14:9"),
    "per cent": (spoilt("to: 2000", "to: 20 %"), "value-type 14:9"),
    "true": (spoilt("to: 2000", "to: true"), "value-type 14:9"),
    "list": (spoilt("to: 2000", "to: [2000]"), "value-type 14:9"),
    # the changes
    "no change": ((HEAD.rstrip() + " []\n" + TAIL).encode(), "proposal-empty 11:10"),
    "one change that changes nothing": (
        also(("redemption_minimum", "3000", "2000", "2027-01"), ("buyback_burn_share", "0", "0.0", "2027-01")),
        "proposal-empty 13:50",
    ),
    "unknown parameter": (lever("gas_fee", "1", "2"), "name-unknown 12:16"),
    "near miss": (lever("redemption_quotas", "15000000", "1"), "name-unknown 12:16"),
    "assumption": (lever("redemption_trust", "0.4", "0.5"), "param-kind 12:16"),
    "fact": (lever("supply_total", "5000000000", "1"), "param-kind 12:16"),
    "family": (lever("quality_skill", "0.7", "0.9"), "param-kind 12:16"),
    "metric": (lever("supply_runway", "1", "2"), "name-unknown 12:16"),
    "stale": (spoilt("from: 3000", "from: 3001"), "proposal-stale 13:11"),
    "unpublished": (lever("staking_premium", "0.3", "0.2"), "proposal-stale 13:11"),
    "published": (spoilt("from: 3000", "from: unpublished"), "proposal-stale 13:11"),
    "from another word": (spoilt("from: 3000", "from: unknown"), "value-type 13:11"),
    "from with commas": (spoilt("from: 3000", "from: 3,000"), "value-type 13:11"),
    "above": (spoilt("to: 2000", "to: 30001"), "param-bounds 14:9"),
    "below": (spoilt("to: 2000", "to: -1"), "param-bounds 14:9"),
    "decimals": (spoilt("to: 2000", "to: 2000.5"), "param-decimals 14:9"),
    "repeated": ((HEAD + CHANGE + CHANGE + TAIL).encode(), "param-repeated 16:16"),
    "together more than the whole": (
        also(("buyback_burn_share", "0", "0.7", "2027-01"), ("buyback_treasury_share", "0", "0.4", "2027-02")),
        "param-bounds 13:54",
    ),
    # the dates
    "no month": (spoilt("effective: 2027-01", "effective: 2027-13"), "proposal-date 15:16"),
    "day": (spoilt("effective: 2027-01", "effective: 2027-01-01"), "proposal-date 15:16"),
    "number as month": (spoilt("effective: 2027-01", "effective: 2027"), "value-type 15:16"),
    "in the past": (spoilt("effective: 2027-01", "effective: 2026-01"), "proposal-date 15:16"),
    "too early": (spoilt("effective: 2027-01", "effective: 2026-12"), "proposal-date 15:16"),
    "too late": (spoilt("effective: 2027-01", "effective: 2027-12"), "proposal-date 15:16"),
    "created is no date": (spoilt("created: 2026-11-22", "created: 2026-11-31"), "proposal-date 9:10"),
    "created by week": (spoilt("created: 2026-11-22", "created: 2026-W47-7"), "proposal-date 9:10"),
    "created tomorrow": (spoilt("created: 2026-11-22", "created: 2026-11-23"), "proposal-date 9:10"),
    "review before effect": (spoilt("review_by: 2028-01", "review_by: 2027-01"), "proposal-date 21:12"),
    # the expectations
    "unknown metric": (spoilt("metric: supply_runway", "metric: supply_runways"), "name-unknown 17:13"),
    "metric twice": (
        spoilt("direction: higher", "direction: higher\n  - {metric: supply_runway, direction: lower}"),
        "param-repeated 19:14",
    ),
}


def refusals(content: bytes, **options) -> list[str]:
    with pytest.raises(Faults) as refused:
        check(content, "agt-0007.yml", stem="agt-0007", **options)
    assert {fault.id for fault in refused.value.faults} <= MESSAGES.keys()
    return [f"{fault.id} {fault.line}:{fault.column}" for fault in refused.value.faults if fault.severity == "error"]


@pytest.mark.parametrize(("content", "place"), REFUSED.values(), ids=REFUSED)
def test_a_fault_is_named_at_its_place(content, place):
    assert refusals(content) == [place]


def test_the_sound_proposal_is_accepted():
    proposal = check(SOUND.encode(), "agt-0007.yml", stem="agt-0007")
    (change,) = proposal.changes
    assert (change.was, change.to) == (Decimal(3000), Decimal(2000))
    assert proposal.warnings == ()
    assert not proposal.illustrative


def test_all_faults_are_told_at_once_and_in_the_order_of_the_file():
    content = spoilt("to: 2000", "to: 99999.5").replace(b"draft", b"done").replace(b"agt-0007", b"x")
    assert refusals(content) == [
        "proposal-id 1:5",
        "value-allowed 8:9",
        "param-bounds 14:9",
        "param-decimals 14:9",
    ]


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("from: 3000\n    to: 2000", "from: 3,000\n    to: 20 %", ["value-type 13:11", "value-type 14:9"]),
        (
            "from: 3000\n    to: 2000\n    effective: 2027-01",
            "from: 3000\n    to: 2e3\n    effective: 2026-12",
            ["value-type 14:9", "proposal-date 15:16"],
        ),
        (
            "from: 3000\n    to: 2000\n    effective: 2027-01",
            "from: 3001\n    to: 99999\n    effective: soon",
            ["proposal-stale 13:11", "param-bounds 14:9", "proposal-date 15:16"],
        ),
        (
            "redemption_minimum\n    from: 3000\n    to: 2000\n    effective: 2027-01",
            "redemption_minimun\n    from: 3000\n    effective: 2026-11",
            ["name-unknown 12:16", "key-missing 12:5", "proposal-date 14:16"],
        ),
        (
            "supply_runway\n    direction: higher",
            "supply_runwy\n    direction: up",
            ["name-unknown 17:13", "value-allowed 18:16"],
        ),
    ],
)
def test_each_field_of_an_entry_is_judged_by_itself(old, new, places):
    assert sorted(refusals(spoilt(old, new))) == sorted(places)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("15,000,000", "15000000"),
        ("15 000 000.50", "15000000.5"),
        ("1_000", "1000"),
        ("20 %", "0.2"),
        ("20%", "0.2"),
        ("7.5e6", "7500000"),
        ("+3", "3"),
        (".5", "0.5"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("007", "7"),
        ("1,5", None),
        ("1e99", None),
        ("many", None),
        ("\u0662", None),
        ("1" * 64_000, None),
        ("", None),
    ],
)
def test_a_number_is_offered_in_plain_notation(written, plain):
    assert plainly(written) == plain


def said(content: bytes, name: str = "agt-0007.yml", **options) -> str:
    """All that is said of a proposal that is refused."""
    with pytest.raises(Faults) as refused:
        check(content, name, **options)
    return str(refused.value)


def test_a_message_says_what_to_write():
    shown = said(spoilt("from: 3000\n    to: 2000", "from: 3,000\n    to: 20 %"))
    assert "no commas" in shown
    assert "or the word unpublished; write 3000\n" in shown
    assert "write 0.2\n" in shown
    assert "write spaces" in said(spoilt("    to: 2000", "\tto: 2000"))
    assert "name it agt-0007.yml\n" in said(SOUND.encode(), "agt-0007.yaml", stem="agt-0007.yaml")
    assert "name it agt-0007.yml, or write id: agt-0008" in said(SOUND.encode(), "agt-0008.yml", stem="agt-0008")
    assert "an entry of changes must be a mapping of parameter, from, to, effective" in said(
        (HEAD + "  - redemption_minimum\n" + TAIL).encode()
    )


def test_the_months_of_effect_are_given_with_their_reasons():
    shown = said(spoilt("effective: 2027-01", "effective: 2026-12"))
    assert "between 2027-01 and 2027-11" in shown
    assert "created, 2026-11-22, and the lever's delay of 1 month" in shown
    assert "at most 12 months after created" in shown
    assert "delay of 3 months" in said(lever("redemption_expiry", "0", "0.05"))


@pytest.mark.parametrize(
    ("today", "words"),
    [("2027-01-01", "between 2027-02 and 2027-11"), ("2027-06-01", "between 2027-07"), ("2027-11-01", "no month is")],
)
def test_the_month_of_effect_lies_after_today(today, words):
    assert refusals(SOUND.encode(), as_of=today) == ["proposal-date 15:16"]
    assert words in said(SOUND.encode(), as_of=today)


def test_the_month_of_effect_is_judged_without_a_date_of_writing():
    content = spoilt("effective: 2027-01", "effective: 2026-11").replace(b"created: 2026-11-22", b"created: then")
    assert refusals(content) == ["proposal-date 9:10", "proposal-date 15:16"]
    assert refusals(content.replace(b"effective: 2026-11", b"effective: 2026-12")) == ["proposal-date 9:10"]


def steps(content: bytes, **options) -> list[Fault]:
    """The warnings of a proposal, but for what it says in its summary."""
    return [fault for fault in check(content, "agt-0007.yml", **options).warnings if fault.id != "text-number"]


def test_a_step_says_where_it_begins():
    (warning,) = steps(lever("buyback_revenue_share", "unpublished", "0.9"))
    assert "a step of 0.675 from 0.225, the middle of its prior; the largest foreseen is 0.3" in warning.message
    (warning,) = steps(lever("redemption_quota", "15000000", "0"))
    assert "a step of 15000000 from 15000000, the value in force" in warning.message


def test_a_hint_names_the_nearest_lever_and_the_likely_share():
    with pytest.raises(Faults, match=r"did you mean redemption_quota\?"):
        check(lever("redemption_quotas", "15000000", "1"), "agt-0007.yml")
    with pytest.raises(Faults, match=r"did you mean 0\.30\?"):
        check(lever("buyback_burn_share", "0", "30"), "agt-0007.yml")


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (lever("redemption_quota", "15000000", "7500000"), []),
        (lever("redemption_quota", "15000000", "7499999"), ["proposal-step 14:9"]),
        (lever("staking_premium", "unpublished", "0.55"), []),  # measured from its prior's median, 0.35
        (lever("staking_premium", "unpublished", "0.551"), ["proposal-step 14:9"]),
        (lever("quality_annotators", "unpublished", "5"), []),
    ],
)
def test_what_may_be_proposed_but_is_flagged(content, warnings):
    assert [f"{fault.id} {fault.line}:{fault.column}" for fault in steps(content)] == warnings


@pytest.mark.parametrize(
    ("read_by", "message"),
    [
        ("rule", "redemption_minimum: a rule change, not simulated"),
        (
            "nothing yet",
            "redemption_minimum: no policy reads this lever yet; the model cannot show what it does",
        ),
    ],
)
def test_a_lever_that_no_policy_reads_is_flagged_as_not_simulated(read_by, message):
    registry = load()
    entry = registry.parameters["redemption_minimum"].model_copy(update={"read_by": read_by})
    changed = type(registry)(**{**vars(registry), "parameters": registry.parameters | {"redemption_minimum": entry}})
    (warning,) = check(SOUND.encode(), "agt-0007.yml", registry=changed).warnings
    assert (warning.message, warning.line, warning.column) == (message, 12, 16)
    assert warning.id == "proposal-unsimulated"


def test_today_is_given():
    assert refusals(SOUND.encode(), as_of="2026-11-21") == ["proposal-date 9:10"]
    with pytest.raises(Faults, match="date-syntax"):
        check(SOUND.encode(), "agt-0007.yml", as_of="tomorrow")


def test_too_large_a_file_and_a_link_are_not_read(tmp_path):
    large = tmp_path / "agt-0007.yml"
    large.write_bytes(SOUND.encode() + b"#" * 65_536)
    link = tmp_path / "agt-0008.yml"
    link.symlink_to(large)
    for path in (large, link, tmp_path, tmp_path / "none.yml"):
        with pytest.raises(Faults, match="file-unreadable"):
            read(path)


def test_the_file_is_named_after_the_id(tmp_path):
    path = tmp_path / "agt-0008.yml"
    path.write_text(SOUND, encoding="utf-8")
    with pytest.raises(Faults, match="proposal-id"):
        read(path)
    content, proposal = read(path.rename(tmp_path / "agt-0007.yml"))
    assert (content, proposal.head.id) == (SOUND.encode(), "agt-0007")


@pytest.mark.parametrize("path", sorted((ROOT / "proposals").glob("*.yml")), ids=lambda path: path.name)
def test_what_is_stored_is_sound(path):
    read(path)
