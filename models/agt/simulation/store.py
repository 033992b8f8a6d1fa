"""Ensembles that fit in memory, and on disk: Parquet with a manifest in its header."""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agt.registry.faults import Fault, Faults
from agt.simulation import Paths, published

SUFFIX = ".parquet"
COPIES = 3  # of what is kept, at the peak: its pieces or its table, and the whole twice


def manifest(ensemble: Paths) -> dict[str, object]:
    """What made an ensemble: request, versions, and what the engine checked."""
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
        "versions": {name: version(name) for name in ("agt", "cadcad", "numpy", "scipy")}
        | {"python": platform.python_version(), "machine": platform.machine()},
    }


def check_place(path: Path) -> None:
    """Raises: Faults when no Parquet file can be written at `path`, so that it is known before hours of work."""
    if path.suffix != SUFFIX:
        raise Faults([Fault("output-unwritable", f"the file is Parquet; let its name end in {SUFFIX}", str(path))])
    if not path.parent.is_dir():
        raise Faults([Fault("output-unwritable", f"there is no folder {path.parent}; make it first", str(path))])
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise Faults([Fault("output-unwritable", "a file cannot be written here; choose another place", str(path))])


def check_size(runs: int, months: int, figures: int) -> None:
    """Check that the memory can hold an ensemble, so that it is known before hours of work.

    Args: runs, months, figures kept [count].
    Raises: Faults when it cannot.
    """
    needed = runs * (months + 1) * figures * 8 * COPIES
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > memory:
        message = (
            f"{runs:,} runs x {months:,} months need {needed / 1e9:,.1f} GB of memory for {figures} figures; "
            f"there are {memory / 1e9:,.1f} GB; ask for fewer runs or months"
        )
        raise Faults([Fault("simulation-size", message)])


def write(ensemble: Paths, path: Path) -> None:
    """Write an ensemble as Parquet: float32, zstd, byte streams split, the manifest under the key `agt`.

    The file appears whole or not at all.
    Raises: Faults when the place cannot be written, or when too many run-months met the edge of the model's range.
    """
    published(ensemble, str(path))
    frame = ensemble.frame()
    figures = list(ensemble.paths)
    frame = frame.astype(dict.fromkeys(figures, "float32") | {"run": "int32", "month": "int16"})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({"agt": json.dumps(manifest(ensemble), sort_keys=True)})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            pq.write_table(table, draft, compression="zstd", use_dictionary=False, use_byte_stream_split=figures)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Faults([Fault("output-unwritable", f"{error.strerror}; choose another place", str(path))]) from None
