"""Tables: CSV files with an exact header, read whole or refused whole.

Comma separated, UTF-8 (a byte order mark is skipped), lines ended in any of the usual ways, cells quoted or not.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from agt.registry.faults import Fault, Faults, nearest
from agt.registry.reader import read_bytes

SIZE = 64 * 1024 * 1024
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}  # that people use in place of commas

_CELL = re.compile(r'"(?:[^"]++|"")*+"|(?!")[^,\r\n]*+')
_LINE_END = re.compile("\r\n|\r|\n")

Readers = dict[str, Callable[[str], Any]]


class Record(NamedTuple):
    """One record: the line on which it begins, its text, and its cells, or None where they cannot be told apart."""

    line: int
    text: str
    cells: list[str] | None


class Problem(NamedTuple):
    """What is wrong with a record, the cell to point at (-1 for the last readable), and the column if it is one's."""

    message: str
    cell: int = 0
    column: str = ""


class Row(NamedTuple):
    """A data row: its number from 1, its record, a value for each column of the file, and what is wrong.

    The value is None where the cell cannot be read; where cells cannot be told apart, there are no values.
    """

    number: int
    record: Record
    values: dict[str, Any]
    problems: list[Problem]


def read_table(path: Path, readers: Readers, *, unique: str | None = None) -> list[tuple[Any, ...]]:
    """The rows of a CSV file, each cell as its column's reader returns it.

    Args: path: at most 64 MiB; readers: for each column, in the header's order, a function from the cell's text to
        its value that raises ValueError when it cannot be read; unique: a column in which no value may stand twice.
    Returns: a tuple per data row.
    Raises: Faults, naming row and column of everything that is wrong; data rows count from 1.
    """
    rows: list[tuple[Any, ...]] = []
    faults: list[Fault] = []
    first: dict[Any, int] = {}
    for row in scan(read_bytes(path, size=SIZE), path, readers):
        if unique is not None and not row.problems:
            key = row.values[unique]
            if first.setdefault(key, row.number) != row.number:
                place = list(readers).index(unique)
                row.problems.append(Problem(f"{key} stands in row {first[key]} already", place, unique))
        faults += [refusal(path, row, problem) for problem in row.problems]
        rows.append(tuple(row.values.values()))
    if faults:
        raise Faults(faults)
    return rows


def scan(content: bytes, path: Path, readers: Readers, optional: Collection[str] = ()) -> Iterator[Row]:
    """The data rows of a CSV file, with what is wrong in each.

    Args: content: the file's bytes; path: its name in faults; readers: as for `read_table`; optional: the columns
        that the header may leave out.
    Raises: Faults when the header is wrong.
    """
    records = _records(_lines(content, path))
    header, columns = next(records), list(readers)
    expected = f"; the header is {','.join(column for column in columns if column not in optional)}"
    if optional:
        expected += f", then any of {','.join(column for column in columns if column in optional)}, in this order"
    faults = [
        _fault("table-column", path, header, problem, problem.message + expected)
        for problem in _header_problems(header, columns, optional)
    ]
    if faults:
        raise Faults(faults)
    present = {column: readers[column] for column in header.cells or ()}
    for number, record in enumerate(records, start=1):
        yield Row(number, record, *_row(record, present))


def refusal(path: Path, row: Row, problem: Problem, id: str = "table-value") -> Fault:
    """The fault of a problem of a row, at its cell."""
    where = f"row {row.number}, column {problem.column}" if problem.column else f"row {row.number}"
    return _fault(id, path, row.record, problem, f"{where}: {problem.message}")


