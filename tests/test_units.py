"""Units: every function of the month is run on numbers that carry the registry's units and must return them."""

import ast
import inspect
from importlib import import_module

import numpy as np
import pytest

from agt.economy import AGENDA, OPENING
from agt.graph import mechanism, reads, tree, writes
from agt.registry import load
from tests.units import Quantity, UnitError, product, unit

REGISTRY = load()
FUNCTIONS = {f"{mechanism(function)}.{function.__name__}": function for function in (*OPENING, *AGENDA)}
HELPERS = {
    "contributors.leave",
    "market.sell",
    "quality.agreement",
    "quality.consensus_chance",
    "quality.limited",
    "quality.majority_chance",
    "redemption.season",
}

# Annotation in a signature -> what the registry may call that unit.
ANNOTATIONS = {
    "AGT": {"AGT"},
    "AIA": {"AIA"},
    "USD": {"USD"},
    "Share": {"share"},
    "Number": {"number", "flag"},
    "Count": {"count"},
    "Month": {"month"},
    "People": {"people"},
    "Sets": {"sets"},
    "Items": {"items"},
    "USD_per_AGT": {"USD/AGT"},
    "USD_per_AIA": {"USD/AIA"},
    "AGT_per_AIA": {"AGT/AIA"},
    "USD_per_hour": {"USD/hour"},
    "USD_per_day": {"USD/day"},
    "USD_per_person": {"USD/person"},
    "USD_per_client": {"USD/client"},
    "USD_per_item": {"USD/item"},
    "Items_per_set": {"items/set"},
    "AIA_per_set": {"AIA/set"},
    "AGT_per_set": {"AGT/set"},
    "Sets_per_person": {"sets/person"},
    "Sets_per_day": {"sets/day"},
    "AIA_per_person": {"AIA/person"},
    "AGT_per_person": {"AGT/person"},
    "Hours_per_set": {"hours/set"},
}

# What a name's unit leaves unsaid, because people read it so: whose it is, what is counted, the step it belongs to.
READ_AS = {
    "redemption_minimum": "AIA/person",  # of one swap, which is one account's
    "contributors_sets_per_day": "sets/day/person",  # energy is each account's own
    "demand_clients": "clients",
    "demand_clients_at_tge": "clients",
    "demand_arrival": "clients",
    "demand_potential": "clients",
    "market_sigma_day": "1/day^0.5",  # a standard deviation over the root of a day
    "market_observed_log_price": "USD/AGT",  # the logarithm of a price
}
LOGARITHMS = {"market_observed_log_price"}


def written_unit(name):
    """The unit as the registry writes it: accounts and flows hold AGT, shocks are numbers."""
    if name == "month":
        return "month"
    section = REGISTRY.section(name)
    plain = {"accounts": "AGT", "flows": "AGT", "shocks": "number"}
    return plain[section] if section in plain else REGISTRY.entry(name).unit


def carried(name, value):
    return Quantity(value, unit(READ_AS.get(name, written_unit(name))), logarithm=name in LOGARITHMS)


def one(full):
    """A parameter at its value; anything else at some positive number."""
    name, value = full.partition(".")[0], 0.7
    if full in REGISTRY.parameters:
        value = float(REGISTRY.value(full)) or 0.3
    return carried(name, value)


def is_family(annotation):
    return annotation.startswith("tuple")


class Days(ast.NodeTransformer):
    """In a mechanism the number 30 is always the days of a month, so here it carries them."""

    def visit_Constant(self, node):
        return ast.Name("DAYS", ast.Load()) if node.value == 30.0 else node


def with_units(function):
    """The function of the same text in a module where 30 is 30 days."""
    module = inspect.getmodule(function)
    text = ast.fix_missing_locations(Days().visit(ast.parse(inspect.getsource(module))))
    namespace = {"__name__": module.__name__, "DAYS": Quantity(30.0, unit("day"))}
    exec(compile(text, module.__name__, "exec"), namespace)
    return namespace[function.__name__]


def run(function):
    """What the function returns, by name, families as tuples."""
    inputs = {
        name: tuple(one(member) for member in REGISTRY.families[name])
        if is_family(annotation)
        else one(REGISTRY.families.get(name, (name,))[0])
        for name, annotation in reads(function).items()
    }
    returned = with_units(function)(**inputs)
    names = writes(function)
    return dict(zip(names, (returned,) if len(names) == 1 else returned, strict=True))


@pytest.mark.parametrize("title", FUNCTIONS)
def test_what_comes_out_has_the_registrys_unit(title):
    for name, result in run(FUNCTIONS[title]).items():
        for member in result if isinstance(result, tuple) else (result,):
            expected = carried(name, 0.0)
            found = member if isinstance(member, Quantity) else Quantity(member, {})
            assert (found.unit, found.logarithm) == (expected.unit, expected.logarithm), f"{title}: {name} is {found!r}"


def returned_annotations(function):
    """The annotation of each value returned, in order."""
    annotation = tree(function).returns
    if len(writes(function)) == 1:
        return [ast.unparse(annotation)]
    return [ast.unparse(part) for part in annotation.slice.elts]


def bare(annotation):
    """`AGT` of `tuple[AGT, ...]`."""
    return annotation.removeprefix("tuple[").removesuffix(", ...]")


