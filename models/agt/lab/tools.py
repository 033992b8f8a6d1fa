"""What the two small tools beside the lab start from: the terms of this season, and what a stake is measured by."""

from typing import Any

import numpy as np

from agt.mechanisms.redemption import REFUSALS
from agt.records.seasons import season
from agt.registry import Registry
from agt.simulation import LEVELS, simulate, today

RUNS, SEED = 1_000, 1  # of what others are taken to submit


def tools(registry: Registry) -> dict[str, Any]:
    """The terms of the season of the registry's date, in base units as texts, and what the model expects of it."""
    terms, month = season(registry, registry.as_of[:7]), today(registry)
    redeemed = registry.families["redemption_redeemed"]
    run = simulate(RUNS, month, SEED, keep=(*redeemed, "market_price"))
    submitted = np.sum([run[name][month] for name in redeemed], axis=0)
    return {
        "season": terms.name,
        "pool": str(terms.pool),
        "minimum": str(terms.minimum),
        "opens": terms.opens,
        "closes": terms.closes,
        "refusals": REFUSALS,
        "submitted": [float(np.quantile(submitted, level)) for level in LEVELS.values()],
        "price": float(np.median(run["market_price"][month])),
        "tier": str(registry.value("staking_tier")),
    }
