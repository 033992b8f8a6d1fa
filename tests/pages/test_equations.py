"""Equations: what is shown is what the function says, and nothing that is outside the vocabulary is shown."""

import re

import numpy as np
import pytest

from agt.economy import AGENDA, OPENING
from agt.pages.equations import equations, symbol
from agt.registry import load
from agt.registry.schema import SECTIONS
from agt.vocabulary import clip, ratio

REGISTRY = load()


def shown(function):
    """The text of a function's equations, without the elements that set it."""
    return [re.sub("<[^>]*>", "", line) for line in re.findall(r"<math.*?</math>", equations(function, REGISTRY))]


def spent(marketing_fund, treasury_marketing_spend):
    # SPEND
    treasury_marketing = marketing_fund * (1.0 - treasury_marketing_spend)
    return treasury_marketing


def bounded(market_price, market_anchor):
    fair = ratio(market_price, market_anchor) / clip(market_price, 0.0, 2.5)
    market_price = np.where(fair > 1.0, market_anchor, market_price)
    return market_price


def raised(market_price):
    market_price = market_price**2
    return market_price


def rounded(market_price):
    market_price = np.round(market_price)
    return market_price


def test_names_become_the_registrys_symbols_and_acts_become_headings():
    assert shown(spent) == ["Em=Rm·(1−mm)"]
    assert '<p class="agt-act">Spend</p>' in equations(spent, REGISTRY)


def test_a_renewed_value_gets_a_prime_and_a_choice_its_cases():
    first, second = shown(bounded)
    assert first == "fair=pp∗clip(p,0,2.5)"
    assert second == "p′={p∗if&#160;fair&gt;1potherwise"


@pytest.mark.parametrize("function", [raised, rounded])
def test_what_is_outside_the_vocabulary_is_refused(function):
    with pytest.raises(ValueError, match=function.__name__):
        equations(function, REGISTRY)


@pytest.mark.parametrize("function", [*OPENING, *AGENDA], ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_every_function_of_the_month_has_equations(function):
    assert len(shown(function)) >= 1


def test_every_symbol_can_be_set_and_stands_for_one_thing():
    owners = {}
    for section in SECTIONS:
        for name, entry in getattr(REGISTRY, section).items():
            assert symbol(entry.symbol)
            owners.setdefault(entry.symbol, set()).add(name.partition(".")[0])
    assert {sign: names for sign, names in owners.items() if len(names) > 1} == {}


def test_no_symbol_is_taken_for_another():
    with pytest.raises(ValueError, match="no symbol"):
        symbol("2x")
