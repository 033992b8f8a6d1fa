"""What every test shares: hypothesis without luck or deadlines, and the name of the slow part."""

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow part."""
    for item in items:
        if any(item.path.is_relative_to(place) for place in SLOW):
            item.add_marker(pytest.mark.slow)
