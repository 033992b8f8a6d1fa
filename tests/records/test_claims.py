"""Claims files: what is read, and everything that is wrong with one that is not."""

import pytest

from agt.mechanisms.redemption import Claim
from agt.records.amounts import UNIT
from agt.records.claims import read_claims, read_holdings
from agt.registry import Faults

HEADER = "claim_id,contributor,wallet,aia,submitted_at"
WALLET = "0x5dbde81fce337ff4bcaaee4ca3466c00aecae274"
GOOD = f"c1,contributor-1,{WALLET},3000,2026-05-01T00:00:00Z"
FIRST_OF_MAY = 1777593600  # UTC seconds


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "claims.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(read, path):
    with pytest.raises(Faults) as caught:
        read(path)
    return [(fault.id, fault.line, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("row", "claim"),
    [
        (GOOD, Claim("c1", "contributor-1", WALLET, 3000 * UNIT, FIRST_OF_MAY)),
        ("c:1.2_3-4,A,,0.5,2026-05-01T02:00:00+02:00", Claim("c:1.2_3-4", "A", "", UNIT // 2, FIRST_OF_MAY)),
        ("1,A,   ,0,2026-04-30T19:30:00-04:30", Claim("1", "A", "", 0, FIRST_OF_MAY)),
        ('"c1","A","=cmd|x,y\t","1","2026-05-01T00:00:01Z"', Claim("c1", "A", "=cmd|x,y\t", UNIT, FIRST_OF_MAY + 1)),
        ('c1,A,"0x\n1",1,2026-05-01T00:00:00Z', Claim("c1", "A", "0x\n1", UNIT, FIRST_OF_MAY)),
        (f"{'c' * 64},A,,1,2026-05-01T00:00:00Z", Claim("c" * 64, "A", "", UNIT, FIRST_OF_MAY)),
    ],
)
def test_a_row(written, row, claim):
    assert read_claims(written(f"{HEADER}\n{row}\n")) == [claim]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("tail", [0, 1, 3])
def test_line_ends_byte_order_mark_and_blank_tail(written, end, mark, tail):
    path = written(mark + end.join([HEADER, GOOD, GOOD.replace("c1", "c2", 1)]) + end * tail)
    assert [claim.id for claim in read_claims(path)] == ["c1", "c2"]


def test_a_season_without_claims(written):
    assert read_claims(written(HEADER)) == []


ID = "is no identifier; write 1 to 64 letters, digits and . _ : -, the first a letter or digit"
TIME = "write YYYY-MM-DDTHH:MM:SS followed by Z or +HH:MM"
NUMBER = "is no plain number; write at most 28 digits and at most one point"


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("claim_id", "", f"'' {ID}"),
        ("claim_id", "-1", f"'-1' {ID}"),
        ("claim_id", " c1", f"' c1' {ID}"),
        ("claim_id", "c" * 65, f"'{'c' * 65}' {ID}"),
        ("claim_id", "[/]", f"'[/]' {ID}"),
        ("claim_id", "é", f"'é' {ID}"),
        ("claim_id", '"c1\n"', f"'c1\\n' {ID}"),
        ("contributor", "=A", f"'=A' {ID}"),
        ("contributor", "", f"'' {ID}"),
        ("wallet", "0x\0", "the cell holds a NUL byte"),
        ("aia", "", f"'' {NUMBER}"),
        ("aia", "-5", "-5 is negative; an amount is 0 or more"),
        ("aia", "-0", f"'-0' {NUMBER}"),
        ("aia", "NaN", f"'NaN' {NUMBER}"),
        ("aia", "inf", f"'inf' {NUMBER}"),
        ("aia", "3e3", f"'3e3' {NUMBER}"),
        ("aia", "many", f"'many' {NUMBER}"),
        ("aia", "3 000", f"'3 000' {NUMBER}"),
        ("aia", '"3,000"', f"'3,000' {NUMBER}"),
        ("aia", "0.0000000000000000001", "0.0000000000000000001 has 19 decimals; at most 18 are allowed"),
        ("submitted_at", "", f"'' is no time; {TIME}"),
        ("submitted_at", "2026-05-01", f"'2026-05-01' is no time; {TIME}"),
        ("submitted_at", "2026-05-01T00:00:00", f"'2026-05-01T00:00:00' is no time; {TIME}"),
        ("submitted_at", "2026-05-01T24:00:00Z", f"'2026-05-01T24:00:00Z' is no time: hour must be in 0..23; {TIME}"),
        ("submitted_at", "2026-05-32T00:00:00Z",
         f"'2026-05-32T00:00:00Z' is no time: day is out of range for month; {TIME}"),
        ("submitted_at", "9999-12-31T23:59:59-23:59",
         f"'9999-12-31T23:59:59-23:59' is no time: date value out of range; {TIME}"),
    ],
)  # fmt: skip
def test_an_unreadable_cell(written, column, cell, message):
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: cell}
    path = written("\n".join([HEADER, GOOD, ",".join(cells.values())]))
    assert refused(read_claims, path) == [("table-value", 3, f"row 2, column {column}: {message}")]


