"""The vocabulary: mechanisms use so few words that the same text runs on arrays, on floats and in a browser."""

import ast
import builtins
import math
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import agt
from agt import vocabulary
from agt.economy import AGENDA, OPENING
from agt.graph import blocks, mechanism
from agt.registry import load
from agt.simulation import simulate
from agt.simulation.chunk import Given, Request, genesis
from agt.vocabulary import clip, hill, pos, ratio, total

PACKAGE = Path(agt.__file__).parent
MECHANISMS = sorted(path for path in (PACKAGE / "mechanisms").glob("*.py") if path.stem != "__init__")
SHARED = [PACKAGE / "vocabulary.py", PACKAGE / "ledger.py", *MECHANISMS]  # what a browser receives as it stands
NINE = {"exp", "log", "sqrt", "power", "minimum", "maximum", "where", "abs", "floor"}
HELPERS = {"clip", "ratio", "total", "pos", "hill"}
POLICIES = {(mechanism(function), function.__name__) for function in (*OPENING, *AGENDA)}


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path):
    return path.stem


def functions(path):
    return {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef)}


def policies(path):
    """The functions of the month, those of their module that they call, and those that these call in turn."""
    own = functions(path)
    asked, found = {title for noun, title in POLICIES if noun == path.stem}, set()
    while asked:
        found |= asked
        called = {node.func.id for title in asked for node in ast.walk(own[title]) if is_plain_call(node)}
        asked = called & set(own) - found
    return {title: own[title] for title in sorted(found)}


def is_plain_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


# Every kind of syntax that a policy may hold. Branches, loops, comprehensions, in-place writes, lambdas, keyword
# arguments and chained comparisons are not among them.
ALLOWED = (
    ast.FunctionDef, ast.arguments, ast.arg, ast.Expr, ast.Assign, ast.Return, ast.Name, ast.Load, ast.Store,
    ast.Constant, ast.Tuple, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UnaryOp, ast.USub, ast.Compare,
    ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Call, ast.Attribute, ast.Subscript,
)  # fmt: skip


def complaints(function, own=()):
    """What a policy's text holds that it may not; annotations are not part of the arithmetic."""
    found = [type(node).__name__ for node in body_nodes(function) if not isinstance(node, ALLOWED)]
    for node in body_nodes(function):
        if isinstance(node, ast.Call):
            found += call_complaints(node, own)
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "np"):
            found.append(f"attribute {node.attr}")
        if isinstance(node, ast.Subscript) and not (
            isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is int
        ):
            found.append("a subscript that is no number, or is written to")
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            found.append("a chained comparison")
        if isinstance(node, ast.Constant) and type(node.value) not in (float, int, str):
            found.append(f"constant {node.value!r}")
    return found


def body_nodes(function):
    return [node for statement in function.body for node in ast.walk(statement)]


def call_complaints(node, own):
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return ["a keyword or starred argument"]
    if isinstance(node.func, ast.Attribute):
        return [] if node.func.attr in NINE else [f"np.{node.func.attr}"]
    if isinstance(node.func, ast.Name) and node.func.id in {*HELPERS, *own}:
        return []
    return [f"call of {ast.unparse(node.func)}"]


@pytest.mark.parametrize("path", MECHANISMS, ids=name)
def test_policies_keep_to_the_vocabulary(path):
    found = policies(path)
    assert found
    for title, function in found.items():
        assert complaints(function, found) == [], title


@pytest.mark.parametrize("path", MECHANISMS, ids=name)
def test_policies_name_every_argument_once_without_defaults(path):
    for function in policies(path).values():
        asked = function.args
        assert not (asked.defaults or asked.kwonlyargs or asked.posonlyargs or asked.vararg or asked.kwarg)
        assert all(argument.annotation for argument in asked.args)
        assert function.decorator_list == []


