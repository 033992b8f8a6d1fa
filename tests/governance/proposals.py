"""A sound proposal to be spoilt, one line at a time."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE = "7cc0c8fbc03e6aae561871c641bf921977501f47"  # a commit of this repository
SOUND = f"""\
id: agt-0007
title: Lower the minimum
summary: Swap from 2,000 AIA on.
authors: [contributor-1]
conflicts_of_interest: none
discussion: https://example.org/thread
type: parameter
status: draft
created: 2026-11-22
base: {BASE}
changes:
  - parameter: redemption_minimum
    from: 3000
    to: 2000
    effective: 2027-01
expected:
  - metric: supply_runway
    direction: higher
rationale: |
  Because **small** contributors wait too long.
review_by: 2028-01
"""


def spoilt(old: str, new: str) -> bytes:
    """The sound proposal with `old`, which stands there once, replaced."""
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new).encode()
