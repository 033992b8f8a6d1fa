"""The command `agt`: arguments in, answers out; what is computed is computed elsewhere.

Answers go to stdout, faults and warnings to stderr. Exit codes: 0 done, 2 refused. Imports stand inside the commands,
so that `agt --help` answers at once.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from agt.governance.commands import propose


class Commands(TyperGroup):
    """A group of commands that answers what it cannot read with its faults and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that `ctx` names."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from agt.registry import Faults

            if not isinstance(error, Faults):
                raise
            _say(str(error), to_stderr=True)
            raise typer.Exit(2) from None


# No terminal markup anywhere: what people write is printed as they wrote it.
app = typer.Typer(
    cls=Commands,
    help="The AGT book's commands: the exact rules, the model and proposals.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(propose, name="propose")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
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
    except (ValueError, OverflowError) as error:
        raise Faults([Fault("date-syntax", f"--at {asked}: {error}")]) from None
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


@app.command()
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
    warning = seasons.pool_warning(registry, terms.pool)
    if warning is not None:
        _say(str(warning), to_stderr=True)
    submitted = read_claims(claims)
    settlement = terms.settle(submitted, read_holdings(holdings) if holdings else None)
    if out is not None:
        seasons.write_settlement(out, submitted, settlement)
    answer = seasons.report(terms, submitted, settlement)
    if as_json:
        _say_json(answer)
        return
    payouts, refused = answer.pop("payouts"), answer.pop("refused")
    _say_fields(answer)
    for title, rows in (("payouts", payouts), ("refused", refused)):
        if rows:
            _say(f"\n{title}")
            _say_table(tuple(rows[0]), [tuple(str(cell) for cell in row.values()) for row in rows])


@app.command()
def registry(
    name: Annotated[str | None, typer.Argument(help="A parameter, account, stock, flow, metric or shock.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print everything about one entry of the registry, or the levers of the DAO."""
    from agt.records.entries import entry, levers
    from agt.registry import load

    if name is not None:
        answer = entry(load(), name)
        if as_json:
            _say_json(answer)
        else:
            _say_fields(answer)
        return
    rows = levers(load())
    if as_json:
        _say_json({"levers": rows})
        return
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


@app.command()
def simulate(
    runs: Annotated[int, typer.Option(help="How many futures.")] = 1_000,
    months: Annotated[int, typer.Option(help="Months from the token generation event.")] = 78,
    seed: Annotated[int, typer.Option(help="The luck: the same seed gives the same futures.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write the figures of every run and month to this Parquet file.")
    ] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="name=value; may be repeated.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Play an ensemble of futures, and say what its figures are in the last month."""
    from time import perf_counter

    from rich.console import Console
    from rich.progress import Progress

    from agt.registry import load
    from agt.simulation import simulate as play
    from agt.simulation.settings import read_settings
    from agt.simulation.store import check_place, manifest, write

    chosen, warnings = read_settings(load(), settings or [])
    for warning in warnings:
        _say(str(warning), to_stderr=True)
    if out is not None:
        check_place(out)
    start = perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=runs)
        ensemble = play(
            runs, months, seed, settings=chosen, workers=workers, progress=lambda done: bar.update(task, advance=done)
        )
    took = perf_counter() - start
    if out is not None:
        write(ensemble, out)
    figures = {name: ensemble.at(name, months) for name in ensemble.paths}
    speed = {"seconds": round(took, 3), "run_months_per_second": round(runs * months / took)}
    if as_json:
        _say_json(manifest(ensemble) | speed | {"month": months, "figures": figures, "out": str(out) if out else None})
        return
    rows = [(name, *(f"{value:,.4g}" for value in levels.values())) for name, levels in figures.items()]
    _say_table((f"month {months}", *next(iter(figures.values()))), rows)
    _say(f"\n{runs:,} runs x {months} months in {took:.2f} s: {speed['run_months_per_second']:,} run-months per second")
    _say(f"largest distance of the sum of all accounts from the whole supply: {ensemble.residual:.1e} AGT")
    if out is not None:
        _say(f"written to {out}")


def _say(text: str, *, to_stderr: bool = False) -> None:
    """Print `text`, with everything that a terminal would obey made visible."""
    from agt.registry.faults import visible

    typer.echo("\n".join(visible(line) for line in text.split("\n")), err=to_stderr)


def _say_json(answer: dict[str, Any]) -> None:
    typer.echo(json.dumps(answer, indent=2))


def _say_table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print rows below a header, the first column flush left, the others flush right."""
    table = [header, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for first, *others in table:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        _say("  ".join(cells))


def _say_fields(fields: dict[str, Any]) -> None:
    """Print one `name: value` a line, the members of a family indented below it."""
    for field, value in fields.items():
        if field == "members":
            _say("members:")
            for member, own in value.items():
                _say(f"  {member}: {_text(own)}" if own else f"  {member}")
        else:
            _say(f"{field.replace('_', ' ')}: {_text(value)}")


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
    """Run the command line."""
    app()
