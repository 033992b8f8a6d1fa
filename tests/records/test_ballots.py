"""Votes: what is read of ballots and snapshot, the terms, every warning, and the report, whatever the rows' order."""

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agt.mechanisms.voting import CHOICES, REFUSALS, Ballot, Holding
from agt.records.amounts import UNIT, base_units
from agt.records.ballots import (
    Ballots,
    Snapshot,
    quorum_warning,
    read_ballots,
    read_both,
    read_snapshot,
    report,
    snapshot_warning,
    unlocked_warning,
    vote,
)
from agt.records.tables import SIZE
from agt.registry import Faults, load
from tests.registry.decided import change, registry_with

# Examples of EIP-55, so that each has a small, a large and a mixed form; the last is in no snapshot.
ADDRESSES = (
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
A, B, C, D = (address.lower() for address in ADDRESSES)
OPENS, CLOSES = "2026-05-01T00:00:00Z", "2026-05-15T00:00:00Z"
FIRST_OF_MAY, DAY = 1777593600, 86_400
BALLOTS, SNAPSHOT = "address,choice,cast_at", "address,held,staked"


def large(address):
    return f"0x{address[2:].upper()}"


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(read, *paths):
    with pytest.raises(Faults) as caught:
        read(*paths)
    return [(fault.id, fault.line, fault.column, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("row", "ballot"),
    [
        (f"{ADDRESSES[0]},for,2026-05-01T00:00:00Z", Ballot(A, "for", FIRST_OF_MAY)),
        (f"{large(A)},against,2026-05-01T02:00:00+02:00", Ballot(A, "against", FIRST_OF_MAY)),
        (f"{A},abstain,2026-04-30T19:30:00-04:30", Ballot(A, "abstain", FIRST_OF_MAY)),
        (f'"{B}","For, or not",2026-05-01T00:00:01Z', Ballot(B, "For, or not", FIRST_OF_MAY + 1)),
        (f"{B},,2026-05-01T00:00:01Z", Ballot(B, "", FIRST_OF_MAY + 1)),
    ],
)
def test_a_ballot(written, row, ballot):
    assert read_ballots(written(f"{BALLOTS}\n{row}\n")).rows == [ballot]


@pytest.mark.parametrize(
    ("row", "holding"),
    [
        (f"{ADDRESSES[0]},0.5,3", Holding(A, UNIT // 2, 3 * UNIT)),
        (f"{large(B)},0,0.000000000000000001", Holding(B, 0, 1)),
    ],
)
def test_a_holding(written, row, holding):
    assert read_snapshot(written(f"{SNAPSHOT}\n{row}\n")).rows == [holding]


def test_a_vote_without_ballots_or_holdings(written):
    ballots, snapshot = read_both(written(BALLOTS, "ballots.csv"), written(SNAPSHOT, "snapshot.csv"))
    assert (ballots.rows, snapshot.rows, snapshot.repeated) == ([], [], [])


def test_the_digest_is_of_the_bytes_that_were_read(written):
    content = f"\ufeff{BALLOTS}\r\n{A},for,2026-05-01T00:00:00Z\r\n\r\n".encode()
    assert read_ballots(written(content)).sha256 == sha256(content).hexdigest()
    content = f"{SNAPSHOT}\n{A},1,1".encode()
    assert read_snapshot(written(content)).sha256 == sha256(content).hexdigest()


FORM = "is no address; write 0x and 40 digits, each 0 to 9 or a to f"
CHECKSUM = "has letters of both cases that are not its checksum (EIP-55); check every digit"
BROKEN = ADDRESSES[0].replace("5aA", "5aa")
ZERO = "0x" + "0" * 40


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", f"'' {FORM}"),
        (A[2:], f"'{A[2:]}' {FORM}"),
        (A[:-1], f"'{A[:-1]}' {FORM}"),
        (f"{A}0", f"'{A}0' {FORM}"),
        (f"{A[:-1]}g", f"'{A[:-1]}g' {FORM}"),
        (f" {A}", f"' {A}' {FORM}"),
        (f"0X{A[2:]}", f"'0X{A[2:]}' {FORM}"),
        (f"0X{BROKEN[2:]}", f"'0X{BROKEN[2:]}' {FORM}"),
        (A.replace("5", "５"), f"'{A.replace('5', '５')}' {FORM}"),
        ("alaya.bnb", f"'alaya.bnb' {FORM}"),
        (ZERO, "the zero address is nobody's, and has no votes; remove the row"),
        (BROKEN, f"{BROKEN} {CHECKSUM}"),
        (A[:-1] + A[-1].upper(), f"{A[:-1]}{A[-1].upper()} {CHECKSUM}"),
    ],
)
def test_no_address_makes_either_file_unreadable(written, address, message):
    expected = [("table-value", 3, 1, f"row 2, column address: {message}")]
    good, bad = ",for,2026-05-01T00:00:00Z", ",maybe,2027-05-01T00:00:00Z"
    assert refused(read_ballots, written(f"{BALLOTS}\n{B}{good}\n{address}{bad}\n")) == expected
    assert refused(read_snapshot, written(f"{SNAPSHOT}\n{B},1,2\n{address},1,2\n")) == expected


@pytest.mark.parametrize("cell", ["", "-1", "NaN", "1e3", "1 000", ".5", "0.0000000000000000001"])
@pytest.mark.parametrize("column", ["held", "staked"])
def test_no_amount(written, column, cell):
    cells = {"address": A, "held": "1", "staked": "2"} | {column: cell}
    [(fault, line, _, message)] = refused(read_snapshot, written(f"{SNAPSHOT}\n{','.join(cells.values())}"))
    assert (fault, line) == ("table-value", 2)
    assert message.startswith(f"row 1, column {column}: ")


@pytest.mark.parametrize("time", ["", "2026-05-01", "2026-05-01T00:00:00", "2026-05-32T00:00:00Z", "1777593600"])
def test_no_time(written, time):
    [(fault, line, _, message)] = refused(read_ballots, written(f"{BALLOTS}\n{A},for,{time}"))
    assert (fault, line) == ("table-value", 2)
    assert message.startswith(f"row 1, column cast_at: {time!r} is no time")


def test_everything_that_is_wrong_in_both_files_is_said_at_once(written):
    ballots = written(f"{BALLOTS}\nx,for,y\n{A},for\n", "ballots.csv")
    snapshot = written("address,held\n", "snapshot.csv")
    found = [
        (line, message.split(";")[0].split(": ")[0]) for _, line, _, message in refused(read_both, ballots, snapshot)
    ]
    assert found == [
        (2, "row 1, column address"),
        (2, "row 1, column cast_at"),
        (3, "row 2"),
        (1, "the column staked is missing"),
    ]


def test_no_file_and_a_file_too_large(written, tmp_path):
    too_large = written(BALLOTS)
    with too_large.open("r+b") as stream:
        stream.truncate(SIZE + 1)
    for path in (tmp_path / "none.csv", too_large):
        assert [fault for fault, *_ in refused(read_ballots, path)] == ["file-unreadable"]


def test_each_row_that_repeats_an_address_is_warned_of(written):
    rows = [f"{A},5,0", f"{B},1,0", f"{large(A)},2,1", f"{ADDRESSES[0]},9,9"]
    snapshot = read_snapshot(written("\n".join([SNAPSHOT, *rows])))
    assert [(one.id, one.severity, one.line, one.message) for one in snapshot.repeated] == [
        ("table-conflict", "warning", line, f"row {row}, column address: {A} stands in row 1 already; {KEPT}")
        for row, line in ((3, 4), (4, 5))
    ]
    found = counted([(A, "for", FIRST_OF_MAY)], snapshot)
    assert found["for"] == "3"


KEPT = "it counts once, with the fewer votes"


def terms(**options):
    return vote(load(), **{"opens": OPENS, "closes": CLOSES, "quorum": "0.1", "unlocked": "100"} | options)


def counted(rows, snapshot, **options):
    """The report on ballots that are written as tuples."""
    held = snapshot if isinstance(snapshot, Snapshot) else Snapshot([Holding(*row) for row in snapshot], [], "s")
    cast, asked = Ballots([Ballot(*row) for row in rows], "b"), terms(**options)
    return report(asked, cast, held, asked.tally(cast, held))


def test_the_terms():
    asked = terms()
    assert (asked.opens, asked.closes) == (FIRST_OF_MAY, FIRST_OF_MAY + 14 * DAY)
    assert (asked.quorum, asked.unlocked) == (Decimal("0.1"), 100 * UNIT)
    weights = (asked.held_weight, asked.staked_weight)
    assert weights == tuple(load().value(f"voting_{side}_weight") for side in ("held", "staked"))


def test_weights_are_taken_exactly():
    """A weight of 0.1 is a tenth, not the binary fraction next to it."""
    registry = load()
    parameters = dict(registry.parameters)
    for name, value in (("voting_held_weight", "0.1"), ("voting_staked_weight", "2.5")):
        parameters[name] = parameters[name].model_copy(update={"value": Decimal(value)})
    changed = type(registry)(**vars(registry) | {"parameters": parameters})
    asked = vote(changed, OPENS, CLOSES, "0", "1")
    cast, held = Ballots([Ballot(A, "for", FIRST_OF_MAY)], ""), Snapshot([Holding(A, 30 * UNIT, 2)], [], "")
    assert asked.tally(cast, held).in_favour == 3 * UNIT + 5


def test_the_quorum_is_the_registry_s_unless_one_is_given():
    assert terms(quorum=None).quorum == load().value("voting_quorum")


@pytest.mark.parametrize(
    ("closes", "millions"),
    [  # facts 2, "Cumulative unlocked", without treasury and ecosystem fund
        ("2025-05-15T00:00:01Z", Fraction(1400)),
        ("2026-05-14T23:59:59Z", Fraction(20680, 9)),
        ("2026-05-15T00:00:00Z", Fraction(2380)),
        ("2026-05-15T00:00:00+00:01", Fraction(20680, 9)),
        ("2029-05-15T00:00:00Z", Fraction(4200)),
    ],
)
def test_what_is_unlocked_at_the_close(closes, millions):
    exact = millions * 10**6 * UNIT
    assert 0 <= exact - terms(opens="2025-05-15T00:00:00Z", closes=closes, unlocked=None).unlocked < 12


@pytest.mark.parametrize(
    ("options", "ids", "start"),
    [
        ({"opens": "2026-05-01"}, ["date-syntax"], "--opens: '2026-05-01' is no time"),
        ({"closes": "2026-05-15T00:00:00"}, ["date-syntax"], "--closes: '2026-05-15T00:00:00' is no time"),
        ({"closes": OPENS}, ["setting-bounds"], f"--closes: {OPENS} is not after {OPENS}"),
        ({"closes": "2026-05-01T01:00:00+02:00"}, ["setting-bounds"], "--closes: 2026-05-01T01:00:00+02:00 is not"),
        ({"quorum": "4 %"}, ["number-syntax"], "--quorum: '4 %' is no share; write a plain number from 0 to 1"),
        ({"quorum": "-0.1"}, ["number-syntax"], "--quorum: '-0.1' is no share"),
        ({"quorum": "1.01"}, ["number-syntax"], "--quorum: '1.01' is no share"),
        ({"quorum": "1/3"}, ["number-syntax"], "--quorum: '1/3' is no share"),
        ({"unlocked": "-1"}, ["number-syntax"], "--unlocked: -1 is negative"),
        ({"unlocked": "1e9"}, ["number-syntax"], "--unlocked: '1e9' is no plain number"),
        (
            {"opens": "", "closes": "x", "quorum": "y", "unlocked": "z"},
            ["date-syntax", "date-syntax", "number-syntax", "number-syntax"],
            "--opens: '' is no time",
        ),
    ],
)
def test_options_that_cannot_be_read_are_named_at_once(options, ids, start):
    with pytest.raises(Faults) as caught:
        terms(**options)
    assert [fault.id for fault in caught.value.faults] == ids
    assert caught.value.faults[0].message.startswith(start)


def test_a_quorum_that_nobody_published_is_warned_of():
    warning = quorum_warning(load(), None, OPENS)
    assert (warning.id, warning.severity) == ("lever-unpublished", "warning")
    assert "published nowhere" in warning.message and "--quorum" in warning.message


def test_a_published_quorum_is_not_warned_of():
    registry = load()
    lever = registry.parameters["voting_quorum"].model_copy(update={"published": True})
    known = type(registry)(**vars(registry) | {"parameters": {**registry.parameters, "voting_quorum": lever}})
    assert quorum_warning(known, None, OPENS) is None


def test_the_quorum_is_the_one_in_force_when_the_vote_opens():
    registry = registry_with([change("voting_quorum", "unpublished", "0.05", "2027-04")])
    before, since = ("2027-03-31T23:59:59Z", "2027-04-01T00:00:00Z")
    own = load().parameters["voting_quorum"].value
    assert [vote(registry, opens, "2027-04-08T00:00:00Z").quorum for opens in (before, since)] == [own, Decimal("0.05")]
    assert quorum_warning(registry, None, before).id == "lever-unpublished"
    assert quorum_warning(registry, None, since) is None


@pytest.mark.parametrize(("quorum", "warned"), [("0", False), ("0.5", False), ("0.5001", True), ("1", True)])
def test_a_quorum_outside_the_bounds_is_allowed_with_a_warning(quorum, warned):
    warning = quorum_warning(load(), quorum, OPENS)
    assert (warning is not None) == warned
    assert warning is None or (warning.id, warning.severity) == ("setting-bounds", "warning")


@pytest.mark.parametrize(
    ("units", "start"),
    [(0, "nothing is unlocked"), (1, None), (5 * 10**9 * UNIT, None), (5 * 10**9 * UNIT + 1, "5000000000.0")],
)
def test_what_cannot_be_unlocked_is_warned_of(units, start):
    warning = unlocked_warning(load(), units)
    assert (warning is None) == (start is None)
    assert warning is None or warning.message.startswith(start)
    assert warning is None or (warning.id, warning.severity) == ("setting-bounds", "warning")


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ([(A, 4 * 10**9 * UNIT, 10**9 * UNIT)], False),
        ([(A, 5 * 10**9 * UNIT, 0), (A, 0, 5 * 10**9 * UNIT)], False),  # one address, listed twice
        ([(A, 5 * 10**9 * UNIT, 0), (B, 0, 1)], True),
    ],
)
def test_a_snapshot_of_more_than_exists_is_warned_of(tmp_path, rows, warned):
    snapshot = Snapshot([Holding(*row) for row in rows], [], "")
    warning = snapshot_warning(load(), snapshot, tmp_path / "snapshot.csv")
    assert (warning is not None) == warned
    assert warning is None or (warning.id, warning.severity, warning.file) == (
        "table-conflict",
        "warning",
        str(tmp_path / "snapshot.csv"),
    )


