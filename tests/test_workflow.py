"""The workflow of the continuous integration has no finding of its auditor, and runs what everybody runs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "book.yml"


def test_the_auditor_finds_nothing():
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [zizmor, "--offline", "--no-progress", "--strict-collection", WORKFLOW]
    audit = subprocess.run(command, capture_output=True, text=True, check=False)
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_it_runs_the_two_commands():
    lines = WORKFLOW.read_text(encoding="utf-8").splitlines()
    assert [line.split("run: ")[1] for line in lines if "run: make" in line] == ["make book", "make test"]
    assert "          TESTS: all # nothing waits for its turn" in lines
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in script if line.startswith(("make", "export"))] == [
        "export TESTS=all  # nothing waits for its turn",
        "make book",
        "make test",
    ]
