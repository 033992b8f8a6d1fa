"""`agt propose`: exit codes, messages on stderr, one JSON document where a machine reads it."""

import json

import pytest
from typer.testing import CliRunner

from agt.governance.commands import propose
from tests.governance.proposals import SOUND


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "agt-0007.yml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def asked(*arguments: object):
    return CliRunner().invoke(propose, [str(argument) for argument in arguments])


def test_a_sound_proposal_is_accepted(file):
    done = asked("check", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "accepted, 0 warnings" in done.stdout


def test_a_warning_does_not_refuse(file):
    file.write_text(SOUND.replace("to: 2000", "to: 20000"), encoding="utf-8")
    done = asked("check", file)
    assert done.exit_code == 0
    assert "warning[proposal-step]" in done.stderr
    assert "1 warning\n" in done.stdout


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_fault_refuses(file, command):
    file.write_text(SOUND.replace("from: 3000", "from: 1").replace("Lower", "\\x1b[31m[/] Lower"), encoding="utf-8")
    done = asked(command, file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[proposal-stale]" in done.stderr
    assert f"--> {file.name}:12:11" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_terminal_would_obey_is_made_visible(file):
    file.write_text(SOUND.replace("Lower", "\u202eLower"), encoding="utf-8")
    done = asked("check", file)
    assert "\u202e" not in done.stderr
    assert "\\u202eLower" in done.stderr


def test_json_says_the_same(file):
    assert json.loads(asked("check", file, "--json").stdout)["accepted"] is True
    done = asked("check", file, "--as-of", "2026-11-01", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["accepted"]) == (2, False)
    (fault,) = answer["faults"]
    assert (fault["id"], fault["line"], fault["column"]) == ("proposal-date", 9, 10)


@pytest.mark.parametrize("arguments", [["check", "none.yml"], ["check", "."], ["run", "none.yml"]])
def test_a_missing_file_is_named(arguments):
    done = asked(*arguments)
    assert done.exit_code == 2
    assert "error[file-unreadable]" in done.stderr


def test_a_folder_that_is_not_there_is_named_before_the_run(file, tmp_path):
    done = asked("run", file, "--out", tmp_path / "none")
    assert done.exit_code == 2
    assert "error[output-unwritable]" in done.stderr


def test_today_is_a_date(file):
    done = asked("check", file, "--as-of", "yesterday")
    assert done.exit_code == 2
    assert "error[date-syntax]" in done.stderr
