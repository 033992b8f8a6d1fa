"""Every spoilt proposal of `malformed.txt` gets its answer word for word, and a hostile one gets it soon."""

import time

import pytest

from agt.governance.proposal import SIZE, check
from agt.registry import Faults
from agt.registry.faults import MESSAGES
from tests.governance.malformed import cases
from tests.governance.proposals import SOUND

CASES = cases()
PATIENCE = 10  # seconds; each takes less than 2 on a free core

# What is slow to read where nothing bounds it, up to 64 KiB each.
HOSTILE = {
    "brackets": "[" * 60_000,
    "unknown keys": SOUND + "".join(f"a{place}:\n" for place in range(9_000)),
    "one key again": SOUND + "status: draft\n" * 4_000,
    "changes": SOUND.replace("expected:", "  - {}\n" * 8_000 + "expected:"),
    "authors": SOUND.replace("[contributor-1]", f"[{'a,' * 31_000}]"),
    "escapes": SOUND.replace("[contributor-1]", "[" + '"\\u200b",' * 6_000 + "]"),
    "zero-width spaces": SOUND.replace("Lower", "\u200b" * 21_000),
    "marks": SOUND.replace("Lower", "L" + "\u0301" * 31_000),
    "mixed words": SOUND.replace("Because", "a\u0430 " * 15_000),
    "link references": SOUND.replace("Because", "".join(f"[a{place}]: b\n  " for place in range(600))),
    "open links": SOUND.replace("Because", "[" * 7_000),
    "percentages": SOUND.replace("Because", "1% " * 2_000),
    "requirements": SOUND.replace("status: draft", f"status: draft\nrequires: [{'agt-0001,' * 6_000}]"),
    "a long name": SOUND.replace("redemption_minimum", "redemption_" * 5_800),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_this_one(case):
    assert case.said() == case.answer


def test_the_cases_are_many_and_use_known_ids():
    answers = [case.answer for case in CASES.values()]
    assert sum(answer.startswith("error[") for answer in answers) >= 100
    heads = [line for answer in answers for line in answer.split("\n") if line.startswith(("error[", "warning["))]
    ids = {head.split("[")[1].split("]")[0] for head in heads}
    assert ids <= MESSAGES.keys()
    assert {"text-number", "text-link", "text-mixed-scripts", "proposal-requires", "proposal-base"} <= ids


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_answered_soon_and_shortly(content):
    start = time.perf_counter()
    try:
        said = "\n".join(map(str, check(content.encode()[:SIZE], "agt-0007.yml").warnings))
    except Faults as error:
        said = str(error)
    assert time.perf_counter() - start < PATIENCE
    assert len(said) < 100_000
