"""What one order does to AGT's price by the square-root law, against figures worked out apart from the model.

Sources: facts 5, "for AGT": impact = Y sigma sqrt(order / daily volume), with Y = 1 and a daily volatility of 11.65 %;
the law: Jonathan Donier and Julius Bonart, "A Million Metaorder Analysis of Market Impact on the Bitcoin", 2014,
https://arxiv.org/abs/1412.4503.
A model's month is 30 days: the law does not care about the clock, so an order in a day of volume V and the same order
in a month of volume 30 V move the price alike.
"""

from typing import Any

import numpy as np
import pytest

from agt.graph import reads
from agt.mechanisms import buyback, market
from agt.registry import load
from tests.months import outcome

FIGURES = [(236_000, 3.4e6, "3.1"), (236_000, 1.6e6, "4.5"), (100_000, 3.4e6, "2.0"), (100_000, 1.6e6, "2.9")]
PRICE, LINEAR = 0.0157, 1e-12  # the zone of linear impact is closed


def neutral(function):
    """What a function reads, with nothing going on: parameters as they are, everything else nothing."""
    registry = load()

    def value(name: str) -> Any:
        if name in registry.families:
            return tuple(value(member) for member in registry.families[name])
        return float(registry.value(name)) if name in registry.parameters else 0.0

    return {name: value(name) for name in reads(function)}


def a_market(volume):
    """Prices at rest, and the depth that the model makes of a volume and of the facts' volatility."""
    facts = {"market_impact_coefficient": 1.0, "market_sigma_day": 0.1165, "market_dex_price": 1.0}
    scale = outcome(market.depth, neutral(market.depth) | facts)["market_impact_scale"]
    depth = {"market_volume": volume, "market_impact_scale": scale, "market_impact_linear": LINEAR}
    return {"market_price": PRICE, "market_anchor": PRICE, "market_peak": PRICE} | depth


def sold(order, volume):
    """The month's outcome when AGT worth `order` USD is sold and nothing else happens."""
    return outcome(market.policy, neutral(market.policy) | a_market(volume) | {"market_sold": order / PRICE})


@pytest.mark.parametrize(("order", "volume", "percent"), FIGURES)
def test_the_figures_of_the_facts(order, volume, percent):
    assert f"{100 * sold(order, volume)['market_impact']:.1f}" == percent


@pytest.mark.parametrize(("order", "volume", "percent"), FIGURES)
def test_the_price_falls_by_the_impact(order, volume, percent):
    """The figures are changes of the log price; so little of one is almost the share of the price lost."""
    assert -100 * np.log(sold(order, volume)["market_price"] / PRICE) == pytest.approx(float(percent), abs=0.05)


@pytest.mark.parametrize(("order", "volume", "percent"), FIGURES)
def test_a_month_of_thirty_days_moves_like_a_day(order, volume, percent):
    daily = 0.1165 * np.sqrt(order / volume)
    assert f"{100 * daily:.1f}" == percent
    assert sold(order, volume)["market_impact"] == pytest.approx(daily, rel=1e-6)


@pytest.mark.parametrize(("order", "volume", "percent"), FIGURES)
def test_a_buyback_pays_two_thirds_of_the_peak(order, volume, percent):
    """Mean over peak of a square root: the integral of sqrt(x) from 0 to 1."""
    terms = a_market(volume) | {
        "demand_revenue": float(order),
        "buyback_revenue_share": 1.0,
        "buyback_volume_share": 1.0,
        "market_float": 5e9,
        "buyback_float_share": 1.0,
    }
    slippage = outcome(buyback.policy, neutral(buyback.policy) | terms)["buyback_slippage"]
    assert 100 * np.log1p(slippage) * 3 / 2 == pytest.approx(float(percent), abs=0.05)
