"""Ensembles on disk: Parquet with a manifest in its header."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agt.registry.faults import Fault, Faults
from agt.simulation import Paths


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
        "settings": settings,
        "residual": ensemble.residual,
        "clipped": ensemble.clipped,
        "alarms": ensemble.alarms,
        "versions": {name: version(name) for name in ("agt", "cadcad", "numpy", "scipy")}
        | {"python": platform.python_version(), "machine": platform.machine()},
    }


def write(ensemble: Paths, path: Path) -> None:
    """Write an ensemble as Parquet: float32, zstd, byte streams split, the manifest under the key `agt`.

    The file appears whole or not at all.
    Raises: Faults when the place cannot be written.
    """
    frame = ensemble.frame()
    figures = list(ensemble.paths)
    frame = frame.astype(dict.fromkeys(figures, "float32") | {"run": "int32", "month": "int16"})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({"agt": json.dumps(manifest(ensemble), sort_keys=True)})
    temporary = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            temporary = Path(stream.name)
            pq.write_table(table, stream, compression="zstd", use_dictionary=False, use_byte_stream_split=figures)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise Faults([Fault("output-unwritable", f"{error.strerror}; choose another place", str(path))]) from None
