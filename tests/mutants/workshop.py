"""Copies of the package in which a fault can be planted, and pytest on them: what it finds there is the copy."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+)", re.MULTILINE)
PYTEST = ("-m", "pytest", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", "-p", "tests.mutants.unshrunk")
TIMED_OUT = 124  # as timeout(1) has it


class Verdict(NamedTuple):
    """How pytest ended, the test functions that failed, in order, and what it printed."""

    code: int
    failed: list[str]
    printed: str


def copied(folder: Path) -> Path:
    """A copy of the package in a folder, with its bytecode but for what is being written: the path of the copy."""
    return shutil.copytree(ROOT / "models" / "agt", folder / "agt", ignore=shutil.ignore_patterns("*.pyc.*"))


def planted(path: Path, text: str) -> None:
    """Give a module or a file of the registry another text; bytecode is known by second and size, so it must go."""
    path.write_text(text, encoding="utf-8")
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def environment(folder: Path) -> dict[str, str]:
    """PYTHONPATH comes before what is installed; nothing is written into the work tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return kept | {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
    }


def tried(folder: Path, tests: Sequence[str], *options: str, timeout: float = 120.0) -> Verdict:
    """Run tests on the copy of the package in a folder; after so many seconds the whole process group ends."""
    command = [sys.executable, *PYTEST, f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}"]
    process = subprocess.Popen(
        [*command, *options, *tests],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
        return Verdict(TIMED_OUT, [], printed)
    return Verdict(process.returncode, list(dict.fromkeys(FAILED.findall(printed))), printed)


def origin(folder: Path) -> Path:
    """Where Python finds the package when it is run on the copy in a folder."""
    command = [sys.executable, "-c", "import agt; print(agt.__file__)"]
    done = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())
