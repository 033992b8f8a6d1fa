"""What is stamped on the book when it is built: commit and lock, versions, the notebooks, how verdicts moved."""

import hashlib
import json
import platform
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from agt.calendar import moment
from agt.governance.dossier import sources
from agt.governance.history import git
from agt.pages import contents
from agt.pages.baseline import RUNS, baseline
from agt.pages.tables import Html, table
from agt.registry import load

BUILT, CHANGES = Path("book/reference/built.md"), Path("book/reference/changes.md")
NAMED = ("cadcad", "numpy", "scipy", "pandas", "pyarrow", "altair", "papermill", "nbval", "jupyter-book")
SHORT = 12  # digits of a SHA-256 that a page shows
RESIDUAL = 1e-4  # AGT: far below what anybody owns, far above rounding


class Published(NamedTuple):
    """One dossier of a proposal as the history holds it."""

    day: str
    commit: str
    verdict: str


def origin(root: Path) -> str:
    """Where a page came from, for its foot."""
    return f"Built from commit <code>{commit(root)}</code> in the environment <code>{lock(root)[:SHORT]}</code>."


def commit(root: Path) -> str:
    """The commit the files are from; a copy without its history cannot know."""
    if not (root / ".git").exists():
        return "unknown"
    name = (git(root, "rev-parse", f"--short={SHORT}", "HEAD") or b"").decode().strip()
    if not name:
        return "unknown"
    return name + (" with uncommitted changes" if git(root, "status", "--porcelain") else "")


def lock(root: Path) -> str:
    """The SHA-256 of the lock file."""
    return hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()


def substitutions(root: Path) -> dict[str, str]:
    """What the pages about the book itself insert, by name; nothing where there are no such pages.

    Raises: ValueError when the accounts of the baseline do not add up to the whole supply.
    """
    found: dict[str, str] = {}
    if (root / BUILT).exists():
        found |= {"origin": origin(root), "lock": f"`{lock(root)}`", "registry": f"`{sources(root)['registry']}`"}
        found |= {"versions": versions(), "residual": residual(), "notebooks": notebooks(root)}
        found |= {"as_of": f"{moment(load().as_of):%-d %B %Y}"}
    if (root / CHANGES).exists():
        found["verdicts"] = verdicts(root)
    return {name: "".join(text) for name, text in found.items()}  # plain text, as YAML wants it


def versions() -> str:
    """The versions of what computes and builds the book."""
    rows = [("python", platform.python_version()), *((name, version(name)) for name in NAMED)]
    return table(("Package", "Version"), rows, label="Versions")


def residual() -> str:
    """How far the accounts of the baseline are from the whole supply, at worst."""
    worst = baseline("reward_reserve").residual
    if worst > RESIDUAL:
        raise ValueError(f"the accounts of the baseline miss the whole supply by {worst:g} AGT")
    return f"to less than {RESIDUAL:.4f} AGT, at any substep of {RUNS:,} runs"


def notebooks(root: Path) -> str:
    """The notebooks of the book: how many cells ran, and the key that their outputs belong to."""
    rows = []
    for part in contents.parts(root):
        for path in (page for page in part.pages if page.suffix == ".ipynb"):
            notebook = contents.load(path)
            ran = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
            name = path.relative_to(root).as_posix()
            dossier = path.with_name("manifest.json")  # a report is proved by its dossier
            key = json.loads(dossier.read_bytes())["effect"] if dossier.exists() else contents.stored_key(notebook)
            link = Html(f'<a href="../../{name.removesuffix(".ipynb")}.html">{name}</a>')
            rows.append((link, str(ran), Html(f"<code>{str(key)[:SHORT]}</code>")))
    return table(("Notebook", "Cells run", "Key"), rows, label="Notebooks", numbers=(1,))


def verdicts(root: Path) -> str:
    """Every proposal's verdicts in the order in which they were published, and whether one moved."""
    rows = []
    for path in sorted((root / "proposals").glob("agt-*/results.json")):
        found = list(published(root, path.parent.name))
        moved = [next(same) for _, same in groupby(found, key=lambda one: one.verdict)]
        told = "; ".join(f"{one.verdict} on {one.day} ({one.commit})" for one in moved)
        name = path.parent.name
        link = Html(f'<a href="../../proposals/{name}/report.html">{name}</a>')
        rows.append((link, told or "not in this copy's history", f"{len(found)}", "yes" if len(moved) > 1 else "no"))
    return table(("Proposal", "Verdicts", "Times run", "Moved"), rows, label="How verdicts moved", numbers=(2,))


def published(root: Path, proposal: str) -> Iterator[Published]:
    """The dossiers of a proposal in the history of this copy, the first one first."""
    place = f"proposals/{proposal}/results.json"
    listed = (git(root, "log", "--reverse", "--format=%h %cs", "--", place) or b"").decode().splitlines()
    for name, day in (line.split() for line in listed):
        with suppress(ValueError, LookupError, TypeError):  # a file that is no result of a run is none
            results = json.loads(git(root, "show", f"{name}:{place}") or b"")
            yield Published(f"{date.fromisoformat(day):%-d %B %Y}", name, str(results["verdict"]))
