"""`make bench`: what everything costs on this machine, all rows in one run, written to `book/results/speed.json`.

Each row is measured in a process of its own, whose memory, with that of its children, is watched. The book shows the
result in the chapter on speed.
"""
# ruff: noqa: T201

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from agt import processor
from agt.simulation.fingerprint import fingerprint
from benchmarks.rows import MONTHS

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "book" / "results" / "speed.json"
LOOK = 0.1  # seconds between two looks at the memory
INTERLEAVED = 10_000  # runs of the comparison with the bare loop


class Row(NamedTuple):
    """What is measured: what the table calls it, its name in `benchmarks.rows`, the runs, and how often."""

    title: str
    name: str
    runs: int
    rounds: int = 1


ROWS = (
    Row("cadCAD, one number per value", "cadcad", 20),
    Row("radCAD, one number per value", "radcad", 20),
    Row("the floor: the bare NumPy loop", "bare", INTERLEAVED, 5),
    Row("this engine", "engine", 1, 5),
    Row("this engine", "engine", 1_000, 5),
    Row("this engine", "engine", INTERLEAVED, 5),
    Row("this engine", "engine", 100_000),
    Row("this engine", "engine", 1_000_000),
    Row("this engine, 2 workers", "workers", 100_000),
    Row("this engine, 2 workers of a Dask cluster here", "dask", 100_000),
    Row("agt propose run, minimal", "minimal", 0),
    Row("agt propose run, full", "full", 0),
    Row("the book, from its stored outputs", "book", 0),
    Row("the lab in Chromium, first path on the screen", "lab_first", 0, 3),
    Row("the lab in Chromium, all its paths", "lab_all", 0, 3),
)


def main() -> int:
    """Measure every row, print it, and write the result; 1 when a row could not be measured."""
    rows, failed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        seconds, _ = measured(Row("", "interleaved", INTERLEAVED, 5), environment)
        for row in ROWS:
            try:
                took, peak = measured(row, environment)
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"error: {row.title}: {(error.stderr or 'no message').strip().splitlines()[-1]}", file=sys.stderr)
                continue
            rows.append({"title": row.title, "runs": row.runs, "seconds": took, "peak_megabytes": round(peak)})
            print(f"{row.title:45} {row.runs:>9,} runs {median(took):>10.2f} s {peak:>7,.0f} MB", flush=True)
    bare, ours = zip(*seconds, strict=True)
    result = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "months": MONTHS, "rows": rows}
    result["interleaved"] = {"runs": INTERLEAVED, "bare": bare, "engine": ours}
    print(f"this engine takes {median(ours) / median(bare):.2f} times the bare loop, median of {len(bare)} in turn")
    if failed:
        print(f"{failed} of {len(ROWS)} rows are missing; {RESULT.name} is as it was", file=sys.stderr)
        return 1
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")
    return 0


def _environment(folder: str) -> dict[str, str]:
    """What a row's process knows: the processor as tests use it, and radCAD, which shares no environment with us."""
    install = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "-q", "--no-deps"]
    listed = Path(__file__).with_name("radcad.txt")
    subprocess.run([*install, "--require-hashes", "--target", folder, "-r", str(listed)], check=True)
    path = os.pathsep.join([str(ROOT), folder])
    return os.environ | {"NPY_DISABLE_CPU_FEATURES": processor.without(), "PYTHONPATH": path}


def measured(row: Row, environment: dict[str, str]) -> tuple[Any, float]:
    """The seconds that a row takes, round by round, and the peak of its memory [MB].

    Raises: CalledProcessError when it fails.
    """
    command = [sys.executable, "-m", "benchmarks.rows", row.name, str(row.runs), str(row.rounds)]
    peak = 0
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(kilobytes, family(process.pid))))
            time.sleep(LOOK)
        out, errors = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, out, errors)
    return json.loads(out), peak / 1024


def family(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    with suppress(OSError):  # it may have ended meanwhile
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                found += family(int(child))
    return found


def kilobytes(process: int) -> int:
    """The memory of a process; what it shares with others is counted once over all of them."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(text.partition("\nPss:")[2].split()[0])


def machine() -> dict[str, Any]:
    """What was measured on."""
    names = [line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line]
    bytes_ = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "gigabytes": round(bytes_ / 2**30, 1),
        "system": platform.platform(terse=True),
        "made_with": fingerprint(),
    }


if __name__ == "__main__":
    sys.exit(main())
