"""Run a proposal: check it, execute the one notebook template on it, prove what was executed, write the dossier."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import agt
from agt import processor
from agt.governance import suite
from agt.governance.dossier import check_place, manifest, publish
from agt.governance.execution import PARAMETER, PROPOSAL, template
from agt.governance.html import page
from agt.governance.proposal import read
from agt.governance.report import canonical
from agt.registry import Fault, Faults

SECONDS = 3_600  # for the whole notebook
INJECTED = f'# Parameters\n{PARAMETER} = "{PROPOSAL}"\n'
RESULTS = re.compile(r'<script type="application/json" class="agt-results">(.*?)</script>', re.DOTALL)


def run(
    path: Path,
    preset: str = "full",
    out: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    *,
    force: bool = False,
) -> Path:
    """Run the proposal at `path` and write its dossier.

    Args: path: the proposal's file; preset: of the suite; out: the folder that is to hold the dossier's, that of the
        file unless given; say: told what is being done; force: whether a minimal dossier may replace a full one.
    Returns: the dossier's folder, named after the proposal's id.
    Raises: Faults when the proposal is refused or could not be run.
    """
    if preset not in suite.PRESETS:
        raise Faults([Fault("value-allowed", f"--preset {preset}: write one of {', '.join(suite.PRESETS)}")])
    content, proposal = read(path)
    place = (out or path.parent) / proposal.head.id
    replaced = check_place(place, preset, force=force)
    if replaced is not None:
        say(f"{place} will be replaced: {replaced}")
    futures = len(suite.BLOCKS) * suite.PRESETS[preset]
    say(f"Playing {futures:,} paired futures of {proposal.head.id} (about ten seconds)")
    notebook = execute(content, _title(proposal.head.id), preset)
    say("Comparing what was executed with what was asked for")
    results = prove(notebook, content, _title(proposal.head.id), preset)
    for expectation in proposal.expected:
        if expectation.metric not in results["moved"]:
            say(f"{expectation.metric}, expected {expectation.direction}, is the same in every future")
    report = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    files = {
        "proposal.yml": content,
        "report.ipynb": report,
        "report.html": page(notebook).encode(),
        "results.json": canonical(results),
    }
    say(f"Writing {place}")
    publish(place, files | {"manifest.json": manifest(files, preset)})
    return place


def _title(id: str) -> str:
    return f"Proposal {id}"


def execute(content: bytes, title: str, preset: str) -> dict[str, Any]:
    """The template, executed on `content` in a folder that holds nothing else and knows nothing of its user.

    Raises: Faults when the notebook does not run to its end.
    """
    with tempfile.TemporaryDirectory(prefix="agt-") as folder:
        home, work = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        work.mkdir()
        Path(work, PROPOSAL).write_bytes(content)
        command = [sys.executable, "-P", "-m", "agt.governance.execution", title, "../executed.ipynb"]
        try:
            done = subprocess.run(
                command,
                cwd=work,
                env=_environment(home, preset),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _failed(f"the notebook took longer than {SECONDS:,} s") from None
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise _failed(f"the notebook stopped: {last}")
        executed: dict[str, Any] = json.loads(Path(folder, "executed.ipynb").read_text(encoding="utf-8"))
        return executed


def _environment(home: Path, preset: str) -> dict[str, str]:
    """All that the notebook's process knows: nothing of the user's own settings reaches it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(Path(agt.__file__).parents[1]),
        "PYTHONSAFEPATH": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "NPY_DISABLE_CPU_FEATURES": processor.without(),
        suite.PRESET: preset,
    }


def prove(notebook: dict[str, Any], content: bytes, title: str, preset: str) -> dict[str, Any]:
    """The results that the executed notebook shows, once it is shown to be the template run on `content`.

    Raises: Faults when its cells are not the template's, or it read another file, warned, or shows other results.
    """
    _prove_cells(notebook, title)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error" or output.get("name") == "stderr":
                raise _failed("a cell of the notebook failed or warned")
    digest = hashlib.sha256(content).hexdigest()
    pages = [_text(output.get("data", {}).get("text/html", "")) for output in _outputs(notebook)]
    shown = RESULTS.findall("".join(pages))
    if len(shown) != 1:
        raise _failed("the notebook does not show its results once")
    results: dict[str, Any] = json.loads(shown[0])
    if results["proposal"] != digest:
        raise _failed("the notebook did not read this proposal: its digest is not the file's")
    if results["preset"] != preset:
        raise _failed("the results belong to another preset")
    return results


def _prove_cells(notebook: dict[str, Any], title: str) -> None:
    """The executed notebook is the template with one cell more: the injected parameter."""
    asked = [(cell["cell_type"], _text(cell["source"])) for cell in template(title)["cells"]]
    found = [(cell["cell_type"], _text(cell["source"])) for cell in notebook["cells"]]
    injected = [number for number, cell in enumerate(notebook["cells"]) if "injected-parameters" in _tags(cell)]
    if len(injected) != 1 or found.pop(injected[0]) != ("code", INJECTED):
        raise _failed("the notebook was not given the proposal as its one parameter")
    if found != asked:
        raise _failed("the executed cells are not those of the template")
    if any(cell["cell_type"] == "code" and not cell["execution_count"] for cell in notebook["cells"]):
        raise _failed("a cell of the notebook was not executed")


def _tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def _outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def _text(text: str | list[str]) -> str:
    """A notebook writes a text as one piece or as lines."""
    return text if isinstance(text, str) else "".join(text)


def _failed(message: str) -> Faults:
    return Faults([Fault("proposal-run", message)])
