"""Who plays the pieces: the same answers in the same order, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from agt.simulation.crew import spread

ABANDONED = """
import os, time
from agt.simulation.crew import spread
from tests.simulation.test_crew import announce
import sys
list(spread(announce, [(sys.argv[1], place) for place in range(2)], 2))
"""


def announce(folder, place):
    """Say which process works, and go on for a long time."""
    Path(folder, str(place)).write_text(f"{os.getpid()}", encoding="ascii")
    time.sleep(600)


def logarithm(value):
    return float(np.log(np.array(value)))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_pieces(workers):
    assert list(spread(divmod, [(place, 3) for place in range(7)], workers)) == [divmod(place, 3) for place in range(7)]


@pytest.mark.parametrize("workers", [1, 2])
def test_numpy_says_as_much_in_a_worker_as_here(workers):
    with np.errstate(all="ignore"):
        assert list(spread(logarithm, [(0.0,), (1.0,)], workers)) == [-np.inf, 0.0]
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        list(spread(logarithm, [(0.0,), (1.0,)], workers))


def is_there(process):
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_workers_end_with_the_process_that_they_work_for(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", ABANDONED, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as parent:
        until = time.monotonic() + 60
        while len(found := [path.read_text(encoding="ascii") for path in tmp_path.iterdir()]) < 2 or "" in found:
            assert time.monotonic() < until and parent.poll() is None
            time.sleep(0.05)
        assert all(map(is_there, found))
        os.kill(parent.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(map(is_there, found)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(is_there, found))
