"""What the last digit of a figure hangs on: the model, the versions of what computes, and how this processor counts.

Two machines that agree in what is `DECISIVE` play the same futures bit for bit.
"""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from agt.registry import load
from agt.simulation.shocks import draw, uniform, value_at

PACKAGE = Path(__file__).parents[1]
MODEL = ("*.py", "mechanisms/*.py", "registry/*", "simulation/*.py", "analysis/*.py")
SUFFIXES = (".py", ".yml", ".csv", ".jsonl")
DECISIVE = ("agt", "cadcad", "numpy", "scipy", "model", "arithmetic")  # equal where every bit of a result is
STEPS = 4_096  # numbers between the ends at which the processor is tried


@cache
def fingerprint() -> dict[str, str]:
    """Everything that a result hangs on besides what was asked for."""
    packages = {name: version(name) for name in ("agt", "cadcad", "numpy", "scipy")}
    return packages | {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "model": model_digest(),
        "arithmetic": arithmetic(),
    }


def model_digest(package: Path = PACKAGE) -> str:
    """SHA-256 of everything that is read or run of this package where futures are played."""
    digest = hashlib.sha256()
    found = {path for pattern in MODEL for path in package.glob(pattern) if path.suffix in SUFFIXES}
    for path in sorted(found):
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(package).as_posix()} {own}\n".encode())
    return digest.hexdigest()


def arithmetic() -> str:
    """SHA-256 of shocks, priors and functions of the model over their range: equal where their last digits are.

    NumPy's code for AVX-512 and the C libraries of systems differ there; see `agt.processor`.
    """
    registry = load()
    wide, positive = np.linspace(-40.0, 40.0, STEPS), np.linspace(1e-6, 1e6, STEPS)
    chance = uniform(0, 0, 0, 0, STEPS)
    answers = [np.exp(wide), np.log(positive), np.sqrt(positive), np.power(positive, 0.37)]
    answers += [draw(shock, 0, 1, 0, STEPS)[0] for shock in registry.shocks.values()]
    answers += [value_at(entry, chance) for entry in registry.parameters.values() if entry.prior]
    return hashlib.sha256(b"".join(answer.tobytes() for answer in answers)).hexdigest()
