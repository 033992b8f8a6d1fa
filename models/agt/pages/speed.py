"""What playing futures costs: the table that `make bench` measured last, and what follows from it."""

from statistics import median
from typing import Any

from agt.pages.results import result
from agt.pages.tables import Html, table
from agt.simulation.histogram import ERROR

UNITS = ("cadCAD", "radCAD")  # measured with few runs: a number per value does not get faster with more


def costs(found: dict[str, Any] | None = None) -> Html:
    """Every row of the last measurement: how many runs, how long, how fast, and the memory."""
    found = found or result("speed")
    months = found["months"]
    rows = []
    for row in found["rows"]:
        seconds, runs = median(row["seconds"]), row["runs"]
        rate = f"{runs * months / seconds:,.0f}" if runs else ""
        rows.append([row["title"], f"{runs:,}" if runs else "", _time(seconds), rate, f"{row['peak_megabytes']:,}"])
    head = ("What", "Runs", "Time, s", "Run-months a second", "Peak memory, MB")
    return table(head, rows, label="What playing futures costs", numbers=(1, 2, 3, 4))


def machine(found: dict[str, Any] | None = None) -> Html:
    """What was measured on, and when."""
    found = found or result("speed")
    of, made = found["machine"], found["machine"]["made_with"]
    return Html(
        f"<p>Measured on {found['date']}, all rows in one run: {of['processor']}, {of['cores']} cores, "
        f"{of['gigabytes']:g} GB of memory, {of['system']}; Python {made['python']}, NumPy {made['numpy']}, "
        f"SciPy {made['scipy']}, cadCAD {made['cadcad']}, without AVX-512. Each run has {found['months']} months and "
        "draws of its own.</p>"
    )


def compared(found: dict[str, Any] | None = None) -> Html:
    """How the engine compares with the bare loop, and with a number per value."""
    found = found or result("speed")
    together = found["interleaved"]
    ratio = median(together["engine"]) / median(together["bare"])
    rates = {_engine(row): row["runs"] * found["months"] / median(row["seconds"]) for row in found["rows"]}
    ours = together["runs"] * found["months"] / median(together["engine"])
    times = " and ".join(f"{_round(ours / rates[name])} times as fast as {name}" for name in UNITS)
    return Html(
        f"<p>With {together['runs']:,} runs the engine takes {ratio:.2f} times as long as the bare loop, the middle of "
        f"{len(together['bare'])} measurements in turn, and is {times} with one number per value. Both of those were "
        "measured with fewer runs, since their time grows with them.</p>"
    )


def counting() -> Html:
    """How far a counted quantile may lie from the exact one."""
    return Html(
        f"<p>A bin is a 256th of an octave, so that a quantile lies within {ERROR:.1%} of the exact one, "
        "whatever the number of runs.</p>"
    )


def digests(digests: dict[str, str]) -> Html:
    """Ways to play one and the same ensemble, and the digest of every bit of its figures."""
    rows = [[name, Html(f"<code>{digest[:16]}</code>")] for name, digest in digests.items()]
    return table(("How it was played", "Digest, first 16 digits"), rows, label="Digests of one ensemble")


def _engine(row: dict[str, Any]) -> str:
    return str(row["title"]).partition(",")[0]


def _time(seconds: float) -> str:
    return f"{seconds:,.0f}" if seconds >= 100 else f"{seconds:.3g}"


def _round(value: float) -> str:
    """Two significant digits, in full."""
    return f"{float(f'{value:.2g}'):,.0f}"
