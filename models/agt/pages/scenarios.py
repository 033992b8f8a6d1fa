"""A quantity in a scenario beside the same futures without it, month by month."""

import pandas as pd

from agt.figures import READING, Figure, fan
from agt.pages.baseline import AHEAD, RUNS, SEED
from agt.pages.tables import quantity
from agt.registry import load
from agt.simulation import Paths, published, simulate, today

BACK = 3  # months shown before today


def beside(scenario: str, name: str, *, log: bool = False) -> Figure:
    """Two fans of a quantity: nothing special happens, and the scenario."""
    registry = load()
    titles = {None: registry.scenarios["base"].title, scenario: registry.scenarios[scenario].title}
    entry = registry.entry(name)
    meaning, unit = str(getattr(entry, "meaning", name)), str(getattr(entry, "unit", "AGT"))
    played = {
        title: published(simulate(RUNS, today() + AHEAD, SEED, keep=(name,), scenario=key))
        for key, title in titles.items()
    }
    frame = pd.concat([_labelled(run, name, title) for title, run in played.items()])
    chart = fan(
        frame,
        "date",
        quantity=meaning,
        unit=unit,
        by="series",
        log=log,
    )
    year = today() + 12
    told = "; ".join(
        f"{title}: {quantity(run.at(name, year)['p50'], unit)} in the middle run" for title, run in played.items()
    )
    caption = f"{meaning}. {RUNS:,} runs of each, with the same luck. {READING}"
    return Figure(chart, caption, f"{meaning}, a year from today. {told}.")


def _labelled(run: Paths, name: str, title: str) -> pd.DataFrame:
    frame = run.quantiles(name, today() - BACK)
    frame["date"] = pd.to_datetime(frame["date"])
    frame["series"] = title
    return frame