@pytest.mark.parametrize(
    "text",
    [
        "def policy(a):\n    if a > 0.0:\n        a = 1.0\n    return a",
        "def policy(a):\n    b = 1.0 if a > 0.0 else 2.0\n    return b",
        "def policy(a):\n    a += 1.0\n    return a",
        "def policy(a):\n    a[0] = 1.0\n    return a",
        "def policy(a):\n    b = a ** 2.0\n    return b",
        "def policy(a):\n    b = [x for x in a]\n    return b",
        "def policy(a):\n    b = tuple(x for x in a)\n    return b",
        "def policy(a):\n    for x in a:\n        b = x\n    return b",
        "def policy(a):\n    b = np.sum(a)\n    return b",
        "def policy(a):\n    b = a.sum()\n    return b",
        "def policy(a):\n    b = max(a, 0.0)\n    return b",
        "def policy(a):\n    b = abs(a)\n    return b",
        "def policy(a):\n    b = 0.0 < a < 1.0\n    return b",
        "def policy(a):\n    b = (a > 0.0) and (a < 1.0)\n    return b",
        "def policy(a):\n    b = np.minimum(a, 1.0, out=a)\n    return b",
        "def policy(a):\n    b = total(*a)\n    return b",
        "def policy(a):\n    b = a[a > 0.0]\n    return b",
        "def policy(a):\n    b = a[1:]\n    return b",
        "def policy(a):\n    b = a // 1.0\n    return b",
        "def policy(a):\n    b = lambda x: x\n    return b",
        "def policy(a):\n    b = (c := a)\n    return b",
        "def policy(a):\n    a.flags = 1.0\n    return a",
        "def policy(a):\n    b = a * True\n    return b",
        "def policy(a):\n    import math\n    return a",
        "def policy(a):\n    global b\n    return a",
    ],
)
def test_what_is_no_arithmetic_is_noticed(text):
    assert complaints(ast.parse(text).body[0])


