"""Forecasts against actuals: what was foreseen of a proposal when it was voted on, and what was measured since.

A dossier keeps its forecast as quantiles, by economy, scenario, figure and month. Every version of a month's figures is
scored, for a revision does not make undone what was published first.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scoringrules import crps_quantile

from agt.calendar import month_number
from agt.records.actuals import FIGURES, read_actuals
from agt.registry import Decision, Fault, Faults, Registry
from agt.registry.reader import read_bytes

FILE = "ensemble.parquet"
ACTUALS = Path("models/agt/records/actuals.csv")
KEY = ("economy", "scenario", "figure", "month")
QUANTILES = tuple(f"q{level:02d}" for level in range(1, 100))
LEVELS = np.arange(1, 100) / 100.0
BAND = ("q05", "q50", "q95")  # a figure is inside from the first to the last
CHANGED, NAIVE, SCENARIO = "changed", "baseline", "base"
SIZE = 16 * 1024 * 1024  # bytes of a forecast's file
ROWS = 200_000  # two economies, a dozen scenarios, a dozen figures and ten years are a sixth of that
EQUAL = 1e-6  # relative: a forecast is kept with some seven digits
COLUMNS = ("month", "version", "figure", "unit", "value", *BAND, "below", "inside", "crps", "crps_naive")
REASONS = {
    "not-in-forecast": "the forecast does not have the figure",
    "before-effect": "the month lies before the month of effect",
    "month-not-forecast": "the forecast does not have the month",
    "no-share": "the figure is a part, and its whole is not given or is zero",
}


class Scores(NamedTuple):
    """How a forecast fared: the figures that were scored, one row each, and those that were not, with the reason."""

    scored: pd.DataFrame
    unscored: pd.DataFrame

    @property
    def coverage(self) -> float | None:
        """The share of scored figures inside the 90 % interval; None where none was scored."""
        return float(self.scored["inside"].mean()) if len(self.scored) else None

    @property
    def relative(self) -> float | None:
        """Mean CRPS as a share of the naive forecast's, which is that nothing changes: below 1 is better.

        The ratio is taken figure by figure, for their units differ; the ratios' geometric mean is given, which one
        ratio of nothing or to nothing would make meaningless: figures that were met exactly are left out, see `met`.
        None where no other is left.
        """
        mean = self._mean[~self._met]
        return float(np.exp(np.log(mean["crps"] / mean["crps_naive"]).mean())) if len(mean) else None

    @property
    def met(self) -> tuple[str, ...]:
        """The figures that one of the two forecasts met exactly, to six digits, in all of their months."""
        return tuple(self._mean.index[self._met])

    @property
    def _mean(self) -> pd.DataFrame:
        """The mean scores of each figure, and the mean size of what was measured."""
        sized = self.scored.assign(size=self.scored["value"].abs())
        return sized.groupby("figure")[["crps", "crps_naive", "size"]].mean().astype(float)

    @property
    def _met(self) -> "pd.Series[bool]":
        mean = self._mean
        return mean[["crps", "crps_naive"]].min(axis=1) <= EQUAL * mean["size"]

    @property
    def reasons(self) -> dict[str, int]:
        """How many figures were not scored, by reason."""
        counts = self.unscored["reason"].value_counts()
        return {reason: int(counts.get(reason, 0)) for reason in REASONS}


class Track(NamedTuple):
    """How the forecast of one decision has fared so far; `problem` says why nothing of it could be scored."""

    proposal: str
    effective: str
    scored: int
    coverage: float | None
    relative: float | None
    unscored: int
    problem: str = ""


def read_forecast(path: Path) -> pd.DataFrame:
    """The forecast that a dossier of this repository keeps.

    Returns: a row per economy, scenario, figure and month, with a column for each of `QUANTILES`.
    Raises: Faults when the file is too large, is no Parquet, or does not hold that.
    """
    return _forecast(read_bytes(path, size=SIZE), path)


def score(actuals: pd.DataFrame, forecast: pd.DataFrame, effective: str) -> Scores:
    """How the forecast of the changed economy, while nothing special happens, fared against what was measured.

    Args: actuals: the frame of `read_actuals`; forecast: that of `read_forecast`; effective: YYYY-MM, the
        month of effect.
    Returns: Scores. Of a scored figure: where its value lies, `below` being the share of the quantiles below it, those
        that equal it counted half; whether it is inside the 90 % interval; the CRPS of the forecast and that of the
        economy without the change, in the figure's unit.
    """
    changed, naive = (_quantiles(forecast, economy) for economy in (CHANGED, NAIVE))
    known = {figure for figure, _ in changed.keys() & naive.keys()}
    scored, unscored = [], []
    for row in actuals.to_dict("records"):
        month = row["month"]
        for figure in FIGURES:
            if np.isnan(row[figure.column]):
                continue
            value, cell = figure.value(row), (figure.column, month)
            place = {"month": month, "version": int(row["version"]), "figure": figure.column}
            if figure.column not in known:
                unscored.append(place | {"reason": "not-in-forecast"})
            elif month_number(month) < month_number(effective):
                unscored.append(place | {"reason": "before-effect"})
            elif cell not in changed or cell not in naive:
                unscored.append(place | {"reason": "month-not-forecast"})
            elif not np.isfinite(value):
                unscored.append(place | {"reason": "no-share"})
            else:
                found = {"unit": figure.compared_unit, "value": value} | _position(value, changed[cell])
                scores = {"crps": crps(value, changed[cell]), "crps_naive": crps(value, naive[cell])}
                scored.append(place | found | scores)
    return Scores(
        pd.DataFrame(scored, columns=list(COLUMNS)),
        pd.DataFrame(unscored, columns=["month", "version", "figure", "reason"]),
    )


def crps(value: float, quantiles: np.ndarray) -> float:
    """The continuous ranked probability score of a forecast by its quantiles at `LEVELS`: 0 is best.

    It is twice the mean pinball loss over the levels.

    Source: Berrisch and Ziel (2023), CRPS learning, Journal of Econometrics 237(2), 105221.
    """
    return float(crps_quantile(value, quantiles, LEVELS, backend="numpy"))  # the same with and without numba


def report(scores: Scores) -> dict[str, Any]:
    """Scores as plain data: how many, coverage, CRPS, what could not be scored and why, and every scored figure."""
    return {
        "scored": len(scores.scored),
        "coverage": scores.coverage,
        "relative_crps": scores.relative,
        "met_exactly": list(scores.met),
        "unscored": len(scores.unscored),
        "reasons": scores.reasons,
        "figures": scores.scored.to_dict("records"),
        "not_scored": scores.unscored.to_dict("records"),
    }


def track_record(registry: Registry, root: Path) -> list[Track]:
    """How the forecasts of the DAO's decisions have fared, in the order of the log.

    Args: root: the repository, which holds the dossiers that were voted on, and the DAO's actuals.
    Raises: Faults when the actuals are not what they should be.
    """
    actuals = _measured(root / ACTUALS) if registry.decisions else None
    return [_track(decision, actuals, root / "proposals" / decision.proposal) for decision in registry.decisions]


def _measured(path: Path) -> pd.DataFrame | None:
    """What the DAO has measured, or None where it has published nothing."""
    return read_actuals(path).frame if path.exists() and path.stat().st_size else None


def _track(decision: Decision, actuals: pd.DataFrame | None, dossier: Path) -> Track:
    """The track record of one decision; a forecast that is not the one that was voted on is not scored."""
    effective = min(change.effective for change in decision.changes)
    if actuals is None or actuals.empty:
        return Track(decision.proposal, effective, 0, None, None, 0)
    try:
        scores = score(actuals, _forecast(_voted(decision, dossier), dossier / FILE), effective)
    except Faults as error:
        given = int(actuals[[figure.column for figure in FIGURES]].notna().to_numpy().sum())
        return Track(decision.proposal, effective, 0, None, None, given, error.faults[0].message)
    found = (len(scores.scored), scores.coverage, scores.relative, len(scores.unscored))
    return Track(decision.proposal, effective, *found)


def _voted(decision: Decision, dossier: Path) -> bytes:
    """The bytes of the forecast that was voted on.

    Raises: Faults when they are not there.
    """
    manifest, content = read_bytes(dossier / "manifest.json"), read_bytes(dossier / FILE, size=SIZE)
    if sha256(manifest).hexdigest() != decision.dossier:
        _refuse(dossier, "the dossier is not the one that was voted on; restore it")
    if sha256(content).hexdigest() != json.loads(manifest)["files"].get(FILE):
        _refuse(dossier / FILE, "the forecast is not the one of the dossier; restore it")
    return content


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))  # pandas writes the second


def _forecast(content: bytes, path: Path) -> pd.DataFrame:
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        wanted = dict.fromkeys(KEY, _is_text) | dict.fromkeys(QUANTILES, pa.types.is_floating)
        types = {field.name: field.type for field in file.schema_arrow}
        wrong = [name for name, is_right in wanted.items() if name not in types or not is_right(types[name])]
        if wrong:
            _refuse(
                path, f"the column {wrong[0]} is missing or of another type; a forecast has {', '.join(KEY)}, q01..q99"
            )
        if file.metadata.num_rows > ROWS:  # known before a row is read: a small file can hold a great many
            _refuse(path, f"{file.metadata.num_rows:,} rows, {ROWS:,} at most")
        table = file.read(columns=list(wanted))
    except (pa.ArrowException, OSError) as error:
        _refuse(path, f"not the Parquet file of a forecast: {str(error).splitlines()[0][:200]}")
    forecast: pd.DataFrame = table.to_pandas()
    values = forecast[list(QUANTILES)].to_numpy(dtype=float)
    if not np.isfinite(values).all() or (np.diff(values, axis=1) < 0.0).any():
        _refuse(path, "quantiles must be numbers, each at least as large as the one before")
    if forecast[list(KEY)].isna().to_numpy().any() or forecast.duplicated(list(KEY)).any():
        _refuse(path, f"{', '.join(KEY)} must be given in every row, and no two rows may share them")
    return forecast


def _quantiles(forecast: pd.DataFrame, economy: str) -> dict[tuple[str, str], np.ndarray]:
    """The quantiles of an economy while nothing special happens, by figure and month."""
    chosen = forecast[(forecast["economy"] == economy) & (forecast["scenario"] == SCENARIO)]
    cells = zip(chosen["figure"], chosen["month"], strict=True)
    return dict(zip(cells, chosen[list(QUANTILES)].to_numpy(dtype=float), strict=True))


def _position(value: float, quantiles: np.ndarray) -> dict[str, float | bool]:
    """Three of the quantiles, and where `value` lies among all of them. Equal is what agrees to six digits."""
    equal = np.isclose(quantiles, value, rtol=0.0, atol=EQUAL * abs(value))
    below = np.mean((quantiles < value) & ~equal) + np.mean(equal) / 2.0
    low, middle, high = (float(quantiles[QUANTILES.index(name)]) for name in BAND)
    inside = (low <= value <= high) or bool(np.isclose([low, high], value, rtol=0.0, atol=EQUAL * abs(value)).any())
    return dict(zip(BAND, (low, middle, high), strict=True)) | {"below": float(below), "inside": inside}


def _refuse(path: Path, message: str) -> NoReturn:
    raise Faults([Fault("forecast-unreadable", message, str(path))])
