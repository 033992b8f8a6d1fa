"""A golden run: every quantity of a few runs, as it was when somebody last looked. Any change of the model shows.

Identities and signs say what must hold; they stay green when a number changes that nothing fixes. This does not. When
a change is meant, `python -m tests.simulation.test_golden` writes the file anew, and its diff belongs to the commit.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from agt.registry import load
from agt.simulation import simulate

PLACE = Path(__file__).with_name("golden.json")
MONTHS = (1, 12, 24)
CASES = {
    "priors": {},
    "values": {"priors": False, "pinned": False},
    "attack": {"scenario": "sybil_attack"},
}
DIGITS = 10


def played(case):
    """Quantity -> its value in each of four runs, in each month that is looked at."""
    names = load().quantities()
    found = simulate(4, max(MONTHS), 2026, keep=names, **CASES[case])
    return {name: found[name][list(MONTHS)].tolist() for name in names}


def written(case):
    return {name: [[f"{value:.{DIGITS}g}" for value in row] for row in rows] for name, rows in played(case).items()}


@pytest.mark.parametrize("case", CASES)
def test_the_run_is_as_it_was(case):
    stored = json.loads(PLACE.read_text(encoding="utf-8"))[case]
    found = played(case)
    assert list(stored) == list(found)
    for name, rows in found.items():
        expected = np.array(stored[name], dtype=float)
        # Where large numbers cancel, processors may differ by more than a relative digit; AGT come in billions.
        assert np.allclose(rows, expected, rtol=1e-8, atol=1e-6 * (np.max(np.abs(expected)) > 1.0)), name


if __name__ == "__main__":
    PLACE.write_text(json.dumps({case: written(case) for case in CASES}, indent=0) + "\n", encoding="utf-8")
