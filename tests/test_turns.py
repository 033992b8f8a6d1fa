"""Turns: a part of what is much alike is tried, every one comes up with some model, and in CI nothing is left out."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.browser.test_book import KINDS, PAGES
from tests.governance.proposals import ROOT
from tests.turns import chosen

names = st.sets(st.text(max_size=3), min_size=1, max_size=12)


@given(names, st.integers(1, 12), st.text(max_size=3))
def test_one_in_so_many_and_never_none(names, of, model):
    found = chosen(names, of, model)
    assert found <= names
    assert len(found) - 1 < len(names) / of <= len(found)
    assert chosen(sorted(names, reverse=True), of, model) == found


def test_every_one_comes_up_with_some_model():
    names = {f"agt-000{number}" for number in range(1, 8)}
    assert set().union(*(chosen(names, 7, str(model)) for model in range(100))) == names


def collected(asked, file="tests/governance/test_dossiers.py"):
    """What pytest says it would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", file]
    own = os.environ | {"TESTS": asked, "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("asked", ["", "all"])
def test_all_is_all(asked):
    said = collected(asked).stdout
    dossiers = len(list((ROOT / "proposals").glob("*/manifest.json")))
    assert said.count("::test_playing_a_dossier_again_finds_the_same[") == (dossiers if asked else 1)
    assert ("deselected" in said) == (not asked)


def test_what_is_always_to_be_tried_is():
    said = collected("", "tests/browser/test_book.py").stdout
    tried = {page for page in PAGES if f"::test_a_page_is_accessible[{page}]" in said}
    assert {*KINDS} < tried < {*PAGES}


def test_a_word_that_is_none_is_refused():
    done = collected("ALL")
    assert done.returncode == 4
    assert "TESTS is 'ALL': write `all` to leave out nothing, or leave it unset" in done.stderr + done.stdout
