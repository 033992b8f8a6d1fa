"""The suite: what every proposal is measured by. The proposer chooses none of it.

A change of anything here is a new version, and so new seeds: reports of two versions are not compared.
"""

import hashlib
import os
from typing import NamedTuple

from agt.registry import Account, Metric, Registry, Stock
from agt.registry.schema import Better

VERSION = "1"

# Four blocks, so that an answer that hangs on one block's luck shows.
BLOCKS = ("1", "2", "3", "4")

# Futures per block. minimal: for drafting, a chance is known to about 2 in 100; full: to about 1 in 100.
PRESETS = {"minimal": 100, "full": 500}
PRESET = "AGT_PRESET"  # the environment variable that tells the notebook; full where it is not set

HORIZON = 60  # months after the registry's date
AFTER = (12, 24)  # months after the change takes effect: a year to settle, and a second one


class Measured(NamedTuple):
    """A figure of the report, in words, and which way is better."""

    figure: str
    words: str
    better: Better


# Shown beside the registry's headline metrics.
FIGURES = (
    "reward_reserve",
    "redemption_rate",
    "market_price",
    "rewards_pay.regular",
    "contributors_active.regular",
    "contributors_staked",
    "community_treasury",
)

# Who is touched, by what; holders, investors and team share the price's fate.
GROUPS = (
    ("Casual contributors", Measured("rewards_pay.casual", "pay of an hour", "higher")),
    ("Regular contributors", Measured("rewards_pay.regular", "pay of an hour", "higher")),
    ("Experts", Measured("rewards_pay.expert", "pay of an hour", "higher")),
    ("Volume farms", Measured("rewards_pay.farm", "pay of an hour", "lower")),
    ("Holders, investors and team", Measured("market_price", "price of one AGT", "higher")),
    ("Community treasury", Measured("community_treasury", "AGT held", "higher")),
    ("AI clients", Measured("demand_clients", "paying clients", "higher")),
)

# The same pictures for every proposal, so that none is chosen because it flatters.
PICTURES = ("reward_reserve", "rewards_pay.regular", "market_price")

# What the generated sentence is about: how long rewards last, what work earns, what the token is worth.
SENTENCE = (
    ("the reward reserve", "reward_reserve"),
    ("a regular's pay", "rewards_pay.regular"),
    ("the price", "market_price"),
)


def seeds() -> tuple[int, ...]:
    """The seed of each block: 8 bytes of a digest, the same for all proposals, so that none can be ground."""
    return tuple(int.from_bytes(hashlib.sha256(f"{VERSION}/{block}".encode()).digest()[:8], "big") for block in BLOCKS)


def preset() -> str:
    """The preset that this process was told to use.

    Raises: KeyError when there is none of that name.
    """
    name = os.environ.get(PRESET, "full")
    if name not in PRESETS:
        raise KeyError(f"{name} is no preset ({', '.join(PRESETS)})")
    return name


def measured(registry: Registry) -> tuple[Measured, ...]:
    """The figures of the report: `FIGURES`, then the registry's headline metrics."""
    headlines = [name for name, entry in registry.metrics.items() if entry.headline]
    return tuple(described(name, registry) for name in (*FIGURES, *headlines))


def described(figure: str, registry: Registry) -> Measured:
    """A figure in the registry's words, and which way the registry holds to be better."""
    entry = registry.entry(figure)
    assert isinstance(entry, Account | Metric | Stock)  # the check of a proposal accepts no other
    member = figure.partition(".")[2]
    return Measured(figure, f"{entry.meaning} ({member})" if member else entry.meaning, entry.better)


def kept(registry: Registry) -> tuple[str, ...]:
    """The names of everything that the report shows."""
    groups = [measure.figure for _, measure in GROUPS]
    return tuple(dict.fromkeys([*(measure.figure for measure in measured(registry)), *groups, *PICTURES]))
