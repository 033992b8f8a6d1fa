"""The exact rules of quality: who is accepted, what a score becomes, and how much work it leaves."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.quality import WHOLE, Verdict, allowance, consensus, judge, majority, reputation

UNDECIDED = Verdict(None, (), ())
small = st.integers(0, 9)
items = st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from(["cat", "dog", "bird"]), max_size=7)
memories = st.tuples(st.integers(0, 5), st.integers(1, 5)).filter(lambda memory: memory[0] <= memory[1])


def item(answers):
    """One item as annotators A, B, C... answered it."""
    return dict(zip("ABCDEFGHI", answers.split(), strict=False))


@pytest.mark.parametrize(
    ("answers", "annotators", "expected"),
    [
        ("", 0, UNDECIDED),
        ("", 3, UNDECIDED),
        ("cat", 0, Verdict("cat", ("A",), ())),
        ("cat", 1, Verdict("cat", ("A",), ())),
        ("cat", 2, UNDECIDED),
        ("cat cat", 2, Verdict("cat", ("A", "B"), ())),
        ("cat dog", 2, UNDECIDED),
        ("cat cat", 3, UNDECIDED),  # both agree, but a third is still asked
        ("cat dog cat", 3, Verdict("cat", ("A", "C"), ("B",))),
        ("cat dog bird", 3, UNDECIDED),
        ("cat dog bird dog", 3, Verdict("dog", ("B", "D"), ("A", "C"))),  # the fourth broke the tie
        ("cat cat dog dog", 3, UNDECIDED),
        ("cat cat dog dog bird", 5, UNDECIDED),
        ("cat cat dog bird fish", 5, Verdict("cat", ("A", "B"), ("C", "D", "E"))),  # most, but no majority
        ("cat cat dog dog dog", 5, Verdict("dog", ("C", "D", "E"), ("A", "B"))),
    ],
)
def test_items_by_hand(answers, annotators, expected):
    assert consensus(item(answers), annotators=annotators) == expected


@given(items, small)
def test_the_label_that_stands_has_more_than_any_other(labels, annotators):
    verdict = consensus(labels, annotators=annotators)
    times = [list(labels.values()).count(label) for label in set(labels.values())]
    best = max(times, default=0)
    assert (verdict == UNDECIDED) == (len(labels) < annotators or times.count(best) != 1)
    if verdict != UNDECIDED:
        assert list(labels.values()).count(verdict.label) == best


@given(items, small)
def test_everyone_is_judged_once_or_nobody_yet(labels, annotators):
    verdict = consensus(labels, annotators=annotators)
    assert sorted(verdict.accepted + verdict.rejected) == (sorted(labels) if verdict.label else [])
    assert all(labels[annotator] == verdict.label for annotator in verdict.accepted)
    assert all(labels[annotator] != verdict.label for annotator in verdict.rejected)


@given(items, small, st.randoms(use_true_random=False))
def test_order_does_not_matter(labels, annotators, random):
    shuffled = dict(random.sample(list(labels.items()), len(labels)))
    assert consensus(shuffled, annotators=annotators) == consensus(labels, annotators=annotators)


@given(items, small)
def test_whoever_agrees_with_what_stands_does_not_change_it(labels, annotators):
    verdict = consensus(labels, annotators=annotators)
    if verdict.label:
        more = consensus(labels | {"Z": verdict.label}, annotators=annotators)
        assert more == Verdict(verdict.label, (*verdict.accepted, "Z"), verdict.rejected)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("cat", Verdict("cat", ("A", "C"), ("B",))),
        ("dog", Verdict("dog", ("B",), ("A", "C"))),
        ("bird", Verdict("bird", (), ("A", "B", "C"))),
    ],
)
def test_an_experts_review_overrides_the_consensus(label, expected):
    assert judge({"C": "cat", "B": "dog", "A": "cat"}, label) == expected


def test_names_of_both_sides_are_in_order():
    answers = {"D": "cat", "C": "dog", "B": "cat", "A": "dog", "E": "cat"}
    assert judge(answers, "cat") == Verdict("cat", ("B", "D", "E"), ("A", "C"))


@pytest.mark.parametrize(
    ("accuracy", "annotators", "chance"),
    [
        ((7, 10), 1, Fraction(7, 10)),
        ((7, 10), 3, Fraction(784, 1000)),  # 0.7^3 + 3 x 0.7^2 x 0.3
        ((1, 2), 5, Fraction(1, 2)),
        ((0, 1), 5, Fraction(0)),
        ((1, 1), 5, Fraction(1)),
        ((1, 3), 3, Fraction(7, 27)),
        ((2, 3), 3, Fraction(20, 27)),
        ((2, 3), 2, Fraction(4, 9)),  # both: a tie is not right
        ((2, 3), 4, Fraction(48, 81)),
    ],
)
def test_majorities_by_hand(accuracy, annotators, chance):
    assert Fraction(*majority(accuracy, annotators)) == chance


accuracies = st.tuples(st.integers(0, 10), st.just(10))
odd = st.integers(0, 5).map(lambda half: 2 * half + 1)


@given(accuracies, odd)
def test_a_majority_is_a_binomial_sum(accuracy, annotators):
    right = Fraction(*accuracy)
    terms = [
        comb(annotators, agreeing) * right**agreeing * (1 - right) ** (annotators - agreeing)
        for agreeing in range(annotators // 2 + 1, annotators + 1)
    ]
    assert Fraction(*majority(accuracy, annotators)) == sum(terms)


@given(accuracies, odd)
def test_a_majority_is_right_or_wrong(accuracy, annotators):
    wrong = (accuracy[1] - accuracy[0], accuracy[1])
    assert Fraction(*majority(accuracy, annotators)) + Fraction(*majority(wrong, annotators)) == 1


@pytest.mark.parametrize("annotators", [1, 3, 5])
@pytest.mark.parametrize("right", [1, 2, 3])
def test_the_chance_counts_the_verdicts_of_the_rule(annotators, right):
    """Every way in which annotators who are right in `right` of 4 cases can answer an item of two labels."""
    cases = ["true"] * right + ["false"] * (4 - right)
    verdicts = [
        consensus(item(" ".join(way)), annotators=annotators).label for way in product(cases, repeat=annotators)
    ]
    assert majority((right, 4), annotators) == (verdicts.count("true"), len(verdicts))


def share(part, whole=1):
    return part * WHOLE // whole


@pytest.mark.parametrize(
    ("score", "accepted", "judged", "memory", "expected"),
    [
        (share(1, 2), 9, 10, (1, 2), share(7, 10)),
        (share(1, 2), 0, 10, (1, 2), share(1, 4)),
        (share(1, 2), 10, 10, (1, 1), WHOLE),
        (share(1, 2), 10, 10, (0, 1), share(1, 2)),
        (share(1, 2), 0, 0, (1, 1), share(1, 2)),
        (share(4, 5), 3, 5, (1, 4), share(3, 4)),
        (0, 1, 3, (1, 1), 333_333_333_333_333_333),
        (WHOLE - 1, 1, 1, (1, 2), WHOLE - 1),
        (1, 0, 1, (1, 2), 0),
    ],
)
def test_scores_by_hand(score, accepted, judged, memory, expected):
    assert reputation(score, accepted=accepted, judged=judged, memory=memory) == expected


scores = st.integers(0, 3) | st.integers(WHOLE - 3, WHOLE) | st.integers(0, WHOLE)


@given(scores, small, small, memories)
def test_a_score_moves_towards_the_accepted_share_and_not_beyond(score, accepted, rejected, memory):
    judged = accepted + rejected
    found = reputation(score, accepted=accepted, judged=judged, memory=memory)
    target = Fraction(accepted * WHOLE, judged) if judged else Fraction(score)
    exact = score + Fraction(*memory) * (target - score)
    assert 0 <= exact - found < 1
    assert min(score, target // 1) <= found <= max(score, target)


@given(scores, small, small, memories, st.integers(1, 9))
def test_more_accepted_work_never_lowers_a_score(score, accepted, rejected, memory, more):
    before = reputation(score, accepted=accepted, judged=accepted + rejected + more, memory=memory)
    assert reputation(score, accepted=accepted + more, judged=accepted + rejected + more, memory=memory) >= before


@given(scores, scores, small, small, memories)
def test_a_better_score_stays_at_least_as_good(score, other, accepted, rejected, memory):
    work = {"accepted": accepted, "judged": accepted + rejected, "memory": memory}
    low, high = sorted([score, other])
    assert reputation(low, **work) <= reputation(high, **work)


@pytest.mark.parametrize(
    ("score", "best", "throttle", "sets"),
    [
        (share(9, 10), share(9, 10), 2, 12),
        (WHOLE, share(9, 10), 2, 12),  # nobody does more than the cap
        (share(3, 4), WHOLE, 0, 12),
        (share(3, 4), WHOLE, 1, 9),
        (share(3, 4), WHOLE, 2, 6),  # 6.75
        (share(3, 4), WHOLE, 3, 5),  # 5.0625
        (share(1, 2), WHOLE, 2, 3),
        (share(1, 2) - 1, WHOLE, 2, 2),
        (share(1, 12), WHOLE, 1, 0),  # a twelfth rounded down is a shred less than a twelfth
        (0, WHOLE, 1, 0),
        (0, WHOLE, 0, 12),
        (0, 0, 2, 12),
        (1, 0, 2, 12),
    ],
)
def test_allowances_by_hand(score, best, throttle, sets):
    assert allowance(score, best=best, cap=12, throttle=throttle) == sets


@given(small, st.integers(1, 9), small, st.integers(0, 4))
def test_an_allowance_is_rounded_down_once(score, best, cap, throttle):
    exact = cap * min(Fraction(1), Fraction(score, best)) ** throttle
    assert 0 <= exact - allowance(score, best=best, cap=cap, throttle=throttle) < 1


@given(small, small, small, small, st.integers(0, 4))
def test_a_better_score_never_leaves_less_and_a_harder_throttle_never_more(score, more, best, cap, throttle):
    terms = {"best": best, "cap": cap}
    found = allowance(score, throttle=throttle, **terms)
    assert 0 <= found <= allowance(score + more, throttle=throttle, **terms) <= cap
    assert allowance(score, throttle=throttle + 1, **terms) <= found


def test_with_four_sets_a_day_half_the_best_score_is_the_last_that_works():
    """4 x (1/2)^2 = 1 set; with a shred less nothing is left, and no work can mend the score."""
    assert allowance(share(1, 2), best=WHOLE, cap=4, throttle=2) == 1
    assert allowance(share(1, 2) - 1, best=WHOLE, cap=4, throttle=2) == 0
