"""What is measured, each row in a process of its own: `python -m benchmarks.rows NAME RUNS ROUNDS` prints seconds."""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

from agt.governance import history
from agt.registry import load
from agt.simulation import headlines, simulate
from agt.simulation.store import is_kept
from benchmarks.bare import bare_loop

MONTHS = 120
PROPOSAL = "agt-0001"
LAB = {"lab_first": "the first path from opening", "lab_all": "all paths from opening"}


def engine(runs: int, workers: int = 1, cluster: str = "") -> None:
    """The engine as `agt simulate` asks for it: values kept where they fit, else counted."""
    counted = not is_kept(runs, MONTHS, len(headlines(load())))
    simulate(runs, MONTHS, counted=counted, workers=workers, cluster=cluster)


def cadcad(runs: int) -> None:
    """cadCAD with one number per value."""
    from benchmarks.scalar import scalar_cadcad

    scalar_cadcad(runs, MONTHS)


def radcad(runs: int) -> None:
    """radCAD with one number per value."""
    from benchmarks.scalar import scalar_radcad

    scalar_radcad(runs, MONTHS)


def propose(preset: str) -> None:
    """`agt propose run` of an illustrative proposal as if it were written today, which needs a clean working tree."""
    own = (history.ROOT / "proposals" / f"{PROPOSAL}.yml").read_text(encoding="utf-8")
    head = (history.git(history.ROOT, "rev-parse", "HEAD") or b"").decode().strip()
    lines = [f"base: {head}" if line.startswith("base: ") else line for line in own.splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{PROPOSAL}.yml")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [str(Path(sys.executable).with_name("agt")), "propose", "run", str(path), "--preset", preset]
        subprocess.run([*command, "--as-of", load().as_of], check=True, stdout=sys.stderr)
        path.with_suffix("").joinpath("report.html").stat()  # what was not written was not measured


def book() -> None:
    """The book from its stored outputs."""
    subprocess.run([sys.executable, "-m", "agt.pages.build"], check=True, cwd=history.ROOT, stdout=sys.stderr)


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a Dask cluster of processes of this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as own:
        yield own.scheduler_address


def times(action: Callable[[], object], rounds: int) -> list[float]:
    """How long an action takes [s], round by round."""
    found = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        found.append(perf_counter() - start)
    return found


def interleaved(runs: int, rounds: int) -> list[list[float]]:
    """The bare loop and the engine in turn, so that a slow moment of the machine hits both; in pairs."""
    actions = (partial(bare_loop, runs, MONTHS), partial(engine, runs))
    return [[times(action, 1)[0] for action in actions] for _ in range(rounds)]


def measured(name: str, runs: int, rounds: int) -> list[float] | list[list[float]]:
    """The seconds of one row; imports, caches and worker processes are not what is measured."""
    if name == "interleaved":
        bare_loop(1_000, 12)
        engine(1_000)
        return interleaved(runs, rounds)
    if name in ("minimal", "full"):
        return times(partial(propose, name), rounds)
    if name == "book":
        return times(book, rounds)
    if name in LAB:
        from benchmarks.lab import lab_seconds

        return lab_seconds(history.ROOT / "_build" / "html", rounds)[LAB[name]]
    if name == "dask":
        with cluster(2) as address:
            simulate(8, 1, chunk=4, cluster=address)
            return times(partial(engine, runs, cluster=address), rounds)
    engines = {"bare": bare_loop, "cadcad": cadcad, "radcad": radcad}
    if name in engines:
        bare_loop(4, 12)
        action = partial(bare_loop, runs, MONTHS) if name == "bare" else partial(engines[name], runs)
        return times(action, rounds)
    workers = 2 if name == "workers" else 1
    simulate(8, 1, chunk=4, workers=workers)
    return times(partial(engine, runs, workers), rounds)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201
