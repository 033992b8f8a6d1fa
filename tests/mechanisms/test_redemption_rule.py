"""Redemption's exact rule: what holds in every season, every refusal at its edge, and numbers worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.redemption import REFUSALS, Claim, refusal, settle

# Small numbers reach the edges; the unit is the base unit. Most claims that are drawn are paid.
VALID = {"0x1", "0x2"}
wallets = st.sampled_from(["0x1", "0x2", "0x1", "0x2", "", "0x9"])
claim = st.builds(
    Claim,
    id=st.sampled_from("abcdefghij"),
    contributor=st.sampled_from("AB"),
    wallet=wallets,
    aia=st.integers(0, 9),
    submitted=st.integers(0, 9),
)
claims = st.lists(claim, max_size=8)
distinct = st.lists(claim, max_size=8, unique_by=lambda claim: claim.id)
holdings = st.none() | st.dictionaries(st.sampled_from("AB"), st.integers(0, 30))
seasons = st.fixed_dictionaries(
    {
        "pool": st.integers(0, 99),
        "minimum": st.integers(0, 3),
        "opens": st.integers(0, 2),
        "closes": st.integers(7, 9),
        "valid_wallets": st.just(VALID),
        "holdings": holdings,
    }
)
TERMS = {"pool": 100, "minimum": 3, "opens": 10, "closes": 20, "valid_wallets": VALID}


def a_claim(id="a", contributor="A", wallet="0x1", aia=3, submitted=10):
    return Claim(id, contributor, wallet, aia, submitted)


@given(claims, seasons)
def test_every_unit_and_every_row_is_accounted_for(claims, season):
    payouts, refusals, eligible, remainder = settle(claims, **season)
    assert sorted([*payouts, *refusals]) == list(range(len(claims)))
    assert set(refusals.values()) <= set(REFUSALS)
    assert eligible == sum(claims[row].aia for row in payouts)
    assert sum(payouts.values()) + remainder == season["pool"]
    assert 0 <= remainder < len(payouts) if payouts else remainder == season["pool"]


@given(claims, seasons)
def test_pro_rata_rounded_down(claims, season):
    settlement = settle(claims, **season)
    for row, agt in settlement.payouts.items():
        exact = season["pool"] * claims[row].aia
        assert agt * settlement.eligible <= exact < (agt + 1) * settlement.eligible
    paid = sorted((claims[row].aia, agt) for row, agt in settlement.payouts.items())
    assert [agt for _, agt in paid] == sorted(agt for _, agt in paid)


@given(distinct, seasons, st.randoms(use_true_random=False))
def test_order_matters_only_to_duplicates(claims, season, random):
    rows = random.sample(range(len(claims)), len(claims))
    first, second = settle(claims, **season), settle([claims[row] for row in rows], **season)
    assert second.payouts == {rows.index(row): agt for row, agt in first.payouts.items()}
    assert second.refusals == {rows.index(row): reason for row, reason in first.refusals.items()}
    assert second[2:] == first[2:]


@given(claims, seasons)
def test_more_aia_from_others_is_less_agt_for_each(claims, season):
    before = settle(claims, **season | {"holdings": None})
    newcomer = Claim("z", "C", "0x1", 9, season["opens"])
    after = settle([*claims, newcomer], **season | {"holdings": None})
    assert after.refusals == before.refusals
    assert all(after.payouts[row] <= agt for row, agt in before.payouts.items())


@given(claims, seasons)
def test_nobody_is_paid_for_more_than_is_held(claims, season):
    payouts = settle(claims, **season).payouts
    for contributor, held in (season["holdings"] or {}).items():
        assert sum(claims[row].aia for row in payouts if claims[row].contributor == contributor) <= held


@given(claims, seasons)
def test_a_claim_id_is_paid_once_at_most(claims, season):
    ids = [claim.id for claim in claims]
    settlement = settle(claims, **season)
    repeated = {row for row, name in enumerate(ids) if name in ids[:row]}
    assert repeated == {row for row, reason in settlement.refusals.items() if reason == "duplicate-claim"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"submitted": 9}, "outside-window"),
        ({"submitted": 10}, None),
        ({"submitted": 19}, None),
        ({"submitted": 20}, "outside-window"),
        ({"aia": 2}, "below-minimum"),
        ({"aia": 3}, None),
        ({"aia": 0}, "below-minimum"),
        ({"wallet": ""}, "wallet-missing"),
        ({"wallet": "0x9"}, "wallet-invalid"),
        ({"id": "seen"}, "duplicate-claim"),
    ],
)
def test_refusals_at_their_edges(changed, reason):
    terms = {"seen": {"seen"}, "valid_wallets": VALID, "minimum": 3, "opens": 10, "closes": 20}
    assert refusal(a_claim(**changed), **terms) == reason


def test_a_claim_of_nothing_is_below_every_minimum():
    settlement = settle([a_claim(aia=0), a_claim(id="b", aia=1)], **TERMS | {"minimum": 0})
    assert settlement == ({1: 100}, {0: "below-minimum"}, 1, 0)


@pytest.mark.parametrize(("held", "reason"), [(None, "exceeds-holdings"), (5, "exceeds-holdings"), (6, None)])
def test_holdings_at_their_edge(held, reason):
    holdings = {} if held is None else {"A": held}
    settlement = settle([a_claim(), a_claim(id="b")], **TERMS, holdings=holdings)
    assert settlement.refusals == ({0: reason, 1: reason} if reason else {})


def test_claims_refused_otherwise_do_not_count_against_holdings():
    late = a_claim(id="b", submitted=20)
    assert settle([a_claim(), late], **TERMS, holdings={"A": 3}).payouts == {0: 100}


def test_the_first_reason_is_the_one_named():
    """One claim with everything wrong, mended from the front: the reasons appear in the order of `REFUSALS`."""
    wrong = {"id": "a", "submitted": 20, "aia": 2, "wallet": ""}
    mend = [{"id": "b"}, {"submitted": 10}, {"aia": 4}, {"wallet": "0x9"}, {"wallet": "0x1"}]
    met = []
    for change in [{}, *mend]:
        wrong |= change
        met.append(settle([a_claim(contributor="B"), a_claim(**wrong)], **TERMS, holdings={"A": 3, "B": 3}).refusals[1])
    assert met == list(REFUSALS)


def test_the_first_row_stands_whatever_becomes_of_it():
    late, good = a_claim(submitted=20), a_claim()
    settlement = settle([late, good, good], **TERMS)
    assert settlement == ({}, {0: "outside-window", 1: "duplicate-claim", 2: "duplicate-claim"}, 0, 100)


def test_five_rows_by_hand():
    """100 shared 5 : 3 : 4 is 41.67, 25 and 33.33; one unit is left."""
    rows = [
        a_claim("a", "A", "0x1", 5, 10),
        a_claim("b", "B", "0x9", 6, 11),
        a_claim("c", "B", "0x2", 3, 12),
        a_claim("d", "C", "0x2", 4, 19),
        a_claim("c", "C", "0x2", 7, 13),
    ]
    settlement = settle(rows, **TERMS)
    assert settlement.payouts == {0: 41, 2: 25, 3: 33}
    assert settlement.refusals == {1: "wallet-invalid", 4: "duplicate-claim"}
    assert (settlement.eligible, settlement.remainder) == (12, 1)


def test_full_size_to_the_base_unit():
    """15 M AGT among 12,000 and 3,000.000000000000000001 AIA: beyond what a float can hold."""
    unit = 10**18
    rows = [a_claim("a", aia=12_000 * unit), a_claim("b", aia=3_000 * unit + 1)]
    settlement = settle(rows, **TERMS | {"pool": 15_000_000 * unit, "minimum": 3_000 * unit})
    # 15e6 x 12,000 / (15,000 + 1e-18) = 12e6 x (1 - 1e-18 / 15,000 + ...) = 12e6 - 800 base units and a shred
    assert settlement.payouts == {0: 12_000_000 * unit - 800, 1: 3_000_000 * unit + 799}
    assert settlement.remainder == 1


def test_an_empty_season_returns_the_whole_pool():
    assert settle([], **TERMS) == ({}, {}, 0, 100)


def test_whoever_is_not_among_the_holdings_holds_nothing():
    """Not one base unit: the least claim there can be is refused."""
    season = settle(
        [Claim("a", "A", "0x1", 1, 0)], pool=9, valid_wallets={"0x1"}, minimum=1, opens=0, closes=1, holdings={}
    )
    assert season.refusals == {0: "exceeds-holdings"}
