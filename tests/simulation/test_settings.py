"""Settings: what `name=value` is read as, refused for, and warned of."""

import pytest

from agt.registry import Faults, load
from agt.simulation.settings import read_settings
from tests.registry.decided import change, registry_with


def warned(*texts):
    return [(warning.id, warning.message) for warning in read_settings(load(), texts)[1]]


def test_settings():
    settings, warnings = read_settings(load(), ["redemption_quota=20000000", "staking_premium=0.25"])
    assert (settings, warnings) == ({"redemption_quota": 20_000_000.0, "staking_premium": 0.25}, [])


def test_everything_wrong_is_named():
    texts = ["", "a", "redemption_quota=1e6", "redemption_qouta=1", "vesting_steps=1", "staking_premium=0"]
    with pytest.raises(Faults) as caught:
        read_settings(load(), [*texts, "staking_premium=1"])
    assert [(fault.id, fault.message.partition(";")[0][:60]) for fault in caught.value.faults] == [
        ("setting-syntax", "'': write name=value, with a plain number"),
        ("setting-syntax", "'a': write name=value, with a plain number"),
        ("setting-syntax", "'redemption_quota=1e6': write name=value, with a plain numbe"),
        ("name-unknown", "redemption_qouta is no parameter - did you mean redemption_q"),
        ("name-unknown", "vesting_steps is no parameter - name one member: vesting_ste"),
        ("setting-syntax", "staking_premium is set twice"),
    ]


def test_out_of_bounds_is_warned_of():
    assert warned("staking_premium=2.5") == [("setting-bounds", "staking_premium = 2.5 is outside [0, 2] share")]


def test_a_parameter_that_no_policy_reads_is_warned_of():
    [(found, _)] = warned("redemption_closing_day=20")
    assert found == "setting-unread"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("vesting_steps.team=36.5", False),
        ("vesting_start.team=0.5", False),
        ("vesting_steps.team=36.0", True),
        ("redemption_expiry=0.25", True),
        ("demand_arrival=0.7", True),
    ],
)
def test_a_fraction_of_what_is_counted_is_warned_of(text, whole):
    assert (warned(text) == []) == whole
    assert whole or warned(text)[0][0] == "setting-whole"


@pytest.mark.parametrize(
    ("texts", "total"),
    [
        (["buyback_burn_share=0.8", "buyback_treasury_share=0.8"], "1.6"),
        (["buyback_burn_share=0.3", "buyback_treasury_share=0.70001"], "1.00001"),
        (["buyback_burn_share=0.3", "buyback_treasury_share=0.7"], None),
        (["buyback_burn_share=1"], None),
    ],
)
def test_shares_of_one_whole_above_1_are_warned_of(texts, total):
    message = (
        f"buyback_burn_share + buyback_treasury_share = {total} exceeds 1; "
        "the model cuts buyback_treasury_share to what the others leave"
    )
    assert warned(*texts) == ([("setting-sum", message)] if total else [])


def test_shares_are_added_to_what_was_decided():
    decided = registry_with([change("buyback_burn_share", "0", "0.6", "2027-03")])
    _, warnings = read_settings(decided, ["buyback_treasury_share=0.5"])
    assert [(fault.id, fault.message.split(" exceeds")[0]) for fault in warnings] == [
        ("setting-sum", "buyback_burn_share + buyback_treasury_share = 1.1")
    ]
    assert read_settings(load(), ["buyback_treasury_share=0.5"])[1] == []
