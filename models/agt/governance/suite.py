"""The suite: what every proposal is measured by. The proposer chooses none of it.

A change of anything here is a new version, and so new seeds: reports of two versions are not compared.
"""

import hashlib
import os
from typing import Literal, NamedTuple

from agt.registry import Registry

VERSION = "1"

# Four blocks, so that an answer that hangs on one block's luck shows.
BLOCKS = ("1", "2", "3", "4")

# Futures per block. minimal: half a minute, for drafting; full: halves the error of a chance to about one in a hundred.
PRESETS = {"minimal": 100, "full": 500}
PRESET = "AGT_PRESET"  # the environment variable that tells the notebook; full where it is not set

HORIZON = 60  # months after the registry's date
AFTER = (12, 24)  # months after the change takes effect: a year to settle, and a second one

Better = Literal["higher", "lower", "neither"]


class Measured(NamedTuple):
    """A figure of the report, in words, and which way is better."""

    figure: str
    words: str
    better: Better


# Beside the registry's headline metrics. Stocks and accounts say nowhere which way is better; this list does.
STOCKS = (
    Measured("reward_reserve", "User rewards unlocked and not distributed", "higher"),
    Measured("redemption_rate", "AGT paid for one AIA in the latest season", "higher"),
    Measured("market_price", "Price of one AGT", "higher"),
    Measured("rewards_pay.regular", "What an hour of a regular's work earns", "higher"),
    Measured("contributors_active.regular", "Active regular contributors", "higher"),
    Measured("contributors_staked", "Staked by contributors", "neither"),
    Measured("community_treasury", "Community treasury", "higher"),
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
    """The figures of the report: those of `STOCKS`, then the registry's headline metrics."""
    headlines = [name for name, entry in registry.metrics.items() if entry.headline]
    return (*STOCKS, *(described(name, registry) for name in headlines))


def described(figure: str, registry: Registry) -> Measured:
    """A figure in the registry's words; only metrics say which way is better."""
    better: Better = registry.metrics[figure].better if figure in registry.metrics else "neither"
    return Measured(figure, str(getattr(registry.entry(figure), "meaning", figure)), better)


def kept(registry: Registry) -> tuple[str, ...]:
    """The names of everything that the report shows."""
    groups = [measure.figure for _, measure in GROUPS]
    return tuple(dict.fromkeys([*(measure.figure for measure in measured(registry)), *groups, *PICTURES]))