def test_the_report():
    rows = [
        (A, "for", FIRST_OF_MAY),
        (B, "abstain", FIRST_OF_MAY + 14 * DAY - 1),
        (A, "against", FIRST_OF_MAY + 1),
        (D, "for", FIRST_OF_MAY),
        (C, "for", FIRST_OF_MAY - 1),
        (C, "for", FIRST_OF_MAY + 14 * DAY),
        (C, "yes", FIRST_OF_MAY),
        (C, "for", FIRST_OF_MAY),
    ]
    found = counted(rows, [(A, UNIT, UNIT // 2), (B, 1, 0), (C, 0, 9 * UNIT)])
    assert found == {
        "for": "9",
        "against": "1.5",
        "abstain": "0.000000000000000001",
        "turnout": "10.500000000000000001",
        "needed": "10",
        "quorum": "0.1",
        "unlocked": "100",
        "passed": True,
        "ballots_sha256": "b",
        "snapshot_sha256": "s",
        "standing": [
            {"address": B, "choice": "abstain", "weight": "0.000000000000000001"},
            {"address": A, "choice": "against", "weight": "1.5"},
            {"address": C, "choice": "for", "weight": "9"},
        ],
        "replaced": [{"row": 1, "address": A, "choice": "for"}],
        "refused": [
            {"row": 4, "address": D, "reason": "address-unknown"},
            {"row": 5, "address": C, "reason": "outside-window"},
            {"row": 6, "address": C, "reason": "outside-window"},
            {"row": 7, "address": C, "reason": "choice-unknown"},
        ],
    }


@pytest.mark.parametrize(("held", "passed"), [(10 * UNIT, True), (10 * UNIT - 1, False)])
def test_the_quorum_to_the_base_unit(held, passed):
    assert counted([(A, "for", FIRST_OF_MAY)], [(A, held, 0)])["passed"] is passed


def test_a_tie_fails():
    rows, snapshot = [(A, "for", FIRST_OF_MAY), (B, "against", FIRST_OF_MAY)], [(A, 50 * UNIT, 0), (B, 0, 50 * UNIT)]
    assert counted(rows, snapshot)["passed"] is False
    assert counted(rows, [*snapshot[:1], (B, 0, 50 * UNIT - 1)])["passed"] is True


def test_a_vote_against_may_meet_the_quorum():
    """What every quorum of votes cast brings with it: who is against and comes may help what would fail otherwise."""
    rows, snapshot = [(A, "for", FIRST_OF_MAY), (B, "against", FIRST_OF_MAY)], [(A, 9 * UNIT, 0), (B, UNIT, 0)]
    assert [counted(rows[:count], snapshot)["passed"] for count in (1, 2)] == [False, True]


# Whole files: few addresses and few seconds, so that ballots meet; each address may stand in any of its three forms.
forms = st.sampled_from([form for address in ADDRESSES for form in (address, address.lower(), large(address))])
known = forms.filter(lambda address: address.lower() != D)
seconds = st.integers(-1, 4)
voices = st.sampled_from([*CHOICES, *CHOICES, *CHOICES, "maybe"])
ballots = st.lists(st.tuples(forms, voices, seconds), max_size=8)
apart = st.lists(st.tuples(forms, voices, seconds), max_size=8, unique_by=lambda ballot: (ballot[0].lower(), ballot[2]))
amounts = st.integers(0, 9).map(lambda units: f"0.{units:018d}")
snapshots = st.lists(st.tuples(known, amounts, amounts), max_size=5)
shares = st.sampled_from(["0", "0.1", "0.25", "0.5", "1"])
SHORT = {"closes": "2026-05-01T00:00:04Z", "unlocked": "0.000000000000000020"}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("vote")


def read(folder, ballots, snapshot, quorum):
    """The report on two files of such rows, without their digests."""
    places = folder / "ballots.csv", folder / "snapshot.csv"
    lines = [f"{address},{choice},{written_time(second)}" for address, choice, second in ballots]
    places[0].write_text("\n".join([BALLOTS, *lines]))
    places[1].write_text("\n".join([SNAPSHOT, *map(",".join, snapshot)]))
    cast, held = read_both(*places)
    asked = terms(**SHORT, quorum=quorum)
    found = report(asked, cast, held, asked.tally(cast, held))
    return {field: value for field, value in found.items() if "sha256" not in field}


def written_time(second):
    return f"2026-05-01T00:00:{second:02d}Z" if second >= 0 else "2026-04-30T23:59:59Z"


LISTS = ("standing", "replaced", "refused")


def unordered(found):
    """A report without row numbers, its lists in an order of their own."""
    lists = {
        name: sorted([value for field, value in row.items() if field != "row"] for row in found[name]) for name in LISTS
    }
    return found | lists


@given(apart, snapshots, shares, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(folder, ballots, snapshot, quorum, random):
    first = read(folder, ballots, snapshot, quorum)
    ballots, snapshot = random.sample(ballots, len(ballots)), random.sample(snapshot, len(snapshot))
    assert unordered(read(folder, ballots, snapshot, quorum)) == unordered(first)


@given(ballots, snapshots, shares)
def test_of_one_moment_the_later_row_stands(folder, ballots, snapshot, quorum):
    found = read(folder, ballots, snapshot, quorum)
    refused = {row["row"] for row in found["refused"]}
    last = {}
    for row, (address, choice, second) in enumerate(ballots, start=1):
        if row not in refused:
            last[address.lower()] = max(last.get(address.lower(), (-2, 0, "")), (second, row, choice))
    assert {row["address"]: row["choice"] for row in found["standing"]} == {
        address: choice for address, (_, _, choice) in last.items()
    }


@given(ballots, snapshots, shares)
def test_the_case_of_addresses_does_not_matter(folder, ballots, snapshot, quorum):
    found = read(folder, ballots, snapshot, quorum)
    for spelt in (str.lower, large):
        changed = ([(spelt(address), *rest) for address, *rest in rows] for rows in (ballots, snapshot))
        assert read(folder, *changed, quorum) == found


@given(ballots, snapshots, shares, amounts)
def test_votes_against_never_make_a_vote_pass(folder, ballots, snapshot, quorum, held):
    """Where the quorum is met without them, and wherever those in favour are no more than those against."""
    newcomer = "0x" + "1" * 40
    before = read(folder, ballots, snapshot, quorum)
    after = read(folder, [*ballots, (newcomer, "against", 0)], [*snapshot, (newcomer, held, "0")], quorum)
    short = base_units(before["turnout"]) < base_units(before["needed"])
    assert after["passed"] <= (before["passed"] or short)
    assert after["passed"] <= (base_units(after["for"]) > base_units(after["against"]))


@given(ballots, snapshots, shares)
def test_every_vote_and_every_row_is_accounted_for(folder, ballots, snapshot, quorum):
    found = read(folder, ballots, snapshot, quorum)
    votes = {choice: base_units(found[choice]) for choice in CHOICES}
    turnout = base_units(found["turnout"])
    assert sum(votes.values()) == turnout == sum(base_units(row["weight"]) for row in found["standing"])
    assert turnout <= sum(base_units(held) + base_units(staked) for _, held, staked in snapshot)
    assert sum(len(found[name]) for name in LISTS) == len(ballots)
    assert {row["reason"] for row in found["refused"]} <= REFUSALS.keys()
    for choice, cast in votes.items():
        assert cast == sum(base_units(row["weight"]) for row in found["standing"] if row["choice"] == choice)