@pytest.mark.parametrize("path", MECHANISMS, ids=name)
def test_mechanisms_import_three_things(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            assert ast.unparse(node) == "import numpy as np"
        if isinstance(node, ast.ImportFrom):
            imported = {alias.name for alias in node.names}
            assert node.module in ("collections", "agt.vocabulary"), node.module
            assert node.module == "agt.vocabulary" or imported == {"namedtuple"}


# What MicroPython was tried on and does not know, or what hangs knowledge on functions.
UNKNOWN_SYNTAX = (
    ast.ClassDef, ast.AsyncFunctionDef, ast.Await, ast.Match, ast.TryStar, ast.With, ast.Global, ast.Nonlocal,
    ast.Yield, ast.YieldFrom, ast.Lambda,
)  # fmt: skip
BUILTINS = {"len", "min", "max", "sum", "enumerate", "set", "tuple", "isinstance", "zip"}


def unknown(path):
    """What a text holds that MicroPython does not know."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, UNKNOWN_SYNTAX):
            found.append(type(node).__name__)
        if isinstance(node, ast.FunctionDef) and (node.decorator_list or node.args.posonlyargs):
            found.append(f"decorator or positional-only argument of {node.name}")
        if (isinstance(node, ast.Dict) and None in node.keys) or is_unpacked_list(node):
            found.append("unpacking inside a literal")
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.append(f"attribute {node.attr} set")
        if isinstance(node, ast.keyword) and node.arg == "strict":
            found.append("zip(strict=)")
    return found


def is_unpacked_list(node):
    return isinstance(node, ast.List | ast.Tuple | ast.Set) and any(isinstance(part, ast.Starred) for part in node.elts)


@pytest.mark.parametrize("path", SHARED, ids=name)
def test_the_text_keeps_to_what_a_browsers_python_knows(path):
    assert unknown(path) == []


@pytest.mark.parametrize("path", SHARED, ids=name)
def test_no_function_calls_a_builtin_outside_the_list(path):
    known = {*HELPERS, *functions(path), *assigned(path), *BUILTINS, "function", "namedtuple"}
    called = {node.func.id for node in ast.walk(tree(path)) if is_plain_call(node)}
    assert called <= known, called - known


def assigned(path):
    """The record types that a module makes."""
    return {target.id for node in tree(path).body if isinstance(node, ast.Assign) for target in node.targets}


def test_the_list_of_functions_is_the_one_that_the_module_gives():
    assert set(vocabulary.NUMPY) == NINE
    assert set(vocabulary.HELPERS) == HELPERS
    assert all(callable(getattr(vocabulary, helper)) for helper in HELPERS)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (clip(np.array([-1.0, 0.5, 9.0]), 0.0, 1.0), [0.0, 0.5, 1.0]),
        (ratio(np.array([3.0, 3.0, 0.0, -3.0]), np.array([4.0, 0.0, 0.0, 2.0])), [0.75, 0.0, 0.0, -1.5]),
        (ratio(np.array([1.0]), np.array([-2.0])), [0.0]),
        (pos(np.array([-2.0, 0.0, 2.0])), [0.0, 0.0, 2.0]),
        (hill(np.array([0.0, 1.0, 2.0]), 2.0), [0.0, 0.5, 0.8]),
        (total((np.array([1.0]), np.array([2.0]), np.array([4.0]))), [7.0]),
    ],
)
def test_helpers_by_hand(found, expected):
    assert found.tolist() == pytest.approx(expected, rel=1e-15, abs=0.0)


def test_a_hill_curve_is_finite_wherever_it_is_asked():
    assert hill(np.array([0.0, 1e-300, 1e300]), 6.0).tolist() == [0.0, 0.0, 1.0]
    assert hill(np.array([0.0, 5.0]), 0.0).tolist() == [0.5, 0.5]


def test_a_sum_is_added_from_left_to_right():
    assert total((1e16, 1.0, -1e16)) == (1e16 + 1.0) - 1e16 != 1.0


# The nine functions on plain floats: what a page has instead of NumPy.
STAND_IN = PACKAGE.parents[1] / "book" / "_static" / "lab" / "numpy.py"


def played_text(path, modules):
    """The module of a source text, unchanged, that finds `modules` and nothing else to import."""

    def find(title, *_):
        return modules[title]

    module = ModuleType(path.stem)
    module.__dict__["__builtins__"] = vars(builtins) | {"__import__": find}
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), module.__dict__)
    return module


@cache
def on_floats():
    """Every shared text as it stands, on floats: the ledger's `play` and the functions of the opening and the month."""
    modules = {"math": math, "collections": __import__("collections")}
    modules["numpy"] = played_text(STAND_IN, modules)
    modules["agt.vocabulary"] = played_text(PACKAGE / "vocabulary.py", modules)
    play = played_text(PACKAGE / "ledger.py", modules).play
    texts = {path.stem: played_text(path, modules) for path in MECHANISMS}
    chosen = [
        [getattr(texts[mechanism(function)], function.__name__) for function in agenda] for agenda in (OPENING, AGENDA)
    ]
    return play, *chosen


def plain(values, run=0):
    """One run of every array as a plain float; the month as it is."""
    return {
        key: value if type(value) is int else float(np.ravel(value)[run % np.size(value)])
        for key, value in values.items()
    }


def alone_on_floats(request, run):
    """The months of one run, each a mapping of names to floats."""
    registry = load()
    given = Given(registry, request, first=0, runs=8)
    play, opening, agenda = on_floats()
    state = plain(genesis(registry))
    months = []
    for month in range(request.months + 1):
        texts, functions = (agenda, AGENDA) if month else (opening, OPENING)
        for text, block in zip(texts, blocks(functions, registry), strict=True):
            state = state | play(text, block, plain(given(month), run) | state)
        months.append(state)
    return months


@pytest.mark.parametrize(("run", "scenario"), [(0, None), (6, None), (3, "sybil_attack"), (5, "crypto_winter")])
def test_one_run_on_plain_floats_is_that_run_of_the_ensemble(run, scenario):
    ensemble = simulate(8, 24, 1, keep=load().quantities(), scenario=scenario)
    alone = alone_on_floats(Request(24, 1, (), scenario=scenario), run)
    assert max(distance([month[key] for month in alone], ensemble[key][:, run]) for key in load().quantities()) < 1e-12


def distance(found, expected):
    """The largest difference of two paths, relative to the largest value on them; undefined in the same months."""
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    differences = np.nan_to_num(np.abs(np.array(found) - expected))
    return np.max(differences) / max(np.max(np.nan_to_num(np.abs(expected))), np.finfo(float).tiny)


def test_the_stand_in_gives_floats_and_nothing_else():
    months = alone_on_floats(Request(2, 1, ()), 0)
    assert {type(value) for value in months[2].values()} == {float}
