"""Quality: who is given work, whose work is accepted, how much of an order is filled, and how right its labels are."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms import quality
from agt.mechanisms.quality import (
    WHOLE,
    agreement,
    allowance,
    consensus_chance,
    limited,
    majority,
    majority_chance,
    reputation,
)
from tests.months import outcome, up_to

# One month of four cohorts, small enough to be worked by hand, function by function.
GIVEN = {
    "contributors_active": (100.0, 20.0, 5.0, 40.0),
    "contributors_sets": (3.0, 60.0, 100.0, 114.0),
    "quality_reputation": (0.6, 0.9, 0.8, 0.4),
    "quality_throttle": 2.0,
}
JUDGED = {
    "quality_work": (100.0, 50.0, 30.0, 20.0),
    "quality_skill": (0.8, 0.9, 1.0, 0.25),
    "quality_annotators": 3.0,
    "quality_error_correlation": 0.5,
    "quality_classes": 5.0,
    "quality_reputation": (0.5, 0.6, 0.7, 0.4),
    "quality_reputation_memory": 0.25,
}
ORDERED = {
    "demand_items": 100.0,
    "quality_work": (6.0, 3.0, 1.0, 2.0),
    "quality_labels_per_set": 10.0,
    "quality_annotators": 3.0,
    "quality_auto_most": 0.4,
    "quality_auto_half": 100_000.0,
    "projects_model_capital": 300_000.0,
}
DELIVERED = {
    "demand_items": 100.0,
    "quality_judgements": 120.0,
    "quality_work": (6.0, 3.0, 1.0, 2.0),
    "quality_skill": (0.8, 0.9, 1.0, 0.5),
    "quality_labels_per_set": 10.0,
    "quality_open_accuracy": 0.75,
    "quality_annotators": 3.0,
    "quality_error_correlation": 0.2,
    "quality_routing": 0.6,
    "quality_auto_share": 0.3,
    "quality_auto_accuracy": 0.85,
    "quality_auto_check": 0.8,
    "quality_expert_review": 0.1,
    "quality_review_catch": 0.7,
    "quality_fulfilment": 0.5,
    "quality_memory": 0.3,
    "quality_perceived": 0.9,
}
MONTH = GIVEN | JUDGED | ORDERED | DELIVERED


def allocated(**changes):
    return outcome(quality.allocate, GIVEN | changes)


def accepted(**changes):
    return outcome(quality.accept, JUDGED | changes)


def filled(**changes):
    return outcome(quality.fulfil, ORDERED | changes)


def delivered(**changes):
    return outcome(quality.deliver, DELIVERED | changes)


def month(**changes):
    """The four functions in their order, each reading what the ones before have written."""
    found = outcome(quality.allocate, MONTH | changes)
    for function in (quality.accept, quality.fulfil, quality.deliver):
        found |= outcome(function, MONTH | changes | found)
    return found


shares = up_to(1.0)
quarters = st.tuples(*[shares] * 4)
works = st.tuples(*[up_to(1e7)] * 4)
annotators = st.floats(1.0, 7.0)


# The chance of a majority, of a consensus, of agreeing with it.


@given(st.integers(0, 1_000), st.sampled_from([1, 3, 5, 7]))
def test_the_chance_of_a_majority_is_the_rules(thousandths, number):
    exact = Fraction(*majority((thousandths, 1_000), number))
    assert majority_chance(thousandths / 1_000, float(number)) == pytest.approx(float(exact), rel=1e-12, abs=1e-18)


@given(shares, st.integers(1, 6), shares)
def test_between_odd_numbers_of_annotators_the_chance_is_a_straight_line(accuracy, number, part):
    lower = number - (number + 1) % 2
    below, above = (majority_chance(accuracy, float(odd)) for odd in (lower, lower + 2))
    asked = number + part
    if asked <= lower + 2:
        line = below + (asked - lower) / 2 * (above - below)
        assert majority_chance(accuracy, asked) == pytest.approx(line, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("number", "as_of"), [(0.0, 1.0), (-3.0, 1.0), (8.0, 7.0), (99.0, 7.0)])
def test_beyond_one_and_seven_annotators_the_chance_is_theirs(number, as_of):
    assert majority_chance(0.8, number) == majority_chance(0.8, as_of)


@given(st.floats(0.0, 1.0), annotators, st.floats(0.0, 6.0))
def test_more_annotators_are_righter_if_each_is_right_more_often_than_not_and_wronger_if_not(accuracy, number, more):
    """Condorcet: the jury helps whoever is better than a coin, and a coin stays one."""
    before, after = majority_chance(accuracy, number), majority_chance(accuracy, number + more)
    assert -1e-15 <= before <= 1.0 + 1e-15
    assert (after - before) * np.sign(accuracy - 0.5) >= -1e-15
    assert majority_chance(0.5, number) == 0.5


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), annotators, shares)
def test_better_annotators_find_the_right_label_more_often(one, other, number, correlation):
    worse, better = sorted((one, other))
    chances = [consensus_chance(accuracy, number, correlation) for accuracy in (worse, better)]
    assert chances[0] <= chances[1] + 1e-15


def test_a_consensus_by_hand():
    """0.7 x 0.7 x (3 - 1.4) = 0.784 alone; with a fifth of errors in common, 0.8 x 0.784 + 0.2 x 0.7."""
    assert consensus_chance(0.7, 3.0, 0.2) == pytest.approx(0.7672, rel=1e-12)


@given(shares, annotators)
def test_who_shares_every_error_is_no_crowd_and_who_shares_none_is_one(accuracy, number):
    assert consensus_chance(accuracy, number, 1.0) == accuracy
    assert consensus_chance(accuracy, number, 0.0) == majority_chance(accuracy, number)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(2, 6))
def test_agreement_is_that_of_single_answers(accuracy, right, classes):
    """Answer 0 is right; a wrong one is any of the others, alike."""

    def chance(answer, twentieths):
        return Fraction(twentieths, 20) if answer == 0 else Fraction(20 - twentieths, 20 * (classes - 1))

    answers = product(range(classes), repeat=2)
    exact = sum(chance(own, accuracy) * chance(other, right) for own, other in answers if own == other)
    assert agreement(accuracy / 20, right / 20, float(classes)) == pytest.approx(float(exact), rel=1e-12)


# Who is given work.


def test_work_by_hand():
    """The best score 0.8. Casuals have three quarters of it: 300 sets x 0.75 squared; farms half: 4,560 x 0.25.
    Regulars score better than experts and lose nothing. Skilled: 1,700 of 3,008.75."""
    assert allocated() == {
        "quality_work": pytest.approx((168.75, 1_200.0, 500.0, 1_140.0), rel=1e-12),
        "quality_skilled_share": pytest.approx(1_700 / 3_008.75, rel=1e-12),
    }


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 1_000), st.integers(0, 6))
def test_a_score_leaves_the_work_that_the_rule_leaves(score, best, cap, throttle):
    """Scores in hundredths; the rule rounds down to whole sets."""
    exact = allowance(score * WHOLE // 100, best=best * WHOLE // 100, cap=cap, throttle=throttle)
    found = limited(float(cap), score / 100, best / 100, float(throttle))
    assert exact - 1e-9 <= found < exact + 1.0 + 1e-9


def test_without_a_throttle_scores_limit_nobody():
    assert allocated(quality_throttle=0.0)["quality_work"] == (300.0, 1_200.0, 500.0, 4_560.0)


def test_where_nobody_has_a_score_yet_everybody_may_work():
    """As the rule has it: whoever scores no less than the best is left the whole cap."""
    assert allowance(0, best=0, cap=4, throttle=2) == 4
    assert allocated(quality_reputation=(0.0,) * 4)["quality_work"] == (300.0, 1_200.0, 500.0, 4_560.0)


def test_nobody_does_no_work():
    found = allocated(contributors_active=(0.0,) * 4)
    assert found == {"quality_work": (0.0,) * 4, "quality_skilled_share": 0.0}


@given(works, st.tuples(*[up_to(600.0)] * 4), quarters, up_to(6.0), up_to(6.0))
def test_nobody_is_given_more_than_they_would_do_and_a_throttle_never_gives_more(active, sets, scores, throttle, more):
    terms = {"contributors_active": active, "contributors_sets": sets, "quality_reputation": scores}
    before, after = (allocated(**terms, quality_throttle=strength) for strength in (throttle, throttle + more))
    for people, each, work, less in zip(active, sets, before["quality_work"], after["quality_work"], strict=True):
        assert 0.0 <= less <= work * (1.0 + 1e-12) <= people * each * (1.0 + 1e-11)
    assert 0.0 <= before["quality_skilled_share"] <= 1.0 + 1e-12
    assert before["quality_work"][2] == active[2] * sets[2]  # the best are never limited


# Whose work is accepted.


def test_acceptance_by_hand():
    """160 of 200 sets' worth are right: 0.8. Three who share half of their errors: 0.5 x 0.896 + 0.5 x 0.8 = 0.848.
    Of five answers four are wrong: casuals agree in 0.8 x 0.848 + 0.2 x 0.152 / 4 = 0.686. Scores go a quarter of
    the way."""
    assert accepted() == {
        "quality_open_accuracy": pytest.approx(0.8, rel=1e-12),
        "quality_accepted": pytest.approx((0.686, 0.767, 0.848, 0.2405), rel=1e-12),
        "quality_reputation": pytest.approx((0.5465, 0.64175, 0.737, 0.360125), rel=1e-12),
    }


@given(quarters, quarters, st.integers(0, 10))
def test_scores_move_as_the_rule_moves_them(skill, scores, tenths):
    """The rule is told of as many sets accepted, out of as many judged, as make the share of the cohort."""
    found = accepted(quality_skill=skill, quality_reputation=scores, quality_reputation_memory=tenths / 10)
    for cohort in range(4):
        part, judged = found["quality_accepted"][cohort].as_integer_ratio()
        score = int(Fraction(scores[cohort]) * WHOLE)
        exact = reputation(score, accepted=part, judged=judged, memory=(tenths, 10))
        assert abs(found["quality_reputation"][cohort] - exact / WHOLE) < 1e-15


@given(works, quarters, annotators, shares, st.floats(2.0, 100.0), quarters, shares)
def test_acceptance_and_scores_are_shares(work, skill, number, correlation, classes, scores, memory):
    found = accepted(
        quality_work=work,
        quality_skill=skill,
        quality_annotators=number,
        quality_error_correlation=correlation,
        quality_classes=classes,
        quality_reputation=scores,
        quality_reputation_memory=memory,
    )
    for share in (found["quality_open_accuracy"], *found["quality_accepted"], *found["quality_reputation"]):
        assert 0.0 <= share <= 1.0 + 1e-12
    assert sum(work) == 0.0 or min(skill) - 1e-9 <= found["quality_open_accuracy"] <= max(skill) + 1e-9


def test_where_nobody_works_nothing_is_accurate():
    assert accepted(quality_work=(0.0,) * 4)["quality_open_accuracy"] == 0.0


def test_wrong_crowds_accept_the_wrong():
    """Consensus capture: where farms do nearly all the work and guess worse than a coin, the skilled are rejected."""
    found = accepted(quality_work=(1.0, 1.0, 1.0, 1e6), quality_skill=(0.8, 0.9, 1.0, 0.1), quality_classes=2.0)
    casual, regular, expert, farm = found["quality_accepted"]
    assert farm > casual > regular > expert


# How much of an order is filled.


def test_an_order_by_hand():
    """Three quarters of the way to 40 % of the items: models label 30 %. 70 items x 3 + 30 = 240 judgements where
    12 sets of 10 give 120: half is filled, and everything that is done is done for clients."""
    assert filled() == {
        "quality_auto_share": pytest.approx(0.3, rel=1e-12),
        "quality_judgements": pytest.approx(120.0, rel=1e-12),
        "quality_fulfilment": pytest.approx(0.5, rel=1e-12),
        "quality_client_share": pytest.approx(1.0, rel=1e-12),
    }


@pytest.mark.parametrize(
    ("sets", "judgements", "fulfilment", "client_share"),
    [(0.0, 0.0, 0.0, 0.0), (6.0, 60.0, 0.25, 1.0), (24.0, 240.0, 1.0, 1.0), (96.0, 240.0, 1.0, 0.25)],
)
def test_capacity_short_of_need_at_it_and_beyond_by_hand(sets, judgements, fulfilment, client_share):
    """240 judgements are needed, 24 sets; whoever of the four does them."""
    for cohort in range(4):
        work = tuple(sets if place == cohort else 0.0 for place in range(4))
        found = filled(quality_work=work)
        expected = (judgements, fulfilment, client_share)
        names = ("quality_judgements", "quality_fulfilment", "quality_client_share")
        assert tuple(found[name] for name in names) == pytest.approx(expected, rel=1e-12)


def test_without_an_order_nothing_is_left_unfilled():
    found = filled(demand_items=0.0)
    assert (found["quality_judgements"], found["quality_fulfilment"], found["quality_client_share"]) == (0.0, 1.0, 0.0)


def test_without_models_people_label_everything():
    found = filled(projects_model_capital=0.0, quality_work=(60.0, 0.0, 0.0, 0.0))
    assert (found["quality_auto_share"], found["quality_judgements"]) == (0.0, 300.0)


amounts = up_to(1e9)


@given(amounts, works, st.floats(1.0, 100.0), annotators, shares, st.floats(1e3, 1e9), amounts)
def test_no_more_is_judged_than_people_can_judge(items, work, labels, number, most, half, capital):
    terms = {
        "demand_items": items,
        "quality_work": work,
        "quality_labels_per_set": labels,
        "quality_annotators": number,
        "quality_auto_most": most,
        "quality_auto_half": half,
        "projects_model_capital": capital,
    }
    found = filled(**terms)
    assert 0.0 <= found["quality_auto_share"] <= most
    assert 0.0 <= found["quality_fulfilment"] <= 1.0
    assert 0.0 <= found["quality_judgements"] <= labels * sum(work) * (1.0 + 1e-12)
    assert 0.0 <= found["quality_client_share"] <= 1.0 + 1e-12
    worked = filled(**terms | {"quality_work": (2.0 * work[0], *work[1:])})
    modelled = filled(**terms | {"projects_model_capital": 2.0 * capital})
    for better in (worked, modelled):
        assert better["quality_fulfilment"] >= found["quality_fulfilment"] * (1.0 - 1e-12)
    checked = filled(**terms | {"quality_annotators": number + 1.0})
    assert checked["quality_fulfilment"] <= found["quality_fulfilment"] * (1.0 + 1e-12)


# How right the labels are.


def test_a_delivery_by_hand():
    """Of 120 judgements skilled hands can give 40, a third, and are right in (2.7 + 1) / 4 = 0.925; the others in
    (4.8 + 1) / 8 = 0.725: 0.791 667 where the best come first. Routed so for 60 %, else 0.75: 0.775.
    Three such people: 0.8 x 0.870 906 + 0.2 x 0.775 = 0.851 725; a model with a check: 0.85 + 0.8 x 0.15 x 0.775 =
    0.943. Together 0.7 x 0.851 725 + 0.3 x 0.943 = 0.879 107 5. Of 50 items experts see 5, half a set, and repair
    0.7 of the errors in them: + 0.1 x 0.7 x 0.120 892 5. Clients move 0.3 of the way from 0.9."""
    assert delivered() == {
        "quality_paid_accuracy": pytest.approx(0.775, rel=1e-12),
        "quality_accuracy": pytest.approx(0.887569975, rel=1e-12),
        "quality_review": (0.0, 0.0, pytest.approx(0.5, rel=1e-12), 0.0),
        "quality_perceived": pytest.approx(0.8962709925, rel=1e-12),
    }


def test_experts_review_no_more_than_they_can_by_hand():
    """Half of 50 items are 25, but one set of 10 is all that experts do: a fifth of the items."""
    found = delivered(quality_expert_review=0.5)
    assert found["quality_review"] == (0.0, 0.0, 1.0, 0.0)
    assert found["quality_accuracy"] == pytest.approx(0.8791075 + 0.2 * 0.7 * 0.1208925, rel=1e-12)


def test_where_skilled_hands_can_do_everything_they_do():
    found = delivered(quality_judgements=30.0, quality_routing=1.0)
    assert found["quality_paid_accuracy"] == pytest.approx(0.925, rel=1e-12)


def test_a_small_delivery_is_as_right_as_a_large_one():
    """Half an item, of which experts see a twentieth."""
    found = delivered(demand_items=1.0)
    assert found["quality_accuracy"] == pytest.approx(0.887569975, rel=1e-12)
    assert found["quality_review"][2] == pytest.approx(0.005, rel=1e-12)


@pytest.mark.parametrize("nothing", [{"demand_items": 0.0, "quality_judgements": 0.0}, {"quality_fulfilment": 0.0}])
def test_where_nothing_is_delivered_clients_learn_nothing(nothing):
    found = delivered(**nothing)
    assert (found["quality_accuracy"], found["quality_perceived"]) == (0.9, 0.9)
    assert found["quality_review"] == (0.0, 0.0, 0.0, 0.0)


def test_a_month_in_which_nobody_works_leaves_the_order_unfilled():
    found = month(contributors_active=(0.0,) * 4)
    assert (found["quality_fulfilment"], found["quality_judgements"], found["quality_perceived"]) == (0.0, 0.0, 0.9)
    assert all(np.all(np.isfinite(value)) for value in found.values())


@pytest.mark.parametrize(
    ("active", "accuracy"), [((9.0, 0.0, 0.0, 0.0), 0.8), ((0.0, 0.0, 9.0, 0.0), 1.0), ((0.0, 0.0, 0.0, 9.0), 0.5)]
)
def test_where_one_cohort_does_all_the_work_its_skill_is_the_accuracy(active, accuracy):
    found = month(contributors_active=active, quality_throttle=0.0, quality_skill=(0.8, 0.9, 1.0, 0.5))
    assert found["quality_paid_accuracy"] == pytest.approx(accuracy, rel=1e-12)


some_items = st.floats(1.0, 1e6)
skills = st.tuples(*[st.floats(0.0, 1.0)] * 4)


@given(some_items, works, skills, annotators, quarters, quarters)
def test_everything_that_is_delivered_is_a_share_and_no_negative_work(items, work, skill, number, some, others):
    found = month(
        demand_items=items,
        contributors_active=work,
        quality_skill=skill,
        quality_annotators=number,
        quality_error_correlation=some[0],
        quality_routing=some[1],
        quality_auto_accuracy=some[2],
        quality_auto_check=some[3],
        quality_expert_review=others[0],
        quality_review_catch=others[1],
        quality_memory=others[2],
        quality_perceived=others[3],
    )
    for name in ("quality_paid_accuracy", "quality_accuracy", "quality_perceived"):
        assert 0.0 <= found[name] <= 1.0 + 1e-12
    assert min(found["quality_review"]) >= 0.0
    assert found["quality_review"][2] <= found["quality_work"][2] * (1.0 + 1e-12)


@given(some_items, works, st.tuples(*[st.floats(0.5, 1.0)] * 4), shares, shares)
def test_routing_never_harms_where_the_skilled_are_the_better(items, active, skill, routing, more):
    """Clients' items are no more than all items, so the best hands are at least as large a part of them."""
    ordered = sorted(skill)
    terms = {"demand_items": items, "contributors_active": active}
    terms |= {"quality_skill": (ordered[1], ordered[2], ordered[3], ordered[0])}
    before, after = (month(**terms, quality_routing=share) for share in (routing, min(routing + more, 1.0)))
    for name in ("quality_paid_accuracy", "quality_accuracy"):
        assert after[name] >= before[name] - 1e-12


