"""The three rules once more, from the words of the book and not from its code: fractions, and nothing of `agt`.

Where rule and vectors share an error, this does not: it goes other ways to the same numbers.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from Crypto.Hash import keccak

Fields = dict[str, Any]


def settle(inputs: Fields) -> Fields:
    """A season: reasons first, then shares of what is left."""
    reasons = [claim_reason(inputs, row) for row in range(len(inputs["claims"]))]
    claims = inputs["claims"]
    if inputs["holdings"] is not None:
        asked: Counter[str] = Counter()
        for claim, reason in zip(claims, reasons, strict=True):
            asked[claim["contributor"]] += 0 if reason else int(claim["aia"])
        held = {contributor: int(aia) for contributor, aia in inputs["holdings"].items()}
        poor = {contributor for contributor, aia in asked.items() if aia > held.get(contributor, 0)}
        reasons = [
            reason or ("exceeds-holdings" if claim["contributor"] in poor else "")
            for claim, reason in zip(claims, reasons, strict=True)
        ]
    standing = [0 if reason else int(claim["aia"]) for claim, reason in zip(claims, reasons, strict=True)]
    pool, eligible = int(inputs["pool"]), sum(standing)
    paid = [floor(pool * Fraction(aia, eligible)) if aia else 0 for aia in standing]
    fates = [
        {"fate": "refused", "reason": reason} if reason else {"fate": "paid", "agt": str(agt)}
        for reason, agt in zip(reasons, paid, strict=True)
    ]
    return {"claims": fates, "eligible": str(eligible), "remainder": str(pool - sum(paid))}


def claim_reason(inputs: Fields, row: int) -> str:
    """The first reason to refuse a claim for itself, or nothing."""
    claim = inputs["claims"][row]
    checks = {
        "duplicate-claim": claim["id"] in [earlier["id"] for earlier in inputs["claims"][:row]],
        "outside-window": claim["submitted"] not in range(inputs["opens"], inputs["closes"]),
        "below-minimum": int(claim["aia"]) < int(inputs["minimum"]) or int(claim["aia"]) == 0,
        "wallet-missing": claim["wallet"] == "",
        "wallet-invalid": not is_address(claim["wallet"]),
    }
    return next((reason for reason, holds in checks.items() if holds), "")


def is_address(text: str) -> bool:
    """ERC-55: a letter is large where the hash of the small letters has a digit of 8 or more."""
    digits = text[2:]
    if text[:2] != "0x" or len(digits) != 40 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        return False
    if int(digits, 16) == 0:
        return False
    hashed = keccak.new(digest_bits=256, data=digits.lower().encode()).hexdigest()
    checked = "".join(
        digit.upper() if int(mark, 16) > 7 else digit.lower() for digit, mark in zip(digits, hashed, strict=False)
    )
    return digits in (checked, digits.lower(), digits.upper())


def tally(inputs: Fields) -> Fields:
    """A vote: voters by their bytes, the latest ballot of each, and its choice."""
    votes = weighed(inputs)
    reasons = [ballot_reason(inputs, ballot, votes) for ballot in inputs["ballots"]]
    counted = [row for row, reason in enumerate(reasons) if not reason]
    moments = {row: (inputs["ballots"][row]["cast_at"], row) for row in counted}
    voters = {row: bytes.fromhex(inputs["ballots"][row]["address"][2:]) for row in counted}
    sums, fates = Counter[str](), []
    for row, ballot in enumerate(inputs["ballots"]):
        if reasons[row]:
            fates.append({"fate": "refused", "reason": reasons[row]})
        elif moments[row] < max(moments[other] for other in counted if voters[other] == voters[row]):
            fates.append({"fate": "replaced"})
        else:
            fates.append({"fate": "standing", "votes": str(votes[voters[row]])})
            sums[ballot["choice"]] += votes[voters[row]]
    needed = ceil(ratio(inputs["quorum"]) * int(inputs["unlocked"]))
    decided = sums["for"] + sums["against"]
    majority = decided > 0 and Fraction(sums["for"], decided) > ratio(inputs["threshold"])
    return {
        **{choice: str(sums[choice]) for choice in ("for", "against", "abstain")},
        "turnout": str(sums.total()),
        "needed": str(needed),
        "passed": majority and sums.total() >= needed,
        "ballots": fates,
    }


def weighed(inputs: Fields) -> dict[bytes, int]:
    """The votes of each address; of several rows the one with the fewest."""
    rows = [
        (
            bytes.fromhex(row["address"][2:]),
            floor(
                ratio(inputs["held_weight"]) * int(row["held"]) + ratio(inputs["staked_weight"]) * int(row["staked"])
            ),
        )
        for row in inputs["snapshot"]
    ]
    return dict(sorted(rows, reverse=True))  # of one address the fewest votes come last, and stay


def ballot_reason(inputs: Fields, ballot: Fields, votes: dict[bytes, int]) -> str:
    """The first reason to refuse a ballot, or nothing."""
    checks = {
        "outside-window": ballot["cast_at"] not in range(inputs["opens"], inputs["closes"]),
        "address-unknown": bytes.fromhex(ballot["address"][2:]) not in votes,
        "choice-unknown": ballot["choice"] not in ("for", "against", "abstain"),
    }
    return next((reason for reason, holds in checks.items() if holds), "")


def vesting(inputs: Fields) -> Fields:
    """A schedule: the unlock days up to the moment are counted, and the payments that fell due by then are added."""
    terms, at = inputs["schedule"], datetime.fromtimestamp(inputs["at"], UTC)
    day = datetime.fromtimestamp(inputs["token_generation_event"], UTC)
    passed, most = 0, 200 * 12
    while day <= at and passed < most:
        passed += 1
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=inputs["unlock_day"])
    if passed == most:  # the walk would take long: years and months from here
        passed = (at.year - day.year) * 12 + at.month - day.month + most + (at.day >= inputs["unlock_day"])
    month = passed - 1
    tge, start = ratio(terms["share_at_tge"]), ratio(terms["share_at_start"])
    payments = [(0, tge), (terms["start"], start)]
    payments += [(terms["start"] + step, (1 - tge - start) / terms["steps"]) for step in range(1, terms["steps"] + 1)]
    share = sum((part for due, part in payments if due <= month), Fraction(0))
    return {"month": str(month), "unlocked": str(floor(share * int(terms["allocation"])))}


def ratio(written: dict[str, str]) -> Fraction:
    return Fraction(int(written["numerator"]), int(written["denominator"]))


RULES = {"settle": settle, "tally": tally, "vesting": vesting}