@pytest.mark.parametrize("title", FUNCTIONS)
def test_annotations_are_the_registrys_units(title):
    function = FUNCTIONS[title]
    written = zip(writes(function), returned_annotations(function), strict=True)
    for name, annotation in [*reads(function).items(), *written]:
        assert written_unit(name) in ANNOTATIONS[bare(annotation)], f"{title}: {name}: {annotation}"


@pytest.mark.parametrize("title", FUNCTIONS)
def test_a_tuple_is_annotated_where_a_family_is_read_whole(title):
    function = FUNCTIONS[title]
    index = REGISTRY.each.get(mechanism(function), {}).get(function.__name__)
    written = zip(writes(function), returned_annotations(function), strict=True)
    for name, annotation in [*reads(function).items(), *written]:
        family = REGISTRY.families.get(name)
        mapped = family is not None and index is not None and getattr(REGISTRY.entry(name), "index", None) == index
        assert is_family(annotation) == (family is not None and not mapped), f"{title}: {name}: {annotation}"


@pytest.mark.parametrize("title", sorted(HELPERS))
def test_helpers_return_the_unit_that_they_announce(title):
    noun, _, name = title.partition(".")
    function = getattr(import_module(f"agt.mechanisms.{noun}"), name)
    inputs = {
        argument: Quantity(0.7, unit(min(ANNOTATIONS[annotation]))) for argument, annotation in reads(function).items()
    }
    result = with_units(function)(**inputs)
    [announced] = ANNOTATIONS[ast.unparse(tree(function).returns)]
    assert (result.unit if isinstance(result, Quantity) else {}) == unit(announced)


def test_the_helpers_are_all_that_policies_call():
    """And all that these call in turn."""
    called, waiting = set(), list(FUNCTIONS.values())
    while waiting:
        function = waiting.pop()
        module = inspect.getmodule(function)
        names = {node.func.id for node in ast.walk(tree(function)) if is_call_by_name(node)}
        own = {f"{mechanism(function)}.{name}": getattr(module, name) for name in names if is_own(module, name)}
        waiting += [helper for title, helper in own.items() if title not in called]
        called |= set(own)
    assert called == HELPERS


def is_call_by_name(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def is_own(module, name):
    return getattr(module, name).__module__ == module.__name__


AGT, AIA, PRICE = Quantity(2.0, unit("AGT")), Quantity(3.0, unit("AIA")), Quantity(1.5, unit("USD/AGT"))
VOLUME, SIGMA = Quantity(9.0, unit("USD/day")), Quantity(0.1, unit("1/day^0.5"))


@pytest.mark.parametrize(
    "fault",
    [
        lambda: AGT + AIA,
        lambda: AGT - 1e-9,
        lambda: 0.05 + AGT,
        lambda: AGT + AGT * PRICE,
        lambda: AGT >= AIA,
        lambda: np.minimum(AGT, 1.0),
        lambda: np.where(AGT > 0.0, AGT, AIA),
        lambda: np.where(AGT, 1.0, 0.0),
        lambda: np.exp(AGT),
        lambda: np.power(AGT, 1.5),
        lambda: np.power(2.0, AGT),
        lambda: np.log(PRICE) + np.log(PRICE),
        lambda: np.log(PRICE) * 2.0,
        lambda: 1.0 - np.log(PRICE),
        lambda: np.log(np.log(PRICE)),
        lambda: AGT * PRICE + VOLUME,
        lambda: SIGMA + 1.0,
        lambda: np.sin(AGT),
        lambda: np.add.reduce(AGT),
        lambda: np.mean(AGT),
    ],
)
def test_what_does_not_go_together_is_refused(fault):
    with pytest.raises(UnitError):
        fault()


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (lambda: AGT * PRICE, "USD"),
        (lambda: AGT / AIA, "AGT/AIA"),
        (lambda: AGT / AGT, "number"),
        (lambda: np.maximum(AGT, 0.0), "AGT"),
        (lambda: np.minimum(np.inf, AGT), "AGT"),
        (lambda: -AGT, "AGT"),
        (lambda: np.abs(AGT), "AGT"),
        (lambda: np.floor(AGT), "AGT"),
        (lambda: np.sqrt(AGT * AGT), "AGT"),
        (lambda: np.where(AGT > 0.0, 0.0, AGT), "AGT"),
        (lambda: np.exp(np.log(PRICE) + 1.0), "USD/AGT"),
        (lambda: np.exp(np.log(PRICE) - np.log(PRICE)), "number"),
        (lambda: np.power(AGT / AGT, 1.5), "number"),
        (lambda: SIGMA * np.sqrt(Quantity(30.0, unit("day"))), "number"),
        (lambda: Quantity(30.0, unit("day")) * VOLUME - AGT * PRICE, "USD"),
    ],
)
def test_what_goes_together_has_its_unit(result, expected):
    assert result().unit == unit(expected)
    assert not result().logarithm


def test_the_value_is_that_of_the_plain_numbers():
    assert (AGT * PRICE + Quantity(1.0, unit("USD"))).value == 4.0
    assert np.exp(np.log(PRICE) + 0.0).value == pytest.approx(1.5)
    assert repr(AGT / AIA) == f"{2 / 3} [AGT AIA^-1]"


def test_people_and_person_are_one_dimension():
    assert product(unit("people"), unit("sets/person")) == unit("sets")
    assert product(unit("USD/item"), unit("items")) == unit("USD")
    assert product(unit("items/set"), unit("sets")) == unit("items") != unit("sets")
    assert unit("share") == unit("count") == unit("month") == unit("flag") == {}
