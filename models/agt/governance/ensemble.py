"""The ensemble of a run as Parquet: what can be kept, and scored when the DAO's actuals arrive."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agt.analysis.forecasts import KEY, LEVELS, QUANTILES
from agt.analysis.paired import BASELINE
from agt.calendar import month_text
from agt.governance.futures import CHANGED, Futures
from agt.records.actuals import FIGURES
from agt.registry import Registry

FORECAST = tuple(figure for figure in FIGURES if figure.quantity)  # the figures of the DAO's actuals that the model has


def quantities(registry: Registry) -> list[str]:
    """The quantities that the figures of a forecast are made of."""
    return [name for figure in FORECAST for name in figure.names(registry)]


def table(futures: Futures, registry: Registry, since: int) -> bytes:
    """The quantiles of every figure, month by month from `since`, with and without the change, as a Parquet file.

    Columns: economy, scenario, figure, month (YYYY-MM), q01 .. q99. The same futures give the same bytes.
    """
    heads: list[tuple[str, ...]] = []
    rows: list[np.ndarray] = []
    for economy in (BASELINE, CHANGED):
        for figure in FORECAST:
            path = sum(futures.path(economy, name) for name in figure.names(registry))
            for offset, values in enumerate(np.quantile(np.asarray(path)[since:], LEVELS, axis=1).T):
                heads.append((economy, futures.scenario, figure.column, month_text(since + offset)))
                rows.append(values)
    return written(heads, np.array(rows))


def written(heads: list[tuple[str, ...]], values: np.ndarray) -> bytes:
    """The Parquet file of rows: what each is of, and its quantiles, array (rows, levels)."""
    columns = {name: pa.array([head[place] for head in heads], pa.string()) for place, name in enumerate(KEY)}
    numbers = values.reshape(len(heads), len(LEVELS)).astype(np.float32)
    columns |= {name: pa.array(numbers[:, place]) for place, name in enumerate(QUANTILES)}
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd", use_dictionary=list(KEY), use_byte_stream_split=True)
    return stream.getvalue()


def empty() -> bytes:
    """The file of a run that simulates nothing."""
    return written([], np.empty((0, len(LEVELS))))
