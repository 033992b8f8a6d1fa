"""Wording: numbers of the results as a voter reads them."""

from typing import Any

from agt.analysis.paired import of_hundred
from agt.figures.figure import readable
from agt.governance import suite
from agt.registry import Measure, Registry

MILLION = 1e6
NO_BREAK = "\u00a0"

SAYS = {
    "same": "the same in every future",
    "undetectable": "no detectable effect",
    "small": "no effect that matters",
    "nothing": "cannot be compared",
}


def amount(value: float) -> str:
    """A number, in millions where it has so many."""
    return f"{readable(value / MILLION)}{NO_BREAK}M" if abs(value) >= MILLION else readable(value)


def level(value: float, measure: Measure) -> str:
    """A level of a measure: a share as percent, else in the measure's own unit."""
    if measure.unit == "share":
        return f"{readable(float(f'{100.0 * value:.3g}'))}{NO_BREAK}%"
    return amount(float(f"{value:.3g}"))


def signed(value: float, measure: Measure) -> str:
    """A difference with its sign and three digits: percent, points of a share, or the measure's own unit."""
    scale, unit = 1.0, _unit(measure.unit)
    if measure.relative:
        scale, unit = 100.0, f"{NO_BREAK}%"
    elif measure.unit == "share":
        scale, unit = 100.0, " points"
    shown = float(f"{scale * value:.3g}")
    return f"{'+' if shown > 0 else ''}{amount(shown).replace('-', '−')}{unit}"


def _unit(unit: str) -> str:
    return {"month": " months", "count": "", "number": ""}.get(unit, f" {unit}")


def difference(row: dict[str, Any], measure: Measure) -> str:
    """The middle difference, and where nine futures in ten lie."""
    low, high = signed(row["low"], measure), signed(row["high"], measure)
    return f"{signed(row['middle'], measure)} ({low} to {high})"


def chance(row: dict[str, Any], measure: Measure) -> str:
    """In how many futures the measure is better, or worse, by more than the smallest difference of interest."""
    up, down = ("higher", "lower") if measure.better == "neither" else ("better", "worse")
    more, less = (row["more"], row["less"]) if measure.better != "lower" else (row["less"], row["more"])
    if more == less == 0:
        return "matters in fewer than 1 of 100"
    way, count = (up, more) if more >= less else (down, less)
    other, rest = (down, less) if more >= less else (up, more)
    text = f"{way} in {of_hundred(count, row['futures'])}"
    return f"{text}, {other} in {of_hundred(rest, row['futures'])}" if rest else text


def phrase(row: dict[str, Any], measure: Measure, words: str) -> str:
    """What the sentence says of a measure."""
    if row["says"] in SAYS:
        return f"{words}: {SAYS[row['says']]}"
    return f"{words} {signed(row['middle'], measure)} ({chance(row, measure).partition(',')[0]} futures)"


def phrases(rows: list[dict[str, Any]], registry: Registry) -> list[str]:
    """What the sentence says of each of its measures."""
    by_name = {row["measure"]: row for row in rows}
    return [phrase(by_name[name], registry.measures[name], words) for name, words in suite.SENTENCE.items()]


def lowered(title: str) -> str:
    """A title in the middle of a sentence: names in capitals keep them."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"
