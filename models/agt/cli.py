"""The command `agt`: arguments in, answers out; what is computed is computed elsewhere.

Answers go to stdout, faults and warnings to stderr. Exit codes: 0 done, 2 refused. Imports stand inside the commands,
so that `agt --help` answers at once.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from agt.governance.commands import Cluster, propose

if TYPE_CHECKING:
    from agt.registry import Fault
    from agt.simulation import Paths


class Command(TyperCommand):
    """A command that answers what it cannot read with its faults and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; its faults go to stderr, and with --json also to stdout."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from agt.registry import Faults

            if not isinstance(error, Faults):
                raise
            _say(str(error), to_stderr=True)
            if ctx.params["as_json"]:
                fields = ("id", "severity", "message", "file", "line", "column")
                _say_json({"faults": [{field: getattr(fault, field) for field in fields} for fault in error.faults]})
            raise typer.Exit(2) from None


# No terminal markup anywhere: what people write is printed as they wrote it.
app = typer.Typer(
    help="The AGT book's commands: the exact rules, the model and proposals.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(propose, name="propose")

Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes; the answer is the same.")]
INTERRUPTED = 130
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command(cls=Command)
def vesting(
    at: Annotated[
        str | None, typer.Option(help="A date, or a time with its zone. [default: the registry's date]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what each bucket of the supply has unlocked by a date (00:00 UTC)."""
    from agt.calendar import moment
    from agt.records.amounts import UNIT
    from agt.records.schedules import report, unlocks
    from agt.registry import Fault, Faults, load

    registry = load()
    asked = registry.as_of if at is None else at
    try:
        table = unlocks(registry, moment(asked))
    except ValueError as error:
        raise Faults([Fault("date-syntax", f"--at: {error}")]) from None
    if as_json:
        _say_json(report(asked, table))
        return
    rows = [(row.bucket, row.allocation // UNIT, row.unlocked // UNIT) for row in table]
    rows.append(("total", sum(row.allocation for row in table) // UNIT, sum(row.unlocked for row in table) // UNIT))
    _say(f"Unlocked at {asked}, in whole AGT, rounded down; --json shows every decimal.\n")
    _say_table(
        ("bucket", "allocation", "unlocked", "locked"),
        [(name, f"{whole:,}", f"{part:,}", f"{whole - part:,}") for name, whole, part in rows],
    )


@app.command(cls=Command)
def settle(
    claims: Annotated[Path, typer.Argument(help="CSV: claim_id,contributor,wallet,aia,submitted_at")],
    season: Annotated[str, typer.Option(help="The season's calendar month, YYYY-MM.")],
    pool: Annotated[str | None, typer.Option(help="AGT to share. [default: redemption_quota]")] = None,
    holdings: Annotated[Path | None, typer.Option(help="CSV: contributor,aia. Refuses claims beyond it.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write payouts and refusals to this CSV file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Settle one redemption season; refused rows are numbered from 1, the line below the header."""
    from agt.records import seasons
    from agt.records.claims import read_claims, read_holdings
    from agt.registry import load

    registry = load()
    terms = seasons.season(registry, season, pool)
    if out is not None:
        seasons.keep_apart(out, claims, *([holdings] if holdings else []))
    _warn(seasons.season_warning(season), seasons.pool_warning(registry, terms.pool))
    submitted = read_claims(claims)
    held = None
    if holdings is not None:
        held = read_holdings(holdings)
        _warn(seasons.holdings_warning(submitted, held, holdings))
    settlement = terms.settle(submitted, held)
    if out is not None:
        seasons.write_settlement(out, submitted, settlement)
    answer = seasons.report(terms, submitted, settlement)
    if as_json:
        _say_json(answer)
        return
    _say_rows(answer, "payouts", "refused")


@app.command(cls=Command)
def tally(
    ballots: Annotated[Path, typer.Argument(help="CSV: address,choice,cast_at")],
    snapshot: Annotated[Path, typer.Argument(help="CSV: address,held,staked; in AGT, at one moment.")],
    opens: Annotated[str, typer.Option(help="The first second that counts, YYYY-MM-DDTHH:MM:SS with Z or +HH:MM.")],
    closes: Annotated[str, typer.Option(help="The first second that counts no more, in the same form.")],
    quorum: Annotated[
        str | None, typer.Option(help="Share of unlocked AGT that must be cast. [default: voting_quorum]")
    ] = None,
    unlocked: Annotated[
        str | None,
        typer.Option(help="Unlocked AGT. [default: by the schedule at the close, without treasury and ecosystem fund]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count one vote; rows of the ballots are numbered from 1, the line below the header."""
    from agt.records import ballots as votes
    from agt.registry import load

    registry = load()
    terms = votes.vote(registry, opens, closes, quorum, unlocked)
    cast, held = votes.read_both(ballots, snapshot)
    _warn(votes.quorum_warning(registry, quorum, opens), votes.unlocked_warning(registry, terms.unlocked))
    _warn(*held.repeated, votes.snapshot_warning(registry, held, snapshot))
    answer = votes.report(terms, cast, held, terms.tally(cast, held))
    if as_json:
        _say_json(answer)
        return
    _say_rows(answer, "standing", "replaced", "refused")


@app.command(cls=Command)
def registry(
    name: Annotated[
        str | None,
        typer.Argument(help="An entry, a mechanism, scenarios, measures, guardrails, groups, checks or asks."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print everything about one entry of the registry, the entries of a mechanism, or the levers of the DAO."""
    from agt.records import entries
    from agt.registry import load

    held = load()
    if name is None:
        answer: dict[str, Any] = {"levers": entries.levers(held)}
    elif name in entries.LISTED:
        answer = entries.suite(held, name)
    elif name in held.purposes:
        answer = entries.mechanism(held, name)
    else:
        answer = entries.entry(held, name) | {"readers": _readers(name)}
    if as_json:
        _say_json(answer)
    elif name is None:
        _say_levers(answer["levers"])
    elif "entries" in answer:
        rows = answer.pop("entries")
        _say_fields(answer)
        _say("")
        _say_table(tuple(rows[0]), [tuple(row.values()) for row in rows], words=4)
    else:
        _say_fields(_readable(answer))


def _readers(name: str) -> list[str]:
    """The functions of the month that read the entry or the family `name`."""
    from agt.economy import AGENDA, OPENING
    from agt.graph import mechanism, reads

    argument = name.partition(".")[0]
    functions = dict.fromkeys([*OPENING, *AGENDA])
    return [f"{mechanism(function)}.{function.__name__}" for function in functions if argument in reads(function)]


def _readable(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry as people read it: what reads it in one line, and units where they are not the entry's own."""
    fields = dict(entry)
    readers = ", ".join(fields.pop("readers"))
    if readers or "read_by" not in fields:
        fields["read_by"] = readers or "no function of the month"
    if "members" in fields:
        fields["members"] = fields.pop("members")  # last, since they take many lines
    if "largest_step" in fields:
        months = fields["minimum_delay"]
        fields["largest_step"] += f" {fields['unit']}"
        fields["minimum_delay"] = "1 month" if months == 1 else f"{months} months"
    return fields


def _say_levers(rows: list[dict[str, Any]]) -> None:
    """Print the levers as a table."""
    _say_table(
        ("lever", "value", "unit", "bounds", "largest step", "delay, months"),
        [
            (
                row["name"],
                row["value"] if row["published"] else f"~{row['value']}",
                row["unit"],
                " .. ".join(row["bounds"]),
                row["largest_step"],
                str(row["minimum_delay"]),
            )
            for row in rows
        ],
    )
    _say("\n~ the present value is published nowhere; this is the model's.")


@app.command(cls=Command)
def simulate(
    runs: Annotated[int, typer.Option(help="How many futures.")] = 1_000,
    months: Annotated[int, typer.Option(help="Months from the token generation event.")] = 78,
    seed: Annotated[int, typer.Option(help="The luck: the same seed gives the same futures.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write the figures of every run and month to this Parquet file.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="A scenario of the suite; agt registry scenarios lists them.")
    ] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="name=value; may be repeated.")] = None,
    workers: Workers = 1,
    cluster: Cluster = "",
    as_json: AsJson = False,
) -> None:
    """Play an ensemble of futures, and say what its figures are in the last month.

    Quantiles are exact where the figures fit in 500 MB (46,000 runs of ten years); beyond, values are counted in
    bins, and a quantile lies within 0.2 % of the exact one. The answer says which.
    """
    from time import perf_counter

    from agt.registry import load
    from agt.simulation import headlines, store
    from agt.simulation.settings import read_settings

    chosen, warnings = read_settings(load(), settings or [])
    _warn(*warnings)
    if out is not None:
        store.check_place(out)
    size = (runs, months, len(headlines(load())))
    store.check_size(*size, workers)
    start = perf_counter()
    with store.beside(out) as folder:
        asked = {"scenario": scenario, "counted": not store.is_kept(*size), "folder": folder}
        ensemble = _play(runs, months, seed, chosen, workers=workers, cluster=cluster, **asked)
        took = perf_counter() - start
        if out is not None:
            store.write(ensemble, out)
    _say_ensemble(ensemble, took, out, as_json)


@app.command(cls=Command)
def actuals(
    file: Annotated[Path, typer.Argument(help="CSV: month,published,source,version, then any of the figures.")],
    runs: Annotated[int, typer.Option(help="How many futures to compare with.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """Check a file of monthly actuals, and say where each figure lies among the model's futures."""
    from agt.analysis.actuals import compare, needs
    from agt.records.actuals import read_actuals, report
    from agt.simulation.store import check_size

    read = read_actuals(file)
    months, keep = needs(read.frame)
    answer = report(read) | {"runs": runs, "compared": []}
    if keep:
        check_size(runs, months, len(keep), kept=True)
        ensemble = _play(runs, months, seed=1, settings={}, keep=keep)
        answer["compared"] = compare(read.frame, ensemble).to_dict("records")
    if as_json:
        _say_json(answer)
    else:
        _say_actuals(answer)


def _say_actuals(answer: dict[str, Any]) -> None:
    """Print what a file of actuals holds, and where its figures lie."""
    runs, rows = answer.pop("runs"), answer.pop("compared")
    _say_fields(
        {field: ", ".join(value) or "none" if isinstance(value, list) else value for field, value in answer.items()}
    )
    if not rows:
        _say("\nNo figure that the model could be compared with.")
        return
    table = []
    for row in rows:
        month, _, figure, unit, *levels, below, inside = row.values()
        table.append((month, figure, unit, *map(_figure, levels), f"{below:.0%}", "yes" if inside else "no"))
    _say("")
    _say_table(("month", "figure", "unit", "value", "p05", "p50", "p95", "below", "inside"), table, words=3)
    count = sum(row["inside"] for row in rows)
    _say(f"\n{count} of {len(rows)} figures lie inside, from the 5 % to the 95 % quantile of {runs:,} futures")
    _say("below: share of the futures that lie below the value")


def _play(runs: int, months: int, seed: int, settings: dict[str, float], **asked: Any) -> "Paths":
    """The ensemble that is asked for, with a bar on a terminal while it is played; what is wrong names the options.

    NumPy says nothing of numbers that leave the range of the model, in no process: the simulation refuses them.
    """
    import numpy as np
    from rich.console import Console
    from rich.progress import Progress

    from agt.registry import Faults
    from agt.simulation import simulate

    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with np.errstate(all="ignore"), bar:
        task = bar.add_task("runs", total=runs)
        try:
            return simulate(
                runs, months, seed, settings=settings, progress=lambda done: bar.update(task, advance=done), **asked
            )
        except Faults as error:
            raise Faults(_option(fault) for fault in error.faults) from None


def _option(fault: "Fault") -> "Fault":
    """A fault of an argument of the simulation as the fault of the option that gave it."""
    from dataclasses import replace

    argument = fault.message.partition(" = ")[0]
    return replace(fault, message=f"--{fault.message}") if argument in ("runs", "months", "seed") else fault


def _say_ensemble(ensemble: "Paths", took: float, out: Path | None, as_json: bool) -> None:
    """Print what the figures of an ensemble are in its last month, and how long it took [s]."""
    from agt.records.entries import unit
    from agt.registry import load
    from agt.simulation.store import manifest

    runs, months = ensemble.runs, ensemble.months
    figures = {name: ensemble.at(name, months) for name in ensemble.figures}
    units = {name: unit(load(), name) for name in figures}
    speed = {"seconds": round(took, 3), "run_months_per_second": round(runs * months / took)}
    if as_json:
        answer = {"month": months, "units": units, "figures": figures, "out": str(out) if out else None}
        answer |= {"quantile_error": ensemble.error, "digest": ensemble.digest()}
        _say_json(manifest(ensemble) | speed | answer)
        return
    rows = [(name, units[name], *map(_figure, levels.values())) for name, levels in figures.items()]
    _say_table((f"month {months}", "unit", *next(iter(figures.values()))), rows, words=2)
    exact = "exact, all values were kept" if not ensemble.error else f"within {ensemble.error:.1%}, values were counted"
    _say(f"\nQuantiles are {exact}. Digest of all figures: {ensemble.digest()[:16]}")
    _say("What a figure means: agt registry NAME")
    _say(f"{runs:,} runs x {months} months in {took:.2f} s: {speed['run_months_per_second']:,} run-months per second")
    _say(f"largest distance of the sum of all accounts from the whole supply: {ensemble.residual:.1e} AGT")
    if out is not None:
        _say(f"written to {out}")


def _figure(value: float) -> str:
    """A number with four significant digits, in plain notation where that is readable.

    >>> _figure(388200123.0), _figure(0.0015934), _figure(5.98), _figure(0.0), _figure(1e-9)
    ('388,200,000', '0.001593', '5.980', '0', '1.000e-09')
    """
    rounded = Decimal(f"{value:.3e}")
    if rounded and not -7 < rounded.adjusted() < 15:
        return f"{value:.3e}"
    return f"{rounded:,f}" if rounded else "0"


def _warn(*warnings: "Fault | None") -> None:
    """Print warnings, where there are any, to stderr."""
    for warning in warnings:
        if warning is not None:
            _say(str(warning), to_stderr=True)


def _say(text: str, *, to_stderr: bool = False) -> None:
    """Print `text`, with everything that a terminal would obey made visible."""
    from agt.registry.faults import visible

    typer.echo("\n".join(visible(line) for line in text.split("\n")), err=to_stderr)


def _say_json(answer: dict[str, Any]) -> None:
    typer.echo(json.dumps(answer, indent=2))


def _say_table(header: tuple[str, ...], rows: list[tuple[str, ...]], words: int = 1) -> None:
    """Print rows below a header, the first `words` columns flush left, the others flush right."""
    table = [header, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        padded = list(zip(row, widths, strict=True))
        cells = [cell.ljust(width) for cell, width in padded[:words]]
        cells += [cell.rjust(width) for cell, width in padded[words:]]
        _say("  ".join(cells).rstrip())


def _say_fields(fields: dict[str, Any]) -> None:
    """Print one `name: value` a line, the members of a family indented below it."""
    for field, value in fields.items():
        if field == "members":
            _say("members:")
            for member, own in value.items():
                _say(f"  {member}: {_text(own)}" if own else f"  {member}")
        else:
            _say(f"{field.replace('_', ' ')}: {_text(value)}")


def _say_rows(answer: dict[str, Any], *titles: str) -> None:
    """Print the fields of an answer, and below them each of its lists of rows that is not empty as a table."""
    listed = {title: answer.pop(title) for title in titles}
    _say_fields(answer)
    for title, rows in listed.items():
        if rows:
            _say(f"\n{title}")
            _say_table(tuple(rows[0]), [tuple(str(cell) for cell in row.values()) for row in rows])


def _text(value: Any) -> str:
    """A value of an answer in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{field} {_text(inner)}" for field, inner in value.items())
    if isinstance(value, list):
        return " .. ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def main() -> None:
    """Run the command line; an interruption is answered in one line and with 130."""
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            from agt.registry import Fault

            _say(str(Fault("interrupted", "what was not finished was not written")), to_stderr=True)
        raise
