"""A run: what was asked for, what was executed and what is shown are one value, and hostile text does nothing."""

import copy
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from html import escape

import pytest
import rfc8785

from agt.governance import dossier, run, suite
from agt.governance.execution import template
from agt.governance.order import Order
from agt.governance.proposal import check
from agt.registry import Faults, load
from tests.governance.proposals import BASE, ROOT, SOUND

TITLE = "<script>alert(1)</script>{proposal}"
SUMMARY = '"); import os; os._exit(3) # {{ 7 * 7 }} $(id) ${HOME} %(x)s'
AUTHOR = "s3://bucket/{run} <b>x</b> [/]"
RATIONALE = "\n".join(
    [
        '  """ + __import__("os").getcwd() + """',
        "  ```{include} /etc/passwd",
        "  ```",
        "  {eval}`7 * 7` ![x](https://example.org/x.png) </script><img src=x onerror=alert(1)>",
    ]
)
HOSTILE = (
    SOUND.replace("title: Lower the minimum", f"title: '{TITLE}'")
    .replace("summary: Swap from 2,000 AIA on.", f"summary: '{SUMMARY}'")
    .replace("[contributor-1]", f'["{AUTHOR}"]')
    .replace("  Because **small** contributors wait too long.", RATIONALE)
).encode()
ORDER = Order("minimal", "2026-11-25")
PROPOSAL = check(HOSTILE, "agt-0007.yml", as_of=ORDER.as_of)
SECONDS = 60  # after which a test gives up


