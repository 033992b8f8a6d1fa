"""`make bench`: what the engine and the lab cost, as ratios of medians of interleaved measurements in one run."""

import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from agt.pages.contents import ROOT
from agt.simulation import simulate
from benchmarks.bare import bare_loop
from benchmarks.lab import lab_seconds
from benchmarks.scalar import scalar_cadcad

RUNS, MONTHS, ROUNDS = 10_000, 120, 5
BOOK = ROOT / "_build" / "html"
SCALAR_RUNS = 50
ENSEMBLES = (5_000, 20_000, 80_000)  # runs of which only measures are kept: one chunk, and many
PEAK = """
from pathlib import Path
from agt.analysis.measures import needed, summary
from agt.registry import load
from agt.simulation import simulate, today
names = tuple(load().measures)
kept = {{"keep": needed(names), "summary": summary(names, today())}} if {measures} else {{}}
simulate({runs}, {months}, **kept)
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes [s]."""
    start = perf_counter()
    action()
    return perf_counter() - start


def peak_megabytes(runs: int, months: int, *, measures: bool = False) -> float:
    """The peak resident memory [MB] of a fresh process that plays an ensemble and keeps paths, or measures only.

    Read from Linux's own account of the process: `getrusage` would begin with the peak of this one, which starts it.
    """
    program = PEAK.format(runs=runs, months=months, measures=measures)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def measure() -> dict[str, list[float]]:
    """The times of every row, round by round, so that a slow moment of the machine hits all of them."""
    rows: dict[str, Callable[[], object]] = {
        "bare NumPy loop": partial(bare_loop, RUNS, MONTHS),
        "this engine": partial(simulate, RUNS, MONTHS),
        "this engine, 2 workers": partial(simulate, RUNS, MONTHS, workers=2),
    }
    times: dict[str, list[float]] = {name: [] for name in rows}
    for action in rows.values():
        action()  # imports, caches and worker processes are not what is measured
    for number in range(ROUNDS):
        for name, action in rows.items():
            times[name].append(seconds(action))
        print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)  # noqa: T201
    times["cadCAD scalar"] = [seconds(partial(scalar_cadcad, SCALAR_RUNS, MONTHS))]
    return times


def main() -> None:
    warnings.simplefilter("ignore")
    times = measure()
    bare = median(times["bare NumPy loop"])
    ours = median(times["this engine"])
    table = Table("", "runs", "median s", "run-months a second", "ratio to the bare loop", title=f"{MONTHS} months")
    for name, values in times.items():
        runs = SCALAR_RUNS if name == "cadCAD scalar" else RUNS
        rate = runs * MONTHS / median(values)
        table.add_row(name, f"{runs:,}", f"{median(values):.2f}", f"{rate:,.0f}", f"{RUNS * MONTHS / rate / bare:.2f}")
    console = Console()
    console.print(table)
    scalar = median(times["cadCAD scalar"]) / SCALAR_RUNS * RUNS
    console.print(f"cadCAD scalar, extrapolated from {SCALAR_RUNS} of its runs to {RUNS:,}: {scalar:,.0f} s")
    console.print(f"this engine: {scalar / ours:,.0f} times its throughput, {ours / bare:.2f} times the bare loop")
    console.print(f"peak memory of {RUNS:,} runs x {MONTHS} months, paths kept: {peak_megabytes(RUNS, MONTHS):,.0f} MB")
    for runs in ENSEMBLES:
        peak = peak_megabytes(runs, MONTHS, measures=True)
        console.print(f"peak memory of {runs:,} runs x {MONTHS} months, measures kept: {peak:,.0f} MB")
    if BOOK.exists():
        for what, took in lab_seconds(BOOK, ROUNDS).items():
            console.print(f"the lab in Chromium, {what}: {median(took):.2f} s")
    else:
        console.print("the lab was not measured: there is no book yet; run `make book` first")


if __name__ == "__main__":
    main()
