"""The dossiers of this repository: a report shows what its dossier found, and playing it again finds the same.

One of them is played, another when the model becomes another one; all of them where TESTS is `all`, as in CI.
"""

import json
import shutil
from dataclasses import replace

import pytest
import rfc8785

from agt.governance import dossier
from agt.governance.report import Report, canonical
from tests.governance.proposals import ROOT

FOLDERS = {place.parent.name: place.parent for place in sorted((ROOT / "proposals").glob("*/manifest.json"))}


@pytest.mark.turn(of=len(FOLDERS))
@pytest.mark.parametrize("name", FOLDERS)
def test_playing_a_dossier_again_finds_the_same(name, monkeypatch):
    monkeypatch.chdir(FOLDERS[name])
    report = replace(Report.read("proposal.yml"), given=None)
    found = {"results.json": canonical(report.results), "ensemble.parquet": report.ensemble}
    stored = {file: (FOLDERS[name] / file).read_bytes() for file in found}
    assert json.loads(found["results.json"]) == json.loads(stored["results.json"])  # says where they differ
    assert found == stored


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A dossier that was made by what is here, as its manifest says it: the working folder."""
    folder = shutil.copytree(next(iter(FOLDERS.values())), tmp_path / "dossier")
    change_manifest(folder, sources=dossier.sources(ROOT))
    monkeypatch.chdir(folder)
    return folder


def change_manifest(place, **changes):
    manifest = json.loads((place / "manifest.json").read_bytes()) | changes
    (place / "manifest.json").write_bytes(rfc8785.dumps(manifest))


def test_what_was_found_by_what_is_here_is_shown(place):
    assert dossier.current(place)
    assert Report.read("proposal.yml").given == json.loads((place / "results.json").read_bytes())


def richer(place):
    """Change one number of the results."""
    results = json.loads((place / "results.json").read_bytes())
    results["for_good"]["burned"] += 1.0
    (place / "results.json").write_bytes(rfc8785.dumps(results))


def retitled(place):
    """Change a word of the proposal."""
    (place / "proposal.yml").write_bytes((place / "proposal.yml").read_bytes().replace(b"title: ", b"title: Or "))


def of_an_earlier_edition(place):
    """Leave unsaid what the dossier was made with."""
    change_manifest(place, sources=None)


def of_another(part):
    def made_with(place):
        change_manifest(place, sources=dossier.sources(ROOT) | {part: "0" * 64})

    return pytest.param(made_with, id=f"another {part}")


@pytest.mark.parametrize(
    "change", [richer, retitled, of_an_earlier_edition, *map(of_another, sorted(dossier.sources(ROOT)))]
)
def test_what_was_not_found_by_what_is_here_is_played(change, place):
    change(place)
    assert not dossier.current(place)
    assert Report.read("proposal.yml").given is None
