"""Numbers that carry a unit, so that a policy that adds AGT to AIA fails as soon as it is run.

A unit is a product of powers of dimensions. A plain number is dimensionless; a plain 0 or infinity, written as such,
stands beside any unit. The logarithm of a quantity remembers the unit that `exp` gives back.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

# A share, a number, a flag and a count of steps are pure numbers. A month is one too: it is the step, and every amount
# is an amount of one month. People, sets, clients, items, hours and days are dimensions of their own.
PURE = {"share", "number", "count", "month", "flag", "1"}
SINGULAR = {"people": "person", "sets": "set", "items": "item", "hours": "hour", "clients": "client"}

Unit = dict[str, Fraction]


class UnitError(TypeError):
    """Two quantities that do not go together."""


def unit(text: str) -> Unit:
    """The unit that `text` writes: words, `/` and `^`, as in `USD/AGT` or `1/day^0.5`."""
    over, _, under = text.partition("/")
    found = _power({}, over, 1)
    for word in under.split("/") if under else []:
        found = _power(found, word, -1)
    return found


def _power(found: Unit, word: str, sign: int) -> Unit:
    name, _, power = word.partition("^")
    return found if name in PURE else product(found, {SINGULAR.get(name, name): Fraction(power or 1)}, sign)


def product(first: Unit, second: Unit, power: int = 1) -> Unit:
    """The unit of `first` times `second` to the `power`."""
    exponents = {name: first.get(name, Fraction(0)) + power * second.get(name, Fraction(0)) for name in first | second}
    return {name: exponent for name, exponent in exponents.items() if exponent}


class Quantity(NDArrayOperatorsMixin):
    """A number, or an array of them, in a unit; or, where `logarithm` is set, its logarithm."""

    def __init__(self, value, unit: Unit, *, logarithm: bool = False) -> None:
        self.value, self.unit, self.logarithm = value, unit, logarithm

    def __repr__(self) -> str:
        words = " ".join(name if power == 1 else f"{name}^{power}" for name, power in sorted(self.unit.items()))
        return f"{self.value} [{'log ' * self.logarithm}{words or 'number'}]"

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        rule = RULES.get(ufunc.__name__)
        if rule is None or method != "__call__" or kwargs:
            raise UnitError(f"{ufunc.__name__} has no rule for units")
        value = ufunc(*[member.value if isinstance(member, Quantity) else member for member in inputs])
        return rule(ufunc.__name__, value, *map(quantity, inputs))

    def __array_function__(self, function, types, args, kwargs):
        if function is not np.where or kwargs or isinstance(args[0], Quantity):
            raise UnitError(f"{function.__name__} has no rule for units")
        condition, first, second = args
        first, second = quantity(first), quantity(second)
        return _alike("where", np.where(condition, first.value, second.value), first, second)


def quantity(value) -> Quantity:
    """`value` itself where it is a quantity, else a plain number."""
    return value if isinstance(value, Quantity) else Quantity(value, {})


def _is_anything(member: Quantity) -> bool:
    """Whether this is a 0 or an infinity that the text itself writes."""
    return type(member.value) in (int, float) and not member.unit and (not member.value or math.isinf(member.value))


def _alike(name, value, first: Quantity, second: Quantity) -> Quantity:
    """The rule of what only makes sense between like and like."""
    if _is_anything(first):
        return Quantity(value, second.unit, logarithm=second.logarithm)
    if not _is_anything(second) and (first.unit, first.logarithm) != (second.unit, second.logarithm):
        raise UnitError(f"{name} of {first!r} and {second!r}")
    return Quantity(value, first.unit, logarithm=first.logarithm)


def _sum(name, value, first: Quantity, second: Quantity) -> Quantity:
    """Moving a logarithm by a number leaves a logarithm; the distance between two is a number."""
    if first.logarithm and second.logarithm and name == "subtract" and first.unit == second.unit:
        return Quantity(value, {})
    if first.logarithm != second.logarithm and not (second.unit if first.logarithm else first.unit):
        if name == "subtract" and second.logarithm:
            raise UnitError(f"{name} of {first!r} and {second!r}")
        return Quantity(value, (first.unit if first.logarithm else second.unit), logarithm=True)
    if first.logarithm and second.logarithm:
        raise UnitError(f"{name} of {first!r} and {second!r}")
    return _alike(name, value, first, second)


def _comparison(name, value, first: Quantity, second: Quantity):
    _alike(name, value, first, second)
    return value


def _product(name, value, first: Quantity, second: Quantity) -> Quantity:
    if first.logarithm or second.logarithm:
        raise UnitError(f"{name} of {first!r} and {second!r}")
    return Quantity(value, product(first.unit, second.unit, 1 if name == "multiply" else -1))


def _same(_name, value, member: Quantity) -> Quantity:
    return Quantity(value, member.unit, logarithm=member.logarithm)


def _root(name, value, member: Quantity) -> Quantity:
    if member.logarithm:
        raise UnitError(f"{name} of {member!r}")
    return Quantity(value, {word: power / 2 for word, power in member.unit.items()})


def _logarithm(name, value, member: Quantity) -> Quantity:
    if member.logarithm:
        raise UnitError(f"{name} of {member!r}")
    return Quantity(value, member.unit, logarithm=bool(member.unit))


def _exponential(name, value, member: Quantity) -> Quantity:
    if member.unit and not member.logarithm:
        raise UnitError(f"{name} of {member!r}")
    return Quantity(value, member.unit)


def _numbers_only(name, value, first: Quantity, second: Quantity) -> Quantity:
    if first.unit or second.unit:
        raise UnitError(f"{name} of {first!r} and {second!r}")
    return Quantity(value, {})


RULES = {
    "add": _sum,
    "subtract": _sum,
    "multiply": _product,
    "divide": _product,
    "minimum": _alike,
    "maximum": _alike,
    "greater": _comparison,
    "greater_equal": _comparison,
    "less": _comparison,
    "less_equal": _comparison,
    "negative": _same,
    "absolute": _same,
    "floor": _same,
    "sqrt": _root,
    "log": _logarithm,
    "exp": _exponential,
    "power": _numbers_only,
}
