"""Equations: the text of a function as MathML, over exactly the vocabulary of a mechanism.

Nobody types an equation in this book: what is shown is what runs. A word outside the vocabulary is refused.
"""

import ast
import inspect
import re
from collections.abc import Callable
from html import escape
from typing import Any

from agt.graph import mechanism, tree
from agt.registry import Registry, load

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "psi": "ψ",
}  # fmt: skip
SYMBOL = re.compile(
    r"(?P<base>\\?[A-Za-z]+)(?:_(?P<low>\{[^}]*\}|.))?(?:\^(?P<high>\{[^}]*\}|.))?(?:_(?P<low2>\{[^}]*\}|.))?"
)
COMPARE = {ast.Gt: "&gt;", ast.GtE: "≥", ast.Lt: "&lt;", ast.LtE: "≤", ast.Eq: "="}
NAMED = {
    "exp": "exp",
    "log": "ln",
    "minimum": "min",
    "maximum": "max",
    "clip": "clip",
    "hill": "hill",
    "floor": "floor",
}
LOOSE, SUM, PRODUCT, TIGHT = range(4)


def symbol(text: str, *, prime: bool = False, member: str = "") -> str:
    r"""A registry symbol such as `\beta_b` or `R^{r}` as MathML, with a prime for a renewed value.

    Raises: ValueError when the text is no symbol.
    """
    match = SYMBOL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no symbol: a letter or a Greek name, with _{{...}} and ^{{...}}")
    base = match["base"]
    letter = GREEK[base[1:]] if base.startswith("\\") else base
    low = " ".join(part for part in ((match["low"] or match["low2"] or "").strip("{}"), member) if part)
    high = (match["high"] or "").strip("{}").replace("*", "∗") + ("′" if prime else "")
    low = "".join(f"\\{word}" if word in GREEK else word for word in low.split("\\"))
    return _scripts(_identifier(letter), low, high)


def _scripts(base: str, low: str, high: str) -> str:
    below = f"<mtext>{escape(low)}</mtext>" if low else ""
    above = f"<mtext>{escape(high)}</mtext>" if high else ""
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


def _identifier(letter: str) -> str:
    return f"<mi>{escape(letter)}</mi>"


def equations(function: Callable[..., Any], registry: Registry | None = None) -> str:
    """The equations of a function, one per assignment, under the names of its acts, as HTML.

    Raises: ValueError when the function uses a word outside the vocabulary.
    """
    writer = _Writer(function, registry or load())
    acts = _acts(function)
    parts = []
    for statement in tree(function).body:
        if not isinstance(statement, ast.Assign):
            continue
        if statement.lineno in acts:
            parts.append(f'<p class="agt-act">{escape(acts[statement.lineno])}</p>')
        parts.append(writer.statement(statement))
    returned = tree(function).body[-1]
    if isinstance(returned, ast.Return) and not isinstance(returned.value, ast.Name | ast.Tuple):
        name = f"<mi>{function.__name__}</mi>"
        parts.append(_display(f"{name}<mo>=</mo>{writer.expression(returned.value)}"))
    return f'<div class="agt-equations" tabindex="0" role="region" aria-label="Equations">{"".join(parts)}</div>'


def _acts(function: Callable[..., Any]) -> dict[int, str]:
    """Line of the first statement below each upper-case comment -> the act's name."""
    lines = inspect.getsource(function).splitlines()
    found = {}
    for number, line in enumerate(lines, 1):
        if re.fullmatch(r"\s+# [A-Z ]+", line):
            found[number + 1] = line.strip("# ").capitalize()
    return found


def _display(content: str) -> str:
    return f'<div class="agt-equation"><math display="block"><mrow>{content}</mrow></math></div>'


