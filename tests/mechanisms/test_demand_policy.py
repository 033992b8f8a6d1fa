"""Demand: clients arrive without ever overshooting their number, spend, and buy no more than the market offers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from agt.mechanisms import demand
from tests.months import outcome, up_to

MONTH = {
    "month": 20,
    "demand_clients": 10.0,
    "demand_arrival": 0.4,
    "demand_imitation": 0.03,
    "demand_potential": 110.0,
    "demand_growth": 0.0,
    "demand_churn": 0.05,
    "demand_spend": 7_000.0,
    "demand_spend_spread": 0.12,
    "demand_arrival_spread": 0.4,
    "demand_pool_share": 0.15,
    "demand_float_share": 0.05,
    "demand_arrival_noise": 0.0,
    "demand_spend_noise": 0.0,
    "market_price": 0.02,
    "market_float": 500e6,
}


def played(**changes):
    return outcome(demand.policy, MONTH | changes)


def test_a_month_by_hand():
    """No spread. 0.4 + 0.03 x 10 = 0.7 wish to come where 100 could: 100 x (1 - exp(-0.007)) = 0.697 556 come.
    Of 10, exp(-0.05) = 0.951 229 stay: 10.209 850 clients. They spend 71,468.95 USD: 15 % of it through pools,
    10,720.34 USD, or 536,017 AGT at 0.02 USD."""
    found = played(demand_spend_spread=0.0, demand_arrival_spread=0.0)
    assert found["demand_clients"] == pytest.approx(9.512294 + 0.697556, abs=2e-6)
    assert found["demand_revenue"] == pytest.approx(60_748.61, abs=0.02)
    assert found["demand_pool_budget"] == pytest.approx(10_720.34, abs=0.01)
    assert found["demand_pool_purchase"] == pytest.approx(536_017, abs=0.5)


def test_the_reachable_market_grows():
    """A growth of 1 % a month makes exp(0.2) = 1.2214 times as many reachable in month 20."""
    grown = played(demand_growth=0.01, demand_potential=100.0, demand_arrival=1e9)
    assert grown["demand_clients"] - 9.512294 == pytest.approx(122.140276 - 10.0, abs=1e-5)


def test_at_the_opening_there_are_the_clients_of_the_event():
    assert outcome(demand.opening, {"demand_clients_at_tge": 8.0}) == {"demand_clients": 8.0}


@pytest.mark.parametrize(("noise", "quantity"), [("arrival", "demand_clients"), ("spend", "demand_revenue")])
def test_luck_is_one_on_average(noise, quantity):
    """The mean of exp(s z - s^2 / 2) over a normal z is 1; few clients against many reachable keep it linear."""
    chances = (np.arange(100_000) + 0.5) / 100_000
    few = {"demand_potential": 1e9, "demand_spend_spread": 0.0, "demand_arrival_spread": 0.0}
    certain = played(**few)[quantity]
    lucky = played(**few | {f"demand_{noise}_spread": 0.5, f"demand_{noise}_noise": ndtri(chances)})[quantity]
    assert np.mean(lucky) == pytest.approx(certain, rel=1e-4)
    assert np.std(lucky) > 0.01 * certain


positive = up_to(1e6)
shares = up_to(1.0)
noises = st.floats(-4.0, 4.0)


@given(positive, positive, st.floats(1.0, 1e5), shares, noises)
def test_clients_never_overshoot_what_can_be_reached(clients, arrival, potential, churn, noise):
    found = played(
        demand_clients=clients,
        demand_arrival=arrival,
        demand_potential=potential,
        demand_churn=churn,
        demand_arrival_noise=noise,
    )
    assert 0.0 <= found["demand_clients"] <= max(potential, clients) * (1.0 + 1e-12)


@given(positive, shares, up_to(0.2), up_to(5e9), st.floats(1e-7, 100.0), noises)
def test_pools_buy_at_most_their_budget_and_their_share_of_the_float(clients, pool, share, market_float, price, noise):
    found = played(
        demand_clients=clients,
        demand_pool_share=pool,
        demand_float_share=share,
        market_float=market_float,
        market_price=price,
        demand_spend_noise=noise,
    )
    assert 0.0 <= found["demand_pool_purchase"] <= share * market_float
    assert found["demand_pool_purchase"] * price <= found["demand_pool_budget"] * (1.0 + 1e-12)


@given(positive, shares, noises)
def test_revenue_and_pools_together_are_what_clients_spend(clients, pool, noise):
    found = played(demand_clients=clients, demand_pool_share=pool, demand_spend_noise=noise)
    spent = found["demand_clients"] * 7_000.0 * np.exp(0.12 * noise - 0.0072)
    assert found["demand_revenue"] + found["demand_pool_budget"] == pytest.approx(spent, rel=1e-12)
    assert found["demand_revenue"] >= 0.0


def test_without_clients_nothing_happens():
    found = played(demand_clients=0.0, demand_arrival=0.0)
    assert set(found.values()) == {0.0}


def test_where_everybody_is_a_client_nobody_arrives():
    found = played(demand_clients=110.0, demand_churn=0.0)
    assert found["demand_clients"] == 110.0
