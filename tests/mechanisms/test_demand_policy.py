"""Demand: clients arrive without ever overshooting their number, answer to quality, and buy what the market offers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from agt.mechanisms import demand
from tests.months import outcome, up_to

# Clients are content: labels are as right as they expect, orders were filled, and the rival asks what we ask.
MONTH = {
    "month": 20,
    "demand_clients": 10.0,
    "demand_arrival": 0.4,
    "demand_imitation": 0.03,
    "demand_imitation_steepness": 20.0,
    "demand_potential": 110.0,
    "demand_growth": 0.0,
    "demand_churn": 0.05,
    "demand_churn_quality": 8.0,
    "demand_churn_fulfilment": 1.5,
    "demand_churn_most": 1.2,
    "demand_target": 0.9,
    "demand_elasticity": 2.0,
    "demand_arrival_spread": 0.4,
    "demand_arrival_noise": 0.2,  # half of the spread: luck is exp(0.08 - 0.08) = 1
    "demand_rival_price": 1.0,
    "demand_client_loss": 0.0,
    "quality_perceived": 0.9,
    "quality_fulfilment": 1.0,
}
ORDER = {
    "demand_clients": 10.0,
    "demand_spend": 7_000.0,
    "demand_spend_spread": 0.12,
    "demand_spend_noise": 0.06,  # half of the spread, so here too luck is 1
    "demand_elasticity": 2.0,
    "demand_rival_price": 1.0,
    "demand_pool_share": 0.15,
    "demand_float_share": 0.05,
    "demand_item_price": 0.1,
    "market_price": 0.02,
    "market_float": 500e6,
}
BILL = {
    "demand_order": 60_000.0,
    "demand_items": 600_000.0,
    "demand_item_price": 0.1,
    "demand_catalogue": 200_000.0,
    "demand_catalogue_share": 0.25,
    "demand_catalogue_decay": 0.05,
    "demand_catalogue_sales": 0.02,
    "quality_fulfilment": 0.8,
    "quality_accuracy": 0.9,
}


def played(**changes):
    return outcome(demand.policy, MONTH | changes)


def ordered(**changes):
    return outcome(demand.order, ORDER | changes)


def billed(**changes):
    return outcome(demand.bill, BILL | changes)


# Clients.


def test_a_content_month_by_hand():
    """0.4 + 0.03 x 10 = 0.7 wish to come where 100 could: 100 x (1 - exp(-0.007)) = 0.697 556 come. Of 10, exp(-0.05)
    = 0.951 229 stay."""
    assert played() == {
        "demand_clients": pytest.approx(9.512294 + 0.697556, abs=2e-6),
        "demand_leaving": pytest.approx(0.048771, abs=1e-6),
    }


def test_a_disappointing_month_by_hand():
    """Labels miss 0.9 by 0.05 and a tenth of the orders waited: 0.05 x exp(8 x 0.05 + 1.5 x 0.1) = 0.0866627 leave at
    that rate. Word of mouth at 17 / 18 to the 20th: 2 x 0.3188066 / 1.3188066 = 0.4834774 of 0.3, with 0.4: 0.5450432
    in 100."""
    found = played(quality_perceived=0.85, quality_fulfilment=0.9)
    assert found["demand_leaving"] == pytest.approx(1.0 - np.exp(-0.0866627), abs=1e-7)
    arriving = 100.0 * (1.0 - np.exp(-0.005450432))
    assert found["demand_clients"] == pytest.approx(10.0 * np.exp(-0.0866627) + arriving, abs=1e-6)


def test_better_labels_than_expected_by_hand():
    """0.05 x exp(-8 x 0.05) = 0.0335160; word of mouth at 19 / 18: 2 x 2.9486404 / 3.9486404 = 1.4934965 of 0.3."""
    found = played(quality_perceived=0.95)
    assert found["demand_leaving"] == pytest.approx(1.0 - np.exp(-0.0335160), abs=1e-7)
    arriving = 100.0 * (1.0 - np.exp(-(0.4 + 0.3 * 1.4934965) / 100.0))
    assert found["demand_clients"] == pytest.approx(10.0 * np.exp(-0.0335160) + arriving, abs=1e-6)


def test_nobody_leaves_faster_than_the_fastest():
    found = played(quality_perceived=0.0, quality_fulfilment=0.0)
    assert found["demand_leaving"] == pytest.approx(1.0 - np.exp(-1.2), rel=1e-12)


def test_a_cheaper_rival_keeps_newcomers_away_by_hand():
    """Half the price at an elasticity of 2: a quarter of 0.7 wish to come, and nobody who is there leaves for it."""
    found = played(demand_rival_price=0.5)
    assert found["demand_clients"] - 9.512294 == pytest.approx(100.0 * (1.0 - np.exp(-0.00175)), abs=1e-6)
    assert found["demand_leaving"] == played()["demand_leaving"]


def test_the_largest_client_leaves_by_hand():
    """Of the 95.1229 % who stay, two fifths are gone; word of mouth is still that of ten."""
    found = played(demand_client_loss=0.4)
    assert found["demand_leaving"] == pytest.approx(1.0 - 0.6 * 0.951229, abs=1e-6)
    assert found["demand_clients"] == pytest.approx(0.6 * 9.512294 + 0.697556, abs=2e-6)


def test_the_reachable_market_grows():
    """A growth of 1 % a month makes exp(0.2) = 1.2214 times as many reachable in month 20."""
    grown = played(demand_growth=0.01, demand_potential=100.0, demand_arrival=1e9)
    assert grown["demand_clients"] - 9.512294 == pytest.approx(122.140276 - 10.0, abs=1e-5)


def test_at_the_opening_there_are_the_clients_of_the_event():
    assert outcome(demand.opening, {"demand_clients_at_tge": 8.0}) == {"demand_clients": 8.0}


def test_without_clients_nobody_comes_by_word_of_mouth():
    assert played(demand_clients=0.0, demand_arrival=0.0)["demand_clients"] == 0.0
    assert played(demand_clients=0.0)["demand_clients"] == pytest.approx(110.0 * (1.0 - np.exp(-0.4 / 110)), rel=1e-9)


def test_where_everybody_is_a_client_nobody_arrives():
    found = played(demand_clients=110.0, demand_churn=0.0)
    assert found == {"demand_clients": 110.0, "demand_leaving": 0.0}


positive = up_to(1e6)
shares = up_to(1.0)
noises = st.floats(-4.0, 4.0)
targets = st.floats(0.5, 1.0)


@given(positive, positive, st.floats(1.0, 1e5), up_to(2.0), noises, shares, shares, targets, st.floats(0.01, 10.0))
def test_clients_never_overshoot_what_can_be_reached(
    clients, arrival, potential, churn, noise, perceived, filled, target, rival
):
    found = played(
        demand_clients=clients,
        demand_arrival=arrival,
        demand_potential=potential,
        demand_churn=churn,
        demand_arrival_noise=noise,
        quality_perceived=perceived,
        quality_fulfilment=filled,
        demand_target=target,
        demand_rival_price=rival,
    )
    assert 0.0 <= found["demand_clients"] <= max(potential, clients) * (1.0 + 1e-12)
    assert 0.0 <= found["demand_leaving"] <= 1.0 - np.exp(-1.2) + 1e-15


@given(shares, shares, shares, shares, shares)
def test_better_quality_keeps_and_draws_more(perceived, better, filled, fuller, loss):
    before = played(quality_perceived=perceived, quality_fulfilment=filled, demand_client_loss=loss)
    righter = played(quality_perceived=min(perceived + better, 1.0), quality_fulfilment=filled, demand_client_loss=loss)
    faster = played(quality_perceived=perceived, quality_fulfilment=min(filled + fuller, 1.0), demand_client_loss=loss)
    for found in (righter, faster):
        assert found["demand_leaving"] <= before["demand_leaving"] + 1e-15
        assert found["demand_clients"] >= before["demand_clients"] * (1.0 - 1e-12)


@given(st.floats(0.1, 10.0), st.floats(1.0, 10.0), shares, shares)
def test_a_dearer_rival_sends_and_a_lost_client_takes(rival, times, loss, more):
    cheap, dear = (played(demand_rival_price=price, demand_client_loss=loss) for price in (rival, rival * times))
    assert dear["demand_clients"] >= cheap["demand_clients"] * (1.0 - 1e-12)
    worse = played(demand_rival_price=rival, demand_client_loss=min(loss + more, 1.0))
    assert worse["demand_clients"] <= cheap["demand_clients"]
    assert worse["demand_leaving"] >= cheap["demand_leaving"]


# Orders.


def test_an_order_by_hand():
    """Ten clients spend 70,000 USD: 15 %, 10,500 USD, through pools, or 525,000 AGT at 0.02 USD; the rest is 595,000
    items at a tenth of a USD."""
    assert ordered() == {
        "demand_order": pytest.approx(59_500.0, rel=1e-12),
        "demand_items": pytest.approx(595_000.0, rel=1e-12),
        "demand_pool_budget": pytest.approx(10_500.0, rel=1e-12),
        "demand_pool_purchase": pytest.approx(525_000.0, rel=1e-12),
    }


def test_the_float_limits_what_pools_buy():
    found = ordered(market_float=1e6)
    assert (found["demand_pool_purchase"], found["demand_pool_budget"]) == (50_000.0, pytest.approx(10_500.0))


def test_a_cheaper_rival_takes_orders_by_hand():
    """Half the price at an elasticity of 2: a quarter of everything; our own price of an item stays."""
    found, usual = ordered(demand_rival_price=0.5), ordered()
    assert {name: value / usual[name] for name, value in found.items()} == dict.fromkeys(usual, pytest.approx(0.25))


def test_without_clients_nothing_is_ordered():
    assert set(ordered(demand_clients=0.0).values()) == {0.0}


@given(positive, shares, up_to(0.2), up_to(5e9), st.floats(1e-7, 100.0), noises)
def test_pools_buy_at_most_their_budget_and_their_share_of_the_float(clients, pool, share, market_float, price, noise):
    found = ordered(
        demand_clients=clients,
        demand_pool_share=pool,
        demand_float_share=share,
        market_float=market_float,
        market_price=price,
        demand_spend_noise=noise,
    )
    assert 0.0 <= found["demand_pool_purchase"] <= share * market_float
    assert found["demand_pool_purchase"] * price <= found["demand_pool_budget"] * (1.0 + 1e-12)


@given(positive, shares, noises, st.floats(0.1, 10.0), up_to(5.0), st.floats(0.001, 10.0))
def test_orders_and_pools_together_are_what_clients_spend(clients, pool, noise, rival, elasticity, price):
    found = ordered(
        demand_clients=clients,
        demand_pool_share=pool,
        demand_spend_noise=noise,
        demand_rival_price=rival,
        demand_elasticity=elasticity,
        demand_item_price=price,
    )
    spent = clients * 7_000.0 * rival**elasticity * np.exp(0.12 * noise - 0.0072)
    assert found["demand_order"] + found["demand_pool_budget"] == pytest.approx(spent, rel=1e-12)
    assert found["demand_items"] * price == pytest.approx(found["demand_order"], rel=1e-12)
    assert min(found.values()) >= 0.0


@pytest.mark.parametrize(
    ("function", "month", "noise", "quantity"),
    [(demand.policy, MONTH, "arrival", "demand_clients"), (demand.order, ORDER, "spend", "demand_order")],
)
def test_luck_is_one_on_average(function, month, noise, quantity):
    """The mean of exp(s z - s^2 / 2) over a normal z is 1; few clients against many reachable keep it linear."""
    chances = (np.arange(100_000) + 0.5) / 100_000
    many = month | {"demand_potential": 1e9}
    certain = outcome(function, many | {f"demand_{noise}_spread": 0.0})[quantity]
    luck = {f"demand_{noise}_spread": 0.5, f"demand_{noise}_noise": ndtri(chances)}
    lucky = outcome(function, many | luck)[quantity]
    assert np.mean(lucky) == pytest.approx(certain, rel=1e-4)
    assert np.std(lucky) > 0.01 * certain


# The bill.


def test_a_bill_by_hand():
    """Four fifths of 60,000 USD and of 600,000 items are delivered. 2 % of the 200,000 items listed are sold again at
    0.1: 400 USD. Of 480,000 delivered nine tenths are right and a quarter of those is listed: 108,000, beside 95 % of
    the 200,000."""
    assert billed() == {
        "demand_catalogue": pytest.approx(298_000.0, rel=1e-12),
        "demand_platform_sales": pytest.approx(400.0, rel=1e-12),
        "demand_revenue": pytest.approx(48_400.0, rel=1e-12),
    }


def test_what_is_not_delivered_is_not_paid_but_the_platform_still_sells():
    found = billed(quality_fulfilment=0.0)
    assert (found["demand_revenue"], found["demand_catalogue"]) == (400.0, pytest.approx(190_000.0))


def test_without_orders_and_items_nothing_is_earned():
    assert set(billed(demand_order=0.0, demand_items=0.0, demand_catalogue=0.0).values()) == {0.0}


@given(up_to(1e9), up_to(1e9), up_to(1e9), st.tuples(*[shares] * 5))
def test_nothing_is_listed_that_was_not_delivered_right(order, items, listed, parts):
    share, decay, sales, filled, accuracy = parts
    found = billed(
        demand_order=order,
        demand_items=items,
        demand_catalogue=listed,
        demand_catalogue_share=share,
        demand_catalogue_decay=decay,
        demand_catalogue_sales=sales,
        quality_fulfilment=filled,
        quality_accuracy=accuracy,
    )
    assert min(found.values()) >= 0.0
    assert found["demand_catalogue"] <= (listed * (1.0 - decay) + items * filled * accuracy) * (1.0 + 1e-12)
    assert found["demand_platform_sales"] <= listed * 0.1 * (1.0 + 1e-12)
    paid = found["demand_revenue"] - found["demand_platform_sales"]
    assert paid == pytest.approx(order * filled, rel=1e-9, abs=1e-6)


@given(shares, shares)
def test_a_fuller_order_is_paid_more_and_righter_labels_are_listed_more(share, more):
    for quantity, result in (("quality_fulfilment", "demand_revenue"), ("quality_accuracy", "demand_catalogue")):
        before, after = (billed(**{quantity: part}) for part in (share, min(share + more, 1.0)))
        assert after[result] >= before[result]
