"""A proposal of type text changes nothing, one of type checks changes the suite and nothing else."""

import pytest

from agt.governance.criteria import criteria
from agt.governance.proposal import check
from agt.registry import Faults, load
from tests.governance.proposals import SOUND

HEAD = SOUND[: SOUND.index("changes:")]
TAIL = SOUND[SOUND.index("rationale:") :]


def typed(kind: str, *changes: str, expected: str = "[]") -> bytes:
    """A proposal of a type, with these changes."""
    listed = "".join(f"\n  - {{parameter: {change}, effective: 2027-01}}" for change in changes) or " []"
    head = HEAD.replace("type: parameter", f"type: {kind}")
    return f"{head}changes:{listed}\nexpected: {expected}\n{TAIL}".encode()


def refused(content: bytes) -> list[str]:
    with pytest.raises(Faults) as found:
        check(content, "agt-0007.yml")
    return [fault.message for fault in found.value.faults if fault.severity == "error"]


def test_a_text_changes_nothing():
    proposal = check(typed("text"), "agt-0007.yml")
    assert (proposal.changes, proposal.expected) == ((), ())
    (message,) = refused(typed("text", "redemption_minimum, from: 3000, to: 2000"))
    assert message.startswith("a proposal of type text changes nothing")


@pytest.mark.parametrize(
    "name", ["guardrails.runway_short.limit", "measures.accuracy.matters", "groups.team.tolerance"]
)
def test_checks_change_a_number_of_the_suite(name):
    now = criteria(load())[name].value
    (change,) = check(typed("checks", f"{name}, from: {now:f}, to: 0.123"), "agt-0007.yml").changes
    assert (change.parameter, change.was, f"{change.to}") == (name, now, "0.123")
    assert refused(typed("checks", f"{name}, from: 77, to: 0.123")) == [
        f"{name}: from is 77, the value in force is {now:f}"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("guardrails.runway_short.chance, from: 0.05, to: 1", "must be less than 1"),
        ("guardrails.runway_short.chance, from: 0.05, to: 0", "must be greater than 0"),
        ("guardrails.runway_short.limits, from: 1, to: 2", "did you mean guardrails.runway_short.limit?"),
        ("guardrails.insiders_decide.chance, from: 1, to: 0.5", "is no number of the suite that is set"),
        ("redemption_minimum, from: 3000, to: 2000", "is a lever"),
        ("groups.team.tolerance, from: unpublished, to: 0.2", "from is unpublished"),
    ],
)
def test_what_checks_may_not_change(change, words):
    (message,) = refused(typed("checks", change))
    assert words in message


def test_checks_that_change_nothing_are_warned_of():
    content = typed("checks", "guardrails.runway_short.limit, from: 24, to: 24.0")
    assert "proposal-empty" in [fault.id for fault in check(content, "agt-0007.yml").warnings]


def test_checks_expect_nothing_and_change_something():
    expected = "[{metric: supply_runway, direction: higher}]"
    (message,) = refused(typed("checks", "guardrails.runway_short.limit, from: 24, to: 30", expected=expected))
    assert message.startswith("a proposal of type checks moves no figure")
    (message,) = refused(typed("checks"))
    assert message.startswith("changes needs at least one entry")


def test_a_parameter_proposal_expects_something():
    (message,) = refused(typed("parameter", "redemption_minimum, from: 3000, to: 2000"))
    assert message == "expected needs at least one entry"
