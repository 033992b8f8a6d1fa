"""The exact ledgers of project pools and model pools: what each act moves, and that nothing is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.projects import (
    REFUSALS,
    Act,
    Model,
    Pool,
    book,
    close,
    contribute,
    create,
    fund,
    pay,
    refusal,
    share,
    spend,
    withdraw,
)

amounts = st.integers(-1, 9)
names = st.sampled_from("ABC")
lists = st.lists(st.tuples(names, amounts), max_size=4)
FUNDED = Pool("client-1", 100, 30, 0, 70, True)
CLOSED = Pool("client-1", 100, 30, 70, 0, False)
SHARED = Model(Pool("model-1", 30, 10, 0, 20, True), {"A": 10, "B": 20})


def test_a_pool_begins_with_nothing():
    assert create("client-1") == Pool("client-1", 0, 0, 0, 0, True)


@pytest.mark.parametrize(
    ("pool", "amount", "expected"),
    [
        (FUNDED, 5, Act(Pool("client-1", 105, 30, 0, 75, True), (("client-1", 5),), None)),
        (FUNDED, 1, Act(Pool("client-1", 101, 30, 0, 71, True), (("client-1", 1),), None)),
        (FUNDED, 0, Act(FUNDED, (), "amount-invalid")),
        (FUNDED, -5, Act(FUNDED, (), "amount-invalid")),
        (CLOSED, 5, Act(CLOSED, (), "pool-closed")),
        (CLOSED, 0, Act(CLOSED, (), "pool-closed")),
    ],
)
def test_funding_by_hand(pool, amount, expected):
    assert fund(pool, amount) == expected


@pytest.mark.parametrize(
    ("dues", "refused"),
    [
        ([("A", 40), ("B", 30)], None),
        ([("A", 40), ("B", 31)], "balance-short"),
        ([("A", 71)], "balance-short"),
        ([("A", 40), ("A", 30)], None),
        ([("A", 0), ("B", 70)], None),
        ([("A", 0)], "amount-invalid"),
        ([], "amount-invalid"),
        ([("A", 80), ("B", -10)], "amount-invalid"),
        ([("A", -1)], "amount-invalid"),
        ([("A", 200), ("B", -1)], "amount-invalid"),
    ],
)
def test_dues_are_paid_whole_or_not_at_all(dues, refused):
    paid = Act(Pool("client-1", 100, 30 + sum(amount for _, amount in dues), 0, 0, True), tuple(dues), None)
    assert pay(FUNDED, dues) == (paid if refused is None else Act(FUNDED, (), refused))


def test_a_part_of_the_balance_leaves_the_rest():
    assert pay(FUNDED, [("A", 1), ("B", 2)]).pool == Pool("client-1", 100, 33, 0, 67, True)


@pytest.mark.parametrize(
    ("amount", "work", "moved", "refused"),
    [
        (70, [("A", 2), ("B", 1)], (("A", 46), ("B", 23)), None),
        (70, [("B", 1), ("A", 2)], (("B", 23), ("A", 46)), None),
        (60, [("A", 2), ("B", 1), ("C", 0)], (("A", 40), ("B", 20), ("C", 0)), None),
        (5, [("A", 3), ("B", 4)], (("A", 2), ("B", 2)), None),
        (71, [("A", 2), ("B", 1)], (), "balance-short"),
        (71, [("A", 1), ("B", 1), ("C", 1)], (), "balance-short"),  # although 23 + 23 + 23 would be there
        (1, [("A", 1), ("B", 1)], (), "amount-invalid"),  # half a base unit each
        (0, [("A", 1)], (), "amount-invalid"),
        (70, [], (), "amount-invalid"),
        (70, [("A", 0)], (), "amount-invalid"),
        (70, [("A", 2), ("B", -1)], (), "amount-invalid"),
    ],
)
def test_shares_by_hand(amount, work, moved, refused):
    act = share(FUNDED, amount, work)
    assert (act.moved, act.refusal) == (moved, refused)
    assert act.pool.balance == 70 - sum(paid for _, paid in moved)


def test_a_closed_pool_does_nothing_more():
    assert pay(CLOSED, [("A", 1)]) == share(CLOSED, 1, [("A", 1)]) == close(CLOSED) == Act(CLOSED, (), "pool-closed")


def test_closing_refunds_the_rest():
    assert close(FUNDED) == Act(CLOSED, (("client-1", 70),), None)
    partly = Pool("client-1", 30, 10, 6, 14, True)  # as when part of it was refunded before
    assert close(partly).pool == Pool("client-1", 30, 10, 20, 0, False)
    empty = Pool("client-1", 30, 30, 0, 0, True)
    assert close(empty) == Act(empty._replace(open=False), (("client-1", 0),), None)


@given(st.lists(st.tuples(names, st.integers(0, 9)), min_size=1, max_size=5), st.integers(0, 70))
def test_shares_are_pro_rata_and_rounded_down(work, amount):
    done = sum(sets for _, sets in work)
    for contributor, paid in share(FUNDED, amount, work).moved:
        assert contributor in "ABC"
        assert any(paid * done <= amount * sets < (paid + 1) * done for _, sets in work)


@given(st.permutations([("A", 5), ("B", 3), ("C", 1), ("D", 0)]), st.integers(0, 70))
def test_order_does_not_matter_to_shares(work, amount):
    usual = share(FUNDED, amount, [("A", 5), ("B", 3), ("C", 1), ("D", 0)])
    found = share(FUNDED, amount, work)
    assert sorted(found.moved) == sorted(usual.moved)
    assert (found.pool, found.refusal) == (usual.pool, usual.refusal)


acts = st.one_of(
    st.tuples(st.just(fund), amounts),
    st.tuples(st.just(pay), lists),
    st.tuples(st.just(share), amounts, lists),
    st.just((close,)),
)


@given(st.lists(acts, max_size=12))
def test_whatever_is_done_to_a_pool_nothing_is_lost(done):
    pool, flows = create("client-1"), []
    for function, *arguments in done:
        act = function(pool, *arguments)
        moved = sum(amount for _, amount in act.moved)
        assert act.refusal is None or (act.refusal in REFUSALS and act[:2] == (pool, ()))
        assert all(amount >= 0 for _, amount in act.moved)
        flows.append(moved if function is fund else -moved)
        assert sum(flows) == act.pool.balance >= 0
        assert act.pool.deposited == act.pool.paid + act.pool.refunded + act.pool.balance
        assert pool.open >= act.pool.open
        pool = act.pool


@pytest.mark.parametrize(
    ("model", "contributor", "amount", "expected"),
    [
        (Model(create("model-1"), {}), "A", 10, Model(Pool("model-1", 10, 0, 0, 10, True), {"A": 10})),
        (
            Model(Pool("model-1", 10, 0, 0, 10, True), {"A": 10}),
            "A",
            5,
            Model(Pool("model-1", 15, 0, 0, 15, True), {"A": 15}),
        ),
        (
            Model(Pool("model-1", 10, 0, 0, 10, True), {"A": 10}),
            "B",
            1,
            Model(Pool("model-1", 11, 0, 0, 11, True), {"A": 10, "B": 1}),
        ),
        (Model(create("model-1"), {}), "A", 0, "amount-invalid"),
        (Model(create("model-1"), {}), "A", -1, "amount-invalid"),
        (SHARED, "A", 5, "spending-begun"),
        (SHARED, "A", 0, "amount-invalid"),
        (Model(Pool("model-1", 9, 1, 0, 8, True), {"A": 9}), "A", 1, "spending-begun"),
        (Model(CLOSED, {"A": 1}), "A", 1, "pool-closed"),
    ],
)
def test_contributions_by_hand(model, contributor, amount, expected):
    act = contribute(model, contributor, amount)
    if isinstance(expected, str):
        assert act == Act(model, (), expected)
    else:
        assert act == Act(expected, ((contributor, amount),), None)


def test_what_is_left_of_a_model_pool_by_hand():
    """10 of 30 went to computing: stakes of 10 and 20 are worth 6.67 and 13.33, and the last to leave has the rest."""
    first = withdraw(SHARED, "A")
    assert first == Act(Model(Pool("model-1", 30, 10, 6, 14, True), {"B": 20}), (("A", 6),), None)
    assert withdraw(first.pool, "A") == Act(first.pool, (), "stake-missing")
    last = withdraw(first.pool, "B")
    assert last == Act(Model(Pool("model-1", 30, 10, 20, 0, True), {}), (("B", 14),), None)
    assert withdraw(SHARED, "B").moved == (("B", 13),)
    assert withdraw(SHARED, "C") == Act(SHARED, (), "stake-missing")


@pytest.mark.parametrize(
    ("amount", "refused"), [(20, None), (1, None), (21, "balance-short"), (0, "amount-invalid"), (-1, "amount-invalid")]
)
def test_computing_costs_what_is_there_at_most(amount, refused):
    act = spend(SHARED, amount, provider="provider-1")
    if refused:
        assert act == Act(SHARED, (), refused)
    else:
        assert act.pool == Model(Pool("model-1", 30, 10 + amount, 0, 20 - amount, True), {"A": 10, "B": 20})
        assert act.moved == (("provider-1", amount),)


def test_what_is_all_spent_comes_back_to_nobody():
    gone = spend(SHARED, 20, provider="provider-1").pool
    assert withdraw(gone, "A").moved == (("A", 0),)
    assert withdraw(gone, "A").pool.stakes == {"B": 20}


steps = st.one_of(
    st.tuples(st.just("contribute"), names, amounts),
    st.tuples(st.just("contribute"), names, amounts),
    st.tuples(st.just("spend"), amounts),
    st.tuples(st.just("withdraw"), names),
)


def taken(model, step):
    title, *arguments = step
    if title == "spend":
        return spend(model, *arguments, provider="provider-1")
    return {"contribute": contribute, "withdraw": withdraw}[title](model, *arguments)


@given(st.lists(steps, max_size=15))
def test_whatever_is_done_to_a_model_pool_nothing_is_lost(done):
    model, put, back = Model(create("model-1"), {}), dict.fromkeys("ABC", 0), dict.fromkeys("ABC", 0)
    for step in done:
        before = model.stakes.copy()
        act = taken(model, step)
        assert model.stakes == before  # the old record is not written to
        assert act.refusal is None or (act.refusal in REFUSALS and act[:2] == (model, ()))
        for who, amount in act.moved:
            sides = {"contribute": put, "withdraw": back, "spend": {who: 0}}
            sides[step[0]][who] += amount
        pool = act.pool.pool
        assert pool.deposited == pool.paid + pool.refunded + pool.balance == sum(put.values())
        assert pool.refunded == sum(back.values())
        assert min(pool.balance, pool.paid, pool.refunded) >= 0
        assert act.pool.stakes or pool.balance == 0  # nothing is left behind
        model = act.pool
    assert all(back[who] <= put[who] for who in "ABC")  # no interest


@given(st.permutations("ABC"), st.lists(st.integers(1, 9), min_size=3, max_size=3), st.integers(1, 27))
def test_who_leaves_first_gains_less_than_two_base_units(leaving, stakes, spent):
    model = Model(create("model-1"), {})
    for who, stake in zip("ABC", stakes, strict=True):
        model = contribute(model, who, stake).pool
    model = spend(model, spent, provider="provider-1").pool
    left, staked = model.pool.balance, sum(stakes)
    for who in leaving:
        act = withdraw(model, who)
        assert abs(act.moved[0][1] - left * dict(zip("ABC", stakes, strict=True))[who] / staked) < 2
        model = act.pool
    assert model.pool.balance == 0


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_the_ledger_balances(deposited, paid, refunded):
    found = book(FUNDED, deposited=deposited, paid=paid, refunded=refunded)
    assert found == Pool("client-1", 100 + deposited, 30 + paid, refunded, 70 + deposited - paid - refunded, True)
    assert book(CLOSED) == CLOSED


@given(lists.map(lambda pairs: [amount for _, amount in pairs]), st.none() | amounts)
def test_amounts_that_may_move(amounts, most):
    reason = refusal(FUNDED, amounts, most=most)
    fits = most is None or sum(amounts) <= most
    sound = all(amount >= 0 for amount in amounts) and sum(amounts) > 0
    assert reason == ("amount-invalid" if not sound else None if fits else "balance-short")
    assert refusal(CLOSED, amounts, most=most) == "pool-closed"
