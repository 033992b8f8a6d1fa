"""`agt propose diff` says which changes and texts differ, and whether the effect is the same."""

import json

import pytest
from typer.testing import CliRunner

from agt.governance.commands import propose
from agt.governance.proposal import check, effect_digest
from tests.governance.proposals import SOUND

ALSO = "    effective: 2027-01\n  - {parameter: buyback_burn_share, from: 0, to: 0.10, effective: 2027-02}\n"


@pytest.fixture
def files(tmp_path):
    """Write two proposals and return their paths."""

    def write(before: str, after: str):
        paths = tmp_path / "before.yml", tmp_path / "after.yml"
        for path, text in zip(paths, (before, after), strict=True):
            path.write_text(text, encoding="utf-8")
        return [str(path) for path in paths]

    return write


def compared(paths: list[str], *options: str):
    return CliRunner().invoke(propose, ["diff", *paths, *options])


def test_the_same_is_the_same(files):
    done = compared(files(SOUND, SOUND))
    effect = effect_digest(check(SOUND.encode(), "a.yml"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"No change differs\nNo text differs\nThe effect is the same, SHA-256 {effect}\n"


def test_notation_and_words_do_not_change_the_effect(files):
    after = SOUND.replace("to: 2000", "to: 2000.0").replace("Lower the", "Cut the")
    done = compared(files(SOUND, after))
    assert "No change differs\n~ title\n    -Lower the minimum\n    +Cut the minimum\n" in done.stdout
    assert "The effect is the same" in done.stdout


def test_changes_are_added_removed_and_altered(files):
    more = SOUND.replace("    effective: 2027-01\n", ALSO)
    assert "+ buyback_burn_share from 0 to 0.1, effective 2027-02\n" in compared(files(SOUND, more)).stdout
    assert "- buyback_burn_share from 0 to 0.1, effective 2027-02\n" in compared(files(more, SOUND)).stdout
    other = SOUND.replace("to: 2000", "to: 1500").replace("effective: 2027-01", "effective: 2027-02")
    done = compared(files(SOUND, other))
    assert "~ redemption_minimum: to 2000 -> 1500, effective 2027-01 -> 2027-02\n" in done.stdout
    assert "The effect differs" in done.stdout


def test_a_machine_reads_the_same(files):
    other = SOUND.replace("to: 2000", "to: 1500").replace("direction: higher", "direction: lower")
    answer = json.loads(compared(files(SOUND, other), "--json").stdout)
    (change,), (text,) = answer["changes"], answer["texts"]
    assert (change["parameter"], change["what"]) == ("redemption_minimum", "altered")
    assert change["before"] == {"from": "3000", "to": "2000", "effective": "2027-01"}
    assert change["after"] == {"from": "3000", "to": "1500", "effective": "2027-01"}
    assert text == {"field": "expected", "before": "supply_runway higher", "after": "supply_runway lower"}
    effect = answer["effect"]
    assert (effect["same"], effect["before"] == effect["after"]) == (False, False)


def test_drafts_of_another_day_can_be_compared(files):
    old = SOUND.replace("2026-11-22", "2020-01-01").replace("2027-01", "2020-03").replace("from: 3000", "from: 1")
    assert compared(files(old, SOUND)).exit_code == 0


@pytest.mark.parametrize("place", [0, 1])
def test_what_cannot_be_read_is_named(files, place):
    texts = [SOUND, SOUND]
    texts[place] = SOUND.replace("status: draft", "status: done")
    paths = files(*texts)
    done = compared(paths)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"--> {paths[place]}:8:9" in done.stderr
    assert json.loads(compared(paths, "--json").stdout)["errors"] == 1
    assert compared([*paths[:1], "none.yml"]).exit_code == 2