def proved(notebook, content=HOSTILE):
    """The files that the notebook proves, its ensemble left out."""
    return run.prove(run.Executed(notebook, b""), content, PROPOSAL, ORDER, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The dossier of the hostile proposal, run once."""
    place = tmp_path_factory.mktemp("proposals")
    (place / "agt-0007.yml").write_bytes(HOSTILE)
    return run.run(place / "agt-0007.yml", ORDER)


@pytest.fixture
def notebook(folder):
    return json.loads((folder / "report.ipynb").read_text(encoding="utf-8"))


def test_the_dossier_is_whole(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(dossier.NAMES)
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []
    assert (folder / "proposal.yml").read_bytes() == HOSTILE
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {*manifest["files"], "manifest.json"} == set(dossier.NAMES)
    assert manifest["seeds"] == {"suite": [str(seed) for seed in suite.seeds(ORDER.play)]}
    assert (manifest["preset"], manifest["as_of"], manifest["beacon"]) == ("minimal", "2026-11-25", None)
    assert manifest["results"] == manifest["files"]["results.json"]
    assert manifest["sources"] == dossier.sources(ROOT)


@pytest.mark.parametrize("name", ["results.json", "manifest.json"])
def test_json_is_canonical(folder, name):
    content = (folder / name).read_bytes()
    assert rfc8785.dumps(json.loads(content)) == content


def test_results_name_their_proposal_and_count_their_futures(folder):
    results = json.loads((folder / "results.json").read_bytes())
    assert results["proposal"] == hashlib.sha256(HOSTILE).hexdigest()
    assert results["changes"] == [
        {"parameter": "redemption_minimum", "from": "3000", "to": "2000", "effective": "2027-01"}
    ]
    assert results["horizon"] == "2031-11"
    assert set(results["samples"]["suite"]) == set(load().scenarios)
    for scenario in results["samples"]["suite"].values():
        assert set(scenario["guardrails"]) == set(load().guardrails)
        for row in scenario["guardrails"].values():
            assert row["changed"] - row["baseline"] == row["worse"] - row["better"]
            assert row["futures"] == 400
    for effect in results["effects"]:
        assert effect["more"] + effect["less"] <= effect["futures"] <= 400


def test_metacharacters_do_nothing(folder, notebook):
    page = (folder / "report.html").read_text(encoding="utf-8")
    shown = page.partition("<body>")[2].partition("<script>")[0]
    for text in (TITLE, SUMMARY, AUTHOR):
        assert str(escape(text, quote=False)) in shown.replace("&#34;", '"').replace("&#39;", "'")
    assert not re.findall(r"<(?:img|b|iframe)\b", shown)
    assert "<script>alert" not in page
    assert "root:" not in shown
    sources = [cell["source"] for cell in notebook["cells"]]
    assert not any("bucket" in source or "alert" in source or "os._exit" in source for source in sources)
    assert not any("text/markdown" in output.get("data", {}) for output in run._outputs(notebook))


def test_the_notebook_carries_no_times_paths_or_versions(notebook):
    text = json.dumps(notebook)
    assert "papermill" not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d", text)
    assert "/tmp/" not in text
    assert "version" not in notebook["metadata"]["language_info"]
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


def test_the_same_run_gives_the_same_bytes(notebook):
    assert run.execute(HOSTILE, PROPOSAL, ORDER, {}).notebook == notebook


def test_results_that_are_shown_look_as_those_that_were_played(folder, notebook):
    given = (folder / "results.json").read_bytes()
    assert run.execute(HOSTILE, PROPOSAL, ORDER, {}, given=given).notebook == notebook


def injected(notebook):
    return next(cell for cell in notebook["cells"] if "injected-parameters" in cell["metadata"].get("tags", []))


def with_results(notebook, **changes):
    """The notebook, its stored results changed."""
    for output in run._outputs(notebook):
        html = output.get("data", {}).get("text/html", "")
        if found := run.RESULTS.search(html):
            text = json.dumps(json.loads(found[1]) | changes)
            output["data"]["text/html"] = html.replace(found[1], text)


TAMPERED = {
    "a cell changed": lambda notebook: notebook["cells"][4].update(source="report = None"),
    "a cell more": lambda notebook: notebook["cells"].append(copy.deepcopy(notebook["cells"][-1])),
    "a cell less": lambda notebook: notebook["cells"].pop(),
    "two cells swapped": lambda notebook: notebook["cells"].insert(4, notebook["cells"].pop(6)),
    "a cell hidden as text": lambda notebook: notebook["cells"][4].update(cell_type="markdown", outputs=[]),
    "another parameter": lambda notebook: injected(notebook).update(source='# Parameters\nproposal = "other.yml"\n'),
    "no parameter": lambda notebook: notebook["cells"].remove(injected(notebook)),
    "not executed": lambda notebook: notebook["cells"][4].update(execution_count=None),
    "another heading": lambda notebook: notebook["cells"][0].update(source="# PASS"),
    "a warning": lambda notebook: notebook["cells"][4]["outputs"].append(
        {"output_type": "stream", "name": "stderr", "text": "careful"}
    ),
    "an error": lambda notebook: notebook["cells"][4]["outputs"].append({"output_type": "error", "ename": "x"}),
    "no results": lambda notebook: [cell.update(outputs=[]) for cell in notebook["cells"][-5:] if "outputs" in cell],
    "results of another proposal": lambda notebook: with_results(notebook, proposal="0" * 64),
    "results of another preset": lambda notebook: with_results(notebook, preset="full"),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_tampered_notebook_proves_nothing(notebook, tamper):
    proved(notebook)
    tamper(notebook)
    with pytest.raises(Faults, match="proposal-run"):
        proved(notebook)


def test_another_file_is_not_what_was_read(notebook):
    with pytest.raises(Faults, match="digest"):
        proved(notebook, HOSTILE + b"#")


def test_another_ensemble_is_not_what_was_played(notebook):
    with pytest.raises(Faults, match="ensemble"):
        run.prove(run.Executed(notebook, b"PAR1"), HOSTILE, PROPOSAL, ORDER, {})


def test_a_notebook_that_stops_says_why():
    early = Order("minimal", "2026-11-01")
    with pytest.raises(Faults, match=r"the notebook stopped: .*created lies after today"):
        run.execute(HOSTILE, PROPOSAL, early, {})


def test_a_refused_proposal_is_not_executed(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "execute", lambda *_: pytest.fail("executed"))
    (tmp_path / "agt-0007.yml").write_text(SOUND.replace("from: 3000", "from: 1"), encoding="utf-8")
    with pytest.raises(Faults, match="proposal-stale"):
        run.run(tmp_path / "agt-0007.yml", ORDER)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_template_is_stored_without_outputs():
    cells = template("Proposal")["cells"]
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")
    assert [cell["metadata"]["tags"][0] for cell in cells if "parameters" in cell["metadata"].get("tags", [])] == [
        "parameters"
    ]


KILLED = """
import os, signal, sys
from pathlib import Path
from agt.governance.dossier import publish

class Killing(dict):
    def items(self):
        yield "proposal.yml", b"new"
        os.kill(os.getpid(), signal.SIGKILL)

publish(Path(sys.argv[1]), Killing())
"""


def test_a_kill_while_writing_leaves_what_was_there(tmp_path):
    place = tmp_path / "agt-0007"
    dossier.publish(place, {"proposal.yml": b"old"})
    killed = subprocess.run([sys.executable, "-c", KILLED, str(place)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [path.read_bytes() for path in place.iterdir()] == [b"old"]
    dossier.publish(place, {"proposal.yml": b"newer"})
    assert [path.name for path in tmp_path.iterdir()] == ["agt-0007"]
    assert (place / "proposal.yml").read_bytes() == b"newer"


def test_a_killed_run_leaves_nothing(tmp_path):
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    out.mkdir()
    temporary.mkdir()
    (tmp_path / "agt-0007.yml").write_text(SOUND, encoding="utf-8")
    command = "from agt.governance.commands import propose; propose()"
    arguments = [
        "run",
        str(tmp_path / "agt-0007.yml"),
        "--preset",
        "minimal",
        "--out",
        str(out),
        "--as-of",
        ORDER.as_of,
    ]
    started = subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        env=os.environ | {"TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with started:
        assert started.stderr is not None
        assert any(line.startswith("Playing") for line in started.stderr)
        os.killpg(started.pid, signal.SIGKILL)
    assert list(out.iterdir()) == []


def test_only_dossiers_are_replaced(tmp_path):
    place = tmp_path / "agt-0007"
    place.mkdir()
    assert dossier.check_place(place, "full") is None
    (place / "notes.txt").write_text("mine")
    with pytest.raises(Faults, match=r"notes\.txt"):
        dossier.check_place(place, "full")
    with pytest.raises(Faults, match="create it first"):
        dossier.check_place(tmp_path / "none" / "agt-0007", "full")
    (tmp_path / "agt-0008").symlink_to(place)
    with pytest.raises(Faults, match="no folder"):
        dossier.check_place(tmp_path / "agt-0008", "full")


def test_what_is_replaced_is_named(tmp_path):
    place = tmp_path / "agt-0007"
    results = json.dumps({"effect": "", "beacon": None, "seeds": {}}).encode()
    for preset in ("minimal", "full"):
        files = {"proposal.yml": b"old", "results.json": results}
        order = Order(preset, ORDER.as_of)
        dossier.publish(place, files | {"manifest.json": dossier.manifest(files, order, PROPOSAL)})
        found = dossier.check_place(place, "full")
        assert found.startswith(f"a {preset} dossier")
        assert hashlib.sha256(b"old").hexdigest() in found
    with pytest.raises(Faults, match="--force"):
        dossier.check_place(place, "minimal")
    assert dossier.check_place(place, "minimal", force=True) == found
    (place / "manifest.json").write_text("[]")
    assert dossier.check_place(place, "minimal") == "a dossier that cannot be read"


def test_an_expectation_that_is_not_met_is_named(tmp_path, monkeypatch):
    path = tmp_path / "agt-0007.yml"
    path.write_text(SOUND, encoding="utf-8")
    rows = [{"metric": "supply_runway", "direction": "higher", "met": False}]
    monkeypatch.setattr(run, "made", lambda *_: {"results.json": json.dumps({"expected": rows}).encode()})
    said = []
    run.run(path, ORDER, watcher=run.Watcher(said.append, lambda *_: None))
    assert "supply_runway, expected higher, is not so in most futures" in said


def test_a_full_run_that_nobody_can_repeat_is_refused(tmp_path):
    path = tmp_path / "agt-0007.yml"
    path.write_text(SOUND.replace(BASE, "0" * 40), encoding="utf-8")
    with pytest.raises(Faults, match=r"proposal-base.*not in the history of this copy"):
        run.run(path, Order("full", ORDER.as_of))


def test_two_runs_do_not_write_at_once(tmp_path):
    place = tmp_path / "agt-0007"
    with dossier._alone(tmp_path, place), pytest.raises(Faults, match="another run"):
        dossier.publish(place, {"proposal.yml": b""})
    assert list(tmp_path.iterdir()) == []
