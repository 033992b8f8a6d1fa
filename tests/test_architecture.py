"""The architecture: who may import whom, what an import may do, and how long a function may be."""

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import agt

PACKAGE = Path(agt.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

# Part of the package -> the parts that it may import, besides itself.
MAY_IMPORT = {
    "__init__": set(),
    "vocabulary": set(),
    "ledger": set(),
    "processor": set(),
    "calendar": set(),
    "mechanisms": {"vocabulary"},
    "registry": {"calendar"},
    "economy": {"mechanisms"},
    "graph": {"registry"},
    "simulation": {"economy", "graph", "ledger", "registry", "calendar"},
    "analysis": {"simulation", "registry", "records", "calendar"},
    "governance": {"analysis", "simulation", "registry", "figures", "records", "calendar", "processor"},
    "figures": {"registry"},
    "pages": {
        "governance",
        "analysis",
        "graph",
        "registry",
        "figures",
        "simulation",
        "economy",
        "mechanisms",
        "records",
        "calendar",
        "processor",
        "lab",
    },
    "records": {"registry", "mechanisms", "calendar"},
    "lab": {
        "economy",
        "graph",
        "registry",
        "simulation",
        "analysis",
        "calendar",
        "governance",
        "mechanisms",
        "records",
    },
}
EVERYTHING = {"cli"}

# Third parties that one file alone may import.
KEPT_TO = {
    "cadCAD": {"simulation/engine.py"},
    "scipy": {"simulation/shocks.py", "analysis/bounds.py"},
    "joblib": {"simulation/crew.py"},
    "distributed": {"simulation/crew.py"},
}

SCREEN = 45  # lines of a function's body; its signature and its docstring are not counted


def title(path):
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def part(path):
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    """The full name of every module that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{title(path)} imports relatively"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "agt"}
    return names


def own_parts(path):
    return {name.split(".")[1] for name in imported(path) if name.startswith("agt.")}


@pytest.mark.parametrize("path", FILES, ids=title)
def test_who_imports_whom(path):
    if part(path) not in EVERYTHING:
        assert own_parts(path) <= MAY_IMPORT[part(path)] | {part(path)}


@pytest.mark.parametrize("path", FILES, ids=title)
def test_nothing_imports_the_command_line(path):
    assert part(path) == "cli" or "cli" not in own_parts(path)


@pytest.mark.parametrize("path", [path for path in FILES if part(path) == "mechanisms"], ids=title)
def test_mechanisms_never_import_each_other(path):
    assert "mechanisms" not in own_parts(path)


@pytest.mark.parametrize(("package", "files"), KEPT_TO.items())
def test_one_file_alone_imports_it(package, files):
    assert {title(path) for path in FILES if package in {name.split(".")[0] for name in imported(path)}} == files


def test_the_parts_do_not_lean_on_each_other_in_a_circle():
    resolved = []
    while len(resolved) < len(MAY_IMPORT):
        ready = [name for name, needs in MAY_IMPORT.items() if name not in resolved and needs <= set(resolved)]
        assert ready, set(MAY_IMPORT) - set(resolved)
        resolved += ready


def body_lines(function):
    """The lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_a_function_fits_a_screen():
    long = {(title(path), node.name) for path in FILES for node in functions(path) if body_lines(node) > SCREEN}
    assert not long


IMPORT_ALL = """
import builtins, datetime, importlib, json, os, sys, time

names = json.loads(sys.argv[1])
for name in names:
    importlib.import_module(name)  # third parties may do on import what they like, the first time
for name in [name for name in sys.modules if name == "agt" or name.startswith("agt.")]:
    del sys.modules[name]

seen = []

def report(event, arguments):
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        seen.append(f"open {arguments[0]}")
    if event.split(".")[0] in ("socket", "subprocess", "shutil", "tempfile", "sqlite3", "urllib", "ctypes"):
        seen.append(event)
    if event in ("os.mkdir", "os.remove", "os.rename", "os.putenv", "os.system", "glob.glob"):
        seen.append(event)

def forbidden(name):
    def call(*arguments, **options):
        seen.append(name)
        return real[name](*arguments, **options)
    return call

real = {name: getattr(time, name) for name in ("time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime")}
for name in real:
    setattr(time, name, forbidden(name))

class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        seen.append("datetime.now")
        return super().now(tz)

    @classmethod
    def utcnow(cls):
        seen.append("datetime.utcnow")
        return super().now()

class Day(datetime.date):
    @classmethod
    def today(cls):
        seen.append("date.today")
        return super().today()

def is_own(frame):
    return frame.f_globals["__name__"].startswith("agt")

class Environment(dict):  # libraries look into it when they are called; this package may not
    def __getitem__(self, key):
        if is_own(sys._getframe(1)):
            seen.append(f"environment {key}")
        return super().__getitem__(key)

    def get(self, key, default=None):
        if is_own(sys._getframe(1)):
            seen.append(f"environment {key}")
        return super().get(key, default)

datetime.datetime, datetime.date = Moment, Day
before = os.environ
os.environ = Environment(before)
os.getenv = os.environ.get
real_print = print
builtins.print = lambda *arguments, **options: seen.append("print")
sys.addaudithook(report)
for name in names:
    importlib.import_module(name)
found = list(seen)
os.environ = before
real_print(json.dumps(found))
"""


def modules():
    """Every module of the package by name, but for those that run when they are imported."""
    dotted = [".".join(("agt", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in FILES]
    return [name.removesuffix(".__init__") for name in dotted if not name.endswith("__main__")]


def watched(names, folder):
    """What importing `names` was seen to do; `folder` is where they are found."""
    environment = dict(os.environ) | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", IMPORT_ALL, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_does_nothing():
    """It opens no file but modules, starts nothing, prints nothing, and reads neither clock nor environment."""
    assert watched(modules(), PACKAGE.parent) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("import time; START = time.time()", "time"),
        ("from datetime import datetime; START = datetime.now()", "datetime.now"),
        ("import datetime; START = datetime.date.today()", "date.today"),
        ("import os; HOME = os.environ.get('HOME')", "environment HOME"),
        ("import pathlib; TEXT = pathlib.Path(__file__).with_name('data.txt').read_text()", "open"),
        ("print('hello')", "print"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_what_an_import_does_is_noticed(tmp_path, line, seen):
    folder = tmp_path / "agt"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "data.txt").write_text("")
    (folder / "noisy.py").write_text(line)
    assert any(event.startswith(seen) for event in watched(["agt.noisy"], tmp_path))
