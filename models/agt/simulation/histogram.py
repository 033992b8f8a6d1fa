"""A histogram of a figure's values, month by month: quantiles of more runs than memory holds, with a known error.

A bin is a 256th of an octave, told from the bits of a number alone: no logarithm is taken, so that every processor
counts alike. Counts are added, so that the result does not depend on the order or on how the runs were cut.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

FINE = 8  # bits of the mantissa that are told apart: 2^8 bins in each octave
ERROR = 2.0 ** -(FINE + 1)  # of a quantile, relative: half a bin, of the lower end of its octave
LEAST = 2.0**-64  # what is smaller in size counts as zero
SHIFT = 52 - FINE
SIZE = np.int64(0x7FFF_FFFF_FFFF_FFFF)  # all bits but the sign
PAGE = 2**FINE
ZERO = int(np.float64(LEAST).view(np.int64)) >> SHIFT  # the bits of the smallest size that is told from zero


@dataclass
class Histogram:
    """How many values each bin holds.

    pages: octave -> counts (months + 1, 256), for octaves that hold any; least, most: the smallest and the largest
    value of each month, array (months + 1,); known: whether all values of a month are numbers.
    """

    least: np.ndarray
    most: np.ndarray
    known: np.ndarray
    pages: dict[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, path: np.ndarray) -> "Histogram":
        """The histogram of the values `path`, array (months + 1, runs)."""
        found = cls(path.min(axis=1), path.max(axis=1), ~np.isnan(path).any(axis=1))
        for month in np.flatnonzero(found.known):
            for octave, counts in _counted(path[month]):
                page = found.pages.setdefault(octave, np.zeros((len(path), PAGE), np.int32))
                page[month] += counts
        return found

    def add(self, other: "Histogram") -> None:
        """Count the values of `other`, too."""
        self.least, self.most = np.minimum(self.least, other.least), np.maximum(self.most, other.most)
        self.known = self.known & other.known
        for octave, counts in other.pages.items():
            had = self.pages.get(octave)
            self.pages[octave] = counts.astype(np.int64) if had is None else had + counts

    def into(self, digest: "hashlib._Hash") -> None:
        """Add everything that was counted to a digest."""
        for array in (self.least, self.most, self.known):
            digest.update(array.tobytes())
        for octave in sorted(self.pages):
            digest.update(f"{octave}".encode() + self.pages[octave].astype(np.int64).tobytes())

    def quantiles(self, levels: list[float], month: int) -> np.ndarray:
        """The quantiles of a month at `levels` [0 .. 1], each within `ERROR` of the one that the values have.

        Between two values a quantile is interpolated as NumPy's; it never leaves the range of the values.
        """
        if not self.known[month]:
            return np.full(len(levels), np.nan)
        octaves = sorted(self.pages)
        upto = np.cumsum(np.concatenate([self.pages[octave][month] for octave in octaves]))
        rank = np.array(levels) * (upto[-1] - 1)
        below = np.floor(rank).astype(np.int64)
        values = []
        for ranks in (below, np.ceil(rank).astype(np.int64)):
            place = np.searchsorted(upto, ranks, side="right")
            keys = np.array(octaves)[place // PAGE] * PAGE + place % PAGE
            values.append(np.clip(_middle(keys), self.least[month], self.most[month]))
        low, high = values
        found: np.ndarray = low + (high - low) * (rank - below)
        return found


def _counted(values: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The octaves that hold any of `values`, and the counts of their bins."""
    bits = np.ascontiguousarray(values).view(np.int64)
    keys = np.maximum(((bits & SIZE) >> SHIFT) - (ZERO - 1), 0)
    np.negative(keys, out=keys, where=bits < 0)
    first, last = int(keys.min()) // PAGE, int(keys.max()) // PAGE
    pages = np.bincount(keys - first * PAGE, minlength=(last - first + 1) * PAGE).reshape(-1, PAGE)
    for place in np.flatnonzero(pages.any(axis=1)):
        yield first + int(place), pages[place]


def _middle(keys: np.ndarray) -> np.ndarray:
    """The middle of bins; that of the bin of zero is zero."""
    low = np.abs(keys) + (ZERO - 1) << SHIFT
    middle = (low.view(np.float64) + (low + (1 << SHIFT)).view(np.float64)) / 2.0
    return np.where(keys == 0, 0.0, np.copysign(middle, keys))
