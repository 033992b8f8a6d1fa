"""What the chunks of an ensemble bring, put together as they come, so that no chunk is held longer than that."""

from dataclasses import dataclass, field

import numpy as np

from agt.registry.faults import Fault, Faults
from agt.simulation.chunk import Chunk
from agt.simulation.histogram import Histogram


@dataclass
class Gathered:
    """An ensemble of `runs` from the number `first` on, as far as its chunks have come. Fields: see `Chunk`.

    Sums are of whole numbers, and the others are extremes: neither hangs on the order in which the chunks come.
    """

    first: int
    runs: int
    paths: dict[str, np.ndarray] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    residual: float = 0.0
    least: float = np.inf
    clipped: int = 0
    draws: int = 0
    alarms: int = 0
    run_months: int = 0

    def add(self, chunk: Chunk) -> None:
        """Take what a chunk brings.

        Raises: Faults when a figure is no number after month 0, in which flows and figures are not measured yet.
        """
        if chunk.broken:
            message = f"{', '.join(chunk.broken)} became infinite or no number; a setting has left the range of the"
            raise Faults([Fault("simulation-alarm", f"{message} model")])
        for name, path in chunk.paths.items():
            self._place(name, path, chunk.first - self.first)
        for name, counted in chunk.histograms.items():
            if name in self.histograms:
                self.histograms[name].add(counted)
            else:
                self.histograms[name] = counted
        self.parts += [chunk.part] if chunk.part else []
        self.residual, self.least = max(self.residual, chunk.residual), min(self.least, chunk.least)
        self.clipped, self.draws = self.clipped + chunk.clipped, self.draws + chunk.draws
        self.alarms, self.run_months = self.alarms + int(chunk.alarms.sum()), self.run_months + chunk.run_months

    def _place(self, name: str, path: np.ndarray, start: int) -> None:
        """Put the runs of a chunk at their place; what comes in one piece is not copied."""
        runs = path.shape[-1]
        if runs == self.runs:
            self.paths[name] = path
            return
        if name not in self.paths:
            self.paths[name] = np.empty((*path.shape[:-1], self.runs), path.dtype)
        self.paths[name][..., start : start + runs] = path
