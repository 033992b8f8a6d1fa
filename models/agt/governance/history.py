"""The history of this repository: what it held at the commit that a proposal was written against."""

import io
import json
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

import agt

ROOT = Path(agt.__file__).parents[2]
SOURCES = (
    "models/agt",
    ":!models/agt/pages",
    ":!models/agt/lab",
    ":!models/agt/records/actuals.csv",  # what was measured since changes no run
    "requirements.lock",
    "book/_static",
)
NEEDED = ("models", "requirements.lock", "book/_static", "proposals")  # what a run needs of a commit
BRANCHES = ("HEAD", "main", "origin/main")

State = Literal["here", "unknown", "no history"]


def git(root: Path, *command: str) -> bytes | None:
    """What a git command answers; None where it fails, or there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(root), *command], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def state(base: str, root: Path = ROOT) -> State:
    """Whether a commit is in the history of this copy of the repository."""
    if not (root / ".git").exists() or git(root, "rev-parse", "HEAD") is None:
        return "no history"
    known = any(git(root, "merge-base", "--is-ancestor", base, branch) is not None for branch in BRANCHES)
    return "here" if known else "unknown"


def as_at(base: str, root: Path = ROOT) -> bool:
    """Whether what makes a run's numbers and pages is here as it was at a commit."""
    same = git(root, "diff", "--quiet", base, "--", *SOURCES) is not None
    return same and not git(root, "ls-files", "--others", "--exclude-standard", "--", *SOURCES)


def proposals(base: str, root: Path = ROOT) -> dict[str, bytes]:
    """The proposals that the repository held at a commit: id -> bytes of the file."""
    listed = (git(root, "ls-tree", "--name-only", base, "proposals/") or b"").decode().split()
    found = {Path(name).stem: git(root, "show", f"{base}:{name}") for name in listed if name.endswith(".yml")}
    return {name: content for name, content in found.items() if content is not None}


def earlier(base: str, id: str, root: Path = ROOT) -> str:
    """The dossiers of a proposal that the history up to a commit holds, the first one first, as JSON."""
    place = f"proposals/{id}/results.json"
    commits = (git(root, "log", "--reverse", "--format=%H", base, "--", place) or b"").decode().split()
    found = []
    for commit in commits:
        with suppress(ValueError, LookupError, TypeError):  # what is no results of a run is none
            results = json.loads(git(root, "show", f"{commit}:{place}") or b"")
            found.append({key: str(results[key]) for key in ("proposal", "verdict", "preset")})
    return json.dumps(found)


def extract(base: str, folder: Path, root: Path = ROOT) -> None:
    """Write what a run needs of a commit into a folder.

    Raises: OSError when git cannot give it.
    """
    packed = git(root, "archive", "--format=tar", base, "--", *NEEDED)
    if packed is None:
        raise OSError(f"git cannot give the commit {base}")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def file_at(base: str, name: str, root: Path = ROOT) -> bytes | None:
    """The bytes of a file at a commit, or None."""
    return git(root, "show", f"{base}:{name}")
