"""Wallets: what is no address."""

import pytest

from agt.records.wallets import is_valid

GOOD = "0x5dbde81fce337ff4bcaaee4ca3466c00aecae274"


@pytest.mark.parametrize(
    "wallet",
    [
        "",
        "0x",
        GOOD[2:],
        GOOD[:-1],
        GOOD + "0",
        GOOD[:-1] + "g",
        "0X" + GOOD[2:],
        f" {GOOD}",
        f"{GOOD}\n",
        GOOD.replace("5", "５"),
        "0x" + "0" * 40,
        "alaya.bnb",
    ],
)
def test_no_address(wallet):
    assert not is_valid(wallet)


@pytest.mark.parametrize("wallet", [GOOD, "0x" + "1" * 40, "0x" + "0" * 39 + "1"])
def test_an_address(wallet):
    assert is_valid(wallet)