MORE = ("expert_review", "review_catch", "auto_accuracy", "auto_check", "open_accuracy")


@pytest.mark.parametrize("knob", MORE)
@given(shares, shares)
def test_what_makes_labels_righter(knob, share, more):
    before, after = (delivered(**{f"quality_{knob}": amount}) for amount in (share, min(share + more, 1.0)))
    assert after["quality_accuracy"] >= before["quality_accuracy"] - 1e-12


@given(shares, annotators, st.floats(0.0, 6.0))
def test_at_the_same_mix_more_annotators_are_righter_where_they_beat_a_coin(accuracy, number, more):
    terms = {"quality_routing": 0.0, "quality_open_accuracy": accuracy}
    before, after = (delivered(**terms, quality_annotators=asked) for asked in (number, number + more))
    difference = after["quality_accuracy"] - before["quality_accuracy"]
    assert difference * np.sign(accuracy - 0.5) >= -1e-12


@given(shares, shares)
def test_clients_learn_towards_what_they_receive(perceived, memory):
    found = delivered(quality_perceived=perceived, quality_memory=memory)
    gap, left = found["quality_accuracy"] - perceived, found["quality_accuracy"] - found["quality_perceived"]
    assert left == pytest.approx((1.0 - memory) * gap, abs=1e-12)


def test_at_the_opening_clients_believe_what_they_believed_and_cohorts_have_their_scores():
    scores = (0.8, 0.88, 0.94, 0.6)
    start = {"quality_perceived_at_tge": 0.9, "quality_fulfilment_at_tge": 1.0, "quality_reputation_at_tge": scores}
    assert outcome(quality.opening, start) == {
        "quality_perceived": 0.9,
        "quality_fulfilment": 1.0,
        "quality_reputation": scores,
    }
