"""Voting's policy: groups cast the votes that the rule would count, and who decides is who has more than half."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import voting
from agt.mechanisms.voting import Ballot, Holding, smallest_coalition, tally
from tests.months import outcome, up_to

MONTH = {
    "contributors_liquid": 1_000.0,
    "contributors_staked": 200.0,
    "investors_liquid": 500.0,
    "investors_staked": 100.0,
    "team_liquid": 300.0,
    "team_staked": 50.0,
    "market_float": 2_000.0,
    "vesting_circulating": 40_000.0,
    "voting_held_weight": 1.0,
    "voting_staked_weight": 2.0,
    "voting_turnout_staked": 0.5,
    "voting_turnout_holders": 0.1,
    "voting_turnout_investors": 0.2,
    "voting_turnout_team": 0.4,
    "voting_quorum": 0.02,
}
GROUPS = ("contributors", "investors", "team", "market")
EVERYBODY = {f"voting_turnout_{group}": 1.0 for group in ("staked", "holders", "investors", "team")}


def played(**changes):
    return outcome(voting.policy, MONTH | changes)


def cast(contributors, investors, team, market):
    """What follows from the votes of each group, held and all cast, one vote each."""
    held = {"contributors_liquid": contributors, "investors_liquid": investors, "team_liquid": team}
    none = {"contributors_staked": 0.0, "investors_staked": 0.0, "team_staked": 0.0, "market_float": market}
    return played(**held, **none, **EVERYBODY)


def test_a_vote_by_hand():
    """Contributors: 1,000 x 0.1 held and 2 x 200 x 0.5 staked; investors (500 + 200) x 0.2, the team (300 + 100) x 0.4,
    the market 2,000 x 0.1. Of 40,000 in circulation 2 % are needed: 800 of 800. Investors and team cast 300 of them.
    90,000 + 19,600 + 25,600 + 40,000 over 640,000. 300 is no more than half of 800, 300 + 200 is."""
    assert played() == {
        "voting_votes": pytest.approx((300.0, 140.0, 160.0, 200.0), rel=1e-12),
        "voting_cast": pytest.approx(800.0, rel=1e-12),
        "voting_quorum_ratio": pytest.approx(1.0, rel=1e-12),
        "voting_quorum_reached": 1.0,
        "voting_insiders": pytest.approx(0.375, rel=1e-12),
        "voting_largest": pytest.approx(0.375, rel=1e-12),
        "voting_concentration": pytest.approx(0.27375, rel=1e-12),
        "voting_groups_deciding": 2.0,
    }


@pytest.mark.parametrize(("quorum", "ratio", "reached"), [(0.0, 0.0, 1.0), (0.01, 2.0, 1.0), (0.04, 0.5, 0.0)])
def test_a_quorum_nobody_asks_for_one_reached_and_one_missed_by_hand(quorum, ratio, reached):
    found = played(voting_quorum=quorum)
    assert (found["voting_quorum_ratio"], found["voting_quorum_reached"]) == (pytest.approx(ratio), reached)


def test_where_nobody_turns_out_nothing_is_cast():
    found = played(**dict.fromkeys(EVERYBODY, 0.0))
    assert found["voting_votes"] == (0.0,) * 4
    names = ("cast", "quorum_ratio", "quorum_reached", "insiders", "largest", "concentration")
    assert [found[f"voting_{name}"] for name in names] == [0.0] * 6


@pytest.mark.parametrize(
    ("votes", "deciding"),
    [
        ((9.0, 3.0, 3.0, 2.0), 1.0),
        ((3.0, 9.0, 2.0, 3.0), 1.0),
        ((3.0, 2.0, 9.0, 3.0), 1.0),
        ((2.0, 3.0, 3.0, 9.0), 1.0),
        ((8.0, 3.0, 3.0, 2.0), 2.0),  # half is not more than half
        ((5.0, 4.0, 3.0, 3.0), 2.0),
        ((5.0, 3.0, 4.0, 3.0), 2.0),
        ((3.0, 3.0, 5.0, 4.0), 2.0),
        ((3.0, 5.0, 3.0, 4.0), 2.0),
        ((1.0, 1.0, 0.0, 0.0), 2.0),
        ((0.0, 0.0, 1.0, 1.0), 2.0),
        ((2.0, 2.0, 2.0, 2.0), 3.0),
        ((3.0, 2.0, 2.0, 3.0), 2.0),
        ((3.0, 2.0, 3.0, 4.0), 2.0),
        ((4.0, 3.0, 3.0, 4.0), 2.0),
        ((3.0, 1.0, 3.0, 3.0), 2.0),
        ((7.0, 7.0, 8.0, 6.0), 2.0),
        ((4.0, 4.0, 4.0, 4.0), 3.0),
    ],
)
def test_how_many_groups_decide_by_hand(votes, deciding):
    assert cast(*votes)["voting_groups_deciding"] == deciding


whole = st.integers(0, 10**6)


@given(st.tuples(whole, whole, whole, whole))
def test_as_many_groups_decide_as_the_rule_needs(votes):
    """The rule's voters are the groups, as far as there are any votes."""
    coalition = smallest_coalition(dict(zip(GROUPS, votes, strict=True)), needed=sum(votes) // 2)
    found = cast(*map(float, votes))["voting_groups_deciding"]
    assert coalition is None or found == len(coalition.voters)


eighths = st.integers(0, 8)


@given(
    st.tuples(*[whole] * 7),
    st.tuples(eighths, eighths, eighths, eighths),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.integers(0, 64),
)
def test_votes_and_quorum_are_the_rules(amounts, turnouts, weights, quorum):
    """Every group is eight equal holders, of whom as many come as make the turnout; sizes that floats hold exactly."""
    of_staked, of_holders, of_investors, of_team = turnouts
    rows = {
        "contributors_liquid": of_holders,
        "contributors_staked": of_staked,
        "investors_liquid": of_investors,
        "investors_staked": of_investors,
        "team_liquid": of_team,
        "team_staked": of_team,
        "market_float": of_holders,
    }
    snapshot, ballots = [], []
    for (name, coming), amount in zip(rows.items(), amounts, strict=True):
        for number in range(8):
            held, staked = (0, amount) if name.endswith("staked") else (amount, 0)
            snapshot.append(Holding(f"{name}-{number}", held, staked))
            if number < coming:
                ballots.append(Ballot(f"{name}-{number}", "for", 0))
    exact = tally(
        ballots,
        snapshot,
        opens=0,
        closes=1,
        held_weight=(weights[0], 1),
        staked_weight=(weights[1], 1),
        quorum=(quorum, 64),
        unlocked=4_000_000,
    )
    found = played(
        **{name: 8.0 * amount for name, amount in zip(rows, amounts, strict=True)},
        voting_turnout_staked=of_staked / 8,
        voting_turnout_holders=of_holders / 8,
        voting_turnout_investors=of_investors / 8,
        voting_turnout_team=of_team / 8,
        voting_held_weight=float(weights[0]),
        voting_staked_weight=float(weights[1]),
        voting_quorum=quorum / 64,
        vesting_circulating=4e6,
    )
    by_group = dict.fromkeys(GROUPS, 0)
    for row, votes in exact.standing.items():
        by_group[ballots[row].address.partition("_")[0]] += votes
    assert found["voting_votes"] == tuple(by_group.values())
    assert found["voting_cast"] == exact.turnout
    assert found["voting_quorum_reached"] == (exact.turnout >= exact.needed)


amounts, shares = up_to(5e9), up_to(1.0)


@given(st.tuples(*[amounts] * 7), st.tuples(*[shares] * 4), st.floats(1.0, 5e9), up_to(0.5))
def test_shares_are_shares_and_nobody_casts_what_is_not_held(balances, turnouts, circulating, quorum):
    names = list(MONTH)[:7]
    come = dict(zip(EVERYBODY, turnouts, strict=True))
    terms = dict(zip(names, balances, strict=True)) | come
    found = played(**terms, voting_staked_weight=1.0, vesting_circulating=circulating, voting_quorum=quorum)
    assert 0.0 <= found["voting_cast"] <= sum(balances) * (1.0 + 1e-12)
    assert found["voting_cast"] == pytest.approx(sum(found["voting_votes"]), rel=1e-12)
    for name in ("insiders", "largest", "concentration"):
        assert 0.0 <= found[f"voting_{name}"] <= 1.0 + 1e-12
    if found["voting_cast"] > 0.0:
        assert found["voting_largest"] >= 0.25 - 1e-12
        assert 0.25 - 1e-12 <= found["voting_concentration"] <= found["voting_largest"] + 1e-12
    assert found["voting_quorum_ratio"] >= 0.0
    higher = played(**terms, voting_staked_weight=1.0, vesting_circulating=circulating, voting_quorum=2.0 * quorum)
    assert higher["voting_quorum_ratio"] <= found["voting_quorum_ratio"]
    assert higher["voting_quorum_reached"] <= found["voting_quorum_reached"]
    assert higher["voting_votes"] == found["voting_votes"]


@pytest.mark.parametrize("who", EVERYBODY)
@given(shares, shares)
def test_a_higher_turnout_casts_more(who, share, more):
    before, after = (played(**{who: turnout}) for turnout in (share, min(share + more, 1.0)))
    assert after["voting_cast"] >= before["voting_cast"]
