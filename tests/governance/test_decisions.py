"""Entering decisions: what is refused, what the log then holds, and that it only ever grew."""

import fcntl
import json
import os
import subprocess
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from agt.calendar import month_number
from agt.governance import decisions
from agt.governance.commands import propose
from agt.governance.decisions import LOG, enter, extends
from agt.governance.proposal import check, effect_digest
from agt.registry import Faults, load
from agt.registry.decisions import check_decisions, read_lines
from tests.governance.proposals import ROOT, SOUND
from tests.registry.decided import BEGINNING

DAY = date(2026, 12, 1)
FINAL = SOUND.replace("status: draft", "status: final")
SECOND = (
    FINAL.replace("agt-0007", "agt-0008").replace("from: 3000", "from: 2000").replace("to: 2000", "to: 1500")
)  # after the first
MEASURES = """\
  - parameter: redemption_minimum
    from: 3000
    to: 2000
    effective: 2027-01
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(b"")
    return path


def dossier(folder, text=FINAL, name="agt-0007", **given):
    """A folder as a run writes it, with the digests of a manifest."""
    place = folder / name
    place.mkdir()
    files = {"proposal.yml": text.encode(), "results.json": b"{}", "ensemble.parquet": b"never opened"}
    for file, content in files.items():
        (place / file).write_bytes(content)
    digests = {file: sha256(content).hexdigest() for file, content in files.items()}
    try:
        effect = effect_digest(check(text.encode(), "proposal.yml", as_of="2026-12-01"))
    except Faults:
        effect = "0" * 64
    manifest = {"files": digests, "effect": effect, "results": digests["results.json"], "preset": "full"} | given
    (place / "manifest.json").write_bytes(rfc8785.dumps(manifest))
    return place


def tally(folder, passed=True):
    path = folder / "tally.json"
    path.write_text(json.dumps({"for": "2", "against": "1", "passed": passed}, indent=2) + "\n", encoding="utf-8")
    return path


def refusal(*arguments):
    with pytest.raises(Faults) as error:
        enter(*arguments)
    return [(fault.id, fault.message) for fault in error.value.faults]


def test_a_decision_by_hand(tmp_path, log):
    place, votes = dossier(tmp_path), tally(tmp_path)
    decision = enter(place, votes, DAY, log)
    [line] = log.read_bytes().splitlines()
    assert json.loads(line) == {
        "number": 1,
        "proposal": "agt-0007",
        "decided": "2026-12-01",
        "changes": [{"parameter": "redemption_minimum", "from": "3000", "to": "2000", "effective": "2027-01"}],
        "effect": effect_digest(check(FINAL.encode(), "a test")),
        "results": sha256(b"{}").hexdigest(),
        "dossier": sha256((place / "manifest.json").read_bytes()).hexdigest(),
        "tally": sha256(votes.read_bytes()).hexdigest(),
        "previous": BEGINNING,
    }
    assert decisions.plainly(decision) == json.loads(line)
    assert (decision.number, decision.decided) == (1, DAY)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_decisions_follow_each_other(tmp_path, log):
    votes = tally(tmp_path)
    first = enter(dossier(tmp_path), votes, DAY, log)
    old = log.read_bytes()
    text = SECOND.replace("effective: 2027-01", "effective: 2027-02")
    registry = replace(load(), decisions=(first,))
    effect = effect_digest(check(text.encode(), "a test", registry=registry, as_of="2026-12-01"))
    second = enter(dossier(tmp_path, text, "agt-0008", effect=effect), votes, DAY, log)
    assert extends(old, log.read_bytes())
    assert second.number == 2
    assert second.previous == sha256(old[:-1]).hexdigest()
    registry = replace(load(), decisions=(first, second))
    months = [month_number(text) for text in ("2026-12", "2027-01", "2027-02")]
    assert [registry.in_force("redemption_minimum", month) for month in months] == [3000, 2000, 1500]


def test_numbers_are_written_without_zeros_and_changes_in_order(tmp_path, log):
    changes = """\
  - {parameter: redemption_minimum, from: 3000, to: 2000, effective: 2027-01}
  - {parameter: buyback_revenue_share, from: unpublished, to: 0.30, effective: 2027-02}
