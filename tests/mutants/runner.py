"""The run: one mutant at a time in a copy of the package of each worker, the cheapest tests first, until one fails."""

import queue
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.mutants.generator import Mutant, mutants
from tests.mutants.workshop import ROOT, TIMED_OUT, Verdict, copied, origin, planted, tried

MECHANISMS = ROOT / "models" / "agt" / "mechanisms"
TIMEOUT = 300.0  # for each of the two rounds [s]; on a quiet machine the longer one takes less than a minute
PATIENCE = 1800.0  # for the tests of all mechanisms without a fault [s]
LATER = (
    "tests/simulation/test_golden.py",
    "tests/test_units.py",
    "tests/test_graph.py",
    "tests/test_vocabulary.py",
    "tests/test_ledger.py",
    "tests/simulation/test_signs.py",
)
SURVIVED = 0
KILLED = (1, 2)  # pytest: a test failed; a test file could not be collected. Below 0: it died of a signal.
TIMEOUT_NAME = f"no end within {TIMEOUT:.0f} s"


class Judged(NamedTuple):
    """A mutant and the test that killed it, or none."""

    mutant: Mutant
    killer: str | None


class RunError(RuntimeError):
    """The run says nothing: the tests fail without a fault, or do not see the copy."""


def nouns() -> list[str]:
    """The mechanisms, by name."""
    return sorted(path.stem for path in MECHANISMS.glob("*.py") if path.stem != "__init__")


def chosen(noun: str, text: str, sample: int | None) -> list[Mutant]:
    """The mutants of a mechanism in the order of its text; a sample is the same every time."""
    found = mutants(noun, text)
    if sample is None or sample >= len(found):
        return found
    return [found[place] for place in sorted(random.Random(0).sample(range(len(found)), sample))]


def module(folder: Path, noun: str) -> Path:
    """The file of a mechanism in a copy of the package."""
    return folder / "agt" / "mechanisms" / f"{noun}.py"


def rounds(folder: Path, noun: str) -> list[list[str]]:
    """The tests in two rounds: the module's doctests and own tests, then those of the whole economy."""
    own = sorted((ROOT / "tests" / "mechanisms").glob(f"test_{noun}_*.py"))
    return [[str(module(folder, noun)), *map(str, own)], [path for path in LATER if (ROOT / path).exists()]]


def attempt(folder: Path, tests: Sequence[str], timeout: float = TIMEOUT) -> Verdict:
    """One round on the copy in a folder, up to the first failure."""
    verdict = tried(folder, tests, "-x", "--doctest-modules", timeout=timeout)
    if verdict.code > 0 and verdict.code not in (*KILLED, TIMED_OUT):
        raise RunError(f"pytest ended with {verdict.code}:\n{verdict.printed}")
    return verdict


def killer(folder: Path, noun: str) -> str | None:
    """The first test that fails on the copy in a folder."""
    for tests in rounds(folder, noun):
        verdict = attempt(folder, tests)
        if verdict.code == TIMED_OUT:
            return TIMEOUT_NAME
        if verdict.code != SURVIVED:
            return named(verdict.failed[0]) if verdict.failed else f"pytest ended with {verdict.code}"
    return None


def named(test: str) -> str:
    """The name of a test; that of a doctest begins where a path outside the root ends."""
    return test if test.startswith("tests/") else "doctest " + test.rpartition("::")[2]


def workshops(folder: Path, number: int, chosen_nouns: Sequence[str]) -> list[Path]:
    """Copies of the package, one for each worker.

    Raises: RunError when a run on a copy does not import the copy, or when a test fails without a fault.
    """
    folders = [folder / f"worker-{place}" for place in range(number)]
    for own in folders:
        copied(own)
        if not origin(own).is_relative_to(own):
            raise RunError(f"the tests would import {origin(own)}, not the copy in {own}")
    first = [rounds(folders[0], noun)[0] for noun in chosen_nouns]
    for tests in ([path for paths in first for path in paths], rounds(folders[0], chosen_nouns[0])[1]):
        verdict = attempt(folders[0], tests, PATIENCE)
        if verdict.code != SURVIVED:
            raise RunError(f"without a fault the tests must pass:\n{verdict.printed}")
    return folders


def judge(noun: str, sample: int | None, folders: Sequence[Path]) -> Iterator[Judged]:
    """Each mutant of a mechanism with its killer, in order."""
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for folder in folders:
        free.put(folder)
    original = module(folders[0], noun).read_text(encoding="utf-8")

    def work(mutant: Mutant) -> Judged:
        folder = free.get()
        try:
            planted(module(folder, noun), mutant.text)
            return Judged(mutant, killer(folder, noun))
        finally:
            planted(module(folder, noun), original)
            free.put(folder)

    with ThreadPoolExecutor(len(folders)) as pool:
        yield from pool.map(work, chosen(noun, original, sample))
