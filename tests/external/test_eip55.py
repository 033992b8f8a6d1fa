"""The checksum of addresses, against the examples of its standard.

Source: Vitalik Buterin and Alex Van de Sande, "ERC-55: Mixed-case checksum address encoding", Ethereum Improvement
Proposals no. 55, January 2016, section "Test Cases", https://eips.ethereum.org/EIPS/eip-55.
"""

import pytest

from agt.records.wallets import is_valid

NORMAL = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
ALL_CAPS = ["0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D"]
ALL_LOWER = ["0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26"]


@pytest.mark.parametrize("wallet", NORMAL + ALL_CAPS + ALL_LOWER)
def test_the_examples_of_the_standard(wallet):
    assert is_valid(wallet)


@pytest.mark.parametrize("wallet", NORMAL)
def test_one_letter_in_the_wrong_case_breaks_the_checksum(wallet):
    letters = [place for place in range(2, 42) if wallet[place].isalpha()]
    assert not any(is_valid(wallet[:place] + wallet[place].swapcase() + wallet[place + 1 :]) for place in letters)


@pytest.mark.parametrize("wallet", NORMAL)
def test_letters_of_one_case_carry_no_checksum(wallet):
    assert is_valid(wallet.lower())
    assert is_valid("0x" + wallet[2:].upper())
