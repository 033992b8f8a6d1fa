"""What a proposal requires and what was decided change the value in force, and the steps that add up."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from agt.governance.proposal import check, effect_digest, read
from agt.registry import Decision, Faults, load
from tests.governance.proposals import SOUND

CHANGE = "from: 3000\n    to: 2000\n    effective: 2027-01"
DIGESTS = dict.fromkeys(("effect", "results", "dossier", "tally", "previous"), "0" * 64)


def proposal(
    number: int = 7,
    change: tuple[str, str, str] = ("3000", "2000", "2027-01"),
    requires: str = "",
    lever: str = "redemption_minimum",
) -> bytes:
    """A sound proposal: its number, its change of a lever, and what it requires."""
    was, to, month = change
    text = SOUND.replace("agt-0007", f"agt-{number:04d}").replace("redemption_minimum", lever)
    text = text.replace(CHANGE, f"from: {was}\n    to: {to}\n    effective: {month}")
    return text.replace("base:", f"requires: [{requires}]\nbase:").encode()


def decided(day: str, name: str, was: str, to: str, month: str, proposal: str = "agt-0002"):
    """The registry after one decision."""
    change = {"parameter": name, "from": was, "to": to, "effective": month}
    decision = Decision.model_validate(
        {"number": 1, "proposal": proposal, "decided": day, "changes": (change,), **DIGESTS}
    )
    registry = load()
    return type(registry)(**{**vars(registry), "decisions": (decision,)})


def told(content: bytes, **options) -> list[str]:
    """The id and the message of each fault or warning, but for numbers in texts."""
    try:
        found = check(content, "agt-0007.yml", **options).warnings
    except Faults as error:
        found = error.faults
    return [f"{fault.id}: {fault.message}" for fault in found if fault.id != "text-number"]


def test_what_is_required_comes_in_the_order_of_its_effects():
    companions = {
        "agt-0008": proposal(8, ("2500", "2400", "2026-12"), requires="agt-0009"),
        "agt-0009": proposal(9, ("3000", "2500", "2026-11")),
        "agt-0010": proposal(10),
    }
    found = check(proposal(7, ("2400", "2000", "2027-01"), "agt-0008"), "agt-0007.yml", companions=companions)
    assert [one.head.id for one in found.required] == ["agt-0009", "agt-0008"]
    assert [one.changes[0].to for one in found.required] == [Decimal(2500), Decimal(2400)]
    assert found.head.requires == ["agt-0008"]
    assert all(one.required == () for one in found.required)


def test_the_value_in_force_is_what_the_requirement_leaves():
    companions = {"agt-0008": proposal(8, ("3000", "2500", "2026-12"))}
    assert told(proposal(7, ("2500", "2000", "2027-01"), "agt-0008"), companions=companions) == []
    (stale,) = told(proposal(7, ("3000", "2000", "2027-01"), "agt-0008"), companions=companions)
    assert stale == "proposal-stale: redemption_minimum: from is 3000, the value in force is 2500"


def test_a_requirement_that_takes_effect_later_must_still_follow():
    companions = {"agt-0008": proposal(8, ("3000", "2500", "2027-02"))}
    (stale,) = told(proposal(requires="agt-0008"), companions=companions)
    assert stale.startswith("proposal-stale: redemption_minimum: agt-0008 changes it from 3000 to 2500 in 2027-02, and")
    companions = {"agt-0008": proposal(8, ("2000", "2500", "2027-02"))}
    assert told(proposal(requires="agt-0008"), companions=companions) == []


def test_a_requirement_that_is_not_sound_is_refused():
    companions = {"agt-0008": proposal(8).replace(b"status: draft", b"status: done"), "agt-0009": proposal(10)}
    assert told(proposal(requires="agt-0008, agt-0009"), companions=companions) == [
        "proposal-requires: agt-0008 is not sound: status: done is not 'draft' or 'final'",
        "proposal-requires: agt-0009 says in its file that it is agt-0010",
    ]


def test_a_requirement_that_cannot_be_read_is_refused():
    (said,) = told(proposal(requires="agt-0008"), companions={"agt-0008": b"\xff"})
    assert said == "proposal-requires: agt-0008 is not sound: byte 0 is not UTF-8; save the file as UTF-8"


def test_a_file_requires_what_stands_beside_it(tmp_path):
    path = tmp_path / "agt-0007.yml"
    path.write_bytes(proposal(7, ("2500", "2000", "2027-01"), "agt-0008"))
    with pytest.raises(Faults, match="there are none"):
        read(path)
    (tmp_path / "agt-0008.yml").write_bytes(proposal(8, ("3000", "2500", "2026-12")))
    (tmp_path / "agt-0009.yml").symlink_to(path)  # what cannot be read is left out
    _, found = read(path)
    assert [one.head.id for one in found.required] == ["agt-0008"]
    with pytest.raises(Faults, match="is no proposal of the repository"):
        read(path, companions={})


def test_a_decision_is_in_force_from_its_month_on():
    registry = decided("2026-10-01", "redemption_minimum", "3000", "2500", "2027-01")
    assert told(proposal(change=("2500", "2000", "2027-01")), registry=registry) == []
    (stale,) = told(proposal(), registry=registry)
    assert stale == "proposal-stale: redemption_minimum: from is 3000, the value in force is 2500"


def test_a_decision_of_a_later_month_must_still_follow():
    registry = decided("2026-10-01", "redemption_minimum", "3000", "2500", "2027-03")
    (stale,) = told(proposal(), registry=registry)
    assert "agt-0002 changes it from 3000 to 2500 in 2027-03" in stale


def test_after_a_decision_nothing_is_unpublished():
    registry = decided("2026-10-01", "buyback_revenue_share", "unpublished", "0.3", "2026-12")
    sound = proposal(change=("0.30", "0.4", "2027-01"), lever="buyback_revenue_share")
    assert told(sound, registry=registry) == []
    (said,) = told(sound.replace(b"from: 0.30", b"from: unpublished"), registry=registry)
    assert said.endswith("from is unpublished, the value in force is 0.3")


def test_after_a_requirement_nothing_is_unpublished():
    granted = proposal(8, ("unpublished", "0.3", "2026-12"), lever="buyback_revenue_share")
    sound = proposal(7, ("0.3", "0.4", "2027-01"), "agt-0008", "buyback_revenue_share")
    assert told(sound, companions={"agt-0008": granted}) == []


@pytest.mark.parametrize(
    ("day", "month", "counts"),
    [
        ("2026-05-21", "2026-06", False),  # more than six months ago, and in force
        ("2026-05-22", "2026-06", True),
        ("2026-01-10", "2026-12", True),  # long ago, and still to come
    ],
)
def test_steps_add_up_over_half_a_year_and_what_is_still_to_come(day, month, counts):
    registry = decided(day, "redemption_quota", "15000000", "9000000", month)
    content = proposal(change=("9000000", "7000000", "2027-01"), lever="redemption_quota")
    found = told(content, registry=registry)
    assert len(found) == counts
    for said in found:
        assert "a step of 2000000 from 9000000, the value in force" in said
        assert "adds up to 8000000 with those of the last 6 months, still to come or required" in said
        assert f"(agt-0002 from {month} to 9000000)" in said


def test_there_and_back_is_counted_both_ways():
    registry = decided("2026-10-01", "redemption_quota", "15000000", "10000000", "2026-12")
    content = proposal(change=("10000000", "15000000", "2027-01"), lever="redemption_quota")
    (said,) = told(content, registry=registry)
    assert "adds up to 10000000" in said


def test_a_decision_of_today_was_not_before_today():
    registry = decided("2026-11-22", "redemption_quota", "15000000", "9000000", "2026-11")
    assert date.fromisoformat(registry.as_of) == date(2026, 11, 22)
    content = proposal(change=("9000000", "7000000", "2027-01"), lever="redemption_quota")
    assert told(content, registry=registry) == []


def test_an_accepted_requirement_counts_once():
    registry = decided("2026-11-01", "redemption_minimum", "3000", "1500", "2026-12", "agt-0008")
    companions = {"agt-0008": proposal(8, ("3000", "1500", "2026-12"))}
    content = proposal(7, ("1500", "1000", "2027-01"), "agt-0008")
    assert told(content, companions=companions, registry=registry) == []


def test_shares_of_a_requirement_count_towards_the_whole():
    companions = {"agt-0008": proposal(8, ("0", "0.7", "2027-03"), lever="buyback_burn_share")}
    content = proposal(7, ("0", "0.4", "2027-01"), "agt-0008", "buyback_treasury_share")
    assert told(content, companions=companions) == [
        "param-bounds: buyback_burn_share + buyback_treasury_share would be 1.1 from 2027-03, 1 at most"
    ]


def test_the_effect_is_the_changes_and_nothing_else():
    effect = effect_digest(check(SOUND.encode(), "a.yml"))
    canonical = b'[{"effective":"2027-01","from":"3000","parameter":"redemption_minimum","to":"2000"}]'
    assert effect == sha256(canonical).hexdigest()
    assert effect == effect_digest(check(SOUND.replace("to: 2000", "to: 2000.0").encode(), "a.yml"))
    assert effect == effect_digest(check(SOUND.replace("Because", "For").encode(), "a.yml"))
    assert effect != effect_digest(check(SOUND.replace("to: 2000", "to: 2001").encode(), "a.yml"))
