"""The suite: what every proposal is measured by. The proposer chooses none of it.

Scenarios, measures, guardrails, groups and checks are the DAO's, in the registry. A change of anything here is a new
version, and so new seeds: reports of two versions are not compared.
"""

import hashlib
from dataclasses import dataclass
from math import log2

from agt.analysis.bounds import ERROR

VERSION = "2"

HORIZON = 60  # months after the registry's date
USUAL = 24  # months after the change takes effect, of what is said of a month and not of a measure

# What the generated sentence is about: how long rewards last, what work earns, what labels are worth, what AGT is.
SENTENCE = {
    "reward_runway": "the reward runway",
    "regular_pay": "a regular's pay",
    "accuracy": "accuracy",
    "price": "the price",
}
WHEN = "Two years after the change"  # the horizon of those measures

# Shown first on every page, so that none is chosen because it flatters; all others are folded away.
FIRST = (
    "reward_runway",
    "regular_pay",
    "regulars",
    "farmed_share",
    "accuracy",
    "fulfilment",
    "label_cost",
    "revenue",
    "client_coverage",
    "treasury_runway",
    "price",
)

# The same pictures for every proposal, so that none is chosen because it flatters.
PICTURES = ("reward_reserve", "rewards_pay.regular", "market_price")

# The futures that are played: with the suite's own luck, and with that of a beacon.
SAMPLES = ("suite", "beacon")

# What cannot be taken back once it has happened.
FOR_GOOD = ("burned", "supply_distributed", "supply_sold")


@dataclass(frozen=True)
class Preset:
    """How many futures of each scenario are played: blocks of `runs`, doubled up to `most` while a limit is open."""

    name: str
    blocks: int
    runs: int
    most: int

    @property
    def futures(self) -> int:
        """The futures of each scenario before any doubling."""
        return self.blocks * self.runs

    @property
    def error(self) -> float:
        """The chance of error of one look at one limit, so that all looks together err no more than `ERROR`."""
        return ERROR / (1 + log2(self.most / self.futures))


# Four blocks, so that an answer that hangs on one block's luck shows. minimal is for drafting.
PRESETS = {
    "minimal": Preset("minimal", blocks=1, runs=400, most=400),
    "full": Preset("full", blocks=4, runs=500, most=8_000),
}


def seeds(preset: Preset, beacon: str | None = None) -> tuple[int, ...]:
    """The seed of each block: 8 bytes of a digest, the same for all proposals, so that none can be ground.

    Args: beacon: 64 hexadecimal digits that nobody could know when the proposal was frozen; else the suite's own luck.
    """
    own = VERSION if beacon is None else f"{VERSION}/{beacon}"
    blocks = range(1, preset.blocks + 1)
    return tuple(int.from_bytes(hashlib.sha256(f"{own}/{block}".encode()).digest()[:8], "big") for block in blocks)
