"""The commands `agt propose ...`: arguments in, answers out. Imports stand inside, so that help answers at once.

Answers go to stdout, faults, warnings and progress to stderr. Exit codes: 0 done, 2 refused or could not run.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agt.registry import Fault

propose = typer.Typer(
    help="Check a proposal, or run it and write its report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[Path, typer.Argument(help="The proposal, such as proposals/agt-0001.yml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@propose.command()
def check(
    file: File,
    as_of: Annotated[str | None, typer.Option(help="The date of today. [default: the registry's date]")] = None,
    as_json: AsJson = False,
) -> None:
    """Check a proposal and name everything that is wrong with it."""
    import hashlib

    from agt.governance.proposal import read

    with _refusals(file, as_json):
        content, proposal = read(file, as_of=as_of)
        digest = hashlib.sha256(content).hexdigest()
        if as_json:
            _say_json({"file": str(file), **_plain(proposal.warnings), "sha256": digest})
            return
        for warning in proposal.warnings:
            _say(f"{warning}\n", to_stderr=True)
        count = len(proposal.warnings)
        _say(f"{file}: no faults, {count} {'warning' if count == 1 else 'warnings'}\nSHA-256 {digest}")


@propose.command()
def run(
    file: File,
    preset: Annotated[
        str, typer.Option(metavar="minimal|full", help="minimal for drafting, full for publishing.")
    ] = "full",
    out: Annotated[Path | None, typer.Option(help="The folder to put the dossier in. [default: the file's]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a full dossier even by a minimal one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a proposal against the economy as it stands, and write the folder with its report."""
    from agt.governance import run as runner

    with _refusals(file, as_json):
        place = runner.run(file, preset, out, say=lambda text: _say(text, to_stderr=True), force=force)
        if as_json:
            manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
            _say_json({"file": str(file), "ran": True, "dossier": str(place), "manifest": manifest})
        else:
            _say(f"The report is at {place / 'report.html'}")


@contextmanager
def _refusals(file: Path, as_json: bool) -> Iterator[None]:
    """Faults as messages and exit code 2."""
    from agt.registry import Faults

    try:
        yield
    except Faults as error:
        if as_json:
            _say_json({"file": str(file), **_plain(error.faults)})
        else:
            _say(str(error), to_stderr=True)
        raise typer.Exit(2) from None


def _plain(faults: "tuple[Fault, ...]") -> dict[str, Any]:
    """How many errors and warnings there are, and each of them."""
    fields = ("id", "severity", "message", "file", "line", "column")
    warnings = sum(fault.severity == "warning" for fault in faults)
    each = [{field: getattr(fault, field) for field in fields} for fault in faults]
    return {"errors": len(faults) - warnings, "warnings": warnings, "faults": each}


def _say(text: str, *, to_stderr: bool = False) -> None:
    """Print `text`, with everything that a terminal would obey made visible."""
    from agt.registry.faults import visible

    for line in text.split("\n"):
        typer.echo(visible(line), err=to_stderr)


def _say_json(answer: dict[str, Any]) -> None:
    typer.echo(json.dumps(answer, indent=2))