@pytest.mark.parametrize("time", ["2026-05-01T00:00:00.5Z", "2026-05-01T00:00:00z", "2026-W20-1T00:00:00Z"])
def test_only_one_pattern_of_time(written, time):
    [(_, _, message)] = refused(read_claims, written(f"{HEADER}\n{GOOD.replace('2026-05-01T00:00:00Z', time)}"))
    assert message.endswith(f"{time!r} is no time; {TIME}")


@pytest.mark.parametrize(
    ("header", "messages"),
    [
        ("claim_id,contributor,wallet,aia", ["the column submitted_at is missing"]),
        (HEADER + ",note", ["'note' is no column of this file"]),
        (HEADER + ",aia", ["the column aia stands twice"]),
        (HEADER.replace("aia", "AIA"), ["the column aia is missing", "'AIA' is no column of this file"]),
        (
            HEADER.replace("wallet", "walet"),
            ["the column wallet is missing", "'walet' is no column of this file - did you mean wallet?"],
        ),
        ("contributor,claim_id,wallet,aia,submitted_at", ["the columns stand in another order"]),
        (HEADER.replace(",", ";"), ["semicolons separate the cells; save the file with commas between them; the"]),
        (HEADER.replace(",", "\t"), ["tabs separate the cells"]),
        ('"' + HEADER.replace(",", '"|"') + '"', ["vertical bars separate the cells"]),
        ('"claim_id', ["the quote that opens here is not closed"]),
        (f"\n{HEADER}", ["the first line is blank"]),
        (GOOD, [f"the column {name} is missing" for name in HEADER.split(",")] + ["is no column"] * 5),
    ],
)
def test_a_header_that_is_not_the_header(written, header, messages):
    found = refused(read_claims, written(f"{header}\n"))
    assert [place[:2] for place in found] == [("table-column", 1)] * len(messages)
    assert all(message in text for message, (_, _, text) in zip(messages, found, strict=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; it needs at least a header"),
        (b"\n\n", "the file is empty; it needs at least a header"),
        (b"\xef\xbb\xbf", "the file is empty; it needs at least a header"),
        (HEADER.encode() + b"\n\xff", f"byte {len(HEADER) + 1} is not UTF-8; save the file as UTF-8"),
        (HEADER.encode("utf-16"), "byte 0 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_table(written, content, message):
    assert refused(read_claims, written(content)) == [("file-unreadable", 0, message)]


def test_no_file(tmp_path):
    assert refused(read_claims, tmp_path / "none.csv") == [
        ("file-unreadable", 0, "No such file or directory; check the path")
    ]


COUNTED = "cells where the header has 5 columns"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("", "a blank line; remove it"),
        ("  ", "a blank line; remove it"),
        ("c2", f"1 {COUNTED}; nothing is left for contributor, wallet, aia, submitted_at"),
        ("c2,A,,1", f"4 {COUNTED}; nothing is left for submitted_at"),
        ("c2,A,,3,000,2026-05-01T00:00:00Z", f"6 {COUNTED}; nothing asks for '2026-05-01T00:00:00Z'"),
        ("c2,A,,1,2026-05-01T00:00:00Z,,x", f"7 {COUNTED}; nothing asks for '', 'x'"),
        ('"c2"x,A,,1,2026', "text follows the closing quote of this cell; write a quote inside a cell twice"),
        (
            "c2,A," + '"' + "x" * 200_000 + '",1,2026-05-01T00:00:00Z',
            "the cell that begins here is longer than 131,072 characters",
        ),
        (
            'c2,A,"' + "x" * 200_000 + ",1,2026-05-01T00:00:00Z",
            "the quote that opens here is not closed within 131,072 characters",
        ),
    ],
)
def test_a_ragged_row(written, row, message):
    path = written("\n".join([HEADER, GOOD, row, GOOD]))
    assert refused(read_claims, path) == [("table-value", 3, f"row 2: {message}")]


def test_an_unclosed_quote(written):
    path = written("\n".join([HEADER, GOOD, 'c2,A,"0x,1,2026-05-01T00:00:00Z', GOOD]))
    assert refused(read_claims, path) == [("table-value", 3, "row 2: the quote that opens here is not closed")]


def test_every_bad_row_and_column_is_named(written):
    """Also behind a quoted cell that spans two lines, and up to a quote that is never closed."""
    rows = ["-,A,,x,2026-05-01", 'c2,A,"two\nlines",1,2026-05-01T00:00:00Z', "c3", "c4,,,-1,", 'c5,A,"']
    found = refused(read_claims, written("\n".join([HEADER, *rows, GOOD])))
    assert [(line, message.split(":")[0]) for _, line, message in found] == [
        (2, "row 1, column claim_id"),
        (2, "row 1, column aia"),
        (2, "row 1, column submitted_at"),
        (5, "row 3"),
        (6, "row 4, column contributor"),
        (6, "row 4, column aia"),
        (6, "row 4, column submitted_at"),
        (7, "row 5"),
    ]


@pytest.mark.parametrize(
    ("row", "line", "pointed"),
    [
        ("c1,A,,x,2026-05-01T00:00:00Z", 2, "x,"),
        ('"c1","A",,"3,000",2026-05-01T00:00:00Z', 2, '"3,000"'),
        ('"c1",A,"one ""wallet"", quoted",x,2026-05-01T00:00:00Z', 2, "x,"),
        ('c1,A,"a\r\nb",x,2026-05-01T00:00:00Z', 3, "x,"),
        ('c1,A,"a\nb\n",1,"2026\n"', 4, '"2026'),
        ('c1,"A",,1,2026-05-01T00:00:00Z,note', 2, "note"),
        ('c1,A,,1,"2026-05-01T00:00:00Z', 2, '"2026-'),
        ('c1,A,"a\nb","1', 3, '"1'),
        ('c1,A,"1"x,"2",2026-05-01T00:00:00Z', 2, '"1"x'),
        ("c1,A,,x" + "1" * 200_000 + ",2026-05-01T00:00:00Z", 2, "x111"),
        ("", 2, ""),
        ("c1,A", 2, "c1,A"),
    ],
)
def test_a_fault_points_at_its_cell(written, row, line, pointed):
    with pytest.raises(Faults) as caught:
        read_claims(written(f"{HEADER}\n{row}\n{GOOD if row == '' else ''}"))
    [fault] = caught.value.faults
    assert (fault.line, fault.text[fault.column - 1 :][: len(pointed)]) == (line, pointed)


def test_a_fault_of_the_header_points_at_its_column(written):
    with pytest.raises(Faults) as caught:
        read_claims(written(f'"claim_id",walet,{HEADER}'))
    assert [fault.column for fault in caught.value.faults if "walet" in fault.message] == [12]


def test_holdings(written):
    assert read_holdings(written("contributor,aia\nA,3000\nB,0.5\n")) == {"A": 3000 * UNIT, "B": UNIT // 2}


def test_a_contributor_holds_once(written):
    found = refused(read_holdings, written("contributor,aia\nA,1\nB,1\nA,2\nA,3"))
    assert found == [
        ("table-value", 4, "row 3, column contributor: A stands in row 1 already"),
        ("table-value", 5, "row 4, column contributor: A stands in row 1 already"),
    ]
