"""Quality: several people label one item, the label that most of them give stands, and who gave it is accepted."""

from collections import namedtuple

import numpy as np

from agt.vocabulary import (
    USD,
    Count,
    Items,
    Items_per_set,
    Number,
    People,
    Sets,
    Sets_per_person,
    Share,
    clip,
    ratio,
    total,
)

Verdict = namedtuple("Verdict", ("label", "accepted", "rejected"))

WHOLE = 10**18  # scores are integers out of this


def judge(labels: dict[str, str], label: str) -> Verdict:
    """Who is accepted once a label stands, by consensus or by an expert's review, which overrides the consensus.

    Args: labels: what each annotator of the item answered; label: the answer that stands, given by anyone or by none.
    Returns: the label, then the annotators accepted and rejected, each in the order of their names.
    Source: invalid input is unpaid (facts 1c); review by experts, the article.

    >>> judge({"A": "cat", "B": "cat", "C": "dog"}, "dog")
    Verdict(label='dog', accepted=('C',), rejected=('A', 'B'))
    """
    accepted = [annotator for annotator, given in labels.items() if given == label]
    rejected = [annotator for annotator, given in labels.items() if given != label]
    accepted.sort()
    rejected.sort()
    return Verdict(label, tuple(accepted), tuple(rejected))


def consensus(labels: dict[str, str], *, annotators: int) -> Verdict:
    """The label that more annotators give than any other, once enough have answered; a tie needs one more of them.

    Args: labels: what each annotator of the item answered; annotators: how many must have answered [count].
    Returns: see `judge`; without a label nobody is accepted or rejected yet.
    Source: 3 to 5 annotators on an item elsewhere (facts 5); Alaya's number and its rule of ties are stated nowhere.

    >>> consensus({"A": "cat", "B": "cat", "C": "dog"}, annotators=3)
    Verdict(label='cat', accepted=('A', 'B'), rejected=('C',))
    >>> consensus({"A": "cat", "B": "dog"}, annotators=2)
    Verdict(label=None, accepted=(), rejected=())
    """
    if len(labels) < max(annotators, 1):
        return Verdict(None, (), ())
    answers = tuple(labels.values())
    given = {label: answers.count(label) for label in answers}
    most = max(given.values())
    leading = [label for label, times in given.items() if times == most]
    if len(leading) > 1:
        return Verdict(None, (), ())
    return judge(labels, leading[0])


def majority(accuracy: tuple[int, int], annotators: int) -> tuple[int, int]:
    """The chance that more than half of the annotators are right when each is right alike, on their own.

    Annotators who share an error are worse than this: it is an upper bound. A tie, of an even number, is not right.

    Args: accuracy: chance that one is right [(numerator, denominator)]; annotators [count].
    Returns: the chance [(numerator, denominator)], not in lowest terms.
    Source: Condorcet 1785; the binomial sum, facts 5.

    >>> majority((7, 10), 3)
    (784, 1000)
    """
    right, whole = accuracy
    agreeing, ways, part = annotators, 1, 0
    while 2 * agreeing > annotators:
        part += ways * right**agreeing * (whole - right) ** (annotators - agreeing)
        ways = ways * agreeing // (annotators - agreeing + 1)  # of choosing who agrees, one fewer each time
        agreeing -= 1
    return part, whole**annotators


def reputation(score: int, *, accepted: int, judged: int, memory: tuple[int, int]) -> int:
    """A score after new work was judged: it moves part of the way to the accepted share, rounded down once.

    Args: score [10^-18]; accepted, judged: work since the last update [count]; memory: how far it moves, from not at
        all to all the way [(numerator, denominator)].
    Returns: the new score [10^-18]; the old one where nothing was judged.
    Source: scores exist (the article); their formula is stated nowhere (facts 4).

    >>> reputation(WHOLE // 2, accepted=9, judged=10, memory=(1, 2)) * 100 // WHOLE
    70
    """
    if judged == 0:
        return score
    part, whole = memory
    return (score * judged * (whole - part) + WHOLE * accepted * part) // (judged * whole)


def allowance(score: int, *, best: int, cap: int, throttle: int) -> int:
    """The task sets that a score leaves of a day's cap: cap x min(1, score / best)^throttle, rounded down.

    Rounding down shuts out whoever is left less than one set, and with it the way to a better score.

    Args: score, best: the contributor's and the one that leaves the whole cap [10^-18]; cap [sets a day]; throttle:
        a whole number, 0 = scores limit nobody.
    Returns: task sets [sets a day].
    Source: that low scores limit work, facts 1c and the article; how strongly is stated nowhere (facts 4).

    >>> allowance(WHOLE * 3 // 4, best=WHOLE, cap=4, throttle=2)
    2
    """
    if score >= best:  # also where nobody has a score yet
        return cap
    return cap * score**throttle // best**throttle


