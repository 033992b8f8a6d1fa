"""A run meets a full disk, no memory, an interruption, another run: one clear line, and never half a file."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

SMALL = ("--runs", "40", "--months", "12")
COMMAND = "import sys; from agt.cli import main; sys.argv[0] = 'agt'; main()"
BEFORE = {
    "limit": "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))",
    # Whoever starts the tests in the background of a script has it ignored, here too.
    "signal": "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)",
    "clock": "import time; time.time = lambda: 4e9; time.localtime = lambda *_: time.gmtime(0)",
}


def agt(*arguments, before="", **given):
    """Start the command; `before`: a line that is run first."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{BEFORE.get(before, before)}\n{COMMAND}", "simulate", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **given,
    )


def ended(process):
    out, errors = process.communicate(timeout=120)
    return process.returncode, out, errors


def digest(path):
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The bytes that the small run writes."""
    place = tmp_path_factory.mktemp("expected") / "p.parquet"
    assert ended(agt(*SMALL, "--out", place))[0] == 0
    return digest(place)


@contextmanager
def full_disk(folder):
    """A folder on a disk of 64 kB where one may be made, else None."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield folder if made.returncode == 0 else None
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)


def unwritable(process, folder):
    code, out, errors = ended(process)
    assert (code, out) == (2, "")
    assert errors.startswith("error[output-unwritable]") and "choose another place" in errors
    assert "Traceback" not in errors
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_may_not_grow(tmp_path, workers):
    unwritable(agt(*SMALL, "--workers", workers, "--out", tmp_path / "p.parquet", before="limit"), tmp_path)


def test_a_full_disk(tmp_path):
    with full_disk(tmp_path / "disk") as folder:
        place = folder or tmp_path / "disk"  # where none may be mounted, the limit of a file's size stands for it
        unwritable(agt(*SMALL, "--out", place / "p.parquet", before="" if folder else "limit"), place)


def test_a_place_that_cannot_be_written():
    """Nobody can make a file there, not even who may write everywhere."""
    code, out, errors = ended(agt(*SMALL, "--out", "/proc/agt.parquet"))
    assert (code, out) == (2, "")
    assert "error[output-unwritable]" in errors and "Traceback" not in errors


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_is_answered_in_one_line_and_leaves_nothing(tmp_path, workers):
    asked = ("--runs", 400_000, "--months", 120, "--workers", workers, "--out", tmp_path / "p.parquet")
    with agt(*asked, before="signal", start_new_session=True) as process:
        until = time.monotonic() + 60
        while not list(tmp_path.iterdir()):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        time.sleep(2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        code, out, errors = ended(process)
    assert (code, out) == (130, "")
    assert errors.splitlines()[0] == "error[interrupted]: what was not finished was not written"
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_what_would_not_fit_in_memory_is_refused_before_it_starts():
    code, out, errors = ended(agt("--runs", 10**6, "--months", 1_200, "--workers", 256))
    assert (code, out) == (2, "")
    assert errors.startswith("error[simulation-size]: 1,000,000 runs x 1,200 months of ")
    assert "ask for fewer runs, months or workers" in errors


def test_a_limit_of_the_process_is_respected():
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))"
    code, _, errors = ended(agt("--runs", 200_000, "--months", 1_200, "--workers", 6, before=limit))
    assert (code, "6.0 GB are free" in errors) == (2, True)


def test_two_runs_at_once_into_one_file_leave_one_whole_file(tmp_path, expected):
    place = tmp_path / "p.parquet"
    together = [agt(*SMALL, "--out", place) for _ in range(3)]
    assert [ended(process)[0] for process in together] == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["p.parquet"]
    assert digest(place) == expected


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"TZ": "America/Caracas", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "3"},
    ],
)
def test_clock_and_locale_change_nothing(tmp_path, expected, environment):
    place = tmp_path / "p.parquet"
    assert ended(agt(*SMALL, "--out", place, before="clock", env=os.environ | environment))[0] == 0
    assert digest(place) == expected


def test_a_path_with_blanks_and_letters_of_many_scripts(tmp_path, expected):
    folder = tmp_path / "Ein Ordner, überall 数据 'x'"
    folder.mkdir()
    code, out, _ = ended(agt(*SMALL, "--workers", 2, "--out", folder / "ein Lauf é.parquet", "--json"))
    assert (code, json.loads(out)["out"]) == (0, str(folder / "ein Lauf é.parquet"))
    assert digest(folder / "ein Lauf é.parquet") == expected


def test_help_answers_at_once():
    def took():
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "agt.cli", "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    assert min(took() for _ in range(5)) < 0.4


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], ("agt.registry", "agt.simulation", "numpy", "rich")),
        (["propose", "check", "proposals/agt-0001.yml"], ("agt.simulation", "agt.analysis", "numpy", "cadCAD")),
    ],
)
def test_a_command_imports_no_more_than_it_needs(arguments, unwanted):
    program = f"""
import sys
from agt.cli import main
sys.argv = ["agt", *{arguments!r}]
try:
    main()
finally:
    print("unwanted:", [name for name in {unwanted!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "unwanted: []"), done.stderr
