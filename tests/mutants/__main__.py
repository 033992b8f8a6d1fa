"""`make mutants`: plant small faults in the mechanisms, one at a time, and see which of them no test notices.

The generator is our own, since cosmic-ray (tried: 8.7.0) mutates files where they lie, tries every mutant on one and
the same command, does not say which test killed it, and knows neither `minimum` for `maximum`, nor a `where` with its
branches swapped, nor a term left out, nor an argument taken for another.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from tests.mutants import results
from tests.mutants.generator import mutants
from tests.mutants.runner import MECHANISMS, Judged, RunError, judge, nouns, workshops

CONSOLE = Console(highlight=False, markup=False, soft_wrap=True)


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--module", action="append", choices=nouns(), help="a mechanism, else all; may be repeated")
    parser.add_argument("--sample", type=int, help="try so many mutants of each; the result says of how many")
    parser.add_argument("--workers", type=int, default=2, help="how many run at a time")
    parser.add_argument("--date", help="what the result is dated by, such as 2026-01-31; without it none is kept")
    return parser.parse_args(arguments)


def tried(noun: str, sample: int | None, folders: Sequence[Path]) -> list[Judged]:
    """The mutants of one mechanism; survivors are shown when they are found."""
    start, found = perf_counter(), []
    for judged in judge(noun, sample, folders):
        found.append(judged)
        if judged.killer is None:
            CONSOLE.print(f"  survived: {judged.mutant.id}\n    {judged.mutant.after}")
    killed = sum(judged.killer is not None for judged in found)
    each = (perf_counter() - start) / max(len(found), 1)
    CONSOLE.print(f"{noun}: {killed} of {len(found)} killed, {each:.1f} s for each mutant")
    return found


def main() -> None:
    asked = options()
    chosen = asked.module or nouns()
    known = results.judgements()
    written = results.stored()
    try:
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            folders = workshops(Path(folder), asked.workers, chosen)
            for noun in chosen:
                judged = tried(noun, asked.sample, folders)
                if asked.date:
                    text = (MECHANISMS / f"{noun}.py").read_text(encoding="utf-8")
                    written[noun] = results.summary(asked.date, judged, len(mutants(noun, text)))
                    results.write(written, known)
    except RunError as error:
        sys.exit(f"error: {error}")
    for line in results.pointless(written, known) if asked.date and not asked.sample else ():
        CONSOLE.print(f"judged, but no survivor: {line}")


if __name__ == "__main__":
    main()