"""
    decision = enter(dossier(tmp_path, FINAL.replace(MEASURES, changes)), tally(tmp_path), DAY, log)
    assert [(one["parameter"], one["from"], one["to"]) for one in decisions.plainly(decision)["changes"]] == [
        ("buyback_revenue_share", "unpublished", "0.3"),
        ("redemption_minimum", "3000", "2000"),
    ]


@pytest.mark.parametrize("effective", ["2027-01", "2027-02", "2026-12"])
def test_what_another_decision_made_stale_must_be_voted_on_anew(tmp_path, log, effective):
    """From no longer holds, or what is decided of a later month would no longer follow from it."""
    votes = tally(tmp_path)
    enter(dossier(tmp_path), votes, DAY, log)
    old = log.read_bytes()
    text = FINAL.replace("agt-0007", "agt-0009").replace("to: 2000", "to: 2500").replace("2027-01", effective)
    text, day = text.replace("created: 2026-11-22", "created: 2026-10-22"), DAY.replace(month=11, day=30)
    found = refusal(dossier(tmp_path, text, "agt-0009"), votes, DAY if effective > "2026-12" else day, log)
    assert [kind for kind, _ in found][:2] == ["decision-refused", "proposal-stale"]
    assert "must be voted on anew" in found[0][1]
    assert log.read_bytes() == old


def test_a_proposal_is_decided_once(tmp_path, log):
    place, votes = dossier(tmp_path), tally(tmp_path)
    enter(place, votes, DAY, log)
    assert "proposal-stale" in {kind for kind, _ in refusal(place, votes, DAY, log)}
    assert len(log.read_bytes().splitlines()) == 1


def test_a_decision_is_no_earlier_than_the_one_before(tmp_path, log):
    votes = tally(tmp_path)
    enter(dossier(tmp_path), votes, DAY, log)
    text = FINAL.replace("agt-0007", "agt-0008").replace(
        MEASURES, MEASURES.replace("redemption_minimum", "redemption_quota")
    )
    text = text.replace("from: 3000", "from: 15000000").replace("to: 2000", "to: 8000000")
    [(kind, message)] = refusal(dossier(tmp_path, text, "agt-0008"), votes, date(2026, 11, 30), log)
    assert kind == "decision-order"
    assert "before the line above, 2026-12-01" in message


def test_a_vote_that_failed_enters_nothing(tmp_path, log):
    [(kind, message)] = refusal(dossier(tmp_path), tally(tmp_path, passed=False), DAY, log)
    assert (kind, message) == ("decision-refused", "the vote did not pass; nothing is entered")
    assert log.read_bytes() == b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("[]", "passed is missing"),
        ("{}", "passed is missing"),
        ('{"passed": "true"}', "passed is missing"),
        ('{"passed": 1}', "passed is missing"),
        ('{"passed": false, "passed": true}', "stands twice"),
        ('{"passed": true, "turnout": NaN}', "NaN is no number"),
    ],
)
def test_what_is_no_tally_is_refused(tmp_path, log, content, said):
    path = tmp_path / "tally.json"
    path.write_text(content, encoding="utf-8")
    [(kind, message)] = refusal(dossier(tmp_path), path, DAY, log)
    assert kind == "decision-refused"
    assert said in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("status: final", "status: draft", "status is draft; what is voted on is final"),
        ("to: 2000", "to: 200000", "it does not pass its checks on 2026-12-01"),
        ("created: 2026-11-22", "created: 2026-12-02", "it does not pass its checks on 2026-12-01"),
    ],
)
def test_a_proposal_that_cannot_be_decided_is_refused(tmp_path, log, old, new, said):
    assert said in refusal(dossier(tmp_path, FINAL.replace(old, new)), tally(tmp_path), DAY, log)[0][1]


def test_a_vote_that_came_after_the_month_of_effect_is_refused(tmp_path, log):
    found = refusal(dossier(tmp_path), tally(tmp_path), date(2027, 1, 5), log)
    assert [kind for kind, _ in found] == ["decision-refused", "proposal-date"]


EXPECTED = """\
expected:
  - metric: supply_runway
    direction: higher
