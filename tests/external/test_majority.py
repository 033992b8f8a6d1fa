"""The chance that a majority is right, against the printed values of others.

Sources: facts 5, "Majority vote" (binomial sums, worked out for this book).
Sebastian Raschka, "Python Machine Learning", Packt 2015, chapter 7: eleven classifiers that each err in a quarter of
cases are wrong together in 0.034 of them.
Thomas G. Dietterich, "Ensemble Methods in Machine Learning", Multiple Classifier Systems, LNCS 1857, Springer 2000,
section 1: of 21 hypotheses that each err in 0.3 of cases, 11 or more are wrong at once in 0.026 of them.
Eric W. Weisstein, "Condorcet's Jury Theorem", https://mathworld.wolfram.com/CondorcetsJuryTheorem.html, after the
Marquis de Condorcet, "Essai sur l'application de l'analyse à la probabilité des décisions rendues à la pluralité des
voix", Paris 1785: both parts.
"""

import math
from itertools import pairwise

import pytest

from agt.mechanisms.quality import majority


def chance(tenths, annotators):
    part, whole = majority((tenths, 10), annotators)
    return part / whole


@pytest.mark.parametrize(
    ("tenths", "annotators", "printed"),
    [
        (7, 3, "0.784"),
        (7, 5, "0.837"),
        (7, 7, "0.874"),
        (8, 3, "0.896"),
        (8, 5, "0.942"),
        (8, 7, "0.967"),
        (9, 3, "0.972"),
        (9, 5, "0.991"),
        (9, 7, "0.997"),
    ],
)
def test_the_table_of_the_facts(tenths, annotators, printed):
    assert f"{chance(tenths, annotators):.3f}" == printed


def test_eleven_classifiers_that_err_in_a_quarter_of_cases():
    part, whole = majority((3, 4), 11)
    assert (whole - part) / whole == 0.03432750701904297  # as the book's code prints it; exact, its parts being halves


def test_twenty_one_hypotheses_that_err_in_three_of_ten():
    assert f"{1 - chance(7, 21):.3f}" == "0.026"


@pytest.mark.parametrize("tenths", [6, 7, 8, 9])
def test_condorcet_more_of_the_competent_are_better_without_limit(tenths):
    course = [chance(tenths, annotators) for annotators in range(1, 60, 2)]
    assert all(fewer < more for fewer, more in pairwise(course) if more < 0.999_999)
    assert math.isclose(chance(tenths, 1_001), 1.0, abs_tol=1e-9)


@pytest.mark.parametrize("tenths", [1, 2, 3, 4])
def test_condorcet_of_the_incompetent_one_is_best(tenths):
    course = [chance(tenths, annotators) for annotators in range(1, 60, 2)]
    assert course == sorted(course, reverse=True)
    assert course[0] == tenths / 10
    assert math.isclose(chance(tenths, 1_001), 0.0, abs_tol=1e-9)


def test_of_coin_tossers_any_number_is_a_coin():
    assert {chance(5, annotators) for annotators in range(1, 60, 2)} == {0.5}
