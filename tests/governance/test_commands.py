"""`agt propose`: exit codes, messages on stderr, one JSON document where a machine reads it."""

import json

import pytest
from typer.testing import CliRunner

from agt.governance.commands import propose
from agt.registry import Fault, Faults
from tests.governance.proposals import SOUND

TODAY = "2026-11-25"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The clock of the machine stands still."""
    monkeypatch.setattr("agt.governance.clock.today", lambda: TODAY)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "agt-0007.yml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def asked(*arguments: object):
    return CliRunner().invoke(propose, [str(argument) for argument in arguments])


def test_a_sound_proposal_has_no_faults(file):
    done = asked("check", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "no faults, 0 warnings" in done.stdout
    assert "accepted" not in done.stdout


def test_a_warning_does_not_refuse(file):
    file.write_text(SOUND.replace("to: 2000", "to: 20000"), encoding="utf-8")
    done = asked("check", file)
    assert done.exit_code == 0
    assert "warning[proposal-step]" in done.stderr
    assert "2 warnings\n" in done.stdout


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_fault_refuses(file, command):
    file.write_text(SOUND.replace("from: 3000", "from: 1").replace("Lower", "\\x1b[31m[/] Lower"), encoding="utf-8")
    done = asked(command, file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[proposal-stale]" in done.stderr
    assert f"--> {file.name}:13:11" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_terminal_would_obey_is_made_visible(file):
    file.write_text(SOUND.replace("Lower", "\u202eLower"), encoding="utf-8")
    done = asked("check", file)
    assert "\u202e" not in done.stderr
    assert "\\u202eLower" in done.stderr


def test_json_says_the_same(file):
    answer = json.loads(asked("check", file, "--json").stdout)
    assert (answer["errors"], answer["warnings"], answer["faults"]) == (0, 0, [])
    done = asked("check", file, "--as-of", "2026-11-01", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["errors"], answer["warnings"]) == (2, 1, 0)
    (fault,) = answer["faults"]
    assert (fault["id"], fault["line"], fault["column"]) == ("proposal-date", 9, 10)


@pytest.mark.parametrize("arguments", [["check", "none.yml"], ["check", "."], ["run", "none.yml"]])
def test_a_missing_file_is_named(arguments):
    done = asked(*arguments)
    assert done.exit_code == 2
    assert "error[file-unreadable]" in done.stderr


def test_a_folder_that_is_not_there_is_named_before_the_run(file, tmp_path):
    done = asked("run", file, "--as-of", TODAY, "--out", tmp_path / "none")
    assert done.exit_code == 2
    assert "error[output-unwritable]" in done.stderr


def test_today_is_a_date(file):
    done = asked("check", file, "--as-of", "yesterday")
    assert done.exit_code == 2
    assert "error[date-syntax]" in done.stderr


def test_the_presets_are_named(file):
    done = asked("run", file, "--preset", "tiny")
    assert done.exit_code == 2
    assert "error[value-allowed]: --preset tiny: write one of minimal, full" in done.stderr


def test_a_full_dossier_is_not_replaced_by_a_minimal_one(file, monkeypatch):
    place = file.with_suffix("")
    place.mkdir()
    made = {"preset": "full", "files": {"proposal.yml": "ab" * 32}}
    (place / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    done = asked("run", file, "--preset", "minimal")
    assert done.exit_code == 2
    assert "--force replaces it" in done.stderr

    def stop(*_):
        raise Faults([Fault("proposal-run", "stopped")])

    monkeypatch.setattr("agt.governance.run.execute", stop)
    monkeypatch.setattr("agt.governance.history.as_at", lambda _: True)
    for arguments in (["--preset", "minimal", "--force"], ["--preset", "full"]):
        done = asked("run", file, *arguments)
        assert f"a full dossier of the proposal with SHA-256 {'ab' * 32}" in done.stderr
        assert "error[proposal-run]: stopped" in done.stderr
