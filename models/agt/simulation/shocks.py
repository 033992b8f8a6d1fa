"""Addressable luck: a draw is a function of (seed, id, month, run) and of nothing else.

So draws do not depend on the number of runs, on chunks, workers, the horizon, or on shocks added later; baseline and
proposal meet the same luck; and any run can be replayed alone. Philox is keyed by (seed, id << 32 | month), the run
is the position in its stream, and each draw takes exactly one uniform number.
"""

import hashlib

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from agt.registry.schema import Beta, LogNormal, Parameter, Prior, Shock, Uniform

ALIGNMENT = 4  # numbers that one step of the Philox counter yields
PRIOR = 2**32 - 1  # the "month" of a draw that holds for a whole run
NINETY = float(ndtri(0.95))  # standard deviations from the median to the 95th percentile


def uniform(seed: int, id: int, month: int, first: int, runs: int) -> np.ndarray:
    """Uniform numbers in [0, 1) of the runs `first` .. `first + runs - 1`.

    Args: seed: 0 .. 2^64 - 1; id, month: 0 .. 2^32 - 1; first: a multiple of four; runs [count].
    Returns: array (runs,).
    """
    if first % ALIGNMENT:
        raise ValueError(f"first run {first} is no multiple of {ALIGNMENT}")
    key = np.array([seed, id << 32 | month], dtype=np.uint64)
    stream = np.random.Philox(key=key, counter=np.array([first // ALIGNMENT, 0, 0, 0], dtype=np.uint64))
    return np.random.Generator(stream).random(runs)


def draw(shock: Shock, seed: int, month: int, first: int, runs: int) -> tuple[np.ndarray, int]:
    """A shock of mean zero and unit variance, clipped, and how many draws were clipped.

    Returns: array (runs,), count.
    """
    chance = uniform(seed, shock.id, month, first, runs)
    if shock.law == "student_t":
        degrees = float(shock.degrees or 0)
        value = stdtrit(degrees, chance) * np.sqrt((degrees - 2.0) / degrees)
    else:
        value = ndtri(chance)
    limit = float(shock.clip)
    return np.clip(value, -limit, limit), int(np.count_nonzero(np.abs(value) > limit))


def prior_id(name: str) -> int:
    """The fixed id of a parameter's prior: 32 bits of its name's digest, so that no other parameter can move it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def prior_chance(name: str, seed: int, first: int, runs: int) -> np.ndarray:
    """The chance at which each run takes a parameter's value from its prior; array (runs,)."""
    return uniform(seed, prior_id(name), PRIOR, first, runs)


def value_at(parameter: Parameter, chance: np.ndarray) -> np.ndarray:
    """The value of a parameter at a chance of its prior [0 .. 1], within its bounds."""
    assert parameter.prior is not None
    low, high = map(float, parameter.bounds)
    return np.asarray(np.clip(prior_at(parameter.prior, chance), low, high))


def prior_at(prior: Prior, chance: np.ndarray) -> np.ndarray:
    """The value below which a prior lies with the chance `chance` [0 .. 1]; the inverse of its distribution."""
    if isinstance(prior, Uniform):
        return float(prior.low) + chance * (float(prior.high) - float(prior.low))
    if isinstance(prior, LogNormal):
        low, high = np.log(float(prior.low)), np.log(float(prior.high))
        return np.asarray(
            np.exp((low + high) / 2.0 + (high - low) / 2.0 / NINETY * ndtri(np.maximum(chance, 2.0**-54)))
        )
    assert isinstance(prior, Beta)
    return np.asarray(betaincinv(float(prior.alpha), float(prior.beta), chance))
