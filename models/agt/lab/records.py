"""The numbers of the first runs: where each stands today, what it drew once, and what it draws month by month."""

from dataclasses import dataclass, field

import numpy as np

from agt.registry import Registry
from agt.simulation import simulate, today
from agt.simulation.chunk import Given, Request


@dataclass
class Records:
    """One row of floats per run; the lists say which columns hold what, in order.

    carried: accounts and stocks at the registry's date; by_run: givens that are one number of the run; by_both: givens
    with a number per month; earlier: quantities with a number for each of the `past` months up to today. `fixed` and
    `by_month` are the givens that are the same in every run.
    """

    carried: list[str]
    earlier: list[str]
    past: int
    by_run: list[str] = field(default_factory=list)
    by_both: list[str] = field(default_factory=list)
    fixed: dict[str, float] = field(default_factory=dict)
    by_month: dict[str, list[float]] = field(default_factory=dict)
    columns: list[np.ndarray] = field(default_factory=list)

    def bytes(self) -> bytes:
        """The rows, one after the other, as little-endian doubles."""
        return np.stack(self.columns, axis=1).astype("<f8").tobytes()


def records(registry: Registry, *, runs: int, months: int, seed: int) -> Records:
    """The numbers of the runs 0 .. `runs` - 1 for the months after the registry's date.

    Args: runs [count]; months [month]; seed: that of the ensemble whose runs these are.
    """
    now = today(registry)
    windows = {name: measure.window for measure in registry.measures.values() for name in measure.of}
    earlier = [name for name, window in windows.items() if window > 1]
    past = max(windows.values()) - 1  # a change takes effect in the month after today at the earliest
    made = Records([*registry.accounts, *registry.stocks], earlier, past)
    until_now = simulate(runs, now, seed, keep=(*made.carried, *earlier))
    given = Given(registry, Request(now + months, seed, ()), 0, runs)
    ahead = [given(month) for month in range(now + 1, now + months + 1)]
    monthly: list[np.ndarray] = []
    for name in (name for name in ahead[0] if name != "month"):
        values = np.stack([np.broadcast_to(month[name], runs) for month in ahead])
        monthly += _placed(made, name, values)
    made.columns = [
        *(until_now[name][now] for name in made.carried),
        *made.columns,
        *monthly,
        *(until_now[name][now - past + 1 + month] for name in earlier for month in range(past)),
    ]
    return made


def _placed(made: Records, name: str, values: np.ndarray) -> list[np.ndarray]:
    """Enter one given under what it varies with; what varies with both comes back, for the end of the row.

    Args: values: array (months, runs).
    """
    one_run, one_month = np.all(values == values[:, :1]), np.all(values == values[:1])
    if one_run and one_month:
        made.fixed[name] = float(values[0, 0])
    elif one_run:
        made.by_month[name] = values[:, 0].tolist()
    elif one_month:
        made.by_run.append(name)
        made.columns.append(values[0])
    else:
        made.by_both.append(name)
        return list(values)
    return []
