"""The back-test: positions by hand, what counts as fit and as validation, and what the model covers."""

from decimal import Decimal

import numpy as np
import pytest

from agt.analysis.backtest import Held, comparable, coverage, from_the_start, held_against, leave_one_out
from agt.registry import Observation


def seen(value, use="validation"):
    text = {"date": "2026-01-01", "quantity": "x", "unit": "x", "source": "x", "confidence": "official"}
    return Observation(value=Decimal(value), use=use, figure="market_price", months=1, **text)


@pytest.mark.parametrize(
    ("value", "position", "inside"),
    [("-1", 0.0, False), ("50", 0.5, True), ("5", 5.5 / 101, True), ("4", 4.5 / 101, False), ("101", 1.0, False)],
)
def test_where_an_observation_lies(value, position, inside):
    held = held_against(np.arange(101.0), seen(value))
    assert (held.low, held.middle, held.high) == (5.0, 50.0, 95.0)
    assert held.position == pytest.approx(position)
    assert held.inside is inside


def test_fit_and_validation_are_counted_apart():
    held = [Held(seen("1", use), 0.0, 1.0, 2.0, 0.5, inside) for use, inside in
            [("fit", True), ("fit", True), ("validation", False), ("validation", True)]]  # fmt: skip
    assert coverage(held, "fit") == (2, 2)
    assert coverage(held, "validation") == (1, 2)


def test_no_price_is_forecast_where_prices_are_given():
    assert any(one.figure == "market_price" for one in comparable(pinned=False))
    assert not any(one.figure == "market_price" for one in comparable(pinned=True))


def test_what_the_model_covers_and_what_it_misses():
    """Two validations lie outside, for the reasons that the chapter gives: a day's volume is no typical day, and
    an unlocked amount has no spread. Everything that set a level lies inside, as it should."""
    held = from_the_start(1_000)
    assert coverage(held, "fit") == (8, 8)
    missed = {one.observation.quantity for one in held if one.observation.use == "validation" and not one.inside}
    assert missed <= {"One-day volume", "Circulating supply"}
    assert "Circulating supply" in missed
    assert coverage(held, "validation")[1] == 6


def test_a_price_left_out_is_forecast_by_the_others():
    held = leave_one_out(400)
    assert [one.observation.date for one in held] == ["2025-08-25", "2026-06-22", "2026-08-11", "2026-09-23"]
    assert all(one.high > 1.5 * one.low for one in held)
    assert sum(one.inside for one in held) == 4