"""


@pytest.mark.parametrize(
    ("type", "said"),
    [("text", "changes no number, so that nothing is entered"), ("checks", "a maintainer edits the file of the suite")],
)
def test_a_proposal_that_changes_no_lever_is_told_what_to_do_instead(tmp_path, log, monkeypatch, type, said):
    text = FINAL.replace("type: parameter", f"type: {type}").replace(EXPECTED, "expected: []\n")
    text = text.replace(f"changes:\n{MEASURES}", "changes: []\n")
    if type == "checks":  # its numbers are the suite's, and checked elsewhere
        sound = check(FINAL.encode(), "a test")
        other = replace(sound, head=sound.head.model_copy(update={"type": "checks"}))
        monkeypatch.setattr(decisions, "check", lambda *_, **__: other)
    [(kind, message)] = refusal(dossier(tmp_path, text), tally(tmp_path), DAY, log)
    assert kind == "decision-refused"
    assert f"of type {type}" in message
    assert said in message


def test_what_is_required_is_decided_first(tmp_path, log):
    text = FINAL.replace("created:", "requires: [agt-0003]\ncreated:")
    other = FINAL.replace("agt-0007", "agt-0003").replace("redemption_minimum", "redemption_quota")
    other = other.replace("from: 3000", "from: 15000000").replace("to: 2000", "to: 8000000")
    (tmp_path / "agt-0003.yml").write_text(other, encoding="utf-8")
    place, votes = dossier(tmp_path, text), tally(tmp_path)
    companions = {"agt-0003": other.encode()}
    effect = effect_digest(check(text.encode(), "a test", companions=companions))
    sealed = json.loads((place / "manifest.json").read_bytes()) | {"effect": effect}
    (place / "manifest.json").write_bytes(rfc8785.dumps(sealed))
    [(_, message)] = refusal(place, votes, DAY, log)
    assert message == "agt-0003, which it requires, is not decided; enter that first"
    enter(dossier(tmp_path, other, "agt-0003"), votes, DAY, log)
    assert enter(place, votes, DAY, log).number == 2


def spoil(place, name):
    path = place / name
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda place: spoil(place, "proposal.yml"), "proposal.yml is not the file of the manifest"),
        (lambda place: spoil(place, "ensemble.parquet"), "ensemble.parquet is not the file of the manifest"),
        (lambda place: spoil(place, "manifest.json"), "not canonical JSON"),
        (lambda place: (place / "results.json").unlink(), "results.json is in the manifest and not in the folder"),
        (lambda place: (place / "more").write_text(""), "more is not in the manifest"),
        (lambda place: (place / "manifest.json").write_bytes(b"[]"), "files must give the SHA-256"),
        (lambda place: (place / "manifest.json").write_bytes(b'{"files":{}}'), "files must give the SHA-256"),
        (lambda place: (place / "manifest.json").write_bytes(b'{"a":1,"a":1}'), "stands twice"),
    ],
)
def test_a_dossier_that_is_not_what_its_manifest_says_is_refused(tmp_path, log, harm, said):
    place = dossier(tmp_path)
    harm(place)
    [(kind, message)] = refusal(place, tally(tmp_path), DAY, log)
    assert kind == "decision-refused"
    assert said in message
    assert log.read_bytes() == b""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"effect": "0" * 64}, "effect is not the digest of the changes"),
        ({"effect": None}, "effect is missing"),
        ({"results": 5}, "results is missing"),
        ({"results": "0" * 64}, "results is not the digest of results.json"),
    ],
)
def test_a_manifest_with_another_effect_is_refused(tmp_path, log, given, said):
    [(kind, message)] = refusal(dossier(tmp_path, **given), tally(tmp_path), DAY, log)
    assert kind == "decision-refused"
    assert said in message


def test_a_link_in_a_dossier_is_not_followed(tmp_path, log):
    place = dossier(tmp_path)
    (place / "results.json").rename(tmp_path / "elsewhere")
    (place / "results.json").symlink_to(tmp_path / "elsewhere")
    assert refusal(place, tally(tmp_path), DAY, log)[0][0] == "file-unreadable"


def test_a_log_that_was_altered_takes_no_decision(tmp_path, log):
    votes = tally(tmp_path)
    enter(dossier(tmp_path), votes, DAY, log)
    log.write_bytes(log.read_bytes().replace(b"2000", b"2100"))
    assert refusal(dossier(tmp_path, SECOND, "agt-0008"), votes, DAY, log)[0][0] == "decision-syntax"


def test_two_decisions_are_not_entered_at_once(tmp_path, log):
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    place, votes = dossier(tmp_path), tally(tmp_path)
    [(kind, message)] = refusal(place, votes, DAY, log)
    assert kind == "decision-refused"
    assert "another decision is being entered" in message
    os.close(handle)
    assert enter(place, votes, DAY, log).number == 1


def test_an_entry_that_is_killed_leaves_the_log_as_it_was(tmp_path, log, monkeypatch):
    place, votes = dossier(tmp_path), tally(tmp_path)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            enter(place, votes, DAY, log)
    assert log.read_bytes() == b""
    assert enter(place, votes, DAY, log).number == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agt-0007", "decisions.jsonl", "tally.json"]


@pytest.mark.parametrize("log_there", [True, False])
def test_the_command(tmp_path, log, monkeypatch, log_there):
    monkeypatch.setattr(decisions, "LOG", log)
    if not log_there:
        log.unlink()
    arguments = ["decide", str(dossier(tmp_path)), str(tally(tmp_path)), "--decided", "2026-12-01"]
    done = CliRunner().invoke(propose, arguments)
    if log_there:
        assert done.exit_code == 0
        assert "Decision 1: agt-0007, decided on 2026-12-01" in done.stdout
        assert "redemption_minimum from 3000 to 2000 from 2027-01 on" in done.stdout
    else:
        assert (done.exit_code, done.stdout) == (2, "")
        assert "error[file-unreadable]" in done.stderr


def test_the_command_answers_as_json(tmp_path, log, monkeypatch):
    monkeypatch.setattr(decisions, "LOG", log)
    arguments = ["decide", str(dossier(tmp_path)), str(tally(tmp_path)), "--json", "--decided"]
    answer = json.loads(CliRunner().invoke(propose, [*arguments, "2026-12-01"]).stdout)
    assert answer["decision"] == json.loads(log.read_bytes())
    done = CliRunner().invoke(propose, [*arguments, "1 December"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["faults"][0]["id"] == "date-syntax"


LINES = st.lists(st.binary(max_size=8).map(lambda text: text.replace(b"\n", b"") + b"\n"), max_size=4)


@given(LINES, LINES)
def test_a_log_extends_what_it_was(old, more):
    before, after = b"".join(old), b"".join([*old, *more])
    assert extends(before, before)
    assert extends(before, after)
    assert extends(after, before) == (not more)


@given(LINES.filter(bool), LINES, st.data())
def test_a_log_with_one_byte_changed_extends_nothing(old, more, data):
    before, spoilt = b"".join(old), bytearray(b"".join([*old, *more]))
    spoilt[data.draw(st.integers(0, len(before) - 1))] ^= data.draw(st.integers(1, 255))
    assert not extends(before, bytes(spoilt))


def test_a_line_that_grows_is_another_line():
    assert not extends(b"{}", b"{} \n")


def versions(root, path):
    """Every version of a file in the history that can be seen, the oldest first; nothing where there is no history."""
    try:
        listed = subprocess.run(
            ["git", "log", "--format=%H", "--reverse", "--", path], cwd=root, capture_output=True, text=True, check=True
        )
        commits = listed.stdout.split()
        return [
            subprocess.run(["git", "show", f"{commit}:./{path}"], cwd=root, capture_output=True, check=True).stdout
            for commit in commits
        ]
    except (OSError, subprocess.CalledProcessError):
        return []


def check_history(root, path):
    """Every version of the log is a prefix of the next, the file as it stands being the last."""
    history = [*versions(root, path), (root / path).read_bytes()]
    for old, new in pairwise(history):
        assert extends(old, new)
    return history


def test_the_log_has_only_ever_grown():
    content = check_history(ROOT, LOG.relative_to(ROOT).as_posix())[-1]
    faults = []
    found = read_lines(content, LOG.name, faults)
    assert faults + check_decisions(found, load().parameters, LOG.name) == []


def test_a_log_that_was_rewritten_is_noticed(tmp_path):
    """Its last line too, which no other line holds."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]

    def commit(content):
        (tmp_path / "log").write_bytes(content)
        for arguments in (["add", "log"], ["commit", "-q", "-m", "a line"]):
            subprocess.run([*git, *arguments], cwd=tmp_path, check=True)

    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    for content in (b"", b"1\n", b"1\n2\n"):
        commit(content)
    assert check_history(tmp_path, "log") == [b"", b"1\n", b"1\n2\n", b"1\n2\n"]
    (tmp_path / "log").write_bytes(b"1\n3\n")
    with pytest.raises(AssertionError):
        check_history(tmp_path, "log")
    commit(b"1\n3\n")
    with pytest.raises(AssertionError):
        check_history(tmp_path, "log")


def test_without_history_the_file_alone_is_looked_at(tmp_path):
    (tmp_path / "log").write_bytes(b"1\n")
    assert check_history(tmp_path, "log") == [b"1\n"]