def majority_chance(accuracy: Share, annotators: Count) -> Share:
    """The chance that most of the annotators of an item are right, each as often as `accuracy`; two answers.

    Exact for 1, 3, 5 and 7 annotators (agrees with `majority`), straight lines between them.
    Source: Condorcet 1785; for more than two answers a lower bound of plurality.
    """
    wrong = 1.0 - accuracy
    three = accuracy * accuracy * (1.0 + 2.0 * wrong)
    five = accuracy * accuracy * accuracy * (1.0 + 3.0 * wrong + 6.0 * wrong * wrong)
    of_seven = 1.0 + 4.0 * wrong + 10.0 * wrong * wrong + 20.0 * wrong * wrong * wrong
    seven = accuracy * accuracy * accuracy * accuracy * of_seven
    to_three = clip((annotators - 1.0) / 2.0, 0.0, 1.0)
    to_five = clip((annotators - 3.0) / 2.0, 0.0, 1.0)
    to_seven = clip((annotators - 5.0) / 2.0, 0.0, 1.0)
    few = (1.0 - to_three) * accuracy + to_three * three
    some = (1.0 - to_five) * few + to_five * five
    many = (1.0 - to_seven) * some + to_seven * seven
    return np.minimum(many, 1.0)  # rounding must not make it more than certain


def consensus_chance(accuracy: Share, annotators: Count, correlation: Share) -> Share:
    """The chance that the consensus is right when all annotators share one error as often as `correlation`.

    Source: common causes make crowds less wise (Ladha 1992; Berg 1993).
    """
    return (1.0 - correlation) * majority_chance(accuracy, annotators) + correlation * accuracy


def agreement(accuracy: Share, right: Share, classes: Count) -> Share:
    """How often an annotator agrees with a consensus that is right as often as `right`; errors spread over classes."""
    return accuracy * right + (1.0 - accuracy) * (1.0 - right) / (classes - 1.0)


def limited(work: Sets, reputation: Share, best: Share, throttle: Number) -> Sets:
    """The work that a reputation still allows, beside the best. Agrees with `allowance`."""
    return work * np.power(np.where(reputation < best, ratio(reputation, best), 1.0), throttle)


def opening(
    quality_perceived_at_tge: Share, quality_fulfilment_at_tge: Share, quality_reputation_at_tge: tuple[Share, ...]
) -> tuple[Share, Share, tuple[Share, ...]]:
    """What clients think at the token generation event, and the reputations that cohorts start with."""
    quality_perceived = quality_perceived_at_tge
    quality_fulfilment = quality_fulfilment_at_tge
    quality_reputation = quality_reputation_at_tge
    return quality_perceived, quality_fulfilment, quality_reputation


def allocate(
    contributors_active: tuple[People, ...],
    contributors_sets: tuple[Sets_per_person, ...],
    quality_reputation: tuple[Share, ...],
    quality_throttle: Number,
) -> tuple[tuple[Sets, ...], Share]:
    """The work that each cohort is given: low reputations are limited, measured against the experts'.

    Source: past scores influence allocation and low scorers are limited (the article); how strongly, nowhere.
    """
    # LIMIT
    casual, regular, expert, farm = contributors_active
    sets_casual, sets_regular, sets_expert, sets_farm = contributors_sets
    of_casual, of_regular, best, of_farm = quality_reputation
    work_casual = limited(casual * sets_casual, of_casual, best, quality_throttle)
    work_regular = limited(regular * sets_regular, of_regular, best, quality_throttle)
    work_expert = expert * sets_expert
    work_farm = limited(farm * sets_farm, of_farm, best, quality_throttle)
    quality_work = (work_casual, work_regular, work_expert, work_farm)

    # SHARE
    quality_skilled_share = ratio(work_regular + work_expert, work_casual + work_regular + work_expert + work_farm)
    return quality_work, quality_skilled_share


