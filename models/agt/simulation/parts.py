"""The figures of an ensemble as rows, run by run, in pieces that need not fit in memory at once.

A row is a run's month. Whoever plays a chunk writes its rows to a file of its own; read one after the other, they are
those of the whole ensemble, in groups that do not depend on how it was cut.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agt.registry.faults import Fault, Faults

GROUP = 1_000  # runs whose rows stand together in a file
HEAD = ("run", "month")


def layout(figures: Iterable[str]) -> pa.Schema:
    """The columns of the rows."""
    return pa.schema([("run", pa.int32()), ("month", pa.int16()), *((name, pa.float32()) for name in figures)])


def table(paths: Mapping[str, np.ndarray], first: int) -> pa.Table:
    """The rows of runs from the number `first` on: run, month and the quantities `paths`, arrays (months + 1, runs)."""
    months, runs = next(iter(paths.values())).shape
    columns = {
        "run": np.repeat(np.arange(first, first + runs, dtype=np.int32), months),
        "month": np.tile(np.arange(months, dtype=np.int16), runs),
    }
    columns |= {name: np.ascontiguousarray(path.T, np.float32).ravel() for name, path in paths.items()}
    return pa.table(columns)


def write(paths: Mapping[str, np.ndarray], first: int, folder: str) -> str:
    """Write the rows of a chunk into a folder, so that the file is there whole or not at all.

    Returns: the file.
    Raises: Faults when it cannot be written.
    """
    place = Path(folder, f"{first:010d}.parquet")
    rows = table(paths, first)
    with writing(place, layout(paths)) as writer:
        writer.write_table(rows)
    return str(place)


@contextmanager
def writing(place: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of Parquet: float32, zstd, byte streams split. The file appears whole, at the end, or not at all.

    Raises: Faults when it cannot be written.
    """
    figures = [name for name in schema.names if name not in HEAD]
    draft = place.with_name(f".{place.name}.{uuid4().hex}")  # of this writer alone, whoever else writes here
    try:
        try:
            form = {"compression": "zstd", "use_dictionary": False, "use_byte_stream_split": figures}
            with pq.ParquetWriter(draft, schema, **form) as writer:
                yield writer
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Faults([Fault("output-unwritable", f"{reason}; choose another place", str(place))]) from None


def groups(pieces: Iterable[pa.Table], months: int) -> Iterator[pa.Table]:
    """The rows of `pieces`, one after the other, in groups of `GROUP` runs; `months` counts month 0."""
    size, waiting = GROUP * months, pa.table({})
    for piece in pieces:
        waiting = pa.concat_tables([waiting, piece]) if waiting.num_rows else piece
        whole = waiting.num_rows // size * size
        for start in range(0, whole, size):
            yield waiting.slice(start, size)
        waiting = waiting.slice(whole)
    if waiting.num_rows:
        yield waiting


def read(parts: Iterable[str]) -> Iterator[pa.Table]:
    """The rows of each part.

    Raises: Faults when a part is not to be found here.
    """
    for part in parts:
        try:
            yield pq.read_table(part)
        except OSError:
            message = "its part is not to be found here; the folder must be on a disk that all workers share"
            raise Faults([Fault("output-unwritable", message, part)]) from None