def _lines(content: bytes, path: Path) -> list[str]:
    """The lines of a file with their ends, without blank ones at the end of the file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise Faults([Fault("file-unreadable", message, str(path))]) from None
    lines = list(StringIO(text.rstrip("\r\n"), newline=""))
    if not lines:
        raise Faults([Fault("file-unreadable", "the file is empty; it needs at least a header", str(path))])
    return lines


def _records(lines: list[str]) -> Iterator[Record]:
    """The records of a file, in order."""
    reader = csv.reader(lines, strict=True)
    while reader.line_num < len(lines):
        begin, cells = reader.line_num, None
        with suppress(csv.Error):
            cells = next(reader)
        yield Record(begin + 1, "".join(lines[begin : reader.line_num]), cells)


def _header_problems(header: Record, columns: list[str], optional: Collection[str]) -> list[Problem]:
    """What is wrong with a header: columns that are missing, unknown, repeated or out of order, or its form."""
    for separator, name in SEPARATORS.items():
        found = {cell.strip(' "') for cell in header.text.rstrip("\r\n").split(separator)}
        if len(found.intersection(columns)) > 1:
            return [Problem(f"{name} separate the cells; save the file with commas between them")]
    if header.cells is None:
        return [Problem(_breakage(header.text), -1)]
    if not header.text.strip():
        return [Problem("the first line is blank")]
    missing = [column for column in columns if column not in header.cells]
    problems = [Problem(f"the column {column} is missing") for column in missing if column not in optional]
    for place, column in enumerate(header.cells):
        if column not in columns:
            problems.append(Problem(f"{column!r} is no column of this file{nearest(column, columns)}", place))
        elif column in header.cells[:place]:
            problems.append(Problem(f"the column {column} stands twice", place))
    if not problems and header.cells != [column for column in columns if column not in missing]:
        problems.append(Problem("the columns stand in another order"))
    return problems


def _row(record: Record, readers: Readers) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a row by column, and what is wrong with it."""
    if record.cells is None or len(record.cells) != len(readers):
        return {}, [_ragged(record, list(readers))]
    values: dict[str, Any] = dict.fromkeys(readers)
    problems: list[Problem] = []
    for place, ((column, read), cell) in enumerate(zip(readers.items(), record.cells, strict=True)):
        try:
            if "\0" in cell:
                raise ValueError("the cell holds a NUL byte")
            values[column] = read(cell)
        except ValueError as error:
            problems.append(Problem(str(error)[:200], place, column))
    return values, problems


def _ragged(record: Record, columns: list[str]) -> Problem:
    """What is wrong with a row that has not one cell for each column."""
    if record.cells is None:
        return Problem(_breakage(record.text), -1)
    if not record.text.strip():
        return Problem("a blank line; remove it")
    counts = f"{len(record.cells)} cells where the header has {len(columns)} columns"
    missing, surplus = columns[len(record.cells) :], record.cells[len(columns) :]
    if missing:
        return Problem(f"{counts}; nothing is left for {', '.join(missing)}")
    return Problem(f"{counts}; nothing asks for {', '.join(map(repr, surplus))}"[:200], len(columns))


def _starts(text: str) -> Iterator[int]:
    """Where the cells of a record begin, up to the first that the reader cannot take."""
    start = 0
    while True:
        yield start
        cell = _CELL.match(text, start)
        if cell is None or len(cell[0]) > csv.field_size_limit() or text[cell.end() : cell.end() + 1] != ",":
            return
        start = cell.end() + 1


def _breakage(text: str) -> str:
    """What is wrong with the first cell of a record that the reader cannot take."""
    *_, start = _starts(text)
    cell, longest = _CELL.match(text, start), csv.field_size_limit()
    if cell is None:
        within = f" within {longest:,} characters" if len(text) - start > longest else ""
        return f"the quote that opens here is not closed{within}"
    if len(cell[0]) > longest:
        return f"the cell that begins here is longer than {longest:,} characters"
    return "text follows the closing quote of this cell; write a quote inside a cell twice"


def _fault(id: str, path: Path, record: Record, problem: Problem, message: str) -> Fault:
    """The fault that `message` tells, at its cell's place in the file."""
    start = list(_starts(record.text))[problem.cell]
    before = _LINE_END.split(record.text[:start])
    text = _LINE_END.split(record.text)[len(before) - 1]
    return Fault(id, message, str(path), record.line + len(before) - 1, len(before[-1]) + 1, text)
