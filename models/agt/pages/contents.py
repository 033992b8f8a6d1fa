"""What the book contains, and whether each notebook's stored outputs are those of today's sources."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from agt.economy import AGENDA
from agt.graph import mechanism

ROOT = Path(__file__).resolve().parents[3]
SOURCES = (".py", ".yml", ".csv", ".jsonl", ".ipynb", ".j2")


class Part(NamedTuple):
    """A heading of the contents and its pages, as the files that exist."""

    caption: str
    pages: list[Path]


def mechanisms() -> list[str]:
    """The mechanisms in the order of the month: by their policy or, where there is none, by their first function."""
    places: dict[str, int] = {}
    for place, function in enumerate(AGENDA):
        if function.__name__ == "policy":
            places[mechanism(function)] = place
        else:
            places.setdefault(mechanism(function), place)
    return sorted(places, key=lambda noun: places[noun])


def read_toc(root: Path) -> dict[str, Any]:
    toc: dict[str, Any] = YAML(typ="safe").load(root / "_toc.yml")
    return toc


def parts(root: Path) -> list[Part]:
    """The book in reading order; entries without a file are left out."""
    toc = read_toc(root)
    start = Part("Front page", found(root, {"file": toc["root"]}))
    return [start] + [Part(part["caption"], _pages(root, part["chapters"])) for part in toc["parts"]]


def _pages(root: Path, entries: list[dict[str, str]]) -> list[Path]:
    return [page for entry in entries for page in found(root, entry)]


def found(root: Path, entry: dict[str, str]) -> list[Path]:
    """The files that one entry of the contents stands for."""
    if "glob" in entry:
        return sorted(path for path in root.glob(entry["glob"] + ".*") if path.suffix in (".ipynb", ".md"))
    files = (root / f"{entry['file']}{suffix}" for suffix in (".ipynb", ".md"))
    return [path for path in files if path.exists()][:1]


def notebooks(root: Path) -> list[Path]:
    """The chapters that `make refresh` executes; a proposal's report is proved by its dossier instead."""
    pages = [page for part in parts(root) for page in part.pages]
    return [page for page in pages if page.suffix == ".ipynb" and page.is_relative_to(root / "book")]


def load(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def sources_digest(root: Path) -> str:
    """SHA-256 over everything outside a notebook that its outputs may depend on."""
    digest = hashlib.sha256()
    package = root / "models" / "agt"
    sources = sorted(path for path in package.rglob("*") if path.suffix in SOURCES)
    heavy = sorted((root / "book" / "results").glob("*.json"))
    dossiers = sorted((root / "proposals").glob("*/manifest.json"))
    for path in [*sources, *heavy, *dossiers, root / "requirements.lock"]:
        name = path.relative_to(root).as_posix()
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def key(notebook: dict[str, Any], sources: str) -> str:
    """What a notebook's outputs are outputs of: its cells and `sources_digest`."""
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256((json.dumps(cells) + sources).encode()).hexdigest()


def stored_key(notebook: dict[str, Any]) -> str | None:
    """The key under which the stored outputs were made, if any were."""
    stored: str | None = notebook["metadata"].get("agt", {}).get("key")
    return stored


def faults(notebook: dict[str, Any]) -> list[str]:
    """What a notebook that goes into the book must not have: cells without execution, errors, warnings."""
    found = []
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if cell["execution_count"] is None:
            found.append(f"cell {number} was not executed")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                found.append(f"cell {number} ended with {output['ename']}: {output['evalue'][:300]}")
            elif output.get("name") == "stderr":
                found.append(f"cell {number} warned: {''.join(output['text']).strip()[:300]}")
    return found
