"""The decision log: read strictly, chained, held against the registry, and what is in force in a month."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from agt.calendar import month_number, month_text
from agt.registry import FOLDER, Faults, load
from agt.registry.decisions import FILE, check_decisions, read_decisions, read_lines
from tests.registry.decided import BEGINNING, change, decision, log
from tests.registry.test_loader import TINY, refused, written

REGISTRY = load()
SMALL = TINY[: TINY.index("measures:")]  # levers and what they need
QUOTA, MINIMUM, TIER = "redemption_quota", "redemption_minimum", "staking_tier"
FIRST = change(QUOTA, "15000000", "7500000", "2027-02")
SECOND = change(MINIMUM, "3000", "2500", "2027-03")
THIRD = change(QUOTA, "7500000", "9000000", "2027-06")
SOUND = log([FIRST], [SECOND], ([THIRD], {"decided": "2027-03-01"}))


def read(content):
    """The decisions of a log, and the ids of the faults of its lines and of what they decide."""
    faults = []
    decisions = read_lines(content, FILE, faults)
    faults = faults or check_decisions(decisions, REGISTRY.parameters, FILE)
    return decisions, [(fault.id, fault.line) for fault in faults], [fault.message for fault in faults]


def test_the_log_of_the_repository_is_sound():
    faults = []
    assert read_decisions(FOLDER / FILE, faults) == REGISTRY.decisions
    assert faults == []


def test_a_log_by_hand():
    decisions, faults, _ = read(SOUND)
    assert faults == []
    assert [(one.number, one.proposal, one.decided) for one in decisions] == [
        (1, "agt-0001", date(2026, 12, 15)),
        (2, "agt-0002", date(2026, 12, 15)),
        (3, "agt-0003", date(2027, 3, 1)),
    ]
    [last] = decisions[2].changes
    assert (last.parameter, last.was, last.to, last.effective) == (QUOTA, 7_500_000, 9_000_000, "2027-06")
    assert last.month == month_number("2027-06")
    assert [one.previous for one in decisions] == [
        BEGINNING,
        *(sha256(line).hexdigest() for line in SOUND.splitlines()[:2]),
    ]


def test_the_registry_is_loaded_with_its_decisions(tmp_path):
    registry = load(written(tmp_path, SMALL, decisions=log([change("tiny_quota", "15", "20", "2027-01")])))
    assert [one.proposal for one in registry.decisions] == ["agt-0001"]
    assert registry.value("tiny_quota") == 15
    months = [month_number(text) for text in ("2026-12", "2027-01", "2030-01")]
    assert [registry.in_force("tiny_quota", month) for month in months] == [15, 20, 20]
    assert registry.decided("tiny_quota") == {months[1]: 20}


@pytest.mark.parametrize(
    ("one", "id", "said"),
    [
        (change("tiny_quota", "14", "20", "2027-01"), "decision-stale", "from is 14, and 15 is in force in 2027-01"),
        (change("tiny_quote", "15", "20", "2027-01"), "name-unknown", "did you mean tiny_quota"),
        (change("tiny_guess", "0.5", "0.6", "2027-01"), "param-kind", "is no lever but of kind assumption"),
        (change("tiny_quota", "15", "101", "2027-01"), "param-bounds", "outside [0, 100] (AGT)"),
        (change("tiny_quota", "15", "20.5", "2027-01"), "param-decimals", "more than 0 decimals"),
        (change("tiny_quota", "15", "15", "2027-01"), "proposal-empty", "nothing would change"),
        (change("tiny_quota", "15", "20", "2026-12"), "proposal-date", "must lie after the month of the decision"),
    ],
)
def test_what_cannot_be_decided_is_refused_by_the_loader(tmp_path, one, id, said):
    places, messages = refused(written(tmp_path, SMALL, decisions=log([one])))
    assert places == [(id, FILE, 1, 1)]
    assert said in messages[0]
    assert "decision 1, agt-0001" in messages[0]


def test_a_missing_log_is_no_empty_log(tmp_path):
    folder = written(tmp_path, SMALL)
    (folder / FILE).unlink()
    [(kind, file, *_)], _ = refused(folder)
    assert (kind, file) == ("file-unreadable", str(folder / FILE))


def test_where_the_registry_is_broken_its_levers_are_not_said_to_be_missing(tmp_path):
    folder = written(tmp_path, "- a list\n", decisions=log([change("tiny_quota", "15", "20", "2027-01")]))
    assert FILE not in {file for _, file, *_ in refused(folder)[0]}


def test_unpublished_until_it_is_decided():
    decisions, faults, _ = read(log([change(TIER, "unpublished", "5000", "2027-02")]))
    registry = replace(REGISTRY, decisions=decisions)
    at = month_number("2027-02")
    assert faults == []
    assert decisions[0].changes[0].was is None
    assert [registry.in_force(TIER, month) for month in (at - 1, at)] == [None, 5000]
    assert REGISTRY.in_force(TIER, at) is None
    assert registry.in_force("market_sigma_day", at) == REGISTRY.value("market_sigma_day")
    with pytest.raises(KeyError):
        registry.in_force("nothing", at)


@pytest.mark.parametrize(
    ("lines", "id", "said"),
    [
        # what is published cannot be said to be unpublished, and the other way round
        ([[change(QUOTA, "unpublished", "1", "2027-02")]], "decision-stale", "from is unpublished, and 15000000 is in"),
        ([[change(TIER, "3000", "5000", "2027-02")]], "decision-stale", "from is 3000, and unpublished is in force"),
        # another decision came first
        ([[FIRST], [change(QUOTA, "15000000", "1", "2027-03")]], "decision-stale", "7500000 is in force in 2027-03"),
        ([[FIRST], [change(QUOTA, "15000000", "1", "2027-02")]], "decision-stale", "7500000 is in force in 2027-02"),
        # an earlier decision of a later month would no longer follow
        ([[FIRST], [change(QUOTA, "15000000", "1", "2027-01")]], "decision-stale", "changes it from 2027-02 on"),
        ([[FIRST, change(QUOTA, "7500000", "1", "2027-03")]], "param-repeated", "changes it once"),
        (
            [
                [change("buyback_burn_share", "0", "0.6", "2027-02")],
                [change("buyback_treasury_share", "0", "0.5", "2027-04")],
            ],
            "param-bounds",
            "buyback_burn_share + buyback_treasury_share would be 1.1 from 2027-04",
        ),
        ([[FIRST], ([SECOND], {"proposal": "agt-0001"})], "decision-order", "decision 1 has entered it already"),
    ],
)
def test_compare_and_swap(lines, id, said):
    _, faults, messages = read(log(*lines))
    assert (id, len(lines)) in faults
    assert any(said in message for message in messages)


def test_a_decision_may_follow_another_within_its_month():
    decisions, faults, _ = read(log([FIRST], [change(QUOTA, "7500000", "1", "2027-02")]))
    assert faults == []
    assert replace(REGISTRY, decisions=decisions).in_force(QUOTA, month_number("2027-02")) == 1


def spoilt(**given):
    """The line of the first decision with other fields, in canonical form."""
    return rfc8785.dumps(decision(FIRST) | given) + b"\n"


LINE = spoilt()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LINE[:-1], "the last line has no end"),
        (b"\n", "not JSON: Expecting value at character 1"),
        (b"\xff\n", "byte 0 is not UTF-8"),
        (b"{}\n", "number: Field required"),
        (b"[]\n", "Input should be an object"),
        (b"[" * 100_000 + b"\n", "nested too deeply"),
        (LINE.replace(b'"number":1', b'"number":NaN'), "NaN is no number"),
        (LINE.replace(b'"number":1', b'"number":Infinity'), "Infinity is no number"),
        (LINE.replace(b'"number":1', b'"number":1,"number":1'), "the key 'number' stands twice"),
        (LINE.replace(b'"from":', b'"from":"1","from":'), "the key 'from' stands twice"),
        (LINE.replace(b'"number":1', b'"number": 1'), "not canonical"),
        (LINE.replace(b'"number":1', b'"number":1.0'), "not canonical"),
        (LINE.replace(b"agt-", b"\\u0061gt-"), "not canonical"),
        (LINE.replace(b"\n", b"\r\n"), "not canonical"),
        (b"\xef\xbb\xbf" + LINE, "BOM"),
        (json.dumps(decision(FIRST)).encode() + b"\n", "not canonical"),
        (b'{"number":9007199254740993}\n', "exceeds safe integer domain"),
        (b'{"number":"\\ud800"}\n', "non-UTF-8"),
        (spoilt(number=True), "number: Input should be a valid integer"),
        (spoilt(number="1"), "number: Input should be a valid integer"),
        (spoilt(number=0), "number: Input should be greater"),
        (spoilt(more=1), "more: Extra inputs are not permitted"),
        (spoilt(proposal="agt-1"), "proposal: String should match"),
        (spoilt(proposal="agt-0001\n"), "proposal: String should match"),
        (spoilt(decided="15.12.2026"), "decided: Value error, write a date"),
        (spoilt(decided="20261215"), "decided: Value error, write a date"),
        (spoilt(decided=20261215), "decided: Value error, write a date"),
        (spoilt(tally="ab"), "tally: String should match"),
        (spoilt(results="A" * 64), "results: String should match"),
        (spoilt(changes=[]), "changes: Tuple should have at least 1 item"),
        (spoilt(changes=[change(QUOTA, 1, "1", "2027-02")]), "changes.0.from: Value error, write a plain number"),
        (spoilt(changes=[change(QUOTA, "1e3", "1", "2027-02")]), "changes.0.from: Value error, write a plain number"),
        (spoilt(changes=[change(QUOTA, "1", "unpublished", "2027-02")]), "changes.0.to: Value error, write a plain"),
        (spoilt(changes=[change(QUOTA, "1", "-0", "2027-02")]), "changes.0.to: Value error, write a plain"),
        (spoilt(changes=[change(QUOTA, "1", "2", "2027-2")]), "changes.0.effective: Value error"),
        (spoilt(changes=[FIRST, SECOND]), "effect is not the digest of the changes"),
        (spoilt(effect="0" * 64), "effect is not the digest of the changes"),
    ],
)
def test_a_line_that_is_no_decision_is_named(content, said):
    _, faults, messages = read(content)
    assert ("decision-syntax", 1) in faults
    assert any(said in message for message in messages), messages


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (log(([FIRST], {"number": 2})), ("decision-order", 1)),
        (log([FIRST], ([SECOND], {"number": 1})), ("decision-order", 2)),
        (log([FIRST], ([SECOND], {"decided": "2026-12-14"})), ("decision-order", 2)),
        (log(([FIRST], {"previous": "1" * 64})), ("decision-chain", 1)),
        (log([FIRST], ([SECOND], {"previous": BEGINNING})), ("decision-chain", 2)),
    ],
)
def test_a_line_that_does_not_follow_the_one_before_is_named(content, fault):
    assert fault in read(content)[1]


LINES = SOUND.splitlines(keepends=True)


@pytest.mark.parametrize(
    "lines", [LINES[1:], [LINES[0], LINES[2]], [LINES[1], LINES[0], LINES[2]], [*LINES, LINES[2]], [LINES[0], *LINES]]
)
def test_lines_left_out_moved_or_repeated_break_the_chain(lines):
    assert "decision-chain" in {kind for kind, _ in read(b"".join(lines))[1]}


NAMED = {"decision-syntax", "decision-chain", "decision-order"}


@given(st.integers(0, len(LINES[0] + LINES[1]) - 1), st.integers(1, 255))
def test_one_byte_changed_of_any_line_but_the_last_is_named(place, difference):
    """The line itself is refused, or the chain is broken in the line below."""
    spoilt = bytearray(SOUND)
    spoilt[place] ^= difference
    faults = read(bytes(spoilt))[1]
    line = 1 if place < len(LINES[0]) else 2
    assert faults
    assert {kind for kind, _ in faults} <= NAMED
    assert line <= min(number for _, number in faults) <= line + 1


@given(st.integers(len(LINES[0] + LINES[1]), len(SOUND) - 1), st.integers(1, 255))
def test_one_byte_changed_of_the_last_line_is_named_but_where_nothing_follows_from_it(place, difference):
    """No line holds the digest of the last one: its date and three digests are held by the file's history alone."""
    spoilt = bytearray(SOUND)
    spoilt[place] ^= difference
    decisions, faults, _ = read(bytes(spoilt))
    if not faults:
        sound, last = read(SOUND)[0][-1], decisions[-1]
        free = ("decided", "results", "dossier", "tally", "proposal")
        assert sum(getattr(sound, name) != getattr(last, name) for name in free) == 1
        assert last.changes == sound.changes


