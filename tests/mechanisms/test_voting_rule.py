"""The exact rule of a vote: whose ballot counts, with how many votes, when it passes, and who could decide alone."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.voting import (
    CHOICES,
    REFUSALS,
    Ballot,
    Coalition,
    Holding,
    refusal,
    sift,
    smallest_coalition,
    tally,
    weigh,
)

small = st.integers(0, 9)
addresses = st.sampled_from(["0xa1", "0xA1", "0xb2", "0xc3", "0xC3", "0xd4"])
choices = st.sampled_from([*CHOICES, *CHOICES, *CHOICES, "maybe"])
ballots = st.lists(st.builds(Ballot, addresses, choices, small), max_size=9)
snapshots = st.lists(st.builds(Holding, addresses.filter(lambda address: address != "0xd4"), small, small), max_size=5)
shares = st.tuples(st.integers(0, 5), st.integers(1, 5)).filter(lambda share: share[0] <= share[1])
weights = st.tuples(st.integers(0, 3), st.integers(1, 3))
votes = st.fixed_dictionaries(
    {
        "opens": st.integers(0, 2),
        "closes": st.integers(7, 9),
        "held_weight": weights,
        "staked_weight": weights,
        "quorum": shares,
        "unlocked": st.integers(0, 60),
        "threshold": shares,
    }
)
TERMS = {
    "opens": 10,
    "closes": 20,
    "held_weight": (1, 1),
    "staked_weight": (1, 1),
    "quorum": (1, 10),
    "unlocked": 100,
}
SNAPSHOT = [Holding("0xa1", 4, 3), Holding("0xb2", 5, 0), Holding("0xc3", 0, 2)]


def a_ballot(address="0xa1", choice="for", cast_at=10):
    return Ballot(address, choice, cast_at)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"cast_at": 9}, "outside-window"),
        ({"cast_at": 19}, None),
        ({"cast_at": 20}, "outside-window"),
        ({"address": "0xA1"}, None),
        ({"address": "0xd4"}, "address-unknown"),
        ({"choice": "against"}, None),
        ({"choice": "abstain"}, None),
        ({"choice": "For"}, "choice-unknown"),
        ({"choice": ""}, "choice-unknown"),
    ],
)
def test_refusals_at_their_edges(changed, reason):
    assert refusal(a_ballot(**changed), weights={"0xa1": 0}, opens=10, closes=20) == reason


def test_the_first_reason_is_the_one_named():
    """A ballot with everything wrong, mended from the front: the reasons appear in the order of `REFUSALS`."""
    wrong, met = {"address": "0xd4", "choice": "maybe", "cast_at": 20}, []
    for change in [{}, {"cast_at": 10}, {"address": "0xa1"}, {"choice": "for"}]:
        wrong |= change
        met.append(tally([a_ballot(**wrong)], SNAPSHOT, **TERMS).refusals.get(0))
    assert met == [*REFUSALS, None]


@pytest.mark.parametrize(
    ("held_weight", "staked_weight", "found"),
    [
        ((1, 1), (1, 1), {"0xa1": 7, "0xb2": 5, "0xc3": 2}),
        ((0, 1), (1, 1), {"0xa1": 3, "0xb2": 0, "0xc3": 2}),
        ((1, 1), (2, 1), {"0xa1": 10, "0xb2": 5, "0xc3": 4}),
        ((1, 2), (3, 2), {"0xa1": 6, "0xb2": 2, "0xc3": 3}),  # 6.5 and 2.5
        ((1, 2), (1, 3), {"0xa1": 3, "0xb2": 2, "0xc3": 0}),
        ((1, 3), (1, 2), {"0xa1": 2, "0xb2": 1, "0xc3": 1}),  # 4/3 + 3/2 = 2.83: rounded down once
    ],
)
def test_votes_by_hand(held_weight, staked_weight, found):
    assert weigh(SNAPSHOT, held_weight=held_weight, staked_weight=staked_weight) == found


@pytest.mark.parametrize("rows", [[("0xAB", 5, 0), ("0xab", 2, 2)], [("0xab", 2, 2), ("0xAB", 5, 0)]])
def test_an_address_listed_twice_counts_once_with_the_fewer_votes(rows):
    snapshot = [Holding(*row) for row in rows]
    assert weigh(snapshot, held_weight=(1, 1), staked_weight=(1, 1)) == {"0xab": 4}


@given(snapshots, weights, weights, st.randoms(use_true_random=False))
def test_votes_are_rounded_down_and_order_does_not_matter(snapshot, held_weight, staked_weight, random):
    terms = {"held_weight": held_weight, "staked_weight": staked_weight}
    found = weigh(snapshot, **terms)
    assert found == weigh(random.sample(snapshot, len(snapshot)), **terms)
    for address in {holding.address.lower() for holding in snapshot}:
        exact = min(
            holding.held * Fraction(*held_weight) + holding.staked * Fraction(*staked_weight)
            for holding in snapshot
            if holding.address.lower() == address
        )
        assert 0 <= exact - found[address] < 1
    assert set(found) == {holding.address.lower() for holding in snapshot}


@pytest.mark.parametrize(
    ("moments", "standing"),
    [
        ([10, 11, 12], 2),
        ([10, 12, 11], 1),
        ([12, 11, 10], 0),
        ([12, 11, 12], 2),  # of one moment the later row
        ([11, 11, 11], 2),
        ([19, 20, 21], 0),  # what comes after the close replaces nothing
        ([19, 9, 18], 0),
    ],
)
def test_the_last_ballot_before_the_close_stands(moments, standing):
    cast = [a_ballot(cast_at=moment) for moment in moments]
    found = tally(cast, SNAPSHOT, **TERMS)
    in_time = [row for row, moment in enumerate(moments) if 10 <= moment < 20]
    assert (found.standing, found.in_favour) == ({standing: 7}, 7)
    assert found.replaced == tuple(row for row in in_time if row != standing)
    assert set(found.refusals) == set(range(3)) - set(in_time)


def test_a_ballot_that_is_refused_replaces_nothing():
    cast = [a_ballot(), a_ballot(choice="maybe", cast_at=15), a_ballot(choice="against", cast_at=20)]
    found = tally(cast, SNAPSHOT, **TERMS)
    assert (found.in_favour, found.replaced) == (7, ())
    assert found.refusals == {1: "choice-unknown", 2: "outside-window"}


def test_one_address_in_two_cases_is_one_voter():
    cast = [a_ballot("0xa1", "for", 10), a_ballot("0xA1", "against", 11)]
    assert tally(cast, SNAPSHOT, **TERMS)[:4] == (0, 7, 0, 7)


def test_a_vote_by_hand():
    """7 for; 5 against; 2 abstain; 14 of 100 unlocked are cast, 10 are needed, and 7 is more than half of 12."""
    cast = [a_ballot("0xB2", "against"), a_ballot("0xc3", "abstain"), a_ballot("0xd4"), a_ballot("0xA1")]
    found = tally(cast, SNAPSHOT, **TERMS)
    assert found[:6] == (7, 5, 2, 14, 10, True)
    assert found[6:] == ({0: 5, 1: 2, 3: 7}, (), {2: "address-unknown"})


@pytest.mark.parametrize(
    ("in_favour", "against", "abstained", "changed", "passed"),
    [
        (10, 0, 0, {}, True),
        (9, 0, 0, {}, False),  # 9 of 10 needed
        (9, 0, 1, {}, True),  # abstentions are cast votes
        (1, 0, 9, {}, True),
        (0, 0, 10, {}, False),
        (5, 5, 0, {}, False),  # a tie fails
        (6, 5, 0, {}, True),
        (5, 6, 0, {}, False),
        (5, 5, 9, {}, False),
        (10, 0, 0, {"unlocked": 101}, False),  # 10.1 needed, so 11
        (11, 0, 0, {"unlocked": 101}, True),
        (11, 0, 0, {"unlocked": 110}, True),
        (1, 0, 0, {"quorum": (0, 1)}, True),
        (0, 0, 0, {"quorum": (0, 1)}, False),  # nobody came
        (0, 0, 0, {"unlocked": 0}, False),
        (8, 4, 0, {"threshold": (2, 3)}, False),
        (9, 4, 0, {"threshold": (2, 3)}, True),
        (10, 0, 0, {"threshold": (1, 1)}, False),  # more than all of them there never is
        (1, 9, 0, {"threshold": (0, 1)}, True),
    ],
)
def test_quorum_and_threshold_at_their_edges(in_favour, against, abstained, changed, passed):
    snapshot = [Holding("0xa1", in_favour, 0), Holding("0xb2", against, 0), Holding("0xc3", abstained, 0)]
    cast = [a_ballot("0xa1", "for"), a_ballot("0xb2", "against"), a_ballot("0xc3", "abstain")]
    found = tally(cast, snapshot, **TERMS | changed)
    assert found[:4] == (in_favour, against, abstained, in_favour + against + abstained)
    assert found.passed is passed


def test_full_size_to_the_base_unit():
    """4 % of 3,498,333,333.333333333333333333 AGT, and one base unit less: beyond what a float can hold."""
    unlocked = 3_498_333_333_333_333_333_333_333_333
    needed = 139_933_333_333_333_333_333_333_334  # 139,933,333.33333333333333333332 AGT, rounded up
    terms = TERMS | {"quorum": (4, 100), "unlocked": unlocked}
    enough, short = ([Holding("0xa1", held, 0)] for held in (needed, needed - 1))
    assert tally([a_ballot()], enough, **terms)[:6] == (needed, 0, 0, needed, needed, True)
    assert tally([a_ballot()], short, **terms)[3:6] == (needed - 1, needed, False)


@given(ballots, snapshots, votes)
def test_every_row_and_every_vote_is_accounted_for(ballots, snapshot, terms):
    found = tally(ballots, snapshot, **terms)
    assert sorted([*found.standing, *found.replaced, *found.refusals]) == list(range(len(ballots)))
    assert list(found.replaced) == sorted(found.replaced)
    assert set(found.refusals.values()) <= set(REFUSALS)
    assert found.in_favour + found.against + found.abstained == found.turnout == sum(found.standing.values())
    weights = weigh(snapshot, held_weight=terms["held_weight"], staked_weight=terms["staked_weight"])
    for choice, cast in zip(CHOICES, found[:3], strict=True):
        rows = [row for row in found.standing if ballots[row].choice == choice]
        assert cast == sum(weights[ballots[row].address.lower()] for row in rows)


@given(ballots, snapshots, votes)
def test_it_passes_with_enough_votes_and_more_than_the_threshold(ballots, snapshot, terms):
    found = tally(ballots, snapshot, **terms)
    enough = found.turnout >= Fraction(*terms["quorum"]) * terms["unlocked"]
    more = found.in_favour > Fraction(*terms["threshold"]) * (found.in_favour + found.against)
    assert found.passed == (enough and more)
    assert enough == (found.turnout >= found.needed)


@given(ballots, snapshots, votes)
def test_an_address_has_one_voice(ballots, snapshot, terms):
    found = tally(ballots, snapshot, **terms)
    voices = [ballots[row].address.lower() for row in found.standing]
    assert len(voices) == len(set(voices))
    for row in found.replaced:
        assert ballots[row].address.lower() in voices
        [stands] = [other for other in found.standing if ballots[other].address.lower() == ballots[row].address.lower()]
        assert (ballots[stands].cast_at, stands) > (ballots[row].cast_at, row)


distinct = st.lists(
    st.builds(Ballot, addresses, choices, small),
    max_size=9,
    unique_by=lambda ballot: (ballot.address.lower(), ballot.cast_at),
)


@given(distinct, snapshots, votes, st.randoms(use_true_random=False))
def test_order_matters_only_to_ballots_of_one_moment(ballots, snapshot, terms, random):
    rows = random.sample(range(len(ballots)), len(ballots))
    first, second = tally(ballots, snapshot, **terms), tally([ballots[row] for row in rows], snapshot, **terms)
    assert second[:6] == first[:6]
    assert second.standing == {rows.index(row): cast for row, cast in first.standing.items()}
    assert second.refusals == {rows.index(row): reason for row, reason in first.refusals.items()}


@given(ballots, snapshots, votes)
def test_the_case_of_an_address_does_not_matter(ballots, snapshot, terms):
    small_letters = [ballot._replace(address=ballot.address.lower()) for ballot in ballots]
    large_letters = [holding._replace(address=holding.address.upper()) for holding in snapshot]
    assert tally(small_letters, large_letters, **terms) == tally(ballots, snapshot, **terms)


@given(ballots, snapshots, votes, small)
def test_one_more_vote_in_favour_never_fails_what_passed(ballots, snapshot, terms, held):
    newcomer, voice = Holding("0xe5", held, 0), Ballot("0xe5", "for", terms["opens"])
    before = tally(ballots, snapshot, **terms)
    assert tally([*ballots, voice], [*snapshot, newcomer], **terms).passed >= before.passed
    opponent = voice._replace(choice="against")
    if not before.passed and before.turnout >= before.needed:
        assert not tally([*ballots, opponent], [*snapshot, newcomer], **terms).passed


@given(ballots)
def test_sifting_leaves_the_ballots_alone(ballots):
    before = list(ballots)
    rows, replaced, refusals = sift(ballots, weights={"0xa1": 1, "0xb2": 1}, opens=0, closes=9)
    assert ballots == before
    assert len(rows) + len(replaced) + len(refusals) == len(ballots)
    assert all(ballots[row].address.lower() == address for address, row in rows.items())


@pytest.mark.parametrize(
    ("weights", "needed", "expected"),
    [
        ({}, 0, None),
        ({"0xa1": 0}, 0, None),
        ({"0xa1": 1}, 0, Coalition(("0xa1",), 1)),
        ({"0xa1": 1}, 1, None),
        ({"0xa1": 5, "0xb2": 3, "0xc3": 2}, 4, Coalition(("0xa1",), 5)),
        ({"0xa1": 5, "0xb2": 3, "0xc3": 2}, 5, Coalition(("0xa1", "0xb2"), 8)),
        ({"0xa1": 5, "0xb2": 3, "0xc3": 2}, 8, Coalition(("0xa1", "0xb2", "0xc3"), 10)),
        ({"0xa1": 5, "0xb2": 3, "0xc3": 2}, 9, Coalition(("0xa1", "0xb2", "0xc3"), 10)),
        ({"0xa1": 5, "0xb2": 3, "0xc3": 2}, 10, None),
        ({"0xc3": 2, "0xb2": 5, "0xa1": 2}, 6, Coalition(("0xb2", "0xa1"), 7)),
        ({"0xc3": 3, "0xb2": 3, "0xa1": 3}, 3, Coalition(("0xa1", "0xb2"), 6)),
    ],
)
def test_coalitions_by_hand(weights, needed, expected):
    assert smallest_coalition(weights, needed=needed) == expected


owners = st.dictionaries(st.sampled_from(["0xa1", "0xb2", "0xc3", "0xd4", "0xe5"]), small, max_size=5)


@given(owners, st.integers(0, 40))
def test_no_smaller_coalition_would_do(weights, needed):
    found = smallest_coalition(weights, needed=needed)
    enough = [
        group
        for size in range(len(weights) + 1)
        for group in combinations(weights, size)
        if sum(weights[address] for address in group) > needed
    ]
    if found is None:
        assert not enough
    else:
        assert len(found.voters) == min(map(len, enough))
        assert sum(weights[address] for address in found.voters) == found.weight > needed


@given(owners, st.integers(0, 40), st.randoms(use_true_random=False))
def test_order_does_not_matter_to_coalitions(weights, needed, random):
    shuffled = dict(random.sample(list(weights.items()), len(weights)))
    assert smallest_coalition(shuffled, needed=needed) == smallest_coalition(weights, needed=needed)


@given(owners)
def test_more_than_half_of_all_votes_decide_against_everybody_else(weights):
    everyone = sum(weights.values())
    found = smallest_coalition(weights, needed=everyone // 2)
    assert (found is None) == (everyone == 0)
    if found:
        cast = [Ballot(address, "for" if address in found.voters else "against", 10) for address in weights]
        snapshot = [Holding(address, held, 0) for address, held in weights.items()]
        assert tally(cast, snapshot, **TERMS | {"quorum": (0, 1)}).passed
