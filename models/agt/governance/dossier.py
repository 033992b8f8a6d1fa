"""The dossier of a proposal: a folder with a closed list of files, written beside its place and moved there whole."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rfc8785

from agt.analysis import forecasts
from agt.governance import history
from agt.governance.order import Order
from agt.governance.proposal import Proposal
from agt.registry import Fault, Faults

NAMES = (
    "proposal.yml",
    "report.ipynb",
    "report.html",
    "results.json",
    forecasts.FILE,
    "snapshot.md",
    "manifest.json",
)
SCHEMA = 2  # of manifest.json
PACKAGES = ("altair", "cadcad", "numpy", "pandas", "papermill", "pyarrow", "scipy")
PACKAGE = Path("models/agt")
MODEL = (
    "*.py",
    "mechanisms/*.py",
    "registry/*.py",
    "simulation/*.py",
    "analysis/*.py",
    "governance/*.py",
    "records/*.py",
)
NOT_MODEL = (  # what starts a run, watches it or compares it makes none of its numbers
    "cli.py",
    *(f"governance/{name}.py" for name in ("clock", "commands", "decisions", "difference", "interview", "verify")),
)
SUITE = ("scenarios.yml", "measures.yml", "guardrails.yml", "groups.yml", "checks.yml")


def manifest(files: Mapping[str, bytes], order: Order, proposal: Proposal) -> bytes:
    """What a dossier was made of: digests of its files, of what made it, versions, seeds."""
    preset = order.play
    results = json.loads(files["results.json"])
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "effect": results["effect"],
        "results": hashlib.sha256(files["results.json"]).hexdigest(),
        "base": proposal.head.base,
        "as_of": order.as_of,
        "preset": preset.name,
        "beacon": results["beacon"],
        "seeds": results["seeds"],
        "sources": sources(history.ROOT),
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
    }
    return rfc8785.dumps(made)


def sources(root: Path) -> dict[str, str]:
    """SHA-256 of what makes a run: registry, suite, model, template and lock, in a copy of the repository."""
    package = root / PACKAGE
    registry = package / "registry"
    template = package / "governance" / "template.ipynb"
    return {
        "registry": digest(registry, ("*.yml", "*.csv", "*.jsonl")),
        "suite": digest(registry, SUITE),
        "model": digest(package, MODEL, NOT_MODEL),
        "template": hashlib.sha256(template.read_bytes()).hexdigest(),
        "lock": hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest(),
    }


def current(place: Path) -> bool:
    """Whether what the dossier at `place` found was found by what is here, for the proposal that lies there.

    Raises: OSError, ValueError or KeyError when there is no such dossier.
    """
    made = json.loads((place / "manifest.json").read_bytes())
    read = ("proposal.yml", "results.json")
    whole = all(hashlib.sha256((place / name).read_bytes()).hexdigest() == made["files"][name] for name in read)
    return whole and made.get("sources") == sources(history.ROOT)


def digest(folder: Path, patterns: tuple[str, ...], leave: tuple[str, ...] = ()) -> str:
    """SHA-256 over the names and contents of the files of `folder` that match."""
    whole = hashlib.sha256()
    found = sorted(
        {
            path
            for pattern in patterns
            for path in folder.glob(pattern)
            if path.relative_to(folder).as_posix() not in leave
        }
    )
    for path in found:
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()} {own}\n".encode())
    return whole.hexdigest()


def check_place(place: Path, preset: str, *, force: bool = False) -> str | None:
    """Refuse a place whose folder does not exist, or that holds anything but a dossier that may be replaced.

    Args: preset: of the dossier that is to stand there; force: whether a minimal one may replace a full one.
    Returns: what will be replaced, in words; None where nothing stands there.
    Raises: Faults.
    """
    if not place.parent.is_dir():
        raise _unwritable(place, "its folder does not exist; create it first")
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise _unwritable(place, "something stands there that is no folder; choose another place")
    foreign = sorted(path.name for path in place.iterdir() if path.name not in NAMES) if place.exists() else []
    if foreign:
        raise _unwritable(place, f"{foreign[0]} stands there, which belongs to no dossier; choose another place")
    if not place.exists() or not any(place.iterdir()):
        return None
    former, words = _former(place)
    if former == "full" and preset == "minimal" and not force:
        message = "a full dossier stands there; --force replaces it by a minimal one, --out puts this one elsewhere"
        raise _unwritable(place, message)
    return words


def _former(place: Path) -> tuple[str | None, str]:
    """The preset of the dossier at `place`, and what it is in words."""
    try:
        made = json.loads((place / "manifest.json").read_bytes())
        preset, proposal = made["preset"], made["files"]["proposal.yml"]
        return preset, f"a {preset} dossier of the proposal with SHA-256 {proposal}"
    except (OSError, ValueError, LookupError, TypeError):
        return None, "a dossier that cannot be read"


def publish(place: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` beside `place`, then move them there in one rename; what stood there is replaced.

    A run that is killed leaves `place` as it was, or nothing for the moment between two renames; the next one puts what
    stood there back, and removes what was left beside it.
    Raises: Faults when the place cannot be written, or another run is writing there.
    """
    beside, former = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    try:
        with _alone(place.parent, place):
            if former.exists() and not place.exists():
                former.rename(place)
            for leftover in (beside, former):
                shutil.rmtree(leftover, ignore_errors=True)
            beside.mkdir()
            for name, content in files.items():
                with (beside / name).open("xb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
            if place.exists():
                place.rename(former)
            try:
                beside.rename(place)
            except OSError:
                if former.exists():
                    former.rename(place)
                raise
            shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        raise _unwritable(place, f"{error.strerror}; choose another place") from None


@contextmanager
def _alone(folder: Path, place: Path) -> Iterator[None]:
    """Hold the folder's lock; it goes with the process, however that ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _unwritable(place, "another run is writing there; wait for its end") from None
        yield
    finally:
        os.close(handle)


def _unwritable(place: Path, message: str) -> Faults:
    return Faults([Fault("output-unwritable", message, str(place))])
