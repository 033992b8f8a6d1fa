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
    from agt.governance.run import Watcher
    from agt.registry import Fault

propose = typer.Typer(
    help="Check a proposal, or run it and write its report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[Path, typer.Argument(help="The proposal, such as proposals/agt-0001.yml.")]
AsOf = Annotated[str | None, typer.Option(help="The date of today. [default: the clock's, in UTC]")]
Dossier = Annotated[Path, typer.Argument(help="The folder of a dossier, such as proposals/agt-0001.")]
Cluster = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Play on the workers of this Dask scheduler, such as tcp://127.0.0.1:8786; what comes of it is the same. "
        "Needs pip install '.[cluster]'. CONTRIBUTING.md, A cluster, says how to start and guard one.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@propose.command()
def check(
    file: File,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Check a proposal and name everything that is wrong with it."""
    import hashlib

    from agt.governance import clock
    from agt.governance.proposal import read

    with _refusals(file, as_json):
        content, proposal = read(file, as_of=as_of or clock.today())
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
    beacon: Annotated[
        str | None, typer.Option(metavar="HEX", help="Luck that nobody could know when the file was frozen.")
    ] = None,
    beacon_source: Annotated[str | None, typer.Option(help="Where the beacon was published.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder to put the dossier in. [default: the file's]")] = None,
    as_of: AsOf = None,
    fail_on: Annotated[
        str | None, typer.Option(metavar="WARN|INCONCLUSIVE|FAIL", help="Exit with 1 on this verdict or a worse one.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a full dossier even by a minimal one.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; the dossier is the same. [default: one per core]")
    ] = None,
    cluster: Cluster = "",
    as_json: AsJson = False,
) -> None:
    """Run a proposal against the economy as it stands, and write the folder with its report."""
    from dataclasses import replace

    from agt.governance import clock, verdict
    from agt.governance import run as runner
    from agt.governance.order import ordered

    with _refusals(file, as_json):
        worst = verdict.named(fail_on) if fail_on is not None else None
        order = ordered(preset, as_of or clock.today(), beacon, beacon_source)
        order = replace(order, workers=workers or order.workers, cluster=cluster)
        with _watching() as watcher:
            place = runner.run(file, order, out, watcher, force=force)
        manifest, found = (json.loads((place / name).read_bytes()) for name in ("manifest.json", "results.json"))
        if as_json:
            answer = {"file": str(file), "ran": True, "dossier": str(place), "verdict": found["verdict"]}
            _say_json(answer | {"manifest": manifest})
        else:
            _say(f"{found['verdict']}\nThe report is at {place / 'report.html'}")
    if worst is not None and verdict.ORDER.index(found["verdict"]) >= verdict.ORDER.index(worst):
        raise typer.Exit(1)


@propose.command()
def verify(
    dossier: Dossier,
    extra: Annotated[
        int, typer.Option(min=0, max=8_000, help="Play so many more futures of each scenario, of your own luck.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Make a dossier again from its proposal and the repository's history, and compare every byte.

    Exit codes: 0 reproduced, 1 it differs, 2 it could not be made again or is no dossier.
    """
    from agt.governance import verify as verifier

    with _refusals(dossier, as_json), _watching() as watcher:
        found = verifier.verify(dossier, watcher)
        pooled = verifier.pooled(dossier, extra, watcher) if extra and found.code == 0 else None
    if as_json:
        _say_json({"dossier": str(dossier), "code": found.code, "findings": found.plain(), "extra": pooled})
    else:
        for message in found.messages:
            _say(f"{message}\n", to_stderr=found.code != 0)
        _say(f"{dossier}: {found.word}")
        if pooled is not None:
            _say(f"With {extra:,} more futures of each scenario, seed {pooled['seed']}: {pooled['verdict']}")
    raise typer.Exit(found.code)


@propose.command()
def decide(
    dossier: Dossier,
    tally: Annotated[Path, typer.Argument(help="What `agt tally --json` printed of the vote.")],
    decided: Annotated[str, typer.Option(help="The date on which the vote closed, YYYY-MM-DD.")],
    as_json: AsJson = False,
) -> None:
    """Enter a proposal that was accepted in the decision log; from then on every simulation plays it."""
    from agt.governance import decisions
    from agt.registry.reader import plain

    with _refusals(dossier, as_json):
        decision = decisions.enter(dossier, tally, decisions.day(decided), decisions.LOG)
        if as_json:
            _say_json({"file": str(dossier), "log": str(decisions.LOG), "decision": decisions.plainly(decision)})
            return
        _say(f"Decision {decision.number}: {decision.proposal}, decided on {decision.decided}")
        for change in decision.changes:
            _say(f"  {change.parameter} from {plain(change.was)} to {plain(change.to)} from {change.effective} on")
        _say(f"Commit {decisions.LOG} in a change of its own")


@propose.command()
def score(
    dossier: Dossier,
    actuals: Annotated[Path, typer.Argument(help="CSV: what was measured, as `agt actuals` reads it.")],
    as_json: AsJson = False,
) -> None:
    """Score the forecast of a dossier against what was measured since, every version of every month."""
    from agt.analysis import forecasts
    from agt.governance.decisions import month_of_effect
    from agt.records.actuals import read_actuals

    with _refusals(dossier, as_json):
        effective, measured = month_of_effect(dossier), read_actuals(actuals)
        forecast = forecasts.read_forecast(dossier / forecasts.FILE)
        answer = forecasts.report(forecasts.score(measured.frame, forecast, effective))
        if as_json:
            head = {"file": str(dossier), "effective": effective, "actuals_sha256": measured.sha256}
            _say_json(head | answer)
        else:
            _say_scores(answer, effective)


@propose.command()
def new(
    out: Annotated[Path, typer.Option(help="The folder that holds the proposals.")] = Path("proposals"),
) -> None:
    """Ask for what a proposal changes and write its file; an empty answer keeps what there is."""
    from agt.governance import clock
    from agt.governance.interview import interview
    from agt.governance.proposal import read

    with _refusals(out, as_json=False):
        today = clock.today()
        path = interview(out, today, _answer, _say)
        _, proposal = read(path, as_of=today)
        for warning in proposal.warnings:
            _say(f"{warning}\n", to_stderr=True)
        _say(f"Wrote {path}; replace what is to be written, then\n  agt propose check {path}\n  agt propose run {path}")


@propose.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A proposal, or a draft of one.")],
    after: Annotated[Path, typer.Argument(help="Another.")],
    as_json: AsJson = False,
) -> None:
    """Compare two proposals, or two drafts: their changes, their texts, and whether their effect is the same."""
    from agt.governance.difference import difference, told
    from agt.governance.proposal import read_form

    with _refusals(before, as_json):
        old = read_form(before)
    with _refusals(after, as_json):
        answer = difference(old, read_form(after))
    if as_json:
        _say_json({"before": str(before), "after": str(after), **answer})
        return
    for line in told(answer):
        _say(line)


def _answer(question: str) -> str:
    """The answer to a question; none where the input has ended."""
    try:
        return input(question).strip()
    except EOFError:
        return ""


def _say_scores(answer: dict[str, Any], effective: str) -> None:
    """Each figure that was scored, then how the forecast did as a whole, and what could not be scored."""
    from agt.analysis.forecasts import REASONS

    for row in answer["figures"]:
        where = "inside" if row["inside"] else "OUTSIDE"
        band = f"{row['q05']:,.6g} .. {row['q95']:,.6g} {row['unit']}"
        _say(f"{row['month']} v{row['version']}  {row['figure']}  {row['value']:,.6g}  {where} {band}  {_scores(row)}")
    if answer["scored"]:
        _say(f"{answer['scored']} figures scored; {answer['coverage']:.0%} inside the 90 % interval")
    else:
        _say("No figure could be scored")
    if answer["relative_crps"] is not None:
        _say(f"CRPS: {answer['relative_crps']:.2f} of that of the economy without the change; below 1 is better")
    if answer["met_exactly"]:
        _say(f"{len(answer['met_exactly'])} left out of that ratio, met exactly: {', '.join(answer['met_exactly'])}")
    for reason, count in answer["reasons"].items():
        if count:
            _say(f"{count} not scored: {REASONS[reason]}" + (f", {effective}" if reason == "before-effect" else ""))


def _scores(row: dict[str, Any]) -> str:
    return f"CRPS {row['crps']:.4g}, without the change {row['crps_naive']:.4g}"


@contextmanager
def _watching() -> "Iterator[Watcher]":
    """Whoever is told how far a run is: lines on stderr, and a bar where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from agt.governance.run import Watcher

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (TextColumn("playing"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("playing", total=None)
        yield Watcher(
            say=lambda text: _say(text, to_stderr=True),
            tell=lambda done, asked: bar.update(task, completed=done, total=asked),
        )


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
