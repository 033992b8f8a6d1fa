"""Run a proposal: check it, execute the one notebook template on it, prove what was executed, write the dossier."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from agt import processor
from agt.analysis import forecasts
from agt.governance import history
from agt.governance.dossier import check_place, manifest, publish
from agt.governance.execution import PARAMETER, PROPOSAL, template
from agt.governance.html import page
from agt.governance.order import VARIABLE, WORKERS, Order
from agt.governance.proposal import Proposal, check, read
from agt.governance.report import GIVEN, OTHERS, Report, canonical
from agt.governance.snapshot import snapshot
from agt.registry import Fault, Faults, load
from agt.simulation.crew import reach

SECONDS = 3_600  # for the whole notebook
CASE = 0.15  # seconds of one core for 500 futures of one scenario of one economy, where many are played at once
START = 6.0  # seconds before the first future
POLL = 0.2  # seconds between two looks at how far a run is
INJECTED = f'# Parameters\n{PARAMETER} = "{PROPOSAL}"\n'
RESULTS = re.compile(r'<script type="application/json" class="agt-results">(.*?)</script>', re.DOTALL)


class Executed(NamedTuple):
    """The executed notebook, and the ensemble that it wrote."""

    notebook: dict[str, Any]
    ensemble: bytes


@dataclass(frozen=True)
class Watcher:
    """Who is told what a run does: `say` a line, `tell` how many pieces of how many are done."""

    say: Callable[[str], None]
    tell: Callable[[int, int], None]


SILENT = Watcher(lambda _: None, lambda *_: None)


def run(path: Path, order: Order, out: Path | None = None, watcher: Watcher = SILENT, *, force: bool = False) -> Path:
    """Run the proposal at `path` and write its dossier.

    Args: path: the proposal's file; out: the folder that is to hold the dossier's, that of the file unless given;
        watcher: told what is being done; force: whether a minimal dossier may replace a full one.
    Returns: the dossier's folder, named after the proposal's id.
    Raises: Faults when the proposal is refused or could not be run.
    """
    content, proposal = read(path, as_of=order.as_of, companions=None)
    place = (out or path.parent) / proposal.head.id
    replaced = check_place(place, order.preset, force=force)
    others = companions(proposal, path, order, watcher)
    proposal = check(content, path.name, as_of=order.as_of, companions=others)
    if replaced is not None:
        watcher.say(f"{place} will be replaced: {replaced}")
    order = replace(order, earlier=history.earlier(proposal.head.base, proposal.head.id))
    if order.cluster:
        reach(order.cluster)
    watcher.say(estimate(proposal, order, others, content))
    files = made(content, order, others, watcher)
    results = json.loads(files["results.json"])
    for row in results.get("expected", []):
        if not row["met"]:
            watcher.say(f"{row['metric']}, expected {row['direction']}, is not so in most futures")
    watcher.say(f"Writing {place}")
    publish(place, files)
    return place


def made(
    content: bytes, order: Order, others: Mapping[str, bytes], watcher: Watcher = SILENT, given: bytes | None = None
) -> dict[str, bytes]:
    """The files of the dossier of a proposal, by name.

    Args: others: the proposals that the repository held at the base; given: results that are shown in place of playing.
    Raises: Faults when the proposal is refused or could not be run.
    """
    proposal = check(content, PROPOSAL, as_of=order.as_of, companions=others)
    executed = execute(content, proposal, order, others, watcher, given)
    watcher.say("Comparing what was executed with what was asked for")
    files = prove(executed, content, proposal, order, others)
    return files | {"manifest.json": manifest(files, order, proposal)}


def companions(proposal: Proposal, path: Path, order: Order, watcher: Watcher) -> dict[str, bytes]:
    """The other proposals that the repository held at the proposal's base.

    Raises: Faults when a full run could not be made again by anyone, because its base is not what is run here.
    """
    base = proposal.head.base
    state = history.state(base)
    if state == "here" and history.as_at(base):
        return {name: content for name, content in history.proposals(base).items() if name != proposal.head.id}
    reason = {
        "no history": "this copy of the repository has no history, so nobody can make the run again",
        "unknown": f"the commit {base} is not in the history of this copy; fetch it, or write base: {_head()}",
        "here": f"model, registry or lock differ from those of {base}; commit them and write base: {_head()}, or check "
        "that commit out",
    }[state]
    if order.preset == "full":
        raise Faults([Fault("proposal-base", f"base: {reason}", str(path))])
    watcher.say(str(Fault("proposal-base", f"base: {reason}", str(path), severity="warning")))
    found = history.proposals(base) if state == "here" else {}
    return {name: content for name, content in found.items() if name != proposal.head.id}


def _head() -> str:
    return (history.git(history.ROOT, "rev-parse", "HEAD") or b"the commit of a whole copy").decode().strip()


def estimate(proposal: Proposal, order: Order, others: Mapping[str, bytes], content: bytes) -> str:
    """What is going to be played, and how long that takes about."""
    report = Report(content, proposal, load(), order, others)
    if not report.simulated:
        return f"{proposal.head.id} is of type {proposal.head.type}: nothing is simulated"
    preset, economies = order.play, len(report.economies)
    samples = 2 if order.beacon else 1
    scenarios = len(report.registry.scenarios)
    futures = samples * scenarios * preset.futures
    doubling = "" if preset.most == preset.futures else ", longer where a limit is close and futures are doubled"
    playing = f"Playing {futures:,} futures in {scenarios} scenarios, {economies} economies in each"
    if order.cluster:
        return f"{playing}, on the workers of {order.cluster}"
    cores = min(order.workers, WORKERS, samples * scenarios * preset.blocks)
    seconds = START + samples * scenarios * preset.blocks * economies * CASE / cores
    return f"{playing}: about {seconds:.0f} seconds on {cores} cores{doubling}"


def title(id: str) -> str:
    """The heading of a proposal's report."""
    return f"Proposal {id}"


