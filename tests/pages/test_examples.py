"""The example at the head of each chapter: there is one, and its numbers follow from the registry."""

import re
from fractions import Fraction

import pytest

from agt.pages import contents
from agt.pages.examples import EXAMPLES, example
from agt.pages.votable import fixed, levers, moves
from agt.registry import load


def value(name: str) -> Fraction:
    return Fraction(load().value(name))


def test_every_mechanism_has_one():
    assert set(EXAMPLES) == set(contents.mechanisms())


@pytest.mark.parametrize("noun", EXAMPLES)
def test_it_is_one_or_two_sentences_with_numbers(noun):
    text = example(noun)
    assert re.search(r"\d", text)
    assert len(text) < 420
    assert "nan" not in text
    assert "inf" not in text.split()


def test_a_twentieth_of_the_pool_is_paid_for_a_twentieth_of_the_aia():
    pool = value("redemption_quota")
    assert f"If {int(pool):,} are submitted" in example("redemption")
    assert "you receive 12,000 AGT. If it is twice as many, you receive 6,000." in example("redemption")


def test_the_teams_step_is_its_share_over_its_steps():
    step = value("vesting_allocation.team") / value("vesting_steps.team")
    assert f"another {int(step):,} of them" in example("vesting")


def test_the_market_example_is_the_constant_product():
    usd, price = value("market_dex_reference") / 2, Fraction("0.020285")  # facts 1b: 23 September 2026
    agt = usd / price
    paid = usd - usd * agt / (agt + 50_000)
    assert f"they bring {float(paid):,.0f} USD" in example("market")


def test_three_votes_of_regulars_are_the_binomial_sum():
    right = value("quality_skill.regular")
    assert f"{float(right**3 + 3 * right**2 * (1 - right)):.1%} come out right" in example("quality")


def test_every_lever_can_be_voted_on_and_every_fact_cannot():
    page, facts = levers(), fixed()
    for name, entry in load().parameters.items():
        family = f"<code>{name.partition('.')[0]}</code>"
        assert (family in page) == (entry.kind == "lever")
        assert (family in facts) == (entry.kind == "fact")


def test_what_a_lever_moves_most_is_named_first():
    told = moves("redemption_quota")
    shares = [int(share) for share in re.findall(r"(\d+)%", told)]
    assert shares == sorted(shares, reverse=True)
    assert told.startswith(load().measures["reward_runway"].title)
