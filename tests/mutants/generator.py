"""Mutants: the text of a module with one small fault in one of its functions, everything else as it stands."""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

Variant = tuple[str, Any]  # what was changed, and the syntax tree with the change

OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
TWINS = {"minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min"}
SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=",
    ast.Eq: "==", ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
HEADS = ("test", "iter")  # the expressions of an `if`, `while` or `for`, whose bodies are statements of their own


class Mutant(NamedTuple):
    """One fault: `function:line:change`, the line counted from the function's `def`, and the text that has it."""

    id: str
    before: str
    after: str
    text: str


def mutants(noun: str, text: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its text; none is the original, no two are the same."""
    titles: Counter[str] = Counter()
    found = []
    for function in [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]:
        for part, change, before, after in _faults(function):
            title = f"{noun}.{function.name}:{part.lineno - function.lineno + 1}:{change}"
            titles[title] += 1
            number = f" ({titles[title]})" if titles[title] > 1 else ""
            found.append(Mutant(title + number, before, after, _spliced(text, part, after)))
    return found


def _faults(function: ast.FunctionDef) -> Iterator[tuple[Any, str, str, str]]:
    """Part of the text, change, and its text before and after, part by part; parts do not overlap."""
    rivals = _rivals(function)
    for part in _parts(function):
        before = ast.unparse(part)
        seen = {before}
        for change, mutated in _variants(part, rivals):
            after = ast.unparse(mutated)
            if after not in seen:
                seen.add(after)
                yield part, change, before, after


def _parts(function: ast.FunctionDef) -> list[Any]:
    """Simple statements, and the heads of others; neither the docstring nor a `return name, name`."""
    parts: list[Any] = []
    for statement in [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]:
        if isinstance(statement, SIMPLE):
            parts += [] if _is_text(statement) or _is_return_of_names(statement) else [statement]
        else:
            parts += [getattr(statement, head) for head in HEADS if hasattr(statement, head)]
    return sorted(parts, key=lambda part: (part.lineno, part.col_offset))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_return_of_names(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Return):
        return False
    names = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
    return all(isinstance(name, ast.Name) for name in names)


def _rivals(function: ast.FunctionDef) -> dict[str, str]:
    """Argument -> the next argument of the same annotation, the last one's being the first."""
    alike: dict[str, list[str]] = {}
    for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        if argument.annotation:
            alike.setdefault(ast.unparse(argument.annotation), []).append(argument.arg)
    return {
        name: names[(place + 1) % len(names)]
        for names in alike.values()
        if names[1:]
        for place, name in enumerate(names)
    }


def _variants(node: Any, rivals: dict[str, str]) -> Iterator[Variant]:
    """The tree with one change anywhere in it: at the node itself, then in its parts from left to right."""
    if make := MAKERS.get(type(node)):
        yield from make(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in rivals:
        yield f"{node.id}->{rivals[node.id]}", ast.Name(rivals[node.id], ast.Load())
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is int:
        yield from _member(node)
        yield from _inside(node, ("value",), rivals)
    else:
        yield from _inside(node, [field for field in node._fields if field != "annotation"], rivals)


def _inside(node: Any, fields: Any, rivals: dict[str, str]) -> Iterator[Variant]:
    for field in fields:
        value = getattr(node, field)
        if isinstance(value, ast.AST):
            for change, mutated in _variants(value, rivals):
                yield change, _with(node, **{field: mutated})
        elif isinstance(value, list):
            for place, part in enumerate(value):
                for change, mutated in _variants(part, rivals) if isinstance(part, ast.AST) else ():
                    yield change, _with(node, **{field: [*value[:place], mutated, *value[place + 1 :]]})


def _with(node: Any, **fields: Any) -> Any:
    """A copy of the node with other fields."""
    changed = copy.copy(node)
    for field, value in fields.items():
        setattr(changed, field, value)
    return changed


def _operation(node: Any) -> Iterator[Variant]:
    """`a + b` and `released += b`: another operator; a sum also loses a term, and `//` rounds up."""
    if other := OPERATORS.get(type(node.op)):
        yield f"{SIGNS[type(node.op)]}->{SIGNS[other]}", _with(node, op=other())
    if isinstance(node, ast.AugAssign):
        return
    if isinstance(node.op, ast.FloorDiv):
        yield "floor->ceil", ast.UnaryOp(ast.USub(), _with(node, left=ast.UnaryOp(ast.USub(), node.left)))
    if isinstance(node.op, ast.Add | ast.Sub):
        if not _is_one(node.right):
            yield f"drop {ast.unparse(node.right)}", node.left
        if not _is_one(node.left) and not _is_sum(node.left):  # the terms of a sum on the left have their own turn
            rest = node.right if isinstance(node.op, ast.Add) else ast.UnaryOp(ast.USub(), node.right)
            yield f"drop {ast.unparse(node.left)}", rest


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _is_one(node: ast.AST) -> bool:
    """1.0, which as a constant becomes 0.0 anyway."""
    return isinstance(node, ast.Constant) and type(node.value) is float and node.value == 1.0


def _negative(node: ast.UnaryOp) -> Iterator[Variant]:
    if isinstance(node.op, ast.USub | ast.Not):
        yield f"drop {'-' if isinstance(node.op, ast.USub) else 'not'}", node.operand


def _comparison(node: ast.Compare) -> Iterator[Variant]:
    for place, sign in enumerate(node.ops):
        for other in COMPARISONS[type(sign)]:
            changed = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield f"{SIGNS[type(sign)]}->{SIGNS[other]}", _with(node, ops=changed)


def _connection(node: ast.BoolOp) -> Iterator[Variant]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield f"{SIGNS[type(node.op)]}->{SIGNS[other]}", _with(node, op=other())


def _constant(node: ast.Constant) -> Iterator[Variant]:
    value = node.value
    others: list[Any] = []
    if type(value) is bool:
        others = [not value]
    elif type(value) is int:
        others = [value + 1]
    elif type(value) is float:
        others = {0.0: [1.0], 1.0: [0.0, 2.0]}.get(value, [float(Decimal(repr(value)) * Decimal("1.1"))])
    for other in others:
        yield f"{value}->{other}", ast.Constant(other)


def _member(node: Any) -> Iterator[Variant]:
    """Another member of a family: the one before, since there need be none after."""
    value = node.slice.value
    other = value - 1 if value else 1
    yield f"[{value}]->[{other}]", _with(node, slice=ast.Constant(other))


def _choice(node: ast.IfExp) -> Iterator[Variant]:
    yield "branches swapped", _with(node, body=node.orelse, orelse=node.body)


def _call(node: ast.Call) -> Iterator[Variant]:
    name = _called(node)
    if name in TWINS:
        yield f"{name}->{TWINS[name]}", _with(node, func=_renamed(node.func, TWINS[name]))
    if name == "where":
        condition, first, second = node.args
        yield "where branches swapped", _with(node, args=[condition, second, first])
    if name == "clip":
        value, least, most = node.args
        yield "clip bounds swapped", _with(node, args=[value, most, least])
    if name in ("clip", "pos", "ratio"):
        yield f"{name}({', '.join('xyz'[: len(node.args)])})->x", node.args[0]


def _called(node: ast.Call) -> str:
    """`minimum` of `np.minimum(...)`, and `min` of `min(...)`."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _renamed(function: Any, name: str) -> Any:
    return _with(function, **{"attr" if isinstance(function, ast.Attribute) else "id": name})


MAKERS: dict[type, Callable[[Any], Iterator[Variant]]] = {
    ast.BinOp: _operation,
    ast.AugAssign: _operation,
    ast.UnaryOp: _negative,
    ast.Compare: _comparison,
    ast.BoolOp: _connection,
    ast.Constant: _constant,
    ast.IfExp: _choice,
    ast.Call: _call,
}


def _spliced(text: str, part: Any, replacement: str) -> str:
    """The text with another one in the place of a part of its tree."""
    lines = text.encode().splitlines(keepends=True)  # columns are counted in bytes
    start = sum(map(len, lines[: part.lineno - 1])) + part.col_offset
    end = sum(map(len, lines[: part.end_lineno - 1])) + part.end_col_offset
    return (text.encode()[:start] + replacement.encode() + text.encode()[end:]).decode()
