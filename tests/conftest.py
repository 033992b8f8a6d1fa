"""What every test shares: hypothesis without luck or deadlines, the name of the slow part, and turns."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, max_examples=200, deadline=None)
settings.load_profile("ci")

HERE = Path(__file__).parent
# More than half of the time, the longest first; `-m "not slow"` leaves them out.
SLOW = [
    HERE / place
    for place in (
        "browser",  # every page, twice at a phone's width; the lab, which plays
        "governance/test_verify.py",  # replays a dossier, and kills runs
        "governance/test_dossiers.py",  # plays one in full
        "simulation/test_cluster.py",  # processes of their own
        "governance/test_run.py",
        "test_robustness.py",
        "test_planted_faults.py",  # runs pytest for each fault
    )
]


def pytest_report_header() -> str:
    """Say what is going to be left out."""
    return "everything is tried" if os.environ.get("TESTS") == "all" else "some by turns (TESTS=all tries everything)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slow part, and leave out what waits for its turn."""
    for item in items:
        if any(item.path.is_relative_to(place) for place in SLOW):
            item.add_marker(pytest.mark.slow)
    asked = os.environ.get("TESTS", "")
    if asked not in ("", "all"):
        raise pytest.UsageError(f"TESTS is {asked!r}: write `all` to leave out nothing, or leave it unset")
    if not asked and any(item.get_closest_marker("turn") for item in items):
        from tests.turns import waiting  # brings the model along, which many tests do without

        left = waiting(items)
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
