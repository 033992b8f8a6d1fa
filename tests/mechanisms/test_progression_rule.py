"""The exact rules of progression: what an upgrade takes, why it is refused, and what earns a Medallion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.progression import REFUSALS, Account, Achievements, Cost, Upgrade, medallion, refusal, upgrade

COSTS = {2: Cost(100, 0), 3: Cost(300, 1_500), 4: Cost(900, 0), 5: Cost(2_700, 4_500)}
TERMS = {"at": 1_000, "interval": 60, "burn": (1, 4)}
small = st.integers(0, 6)
accounts = st.builds(Account, st.integers(0, 4), small, small, st.none() | small)
tables = st.dictionaries(st.integers(1, 4), st.builds(Cost, small, small), max_size=4)
shares = st.tuples(st.integers(0, 5), st.integers(1, 5)).filter(lambda share: share[0] <= share[1])
terms = st.fixed_dictionaries({"at": st.integers(6, 9), "interval": small, "burn": shares})


def an_account(level=2, experience=300, agt=1_500, upgraded=940):
    return Account(level, experience, agt, upgraded)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"level": 1}, None),
        ({"level": 4, "experience": 2_700, "agt": 4_500}, None),
        ({"level": 5}, "level-highest"),
        ({"level": 0}, "level-highest"),  # whoever has no NFT takes the free one first: no step leads to level 1
        ({"upgraded": 941}, "too-soon"),
        ({"upgraded": 939}, None),
        ({"upgraded": 0}, None),
        ({"upgraded": None}, None),
        ({"experience": 299}, "experience-short"),
        ({"agt": 1_499}, "balance-short"),
        ({"level": 1, "agt": 0, "experience": 100}, None),
        ({"level": 1, "agt": 0, "experience": 99}, "experience-short"),
    ],
)
def test_refusals_at_their_edges(changed, reason):
    assert upgrade(an_account(**changed), COSTS, **TERMS).refusal == reason


def test_the_first_reason_is_the_one_named():
    """An account with everything wrong, mended from the front: the reasons appear in the order of `REFUSALS`."""
    wrong = {"level": 5, "experience": 0, "agt": 0, "upgraded": 1_000}
    mend = [{"level": 2}, {"upgraded": 940}, {"experience": 300}, {"agt": 1_500}]
    met = []
    for change in [{}, *mend]:
        wrong |= change
        met.append(upgrade(an_account(**wrong), COSTS, **TERMS).refusal)
    assert met == [*REFUSALS, None]


@pytest.mark.parametrize(
    ("level", "burn", "expected"),
    [
        (1, (1, 4), Upgrade(2, 100, 0, 0, 0, None)),
        (2, (1, 4), Upgrade(3, 300, 1_500, 375, 1_125, None)),
        (2, (0, 1), Upgrade(3, 300, 1_500, 0, 1_500, None)),
        (2, (1, 1), Upgrade(3, 300, 1_500, 1_500, 0, None)),
        (2, (1, 7), Upgrade(3, 300, 1_500, 214, 1_286, None)),  # 214.3
        (4, (2, 3), Upgrade(5, 2_700, 4_500, 3_000, 1_500, None)),
        (5, (1, 4), Upgrade(5, 0, 0, 0, 0, "level-highest")),
    ],
)
def test_upgrades_by_hand(level, burn, expected):
    account = an_account(level, experience=9_999, agt=9_999)
    assert upgrade(account, COSTS, **TERMS | {"burn": burn}) == expected


@given(accounts, tables, terms)
def test_one_level_up_and_paid_or_nothing_at_all(account, costs, terms):
    found = upgrade(account, costs, **terms)
    if found.refusal:
        assert found.refusal in REFUSALS
        assert found[:5] == (account.level, 0, 0, 0, 0)
    else:
        assert found[:3] == (account.level + 1, *costs[account.level + 1])
        assert found.experience <= account.experience
        assert found.consumed <= account.agt
        assert account.upgraded is None or terms["at"] - account.upgraded >= terms["interval"]


@given(accounts, tables, terms)
def test_what_is_consumed_is_burned_or_recycled(account, costs, terms):
    found = upgrade(account, costs, **terms)
    part, whole = terms["burn"]
    assert found.burned + found.recycled == found.consumed
    assert found.burned * whole <= found.consumed * part < (found.burned + 1) * whole
    assert found.recycled >= 0


@given(accounts, tables, terms, small, small, small)
def test_more_of_anything_never_keeps_a_level_out_of_reach(account, costs, terms, experience, agt, later):
    richer = account._replace(experience=account.experience + experience, agt=account.agt + agt)
    before, after = upgrade(account, costs, **terms), upgrade(richer, costs, **terms | {"at": terms["at"] + later})
    assert before.refusal is None or after.level >= before.level
    if before.refusal is None:
        assert after == before


@given(accounts, small, small)
def test_a_cost_of_nothing_is_refused_for_time_alone(account, at, interval):
    reason = refusal(account, Cost(0, 0), at=at + 6, interval=interval)
    assert reason in (None, "too-soon")
    assert refusal(account, None, at=at + 6, interval=interval) == "level-highest"


@pytest.mark.parametrize(
    ("accepted", "score", "earned"), [(500, 8, True), (499, 8, False), (500, 7, False), (501, 9, True), (0, 0, False)]
)
def test_a_medallion_asks_for_everything(accepted, score, earned):
    assert medallion(Achievements(accepted, score), Achievements(500, 8)) is earned


@given(small, small, small, small, small)
def test_more_achieved_never_loses_a_medallion(accepted, score, more, required, least):
    before = medallion(Achievements(accepted, score), Achievements(required, least))
    assert medallion(Achievements(accepted + more, score), Achievements(required, least)) >= before
    assert medallion(Achievements(accepted, score + more), Achievements(required, least)) >= before
    assert before == (accepted >= required and score >= least)
