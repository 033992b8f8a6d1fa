"""Entries: the registry in answers to one name."""

import pytest

from agt.records.entries import entry, levers, mechanism, unit
from agt.registry import Faults, load
from tests.registry.decided import change, registry_with


def test_a_lever_with_everything_about_it():
    assert entry(load(), "redemption_quota") == {
        "name": "redemption_quota",
        "section": "parameters",
        "symbol": "Q",
        "meaning": "AGT shared out in one season",
        "unit": "AGT",
        "kind": "lever",
        "source": load().parameters["redemption_quota"].source,
        "value": "15000000",
        "bounds": ["0", "77777777"],
        "published": True,
        "largest_step": "7500000",
        "minimum_delay": 1,
        "decimals": 0,
        "read_by": "policy",
        "changed_by": "the DAO, by a proposal",
    }


@pytest.mark.parametrize(
    ("name", "section", "changed_by"),
    [
        ("redemption_closing_day", "parameters", "nobody: it is observed"),
        ("redemption_trust", "parameters", "the model's authors, by argument"),
        ("reward_reserve", "accounts", "nobody: the ledger adds up its flows"),
        ("redemption_rate", "stocks", "nobody: the model computes it"),
        ("redemption_payout", "flows", "nobody: the model computes it"),
        ("vesting_unlocked", "metrics", "nobody: the model computes it"),
    ],
)
def test_every_section_has_its_answer(name, section, changed_by):
    answer = entry(load(), name)
    assert (answer["name"], answer["section"], answer["changed_by"]) == (name, section, changed_by)


def test_every_name_has_an_answer():
    assert all(entry(load(), name)["meaning"] for name in load().names())


def test_a_family_shows_what_its_members_do_not_share():
    answer = entry(load(), "vesting_allocation")
    assert "value" not in answer
    assert answer["members"]["vesting_allocation.team"] == {"value": "400000000"}
    assert len(answer["members"]) == 12
    assert entry(load(), "vesting_unlock")["members"]["vesting_unlock.ido"] == {
        "payer": "locked.ido",
        "payee": "market_float",
    }


def test_a_member_of_a_family():
    answer = entry(load(), "vesting_allocation.team")
    assert (answer["value"], "members" in answer) == ("400000000", False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("redemption_minimum", "AIA"),
        ("vesting_steps", "count"),
        ("burned", "AGT"),
        ("redemption_payout", "AGT"),
        ("redemption_rate", "AGT/AIA"),
        ("supply_runway", "month"),
        ("contributors_arrival_noise", "number"),
    ],
)
def test_the_unit_of_an_entry(name, said):
    assert unit(load(), name) == said


def test_a_mechanism_lists_its_entries():
    answer = mechanism(load(), "vesting")
    assert answer["purpose"] == load().purposes["vesting"]
    names = [row["name"] for row in answer["entries"]]
    assert names[:2] == ["vesting_allocation", "vesting_share_at_tge"]
    assert len(names) == len(set(names))
    assert {
        "name": "vesting_unlock",
        "section": "flows",
        "unit": "AGT",
        "meaning": entry(load(), "vesting_unlock")["meaning"],
    } in answer["entries"]


@pytest.mark.parametrize("name", load().purposes)
def test_every_mechanism_has_entries(name):
    assert all(row["meaning"] for row in mechanism(load(), name)["entries"])
    assert mechanism(load(), name)["entries"]


def test_an_unknown_name():
    with pytest.raises(Faults, match="did you mean redemption_quota") as caught:
        entry(load(), "redemption_qouta")
    assert [fault.id for fault in caught.value.faults] == ["name-unknown"]


def test_levers_are_what_the_dao_decides():
    rows = {row["name"]: row for row in levers(load())}
    assert set(rows) == set(load().levers())
    assert rows["redemption_minimum"] == {
        "name": "redemption_minimum",
        "value": "3000",
        "published": True,
        "unit": "AIA",
        "bounds": ["0", "30000"],
        "largest_step": "3000",
        "minimum_delay": 1,
        "decimals": 0,
        "meaning": "Least AIA of one swap",
    }


def test_what_was_decided_is_shown():
    registry = registry_with(
        ([change("redemption_quota", "15000000", "7500000", "2026-09")], {"decided": "2026-08-15"}),
        [change("redemption_minimum", "3000", "2000", "2027-01")],
        [change("voting_quorum", "unpublished", "0.05", "2027-04")],
    )
    rows = {row["name"]: row for row in levers(registry)}
    assert [rows[name]["value"] for name in ("redemption_quota", "redemption_minimum")] == ["7500000", "3000"]
    assert rows["voting_quorum"]["published"] is False  # in force from April on; the registry's date is in November
    assert entry(registry, "redemption_minimum")["decided"] == {"2027-01": "2000"}
    assert "decided" not in entry(registry, "staking_tier")
