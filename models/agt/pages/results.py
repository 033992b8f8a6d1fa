"""Heavy results that chapters read: computed by `make refresh` when the model has changed, stored with a key.

A chapter has seconds, these take minutes. Each is one file of numbers in `book/results`; a test recomputes a sample.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from agt.analysis import flips, sensitivity, stress
from agt.pages.contents import ROOT
from agt.registry import load

FOLDER = Path("book/results")
DIGITS = 6  # significant: fewer than processors agree on, more than a page shows

# What the results are results of: the model and its analysis, and the versions of what computes them.
PARTS = ("mechanisms", "registry", "simulation", "analysis")
SUFFIXES = (".py", ".yml", ".csv", ".jsonl")
FILES = ("vocabulary.py", "ledger.py", "calendar.py", "economy.py", "graph.py")


def compute_sensitivity() -> dict[str, Any]:
    """Sobol indices of every answer over what is not known and over levers: means over the paths, and their errors."""
    registry, paths = load(), range(sensitivity.PATHS)
    made: dict[str, Any] = {"paths": sensitivity.PATHS, "base": sensitivity.BASE}
    for kind, design in (("unknowns", sensitivity.unknowns(registry)), ("levers", sensitivity.levers(registry))):
        found = sensitivity.sobol(design, paths, sensitivity.BASE)
        mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / len(paths) ** 0.5
        made[kind] = {
            answer: {
                name: {
                    "first": mean[row, 0, column],
                    "total": mean[row, 1, column],
                    "error": error[row, 1, column],
                    "first_path": found[0, row, 1, column],
                }
                for column, name in enumerate(design.names)
            }
            for row, answer in enumerate(sensitivity.ANSWERS)
        }
    return made


def compute_flips() -> dict[str, Any]:
    """The flip points of everything that is not known."""
    return {"runs": flips.RUNS, "flips": [flip._asdict() for flip in flips.flips(flips.RUNS)]}


def compute_stress() -> dict[str, Any]:
    """Every measure and guardrail in every scenario."""
    return {"runs": stress.RUNS, "scenarios": stress.stress()}


RESULTS: dict[str, Callable[[], dict[str, Any]]] = {
    "stress": compute_stress,
    "sensitivity": compute_sensitivity,
    "flips": compute_flips,
}


def model_digest(root: Path) -> str:
    """SHA-256 over the model, its registry and analysis, and the lock."""
    package = root / "models" / "agt"
    sources = [path for part in PARTS for path in (package / part).rglob("*") if path.suffix in SUFFIXES]
    digest = hashlib.sha256()
    for path in [*sorted(sources), *(package / name for name in FILES), root / "requirements.lock"]:
        digest.update(f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def stale(root: Path) -> list[str]:
    """The results that are missing or were made by another model; a book without their folder has none."""
    if not (root / FOLDER).is_dir():
        return []
    key = model_digest(root)
    return [name for name in RESULTS if _stored(root, name).get("key") != key]


def _stored(root: Path, name: str) -> dict[str, Any]:
    path = root / FOLDER / f"{name}.json"
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return stored


def refresh(root: Path, say: Callable[[str], None]) -> None:
    """Compute what is stale, and store it."""
    key = model_digest(root)
    for name in stale(root):
        say(f"  computing {name} (a minute or two)")
        made = {"key": key, **_rounded(RESULTS[name]())}
        (root / FOLDER / f"{name}.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


@cache
def result(name: str) -> dict[str, Any]:
    """A stored result.

    Raises: FileNotFoundError when there is none; `make refresh` computes it.
    """
    path = ROOT / FOLDER / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
