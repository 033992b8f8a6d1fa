"""The export: source texts as they are, the numbers of the first runs, and everything that the page offers."""

import json
import shutil
from pathlib import Path
from typing import Any

import agt
from agt.calendar import month_text
from agt.economy import AGENDA
from agt.governance import history
from agt.graph import Block, blocks
from agt.lab.offer import offer
from agt.lab.records import Records, records
from agt.lab.tools import tools
from agt.registry import Registry, load
from agt.simulation import today

RUNS = 100  # paths that the page plays
PACKAGE = Path(agt.__file__).parent
SHARED = ("__init__.py", "vocabulary.py", "mechanisms/*.py")


def export(root: Path, folder: Path, *, months: int, seed: int) -> None:
    """Write what the lab needs into a folder.

    Args: root: the repository, whose proposals are offered; months: played after the registry's date; seed: of the
        ensemble whose first runs the page plays.
    """
    registry = load()
    numbers = records(registry, runs=RUNS, months=months, seed=seed)
    for path in sources():
        target = folder / "agt" / path.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (folder / "numbers.bin").write_bytes(numbers.bytes())
    written = engine(registry, numbers, months) | offer(registry, root / "proposals", runs=RUNS, base=_commit(root))
    written |= {"tools": tools(registry)}
    (folder / "economy.json").write_text(json.dumps(written, separators=(",", ":")), encoding="utf-8")


def sources() -> list[Path]:
    """The source texts that the page runs, unchanged."""
    return sorted(path for pattern in SHARED for path in PACKAGE.glob(pattern))


def engine(registry: Registry, numbers: Records, months: int) -> dict[str, Any]:
    """What the runner needs to play a month: the graph, and where the numbers of a run stand."""
    return {
        "sources": [path.relative_to(PACKAGE).as_posix() for path in sources()],
        "runs": RUNS,
        "epoch": month_text(0),
        "today": today(registry),
        "months": months,
        "quantities": list(registry.quantities()),
        "acts": [_act(block) for block in blocks(AGENDA, registry)],
        "carried": numbers.carried,
        "by_run": numbers.by_run,
        "by_both": numbers.by_both,
        "earlier": numbers.earlier,
        "past": numbers.past,
        "fixed": numbers.fixed,
        "by_month": numbers.by_month,
    }


def _act(block: Block) -> dict[str, Any]:
    """One block with its calls' arguments in order: a browser's MicroPython keeps no order of names in JSON."""
    return {
        "mechanism": block["mechanism"],
        "function": block["function"],
        "calls": [[list(call["reads"].values()), call["writes"]] for call in block["calls"]],
        "flows": block["flows"],
    }


def _commit(root: Path) -> str | None:
    """The commit that a proposal downloaded from this book names as its base; a copy without history knows none."""
    head = history.git(root, "rev-parse", "HEAD") if (root / ".git").exists() else None
    return head.decode().strip() if head else None
