"""`agt propose new` asks for what changes, refuses a wrong answer as the check does, and writes a sound file."""

import pytest
from typer.testing import CliRunner

from agt.governance import history
from agt.governance.commands import propose
from agt.governance.proposal import read
from tests.governance.proposals import BASE

TODAY = "2026-11-25"


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """A repository and a day that stand still."""
    monkeypatch.setattr("agt.governance.clock.today", lambda: TODAY)
    monkeypatch.setattr("agt.governance.interview._head", lambda: BASE)


def answered(folder, *answers: str):
    """The command with these answers, one a line; the input ends behind them."""
    return CliRunner().invoke(propose, ["new", "--out", str(folder)], input="".join(f"{one}\n" for one in answers))


def test_the_answers_become_a_sound_file(tmp_path):
    done = answered(
        tmp_path,
        *("redemption_minimum", "2000", "2027-03", ""),
        *("A lower minimum", "For small contributors.", "contributor-1", "none", "https://example.org/x"),
        *("They wait too long.", "redemption_rate lower"),
    )
    assert (done.exit_code, done.stderr) == (0, "")
    _, proposal = read(tmp_path / "agt-0001.yml", as_of=TODAY)
    head, (change,), (expected,) = proposal.head, proposal.changes, proposal.expected
    assert (head.title, head.summary, head.authors) == (
        "A lower minimum",
        "For small contributors.",
        ["contributor-1"],
    )
    assert (head.conflicts_of_interest, head.discussion) == ("none", "https://example.org/x")
    assert (head.status, head.created, head.base, head.review_by) == ("draft", TODAY, BASE, "2028-03")
    assert head.rationale == "They wait too long.\n"
    assert (change.parameter, change.was, change.to, change.effective) == ("redemption_minimum", 3000, 2000, "2027-03")
    assert (expected.metric, expected.direction) == ("redemption_rate", "lower")
    assert f"agt propose run {tmp_path / 'agt-0001.yml'}" in done.stdout


def test_what_is_not_answered_keeps_its_default(tmp_path):
    done = answered(tmp_path, "buyback_revenue_share", "0.3")  # and no more input
    assert done.exit_code == 0
    _, proposal = read(tmp_path / "agt-0001.yml", as_of=TODAY)
    (change,) = proposal.changes
    assert (change.was, str(change.to), change.effective) == ("unpublished", "0.3", "2027-01")
    assert proposal.head.title == "Set buyback_revenue_share to 0.3"
    assert proposal.head.review_by == "2028-01"
    assert "To be written" in proposal.head.summary
    assert "To be written" in proposal.head.rationale


def test_a_lever_is_explained_before_it_is_changed(tmp_path):
    said = answered(tmp_path, "redemption_minimum", "2000").stdout
    assert "Least AIA of one swap" in said
    assert "now 3000, between 0 and 30000, largest step 3000 [AIA]" in said
    assert "Month from which it holds [2027-01]" in said


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (("redemption_minimun", "redemption_minimum", "2000"), "did you mean redemption_minimum?"),
        (("supply_total", "redemption_minimum", "2000"), "error[param-kind]: supply_total is a fact"),
        (("a: [b", "redemption_minimum", "2000"), "error[name-unknown]"),
        (('"redemption_minimum"', "redemption_minimum", "2000"), "error[name-unknown]"),
        (("redemption_minimum", "2,000", "2000"), "write 2000"),
        (("redemption_minimum", "[2000", "2000"), "error[yaml-syntax]"),
        (("redemption_minimum", "30001", "2000"), "redemption_minimum = 30001 is outside [0, 30000] (AIA)"),
        (("redemption_minimum", "2000", "2026-12", "2027-01"), "effective must lie between 2027-01 and 2027-11"),
        (("redemption_minimum", "2000", "", "redemption_minimum", ""), "is changed twice"),
        (("redemption_minimum", "2000", "", "", "x" * 45, "Short"), "title has 45 characters, 44 at most"),
        (("redemption_minimum", "2000", "", "", "a\u200bb", "Short"), "U+200B (ZERO WIDTH SPACE)"),
        (("redemption_minimum", "2000", *[""] * 6, "http://x", ""), "discussion must be an address"),
        (("redemption_minimum", "2000", *[""] * 7, "[a](javascript:x)", ""), "error[text-link]"),
        (("redemption_minimum", "2000", *[""] * 8, "runway higher", ""), "did you mean supply_runway?"),
    ],
)
def test_a_wrong_answer_is_refused_and_asked_for_again(tmp_path, answers, message):
    done = answered(tmp_path, *answers)
    assert message in done.stdout
    assert done.exit_code == 0, done.stderr
    _, proposal = read(tmp_path / "agt-0001.yml", as_of=TODAY)
    (change,) = proposal.changes
    assert (change.parameter, change.to) == ("redemption_minimum", 2000)


def test_a_large_step_is_warned_of_and_kept(tmp_path):
    done = answered(tmp_path, "redemption_minimum", "20000")
    assert "warning[proposal-step]" in done.stdout
    assert "warning[proposal-step]" in done.stderr
    assert done.exit_code == 0


def test_a_lever_can_be_left_again(tmp_path):
    done = answered(tmp_path, "redemption_quota", "", "redemption_minimum", "2000", "", "buyback_burn_share", "0.1")
    assert done.exit_code == 0
    _, proposal = read(tmp_path / "agt-0001.yml", as_of=TODAY)
    assert [change.parameter for change in proposal.changes] == ["redemption_minimum", "buyback_burn_share"]
    assert proposal.head.title == "Change 2 levers"


def test_the_next_id_is_taken_and_nothing_is_overwritten(tmp_path):
    (tmp_path / "agt-0003.yml").write_text("mine", encoding="utf-8")
    (tmp_path / "agt-0004").mkdir()  # a dossier whose proposal is not here
    assert answered(tmp_path, "redemption_minimum", "2000").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"agt-0003.yml", "agt-0004", "agt-0005.yml"}
    assert (tmp_path / "agt-0003.yml").read_text(encoding="utf-8") == "mine"


def test_no_id_may_be_left(tmp_path):
    (tmp_path / "agt-9999.yml").touch()
    done = answered(tmp_path, "redemption_minimum", "2000")
    assert (done.exit_code, "error[proposal-id]" in done.stderr) == (2, True)


def test_nothing_is_written_where_nothing_changes(tmp_path):
    done = answered(tmp_path, "")
    assert done.exit_code == 2
    assert "error[proposal-empty]: no lever was named" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    done = answered(tmp_path / "none", "redemption_minimum", "2000")
    assert done.exit_code == 2
    assert "error[output-unwritable]: no such folder" in done.stderr


def test_a_copy_without_history_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(history, "ROOT", tmp_path)
    done = answered(tmp_path, "redemption_minimum", "2000")
    assert done.exit_code == 2
    assert "error[proposal-base]" in done.stderr
    assert "git clone" in done.stderr
    assert list(tmp_path.iterdir()) == []