@given(st.data())
def test_any_past_month_can_be_replayed(data):
    """Decision by decision, nothing changes before its month of effect, and its value holds from then on."""
    registry = replace(REGISTRY, decisions=())
    lines = []
    for number in range(1, data.draw(st.integers(1, 6)) + 1):
        name = data.draw(st.sampled_from([QUOTA, MINIMUM, TIER]))
        taken = list(registry.decided(name))
        month = data.draw(st.integers(max([20, *taken]), 60))
        was = registry.in_force(name, month)
        to = data.draw(st.integers(0, 30_000).filter(lambda value, was=was: value != was))
        text = "unpublished" if was is None else f"{was:f}"
        lines.append([change(name, text, str(to), month_text(month))])
        decisions, faults, messages = read(log(*lines))
        assert faults == [], messages
        later = replace(REGISTRY, decisions=decisions)
        for other in (QUOTA, MINIMUM, TIER):
            for at in range(-1, 62):
                held = Decimal(to) if other == name and at >= month else registry.in_force(other, at)
                assert later.in_force(other, at) == held
        registry = later
        assert len(registry.decisions) == number
    assert {name: registry.value(name) for name in (QUOTA, MINIMUM)} == {QUOTA: 15_000_000, MINIMUM: 3_000}


def test_faults_show_where_they_stand():
    faults = []
    read_lines(SOUND.replace(b"9000000", b"9000001"), FILE, faults)
    assert str(Faults(faults)).startswith("error[decision-syntax]: effect is not the digest of the changes")
    assert f"--> {FILE}:3:1" in str(Faults(faults))