def execute(
    content: bytes,
    proposal: Proposal,
    order: Order,
    others: Mapping[str, bytes],
    watcher: Watcher = SILENT,
    given: bytes | None = None,
) -> Executed:
    """The template, executed on `content` in a folder that holds nothing else and knows nothing of its user.

    Args: others: the proposals that the repository held at the base; given: results that are shown in place of playing.
    Raises: Faults when the notebook does not run to its end.
    """
    with tempfile.TemporaryDirectory(prefix="agt-") as folder:
        home, work, progress = Path(folder, "home"), Path(folder, "work"), Path(folder, "progress")
        home.mkdir()
        (work / OTHERS).mkdir(parents=True)
        (work / PROPOSAL).write_bytes(content)
        for name, other in others.items():
            (work / OTHERS / f"{name}.yml").write_bytes(other)
        if given is not None:
            (work / GIVEN).write_bytes(given)
        command = [sys.executable, "-P", "-m", "agt.governance.execution", title(proposal.head.id), "../executed.ipynb"]
        environment = _environment(home, replace(order, progress=str(progress)))
        with Path(folder, "errors").open("w+b") as errors:
            process = subprocess.Popen(
                command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
            )
            try:
                _wait(process, progress, watcher)
            finally:
                process.kill()
                process.wait()
            if process.returncode:
                errors.seek(0)
                last = (errors.read().decode(errors="replace").strip().splitlines() or ["no message"])[-1]
                raise failed(f"the notebook stopped: {last}")
        notebook: dict[str, Any] = json.loads(Path(folder, "executed.ipynb").read_text(encoding="utf-8"))
        written = work / forecasts.FILE
        return Executed(notebook, written.read_bytes() if written.exists() else b"")


def _wait(process: subprocess.Popen[bytes], progress: Path, watcher: Watcher) -> None:
    """Wait for a run, and tell how far it is.

    Raises: Faults when it takes too long.
    """
    end = time.monotonic() + SECONDS
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL)
        if progress.exists():
            rows = [line.split() for line in progress.read_text(encoding="ascii").splitlines()]
            watcher.tell(sum(int(row[0]) for row in rows), sum(int(row[1]) for row in rows))
        if process.returncode is not None:
            return
        if time.monotonic() > end:
            raise failed(f"the notebook took longer than {SECONDS:,} s")


def _environment(home: Path, order: Order) -> dict[str, str]:
    """All that the notebook's process knows: nothing of the user's own settings, but how a cluster is reached."""
    guarded = {name: value for name, value in os.environ.items() if order.cluster and name.startswith("DASK_")}
    return guarded | {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(history.ROOT / "models"),
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
        VARIABLE: order.text(),
    }


def prove(
    executed: Executed, content: bytes, proposal: Proposal, order: Order, others: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The files of the dossier, once the executed notebook is shown to be the template run on `content`.

    Raises: Faults when its cells are not the template's, or it read another file, warned, or shows other results.
    """
    notebook = executed.notebook
    _prove_cells(notebook, title(proposal.head.id))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error" or output.get("name") == "stderr":
                raise failed("a cell of the notebook failed or warned")
    pages = [_text(output.get("data", {}).get("text/html", "")) for output in _outputs(notebook)]
    shown = RESULTS.findall("".join(pages))
    if len(shown) != 1:
        raise failed("the notebook does not show its results once")
    results: dict[str, Any] = json.loads(shown[0])
    if results["proposal"] != hashlib.sha256(content).hexdigest():
        raise failed("the notebook did not read this proposal: its digest is not the file's")
    if results["preset"] != order.preset or (results["beacon"] or {}).get("value", "") != order.beacon:
        raise failed("the results belong to another preset or beacon")
    if executed.ensemble and hashlib.sha256(executed.ensemble).hexdigest() != results["ensemble"]:
        raise failed("the ensemble is not that of the results")
    report = Report(content, proposal, load(), order, others, results)
    return {
        "proposal.yml": content,
        "report.ipynb": (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode(),
        "report.html": page(notebook).encode(),
        "results.json": canonical(results),
        forecasts.FILE: executed.ensemble,
        "snapshot.md": snapshot(report).encode(),
    }


def _prove_cells(notebook: dict[str, Any], heading: str) -> None:
    """The executed notebook is the template with one cell more: the injected parameter."""
    asked = [(cell["cell_type"], _text(cell["source"])) for cell in template(heading)["cells"]]
    found = [(cell["cell_type"], _text(cell["source"])) for cell in notebook["cells"]]
    injected = [number for number, cell in enumerate(notebook["cells"]) if "injected-parameters" in _tags(cell)]
    if len(injected) != 1 or found.pop(injected[0]) != ("code", INJECTED):
        raise failed("the notebook was not given the proposal as its one parameter")
    if found != asked:
        raise failed("the executed cells are not those of the template")
    if any(cell["cell_type"] == "code" and not cell["execution_count"] for cell in notebook["cells"]):
        raise failed("a cell of the notebook was not executed")


def _tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def _outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def _text(text: str | list[str]) -> str:
    """A notebook writes a text as one piece or as lines."""
    return text if isinstance(text, str) else "".join(text)


def failed(message: str) -> Faults:
    """The fault of a run that did not come to its end."""
    return Faults([Fault("proposal-run", message)])
