"""Wallets: which texts are addresses that tokens can be sent to."""

import re

_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")


def is_valid(wallet: str) -> bool:
    """Whether `wallet` is an address of the Ethereum family, as BNB Chain uses them, other than the zero address.

    Letters all small or all large carry no checksum; mixed ones are the checksum, and must be right.

    Source: EIP-55, "Mixed-case checksum address encoding".

    >>> is_valid("0x5dbde81fce337ff4bcaaee4ca3466c00aecae274"), is_valid("0x" + "0" * 40)
    (True, False)
    """
    if not _ADDRESS.fullmatch(wallet):
        return False
    digits = wallet[2:]
    if digits == "0" * 40:
        return False
    if digits in (digits.lower(), digits.upper()):
        return True
    from eth_utils.address import is_checksum_address  # takes a fifth of a second, and is rarely needed

    return is_checksum_address(wallet)
