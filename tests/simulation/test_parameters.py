"""Every parameter counts: moved alone from its low to its high, under one luck, some figure of the model moves."""

import numpy as np
import pytest

from agt.registry import load
from agt.simulation import Economy
from agt.simulation.chunk import Request, play_chunk

REGISTRY = load()
QUANTITIES = REGISTRY.quantities()
RUNS, MONTHS, SEED = 4, 22, 3

# Caps that bind in no ordinary run: what must be so that they do.
BINDING = {
    "contributors_churn_most": {"contributors_churn_regular": 0.9, "contributors_churn_extra": 0.9},
    "contributors_rise_most": {"contributors_to_expert": 0.5, "contributors_to_regular": 0.5},
    "contributors_farm_alarm": {
        "contributors_at_tge.farm": 5_000_000.0,
        "contributors_farm_detection": 0.0,
        "contributors_farm_speed": 0.0,
    },
    "market_price_floor": {
        "market_price_at_tge": 0.000001,
        "market_narrative_at_tge": 0.0,
        "market_sales_multiple": 0.0,
        "market_reversion": 1.0,
    },
    "market_price_ceiling": {"market_narrative_at_tge": 1e11, "market_price_at_tge": 60.0},
    "demand_churn_most": {"demand_churn": 1.9, "demand_churn_quality": 15.0},
    "demand_float_share": {"demand_spend": 10_000_000.0, "demand_pool_share": 0.9},
    "buyback_float_share": {"demand_spend": 10_000_000.0, "buyback_revenue_share": 1.0, "buyback_volume_share": 1.0},
    "buyback_volume_share": {"demand_spend": 1_000_000.0, "buyback_revenue_share": 1.0, "demand_item_price": 10.0},
    "staking_float_share": {"staking_buy_share": 1.0, "staking_tier": 1_000_000.0, "staking_required_return": 0.001},
    "staking_liquid_share": {"staking_tier": 100_000.0, "staking_required_return": 0.001, "staking_premium": 2.0},
    "staking_buy_share": {"staking_tier": 100_000.0, "staking_required_return": 0.001, "staking_premium": 2.0},
    "demand_churn_fulfilment": {"demand_spend": 1_000_000.0},
    "progression_liquid_share": {"progression_upgrade_cost": 50_000.0},
    "rewards_agt_cap": {"rewards_agt_per_set": 100.0},
    "market_most_new": {"market_first_contributors": 1.0, "market_disposition": 2.0, "market_price_at_tge": 0.3},
    "market_most_old": {"market_hazard_contributors": 1.0, "market_disposition": 2.0, "market_price_at_tge": 0.3},
    "quality_error_correlation": {"quality_annotators": 5.0},
}
SCENARIO = {"demand_elasticity": "rival_cuts_price", "redemption_trust": "suspension"}  # what only a scenario asks for


def ends(name):
    """The low and the high of a parameter: of its prior where it has one, else of its bounds."""
    entry = REGISTRY.parameters[name]
    if entry.prior is not None and hasattr(entry.prior, "low"):
        return float(entry.prior.low), float(entry.prior.high)
    return tuple(map(float, entry.bounds))


MOVABLE = [
    name
    for name, entry in REGISTRY.parameters.items()
    if entry.read_by == "policy" and entry.bounds[0] < entry.bounds[1] and not name.startswith("vesting_")
]


@pytest.fixture(scope="module")
def paths():
    """Every parameter at its low and at its high, side by side: quantity -> array (months, parameters, ends, runs)."""
    economies = tuple(
        Economy(BINDING.get(name, {}) | {name: value}, SCENARIO.get(name)) for name in MOVABLE for value in ends(name)
    )
    request = Request(MONTHS, SEED, QUANTITIES, priors=False, pinned=False, economies=economies)
    played = play_chunk(request, 0, RUNS).paths
    return {figure: path.reshape(MONTHS + 1, len(MOVABLE), 2, RUNS) for figure, path in played.items()}


@pytest.mark.parametrize("name", MOVABLE)
def test_a_parameter_moves_some_figure(paths, name):
    sides = ((path[:, MOVABLE.index(name), end] for end in range(2)) for path in paths.values())
    assert any(not np.array_equal(low, high, equal_nan=True) for low, high in sides)


def test_what_is_not_moved_here_says_why():
    """The schedule has tests of its own against the facts; the supply is fixed; one day is read by a rule only."""
    left = {name for name in REGISTRY.parameters if name not in MOVABLE}
    assert {name for name in left if not name.startswith("vesting_")} == {"supply_total", "redemption_closing_day"}


def test_the_tables_name_parameters():
    assert {*BINDING, *SCENARIO} <= set(MOVABLE)
