"""Projects: AI teams fund pools that pay for their labels, and anyone may put AGT into the tuning of a model."""

from collections import namedtuple

from agt.vocabulary import AGT, USD, Share, USD_per_AGT

Pool = namedtuple("Pool", ("funder", "deposited", "paid", "refunded", "balance", "open"))
Model = namedtuple("Model", ("pool", "stakes"))
Act = namedtuple("Act", ("pool", "moved", "refusal"))

REFUSALS = {
    "pool-closed": "the pool was closed and its rest refunded",
    "amount-invalid": "an amount is negative, or there is nothing to move",
    "balance-short": "the pool holds less than it should pay",
    "spending-begun": "the model pool has paid for computing: a later stake would share an earlier loss",
    "stake-missing": "the contributor has no stake in the model pool",
}


def create(funder: str) -> Pool:
    """A new pool: empty, open, and of one funder, to whom its rest will be refunded.

    Args: funder: an AI team, or the name of the model that others fund, see `Model`.
    Source: facts 1d and the article: AI teams create pools in AGT for the data they need.

    >>> create("client-1")
    Pool(funder='client-1', deposited=0, paid=0, refunded=0, balance=0, open=True)
    """
    return Pool(funder, 0, 0, 0, 0, True)


def book(pool: Pool, *, deposited: int = 0, paid: int = 0, refunded: int = 0) -> Pool:
    """A pool's ledger after amounts have moved [base units]: deposited = paid + refunded + balance, always.

    >>> book(create("client-1"), deposited=10, paid=4)
    Pool(funder='client-1', deposited=10, paid=4, refunded=0, balance=6, open=True)
    """
    balance = pool.balance + deposited - paid - refunded
    return Pool(pool.funder, pool.deposited + deposited, pool.paid + paid, pool.refunded + refunded, balance, pool.open)


def refusal(pool: Pool, amounts: list[int], *, most: int | None = None) -> str | None:
    """The first of `REFUSALS` that keeps amounts from moving into a pool, or out of it where `most` is its balance.

    Args: amounts, most [base units, 10^-18 AGT].

    >>> refusal(create("client-1"), [1], most=0)
    'balance-short'
    """
    if not pool.open:
        return "pool-closed"
    if sum(amounts) < 1 or min(amounts) < 0:  # a negative one would hide that the others are too much
        return "amount-invalid"
    if most is not None and sum(amounts) > most:
        return "balance-short"
    return None


def fund(pool: Pool, amount: int) -> Act:
    """The funder puts AGT into an open pool.

    Args: amount [base units, 10^-18 AGT].
    Returns: the pool afterwards; who moved how much; a refusal, and then nothing has moved.
    Source: the article (custom data requests are funded in AGT).

    >>> fund(create("client-1"), 10).moved
    (('client-1', 10),)
    """
    reason = refusal(pool, [amount])
    if reason is not None:
        return Act(pool, (), reason)
    return Act(book(pool, deposited=amount), ((pool.funder, amount),), None)


def pay(pool: Pool, dues: list[tuple[str, int]]) -> Act:
    """Pay contributors what each is due, or, where the pool holds too little for all of them, nobody.

    Args: dues: contributor and amount [base units, 10^-18 AGT].
    Returns: see `fund`.
    Source: pools pay who works for them (the article); that a list is paid whole or not is this project's reading.

    >>> funded = fund(create("client-1"), 10).pool
    >>> pay(funded, [("A", 6), ("B", 4)]).pool.balance, pay(funded, [("A", 6), ("B", 5)]).refusal
    (0, 'balance-short')
    """
    amounts = [amount for _, amount in dues]
    reason = refusal(pool, amounts, most=pool.balance)
    if reason is not None:
        return Act(pool, (), reason)
    return Act(book(pool, paid=sum(amounts)), tuple(dues), None)


