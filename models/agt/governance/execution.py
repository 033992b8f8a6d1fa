"""Execute the template notebook with papermill, in the working folder that this process was started in.

`python -m agt.governance.execution TITLE OUTPUT` runs in a process of its own, because papermill hands its own
environment and folder on to the notebook. `agt.governance.run` starts it with a fresh folder and few variables.
"""
# ruff: noqa: T201

import json
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

TEMPLATE = Path(__file__).with_name("template.ipynb")
PROPOSAL = "proposal.yml"
PARAMETER = "proposal"
SECONDS = 900  # for one cell
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}


def template(title: str) -> dict[str, Any]:
    """The template with its heading: the proposal's id, and nothing else of what the proposer wrote."""
    notebook: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = f"# {title}"
    return notebook


def main(arguments: list[str]) -> int:
    title, output = arguments
    notebook = nbformat.from_dict(template(title))  # type: ignore[no-untyped-call]
    try:
        executed = papermill.execute_notebook(
            notebook,
            None,
            parameters={PARAMETER: PROPOSAL},
            kernel_name="python3",
            progress_bar=False,
            record_timing=False,
            coalesce_streams=True,
            execution_timeout=SECONDS,
        )
    except PapermillExecutionError as error:
        print(f"{error.ename}: {error.evalue.splitlines()[0]}", file=sys.stderr)  # the place is that of a copy
        return 1
    Path(output).write_text(json.dumps(clean(executed), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def clean(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without times, paths, versions and random names, so that the same run gives the same bytes."""
    metadata = {"kernelspec": dict(notebook["metadata"]["kernelspec"]), "language_info": LANGUAGE}
    cells = [_clean_cell(cell, number) for number, cell in enumerate(notebook["cells"], start=1)]
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _clean_cell(cell: dict[str, Any], number: int) -> dict[str, Any]:
    tags = list(cell["metadata"].get("tags", []))
    if "injected-parameters" in tags:
        tags.append("remove-input")
    kept = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
        "source": cell["source"],
    }
    if cell["cell_type"] == "code":
        kept |= {"execution_count": cell["execution_count"], "outputs": cell["outputs"]}
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
