"""The bare loop: the same functions on the same draws in plain NumPy, without cadCAD, history or checks.

What an engine costs is what it takes more than this.
"""

from typing import Any

from agt.economy import AGENDA, OPENING
from agt.ledger import play
from agt.registry import load
from agt.simulation import CHUNK
from agt.simulation.chunk import Given, Request, economy, genesis


def bare_loop(runs: int, months: int, seed: int = 1, chunk: int = CHUNK) -> dict[str, Any]:
    """Play an ensemble chunk by chunk and keep nothing but the last month of the last chunk."""
    registry = load()
    opening_blocks, month_blocks = economy()
    state: dict[str, Any] = {}
    for first in range(0, runs, chunk):
        given = Given(registry, Request(months, seed, ()), first, min(chunk, runs - first))
        state = genesis(registry)
        for function, block in zip(OPENING, opening_blocks, strict=True):
            state.update(play(function, block, given(0) | state))
        for month in range(1, months + 1):
            values = given(month) | state
            for function, block in zip(AGENDA, month_blocks, strict=True):
                values.update(play(function, block, values))
            state = values
    return state