def share(pool: Pool, amount: int, work: list[tuple[str, int]]) -> Act:
    """Share an amount of the pool pro rata to work done, each part rounded down; the remainder stays in the pool.

    Args: amount [base units, 10^-18 AGT]; work: contributor and accepted task sets [count].
    Returns: see `fund`.
    Source: see `pay`; how pools divide is stated nowhere (facts 4).

    >>> share(fund(create("client-1"), 10).pool, 10, [("A", 2), ("B", 1)]).moved
    (('A', 6), ('B', 3))
    """
    done = [sets for _, sets in work]
    reason = refusal(pool, [amount], most=pool.balance) or refusal(pool, done)
    if reason is not None:
        return Act(pool, (), reason)
    return pay(pool, [(contributor, amount * sets // sum(done)) for contributor, sets in work])


def close(pool: Pool) -> Act:
    """Close a pool for good and refund its rest to the funder.

    Returns: see `fund`.
    Source: that rests are refunded is this project's reading; stated nowhere (facts 4).

    >>> close(fund(create("client-1"), 10).pool).pool
    Pool(funder='client-1', deposited=10, paid=0, refunded=10, balance=0, open=False)
    """
    if not pool.open:
        return Act(pool, (), "pool-closed")
    rest = pool.balance
    closed = Pool(pool.funder, pool.deposited, pool.paid, pool.refunded + rest, 0, False)
    return Act(closed, ((pool.funder, rest),), None)


def contribute(model: Model, contributor: str, amount: int) -> Act:
    """Put AGT into a model pool, as long as it has paid for no computing.

    Args: model: its pool, and the stakes [base units, 10^-18 AGT] by contributor; amount [base units].
    Returns: see `fund`, with the model in place of the pool.
    Source: the article (the community funds the tuning of a model); the terms are stated nowhere (facts 4).

    >>> contribute(Model(create("model-1"), {}), "A", 10).pool.stakes
    {'A': 10}
    """
    reason = refusal(model.pool, [amount])
    if reason is None and model.pool.paid > 0:
        reason = "spending-begun"
    if reason is not None:
        return Act(model, (), reason)
    stakes = model.stakes.copy()
    stakes[contributor] = stakes.get(contributor, 0) + amount
    return Act(Model(book(model.pool, deposited=amount), stakes), ((contributor, amount),), None)


def spend(model: Model, amount: int, *, provider: str) -> Act:
    """Pay for computing from a model pool; every stake loses in proportion.

    Args: amount [base units, 10^-18 AGT]; provider: who is paid.
    Returns: see `contribute`.
    Source: see `contribute`.

    >>> model = contribute(Model(create("model-1"), {}), "A", 10).pool
    >>> spend(model, 4, provider="provider-1").pool.pool.balance
    6
    """
    act = pay(model.pool, [(provider, amount)])
    return Act(Model(act.pool, model.stakes), act.moved, act.refusal)


def withdraw(model: Model, contributor: str) -> Act:
    """Take a stake back: its share of what computing has left, rounded down; the last to leave takes the rest.

    Returns: see `contribute`.
    Source: see `contribute`; no pool pays interest: nothing above the stake ever comes back.

    >>> model = Model(Pool("model-1", 30, 10, 0, 20, True), {"A": 10, "B": 20})
    >>> withdraw(model, "A").moved, withdraw(withdraw(model, "A").pool, "B").moved
    ((('A', 6),), (('B', 14),))
    """
    if contributor not in model.stakes:
        return Act(model, (), "stake-missing")
    stake, staked = model.stakes[contributor], sum(model.stakes.values())
    back = model.pool.balance * stake // staked
    stakes = {other: held for other, held in model.stakes.items() if other != contributor}
    return Act(Model(book(model.pool, refunded=back), stakes), ((contributor, back),), None)


def opening(projects_capital_at_tge: USD) -> USD:
    """What had been put into models before the token generation event."""
    projects_model_capital = projects_capital_at_tge
    return projects_model_capital


def policy(
    project_pools: AGT,
    model_pools: AGT,
    contributors_liquid: AGT,
    projects_refund_share: Share,
    projects_stake_share: Share,
    projects_return_share: Share,
    projects_compute_share: Share,
    projects_depreciation: Share,
    projects_model_capital: USD,
    market_price: USD_per_AGT,
) -> tuple[AGT, AGT, AGT, AGT, USD]:
    """Clients take back what closed pools have left; contributors fund models, whose pools pay for computing.

    What is spent on computing becomes model capital, which labels items and wears out. Agrees with `close`, `spend`.
    Source: reward pools and model-funding stake pools (the article); every size is an assumption.
    """
    # REFUND
    projects_refund = projects_refund_share * project_pools

    # FUND
    projects_model_stake = projects_stake_share * contributors_liquid
    projects_model_return = projects_return_share * model_pools
    projects_compute = projects_compute_share * (model_pools - projects_model_return)

    # BUILD
    built = projects_compute * market_price
    projects_model_capital = projects_model_capital * (1.0 - projects_depreciation) + built
    return projects_refund, projects_model_stake, projects_model_return, projects_compute, projects_model_capital
