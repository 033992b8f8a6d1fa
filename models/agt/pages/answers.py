"""What the answers hang on: sensitivity, flip points, and what the project could publish to settle most."""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

import pandas as pd

from agt.analysis.sensitivity import ANSWERS
from agt.figures import Figure
from agt.figures.rows import bars
from agt.pages.results import result
from agt.pages.tables import Html, amount, quantity, table
from agt.registry import Ask, load

LABEL = 34  # characters beside a bar
SHOWN = 8  # bars of a picture
LISTED = 4  # names of a row
NEAREST = 30  # flip points of a page
KINDS = {"unknowns": "what is not known", "levers": "what one vote may change"}


def indices(kind: str, answer: str) -> dict[str, dict[str, float]]:
    """The stored indices of one answer, the largest total first."""
    found: Mapping[str, Any] = result("sensitivity")[kind][answer]
    return dict(sorted(found.items(), key=lambda item: -item[1]["total"]))


def hangs_on(answer: str, kind: str = "unknowns") -> Figure:
    """What one answer hangs on most, as bars."""
    title = load().measures[answer].title
    top = list(indices(kind, answer).items())[:SHOWN]
    frame = pd.DataFrame([{"row": _label(name), "value": found["total"], "name": name} for name, found in top])
    listed = ", ".join(f"{name} {found['total']:.0%}" for name, found in top[:LISTED])
    caption = (
        f"{title}: the share of its spread in which one thing has a part, alone or with others, of {KINDS[kind]}; "
        f"total Sobol indices, means over {result('sensitivity')['paths']} paths of luck."
    )
    chart = bars(frame, quantity="Share", unit="of the spread")
    return Figure(chart, caption, f"{title} hangs most on {listed}.")


def _label(name: str) -> str:
    """What a bar is called: what the parameter means, as far as a phone has room, and of whom."""
    entry, member = load().parameters[name], name.partition(".")[2]
    return shorten(f"{entry.meaning}: {member}" if member else entry.meaning, LABEL, placeholder=" …")


def ranking(kind: str) -> Html:
    """Of every answer, what it hangs on most."""
    rows = []
    for answer in ANSWERS:
        top = [
            f"<code>{name}</code> {100 * found['total']:.0f} % (± {100 * found['error']:.0f})"
            for name, found in list(indices(kind, answer).items())[:LISTED]
            if found["total"] > 2.0 * found["error"]
        ]
        alone = sum(found["first"] for found in indices(kind, answer).values())
        rows.append(
            [load().measures[answer].title, Html("<br>".join(top) or "nothing that stands out"), f"{alone:.0%}"]
        )
    head = ("Answer", f"Hangs most on: {KINDS[kind]}", "Explained one by one")
    return table(head, rows, label=f"What answers hang on: {KINDS[kind]}")


def flip_points() -> Html:
    """The flip points that need the least unlikely value; of each unknown and guardrail at most one on either side."""
    registry, found = load(), result("flips")["flips"]
    rows = []
    for flip in found[:NEAREST]:
        entry, guardrail = registry.parameters[flip["parameter"]], registry.guardrails[flip["guardrail"]]
        way = "falls to" if flip["chance"] < 0.5 else "rises to"
        beyond = min(flip["chance"], 1.0 - flip["chance"])
        rows.append(
            [
                Html(f"<code>{flip['parameter']}</code><br>{entry.meaning}"),
                f"{way} {quantity(flip['value'], entry.unit)}",
                f"{100 * beyond:.0f} of 100",
                guardrail.title,
                f"{100 * flip['breach']:.1f} of 100; limit {100 * float(guardrail.chance or 0):.0f}",
            ]
        )
    head = ("If this", "only", "chance of that or more", "turns", "futures in breach")
    told = f"<p>The nearest {len(rows)} of {len(found)}, out of {result('flips')['runs']:,} runs at each value.</p>"
    return Html(told + table(head, rows, label="Flip points"))


def settled(ask: Ask) -> dict[str, float]:
    """How much of the spread of each answer an ask would settle: the first-order indices of its unknowns, at most all.

    What its unknowns do together with others is left out, and estimates below nothing count as nothing.
    """
    shares = {answer: indices("unknowns", answer) for answer in ANSWERS}
    return {
        answer: min(sum(max(found[name]["first"], 0.0) for name in ask.settles), 1.0)
        for answer, found in shares.items()
    }


def asks() -> Html:
    """What could be published, ordered by how much of the answers' spread it would settle."""
    by = {name: settled(ask) for name, ask in load().asks.items()}
    mean = {name: sum(shares.values()) / len(shares) for name, shares in by.items()}
    rows = []
    for place, name in enumerate(sorted(by, key=lambda name: -mean[name]), 1):
        ask, shares = load().asks[name], by[name]
        best = max(shares, key=lambda answer: shares[answer])
        most = f"{load().measures[best].title}: {shares[best]:.0%}"
        rows.append([str(place), ask.what, ask.how, f"{mean[name]:.0%}", most])
    head = ("", "Publish", "Where others could check it", "Settles, mean of all answers", "Settles most of")
    return table(head, rows, label="What we ask the team to publish")


def lever_steps() -> Html:
    """The range over which each lever is varied: what one vote may change."""
    rows = [
        [name, amount(lever.value or 0, lever.unit), amount(lever.largest_step or 0, lever.unit)]  # type: ignore[arg-type]
        for name, lever in load().levers().items()
    ]
    return table(("Lever", "Now, or the model's guess", "Largest step"), rows, label="Levers and their largest steps")