def accept(
    quality_work: tuple[Sets, ...],
    quality_skill: tuple[Share, ...],
    quality_annotators: Count,
    quality_error_correlation: Share,
    quality_classes: Count,
    quality_reputation: tuple[Share, ...],
    quality_reputation_memory: Share,
) -> tuple[Share, tuple[Share, ...], tuple[Share, ...]]:
    """Work is accepted where it agrees with the consensus, and reputations follow. Agrees with `reputation`.

    Nobody sees who is right: acceptance and reputation know agreement only.
    Source: consensus of several annotators (the article); first tasks predict a worker's quality (facts 5).
    """
    # AGREE
    casual, regular, expert, farm = quality_skill
    work_casual, work_regular, work_expert, work_farm = quality_work
    good = work_casual * casual + work_regular * regular + work_expert * expert + work_farm * farm
    quality_open_accuracy = ratio(good, total(quality_work))
    right = consensus_chance(quality_open_accuracy, quality_annotators, quality_error_correlation)
    accepted_casual = agreement(casual, right, quality_classes)
    accepted_regular = agreement(regular, right, quality_classes)
    accepted_expert = agreement(expert, right, quality_classes)
    accepted_farm = agreement(farm, right, quality_classes)
    quality_accepted = (accepted_casual, accepted_regular, accepted_expert, accepted_farm)

    # REMEMBER
    of_casual, of_regular, of_expert, of_farm = quality_reputation
    quality_reputation = (
        of_casual + quality_reputation_memory * (accepted_casual - of_casual),
        of_regular + quality_reputation_memory * (accepted_regular - of_regular),
        of_expert + quality_reputation_memory * (accepted_expert - of_expert),
        of_farm + quality_reputation_memory * (accepted_farm - of_farm),
    )
    return quality_open_accuracy, quality_accepted, quality_reputation


def fulfil(
    demand_items: Items,
    quality_work: tuple[Sets, ...],
    quality_labels_per_set: Items_per_set,
    quality_annotators: Count,
    quality_auto_most: Share,
    quality_auto_half: USD,
    projects_model_capital: USD,
) -> tuple[Share, Items, Share, Share]:
    """How much of the order can be done: what a model labels first needs one check, the rest needs all annotators.

    Source: hybrid pipeline (the article); active learning saves up to 70 % of human labels elsewhere (facts 5).
    """
    # NEED
    quality_auto_share = quality_auto_most * projects_model_capital / (projects_model_capital + quality_auto_half)
    need = demand_items * ((1.0 - quality_auto_share) * quality_annotators + quality_auto_share)

    # FILL
    capacity = quality_labels_per_set * total(quality_work)
    quality_fulfilment = np.where(need > 0.0, np.minimum(ratio(capacity, need), 1.0), 1.0)
    quality_judgements = need * quality_fulfilment
    quality_client_share = ratio(quality_judgements, capacity)
    return quality_auto_share, quality_judgements, quality_fulfilment, quality_client_share


def deliver(
    demand_items: Items,
    quality_judgements: Items,
    quality_work: tuple[Sets, ...],
    quality_skill: tuple[Share, ...],
    quality_labels_per_set: Items_per_set,
    quality_open_accuracy: Share,
    quality_annotators: Count,
    quality_error_correlation: Share,
    quality_routing: Share,
    quality_auto_share: Share,
    quality_auto_accuracy: Share,
    quality_auto_check: Share,
    quality_expert_review: Share,
    quality_review_catch: Share,
    quality_fulfilment: Share,
    quality_memory: Share,
    quality_perceived: Share,
) -> tuple[Share, Share, tuple[Sets, ...], Share]:
    """How accurate the labels are that clients receive: routed to skilled hands, checked, and reviewed by experts.

    Experts review as much as they can label in a month, on top of their tasks, and are paid for it.
    Source: score-based allocation, consensus and expert review (the article); every size is an assumption.
    """
    # ROUTE
    casual, regular, expert, farm = quality_work
    skilled_good = regular * quality_skill[1] + expert * quality_skill[2]
    skilled_accuracy = ratio(skilled_good, regular + expert)
    other_accuracy = ratio(casual * quality_skill[0] + farm * quality_skill[3], casual + farm)
    skilled = np.minimum(quality_judgements, quality_labels_per_set * (regular + expert))
    best = ratio(skilled, quality_judgements)
    first = best * skilled_accuracy + (1.0 - best) * other_accuracy
    quality_paid_accuracy = quality_routing * first + (1.0 - quality_routing) * quality_open_accuracy

    # LABEL
    agreed = consensus_chance(quality_paid_accuracy, quality_annotators, quality_error_correlation)
    machine = quality_auto_accuracy + quality_auto_check * (1.0 - quality_auto_accuracy) * quality_paid_accuracy
    labelled = (1.0 - quality_auto_share) * agreed + quality_auto_share * machine

    # REVIEW
    done = demand_items * quality_fulfilment
    reviewed = np.minimum(quality_expert_review * done, quality_labels_per_set * expert)
    repaired = ratio(reviewed, done) * quality_review_catch * (1.0 - labelled)
    quality_accuracy = np.where(done > 0.0, labelled + repaired, quality_perceived)
    review_sets = reviewed / quality_labels_per_set
    quality_review = (0.0 * review_sets, 0.0 * review_sets, review_sets, 0.0 * review_sets)

    # LEARN
    quality_perceived = quality_perceived + quality_memory * (quality_accuracy - quality_perceived)
    return quality_paid_accuracy, quality_accuracy, quality_review, quality_perceived
