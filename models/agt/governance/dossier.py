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

import agt
from agt.governance import suite
from agt.governance.execution import TEMPLATE
from agt.registry import FOLDER, Fault, Faults

NAMES = ("proposal.yml", "report.ipynb", "report.html", "results.json", "manifest.json")
PACKAGES = ("altair", "cadcad", "numpy", "pandas", "papermill", "scipy")
PACKAGE = Path(agt.__file__).parent
MODEL = ("*.py", "mechanisms/*.py", "registry/*.py", "simulation/*.py", "analysis/paired.py")
NOT_MODEL = ("cli.py",)


def manifest(files: Mapping[str, bytes], preset: str) -> bytes:
    """What a dossier was made of: digests of its files, of registry, model and template, versions, seeds."""
    made: dict[str, Any] = {
        "schema": 1,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "registry": digest(FOLDER, ("*.yml", "*.csv")),
        "model": digest(PACKAGE, MODEL, NOT_MODEL),
        "template": hashlib.sha256(TEMPLATE.read_bytes()).hexdigest(),
        "suite": suite.VERSION,
        "preset": preset,
        "futures": len(suite.BLOCKS) * suite.PRESETS[preset],
        "seeds": [str(seed) for seed in suite.seeds()],
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
    }
    return rfc8785.dumps(made)


def digest(folder: Path, patterns: tuple[str, ...], leave: tuple[str, ...] = ()) -> str:
    """SHA-256 over the names and contents of the files of `folder` that match."""
    whole = hashlib.sha256()
    found = sorted({path for pattern in patterns for path in folder.glob(pattern) if path.name not in leave})
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
        preset, futures, proposal = made["preset"], made["futures"], made["files"]["proposal.yml"]
        return preset, f"a {preset} dossier of {futures:,} futures, of the proposal with SHA-256 {proposal}"
    except (OSError, ValueError, LookupError, TypeError):
        return None, "a dossier that cannot be read"


def publish(place: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` beside `place`, then move them there in one rename; what stood there is replaced.

    A run that is killed leaves `place` as it was; the next one removes what it left beside it.
    Raises: Faults when the place cannot be written, or another run is writing there.
    """
    beside, former = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    try:
        with _alone(place.parent, place):
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
            beside.rename(place)
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
