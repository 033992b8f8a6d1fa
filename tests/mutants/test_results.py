"""The result of a run: what is counted, what is shown, and which judgements count."""

import pytest

from tests.mutants.generator import Mutant
from tests.mutants.results import judgement, judgements, pointless, summary, table
from tests.mutants.runner import TIMEOUT_NAME, Judged, named
from tests.mutants.workshop import TIMED_OUT, copied, origin, tried


def judged(number, killer):
    return Judged(Mutant(f"x.f:{number}:+->-", "a = b + c", f"a = b - {number}", ""), killer)


FOUND = [judged(1, "tests/t.py::one"), judged(2, None), judged(3, "tests/t.py::one"), judged(4, TIMEOUT_NAME)]
RESULTS = {"x": summary("2026-01-31", FOUND, 7)}
KNOWN = {"x.f": {"a = b - 2": "Equivalent.", "a = b - 3": "Killed by now."}, "y.g": {"a = 1": "Not run yet."}}


def test_a_summary_by_hand():
    assert RESULTS["x"] == {
        "date": "2026-01-31",
        "mutants": 4,
        "of": 7,
        "killed": 3,
        "timed_out": 1,
        "by_test": {TIMEOUT_NAME: 1, "tests/t.py::one": 2},
        "survivors": [{"id": "x.f:2:+->-", "before": "a = b + c", "after": "a = b - 2"}],
    }


def test_the_table_names_every_survivor_and_its_judgement():
    assert "| `x.f:2:+->-` | `a = b + c` | `a = b - 2` | Equivalent. |" in table(RESULTS, KNOWN).splitlines()
    assert "| `x.f:2:+->-` | `a = b + c` | `a = b - 2` | **not judged** |" in table(RESULTS, {}).splitlines()
    assert "| x | 2026-01-31 | 7 | 4 | 3 | 75.0 % | 1 |" in table(RESULTS, KNOWN).splitlines()


def test_a_judgement_is_about_one_faulty_line():
    [survivor] = RESULTS["x"]["survivors"]
    assert judgement(survivor, KNOWN) == "Equivalent."
    assert judgement(survivor | {"id": "x.f:99:+->-"}, KNOWN) == "Equivalent."
    assert judgement(survivor | {"after": "a = b - 9"}, KNOWN) is None


def test_a_judgement_of_no_survivor_is_reported_once_its_mechanism_has_run():
    assert pointless(RESULTS, KNOWN) == ["x.f: a = b - 3"]


def test_the_judgements_are_texts():
    assert all(isinstance(why, str) and why for lines in judgements().values() for why in lines.values())


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("tests/test_units.py::test_units", "tests/test_units.py::test_units"),
        ("../../tmp/w/agt/mechanisms/vesting.py::agt.mechanisms.vesting.f", "doctest agt.mechanisms.vesting.f"),
    ],
)
def test_a_killer_is_named(test, name):
    assert named(test) == name


def test_pytest_runs_on_the_copy_and_ends_in_time(tmp_path):
    copied(tmp_path)
    assert origin(tmp_path).is_relative_to(tmp_path)
    assert tried(tmp_path, ["tests/mutants/test_results.py::test_a_killer_is_named"], timeout=0.1).code == TIMED_OUT
