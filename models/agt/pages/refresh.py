"""Execute the chapters whose stored outputs are not those of today's sources: `python -m agt.pages.refresh [--all]`.

The README's picture is drawn with them.
The same sources give the same bytes: no times, no random names, no processor's last digits.
"""
# ruff: noqa: T201

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from agt import processor
from agt.pages import contents, picture, results

AT_ONCE = 2
SECONDS = 600  # for one cell
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def main(arguments: list[str]) -> int:
    if set(arguments) - {"--all"}:
        print("usage: python -m agt.pages.refresh [--all]", file=sys.stderr)
        return 2
    return refresh(contents.ROOT, everything="--all" in arguments)


def refresh(root: Path, *, everything: bool = False) -> int:
    """Execute what is stale, or all; 0 when every chapter is current afterwards, 1 when one failed."""
    if outdated := results.stale(root):
        print(f"{len(outdated)} of {len(results.RESULTS)} heavy results are stale: {', '.join(outdated)}", flush=True)
        results.refresh(root, lambda line: print(line, flush=True))
    sources = contents.sources_digest(root)
    chapters = contents.notebooks(root)
    stale = [path for path in chapters if everything or not _current(path, sources)]
    print(f"{len(chapters) - len(stale)} of {len(chapters)} notebooks are current, {len(stale)} to execute")
    failed = sum(asyncio.run(_execute_all(root, stale, sources)))
    if stale and not failed:
        picture.write(root)
    if failed:
        print(f"{failed} of {len(stale)} notebooks failed", file=sys.stderr)
    return 1 if failed else 0


def _current(path: Path, sources: str) -> bool:
    notebook = contents.load(path)
    return contents.stored_key(notebook) == contents.key(notebook, sources) and not contents.faults(notebook)


async def _execute_all(root: Path, paths: list[Path], sources: str) -> list[bool]:
    places = asyncio.Semaphore(AT_ONCE)
    return await asyncio.gather(*(_execute(root, path, sources, places) for path in paths))


async def _execute(root: Path, path: Path, sources: str, places: asyncio.Semaphore) -> bool:
    """Execute one notebook and store it; whether it failed. A notebook that fails stays as it was."""
    notebook = nbformat.from_dict(_clean(contents.load(path)))  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    name = path.relative_to(root)
    async with places:
        try:
            await client.async_execute(env=_environment())
        except CellExecutionError:
            return _report(name, contents.faults(notebook)[:1])
    notebook = _clean(notebook)
    if faults := contents.faults(notebook):
        return _report(name, faults)
    notebook["metadata"]["agt"] = {"key": contents.key(notebook, sources)}
    text = nbformat.writes(nbformat.from_dict(notebook))  # type: ignore[no-untyped-call]
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    print(f"  {name}", flush=True)
    return False


def _report(name: Path, faults: list[str]) -> bool:
    print(*(f"error: {name}: {fault}" for fault in faults), sep="\n", file=sys.stderr, flush=True)
    return True


def _environment() -> dict[str, str]:
    return os.environ | {"NPY_DISABLE_CPU_FEATURES": processor.without(), "PYTHONHASHSEED": "0"}


def _clean(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without what differs between two executions or two editors."""
    cells = [_clean_cell(cell, number) for number, cell in enumerate(notebook["cells"], start=1)]
    metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _clean_cell(cell: dict[str, Any], number: int) -> dict[str, Any]:
    tags = cell["metadata"].get("tags")
    kept = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
        "source": "".join(cell["source"]),
    }
    if cell["cell_type"] == "code":
        kept |= {"execution_count": cell["execution_count"], "outputs": cell["outputs"]}
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
