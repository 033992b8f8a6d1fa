"""Projects' policy: pools are refunded, models funded, computing paid, as single pools are closed, left and spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import projects
from agt.mechanisms.projects import Model, close, contribute, create, fund, pay, spend, withdraw
from agt.records.amounts import UNIT
from tests.months import outcome, up_to

MONTH = {
    "project_pools": 400_000.0,
    "model_pools": 50_000.0,
    "contributors_liquid": 3_000_000.0,
    "projects_refund_share": 0.02,
    "projects_stake_share": 0.01,
    "projects_return_share": 0.2,
    "projects_compute_share": 0.05,
    "projects_depreciation": 0.1,
    "projects_model_capital": 1_000.0,
    "market_price": 0.03,
}


def played(**changes):
    return outcome(projects.policy, MONTH | changes)


def test_a_month_by_hand():
    """2 % of 400,000 goes back to clients, 1 % of 3 M into models. Of 50,000 a fifth is taken back; of the 40,000 left
    2,000 pay for computing, 60 USD, beside nine tenths of 1,000 USD."""
    assert played() == {
        "projects_refund": pytest.approx(8_000.0, rel=1e-12),
        "projects_model_stake": pytest.approx(30_000.0, rel=1e-12),
        "projects_model_return": pytest.approx(10_000.0, rel=1e-12),
        "projects_compute": pytest.approx(2_000.0, rel=1e-12),
        "projects_model_capital": pytest.approx(960.0, rel=1e-12),
    }


def test_empty_pools_pay_nothing_and_models_wear_out():
    found = played(project_pools=0.0, model_pools=0.0, contributors_liquid=0.0)
    assert found.pop("projects_model_capital") == pytest.approx(900.0)
    assert set(found.values()) == {0.0}


def test_what_is_all_taken_back_pays_for_no_computing():
    found = played(projects_return_share=1.0, projects_compute_share=1.0)
    assert (found["projects_model_return"], found["projects_compute"]) == (50_000.0, 0.0)


def test_what_is_put_in_this_month_is_not_spent_this_month():
    assert played(projects_stake_share=0.2)["projects_compute"] == played()["projects_compute"]


def test_at_the_opening_there_is_what_had_been_built():
    assert outcome(projects.opening, {"projects_capital_at_tge": 50_000.0}) == {"projects_model_capital": 50_000.0}


whole = st.integers(0, 10**6)


@given(st.lists(st.tuples(whole, whole), min_size=1, max_size=8), st.data())
def test_what_clients_take_back_is_what_closing_refunds(pools, data):
    """Of equal pools, of which work has been paid, as many are closed as make the share of the whole balance."""
    balance, paid = pools[0]
    funded = fund(create("client-1"), (balance + paid) * UNIT).pool
    rest = pay(funded, [("A", paid * UNIT)]).pool
    closed = data.draw(st.integers(0, len(pools)))
    exact = sum(amount for _ in range(closed) for _, amount in close(rest).moved)
    found = played(project_pools=len(pools) * rest.balance / UNIT, projects_refund_share=closed / len(pools))
    assert abs(found["projects_refund"] - exact / UNIT) < 1e-6


@given(st.integers(1, 10**6), st.integers(0, 10), st.integers(0, 100))
def test_what_is_taken_back_and_spent_is_what_single_models_pay(tenth, leaving, hundredths):
    """A holds so many tenths of a model and leaves with them; computing takes so many hundredths of what B has left."""
    model = Model(create("model-1"), {})
    for name, part in (("A", leaving), ("B", 10 - leaving)):
        model = contribute(model, name, part * tenth * UNIT).pool if part else model
    back = 0
    if leaving:
        model, [(_, back)], _ = withdraw(model, "A")
    act = spend(model, model.pool.balance * hundredths // 100, provider="provider-1")
    found = played(
        model_pools=10.0 * tenth, projects_return_share=leaving / 10, projects_compute_share=hundredths / 100
    )
    assert abs(found["projects_model_return"] - back / UNIT) < 1e-6
    assert abs(found["projects_compute"] - sum(amount for _, amount in act.moved) / UNIT) < 1e-6


amounts, shares = up_to(5e9), up_to(1.0)


@given(amounts, amounts, amounts, st.tuples(*[shares] * 5), amounts, st.floats(1e-7, 100.0))
def test_nothing_is_moved_that_is_not_there(pools, models, liquid, parts, capital, price):
    refund, stake, back, compute, depreciation = parts
    found = played(
        project_pools=pools,
        model_pools=models,
        contributors_liquid=liquid,
        projects_refund_share=refund,
        projects_stake_share=stake,
        projects_return_share=back,
        projects_compute_share=compute,
        projects_depreciation=depreciation,
        projects_model_capital=capital,
        market_price=price,
    )
    assert min(found.values()) >= 0.0
    assert found["projects_refund"] <= pools
    assert found["projects_model_stake"] <= liquid
    assert found["projects_model_return"] + found["projects_compute"] <= models * (1.0 + 1e-12)
    built = found["projects_compute"] * price
    kept = capital * (1.0 - depreciation)
    assert found["projects_model_capital"] == pytest.approx(kept + built, rel=1e-12)


@given(shares, shares, shares, shares)
def test_more_computing_builds_more_and_more_taken_back_builds_less(back, further, compute, more):
    before = played(projects_return_share=back, projects_compute_share=compute)
    spent = played(projects_return_share=back, projects_compute_share=min(compute + more, 1.0))
    taken = played(projects_return_share=min(back + further, 1.0), projects_compute_share=compute)
    capital = "projects_model_capital"
    assert taken[capital] <= before[capital] * (1.0 + 1e-12)
    assert spent[capital] >= before[capital] * (1.0 - 1e-12)


def test_capital_settles_where_wear_eats_what_is_built():
    """60 USD a month against a tenth of what there is: 600 USD."""
    capital = 50_000.0
    for _ in range(200):
        capital = played(projects_model_capital=capital)["projects_model_capital"]
    assert capital == pytest.approx(600.0, rel=1e-6)