class _Writer:
    """MathML of one function's expressions; remembers which names have been renewed."""

    def __init__(self, function: Callable[..., Any], registry: Registry) -> None:
        self.registry = registry
        self.helpers = {name for name, value in vars(inspect.getmodule(function)).items() if inspect.isfunction(value)}
        self.arguments = {argument.arg for argument in tree(function).args.args}
        self.renewed: set[str] = set()
        self.title = f"{mechanism(function)}.{function.__name__}"

    def statement(self, statement: ast.Assign) -> str:
        value = self.expression(statement.value)
        target = statement.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        self.renewed |= {name.id for name in names if isinstance(name, ast.Name) and name.id in self.arguments}
        return _display(f"{self.expression(target)}<mo>=</mo>{value}")

    def expression(self, node: Any, inside: int = LOOSE) -> str:
        match node:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Constant(value=float() | int() as value):
                return f"<mn>{value:g}</mn>"
            case ast.Tuple(elts=parts):
                return f"<mo>(</mo>{'<mo>,</mo>'.join(self.expression(part) for part in parts)}<mo>)</mo>"
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(place))):
                return self.name(name, place)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"<mo>−</mo>{self.expression(operand, PRODUCT)}"
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return f"{self.expression(left)}<mo>{COMPARE[type(operator)]}</mo>{self.expression(right)}"
            case ast.BinOp():
                return self.operation(node, inside)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=word), args=given):
                return self.call(word, given)
            case ast.Call(func=ast.Name(id=word), args=given):
                return self.call(word, given)
        raise ValueError(f"{self.title} says {ast.unparse(node)!r}, which no equation of this book can show")

    def name(self, name: str, place: int | None = None) -> str:
        try:
            entry: Any = self.registry.entry(name)
        except KeyError:
            words = name.replace("_", " ").strip() or "–"
            return f"<mtext>{escape(words)}</mtext>"
        member = self.registry.families[name][place].partition(".")[2] if place is not None else ""
        return symbol(entry.symbol, prime=name in self.renewed, member=member)

    def operation(self, node: ast.BinOp, inside: int) -> str:
        match node.op:
            case ast.Div():
                return self.fraction(self.expression(node.left), self.expression(node.right))
            case ast.Mult():
                text = f"{self.expression(node.left, PRODUCT)}<mo>·</mo>{self.expression(node.right, TIGHT)}"
                return self.bracketed(text, inside > PRODUCT)
            case ast.Add():
                text = f"{self.expression(node.left, SUM)}<mo>+</mo>{self.expression(node.right, SUM)}"
                return self.bracketed(text, inside > SUM)
            case ast.Sub():
                text = f"{self.expression(node.left, SUM)}<mo>−</mo>{self.expression(node.right, PRODUCT)}"
                return self.bracketed(text, inside > SUM)
        raise ValueError(f"{self.title} says {ast.unparse(node)!r}, which no equation of this book can show")

    @staticmethod
    def fraction(part: str, whole: str) -> str:
        return f"<mfrac><mrow>{part}</mrow><mrow>{whole}</mrow></mfrac>"

    @staticmethod
    def bracketed(text: str, needed: bool) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>" if needed else f"<mrow>{text}</mrow>"

    def call(self, word: str, given: list[ast.expr]) -> str:
        parts = [self.expression(part) for part in given]
        if word == "ratio":
            return self.fraction(*parts)
        if word == "sqrt":
            return f"<msqrt><mrow>{parts[0]}</mrow></msqrt>"
        if word == "power":
            return f"<msup><mrow><mo>(</mo>{parts[0]}<mo>)</mo></mrow><mrow>{parts[1]}</mrow></msup>"
        if word == "abs":
            return f"<mrow><mo>|</mo>{parts[0]}<mo>|</mo></mrow>"
        if word == "pos":
            return f"<msup><mrow><mo>(</mo>{parts[0]}<mo>)</mo></mrow><mo>+</mo></msup>"
        if word == "total":
            return f"<mrow><mo>∑</mo>{parts[0]}</mrow>"
        if word == "where":
            return self.cases(given)
        if word in NAMED or word in self.helpers:
            listed = "<mo>,</mo>".join(parts)
            return f"<mrow><mi>{NAMED.get(word, word)}</mi><mo>(</mo>{listed}<mo>)</mo></mrow>"
        raise ValueError(f"{self.title} calls {word}, which is not in the vocabulary")

    def cases(self, given: list[ast.expr]) -> str:
        condition, then, otherwise = (self.expression(part) for part in given)
        rows = f"<mtr><mtd>{then}</mtd><mtd><mtext>if&#160;</mtext>{condition}</mtd></mtr>"
        rows += f"<mtr><mtd>{otherwise}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
        return f'<mrow><mo>{{</mo><mtable columnalign="left">{rows}</mtable></mrow>'
