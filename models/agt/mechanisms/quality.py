"""Quality: several people label one item, the label that most of them give stands, and who gave it is accepted."""

from collections import namedtuple

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
    given: dict[str, int] = {}
    for label in labels.values():
        given[label] = given.get(label, 0) + 1
    most = max(given.values())
    leading = [label for label, times in given.items() if times == most]
    if len(leading) > 1:
        return Verdict(None, (), ())
    return judge(labels, leading[0])


def majority(accuracy: tuple[int, int], annotators: int) -> tuple[int, int]:
    """The chance that most of an odd number of annotators are right when each is right alike, on their own.

    Annotators who share an error are worse than this: it is an upper bound.

    Args: accuracy: chance that one is right [(numerator, denominator)]; annotators [count], odd.
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
