"""Ensembles that fit in memory, and on disk: Parquet with a manifest in its header."""

import json
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from agt.registry.faults import Fault, Faults
from agt.simulation import STATE, Paths, affordable, published
from agt.simulation.fingerprint import fingerprint
from agt.simulation.parts import groups, layout, read, table, writing

SUFFIX = ".parquet"
KEPT = 500 * 10**6  # bytes of figures that are kept; of more, values are counted
PROCESS = 250 * 10**6  # bytes that a process takes before it plays
PAGES = 200 * 10**6  # bytes that histograms take, or the rows that are written
COPIES = 2  # of the figures of a chunk, at the peak: as played, and as brought or written


def manifest(ensemble: Paths) -> dict[str, object]:
    """What made an ensemble: request, what its last digits hang on, and what the engine checked."""
    settings = {
        name: {str(month): np.asarray(part).tolist() for month, part in value.items()}
        if isinstance(value, dict)
        else np.asarray(value).tolist()
        for name, value in ensemble.settings.items()
    }
    return {
        "runs": ensemble.runs,
        "first_run": ensemble.first_run,
        "months": ensemble.months,
        "seed": ensemble.seed,
        "scenario": ensemble.scenario,
        "settings": settings,
        "residual": ensemble.residual,
        "clipped": ensemble.clipped,
        "alarms": ensemble.alarms,
        "made_with": fingerprint(),
    }


def check_place(path: Path) -> None:
    """Raises: Faults when no Parquet file can be written at `path`, so that it is known before hours of work."""
    if path.suffix != SUFFIX:
        raise Faults([Fault("output-unwritable", f"the file is Parquet; let its name end in {SUFFIX}", str(path))])
    if not path.parent.is_dir():
        raise Faults([Fault("output-unwritable", f"there is no folder {path.parent}; make it first", str(path))])
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise Faults([Fault("output-unwritable", "a file cannot be written here; choose another place", str(path))])


def is_kept(runs: int, months: int, figures: int) -> bool:
    """Whether the values of so many figures are kept in memory, so that their quantiles are exact."""
    return runs * (months + 1) * figures * 8 <= KEPT


def check_size(runs: int, months: int, figures: int, workers: int = 1, *, kept: bool | None = None) -> None:
    """Check that the memory can hold an ensemble while it is played, so that it is known before hours of work.

    Args: runs, months, figures, workers [count]; kept: whether values are kept whatever their size, see `is_kept`.
    Raises: Faults when it cannot.
    """
    path = (months + 1) * figures * 8  # bytes of one run
    chunk = min(affordable(months, figures), runs) * (STATE + COPIES * path)
    kept = is_kept(runs, months, figures) if kept is None else kept
    own = runs * path if kept else PAGES
    processes = workers + 1 if workers > 1 else 1
    needed, memory = processes * PROCESS + workers * chunk + own, available()
    if needed > memory:
        fewer = "fewer runs, months or workers" if workers > 1 else "fewer runs or months"
        message = (
            f"{runs:,} runs x {months:,} months of {figures} figures need about {needed / 1e9:,.1f} GB of memory, and "
            f"{memory / 1e9:,.1f} GB are free; ask for {fewer}, or end other programs"
        )
        raise Faults([Fault("simulation-size", message)])


def available() -> int:
    """The memory that this process may still take [byte]: of the machine, its container, and its own limit."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    meminfo = _read("/proc/meminfo").partition("MemAvailable:")[2].split()
    limits += [int(meminfo[0]) * 1024] if meminfo else []
    most, used = _read("/sys/fs/cgroup/memory.max").strip(), _read("/sys/fs/cgroup/memory.current").strip()
    limits += [int(most) - int(used)] if most.isdigit() and used.isdigit() else []
    own, _ = resource.getrlimit(resource.RLIMIT_AS)
    limits += [own] if own != resource.RLIM_INFINITY else []
    return max(min(limits), 0)


def _read(place: str) -> str:
    """What a file of the system says; nothing where there is none."""
    try:
        return Path(place).read_text(encoding="ascii")
    except OSError:
        return ""


@contextmanager
def beside(path: Path | None) -> Iterator[str]:
    """A folder for the parts of the file `path`, beside it, and gone afterwards; none where there is no file.

    Raises: Faults when it cannot be made.
    """
    if path is None:
        yield ""
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise Faults([Fault("output-unwritable", f"{error.strerror}; choose another place", str(path))]) from None
    with folder as name:
        yield name


def write(ensemble: Paths, path: Path) -> None:
    """Write the figures of every run and month as Parquet, the manifest under the key `agt`.

    The same ensemble gives the same bytes, however it was cut. The file appears whole or not at all.
    Raises: Faults when the place cannot be written, or when too many run-months met the edge of the model's range.
    """
    published(ensemble, str(path))
    pieces = read(ensemble.parts) if ensemble.parts else [table(ensemble.paths, ensemble.first_run)]
    schema = layout(ensemble.figures).with_metadata({"agt": json.dumps(manifest(ensemble), sort_keys=True)})
    with writing(path, schema) as writer:
        for group in groups(pieces, ensemble.months + 1):
            writer.write_table(group.cast(schema))
