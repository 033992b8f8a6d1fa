"""Tables: CSV files with an exact header, read whole or refused whole.

Comma separated, UTF-8 (a byte order mark is skipped), lines ended in any of the usual ways, cells quoted or not.
"""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from agt.registry.faults import Fault, Faults, nearest
from agt.registry.reader import read_bytes

SIZE = 64 * 1024 * 1024

Readers = dict[str, Callable[[str], Any]]
Problem = tuple[str, str]  # a column, or "" for the whole row, and what is wrong


def read_table(path: Path, readers: Readers, *, unique: str | None = None) -> list[tuple[Any, ...]]:
    """The rows of a CSV file, each cell as its column's reader returns it.

    Args: path: at most 64 MiB; readers: for each column, in the header's order, a function from the cell's text to
        its value that raises ValueError when it cannot be read; unique: a column in which no value may stand twice.
    Returns: a tuple per data row.
    Raises: Faults, naming row and column of everything that is wrong; data rows count from 1.
    """
    lines = _lines(path)
    records = _records(lines)
    _check_header(next(records)[1], list(readers), path, lines[0])
    rows: list[tuple[Any, ...]] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for row, (line, cells) in enumerate(records, start=1):
        values, problems = _row(cells, readers)
        if unique is not None and not problems:
            key = cells[list(readers).index(unique)]
            if first.setdefault(key, row) != row:
                problems.append((unique, f"{key} stands in row {first[key]} already"))
        faults += [_fault(path, lines[line - 1], row, line, cells, list(readers), found) for found in problems]
        rows.append(values)
    if faults:
        raise Faults(faults)
    return rows


def _lines(path: Path) -> list[str]:
    """The lines of a file with their ends, without blank ones at the end of the file."""
    try:
        text = read_bytes(path, size=SIZE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise Faults([Fault("file-unreadable", message, str(path))]) from None
    lines = list(StringIO(text.rstrip("\r\n"), newline=""))
    if not lines:
        raise Faults([Fault("file-unreadable", "the file is empty; it needs at least a header", str(path))])
    return lines


def _records(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; a record that breaks the quoting is a record of no cells."""
    reader = csv.reader(lines, strict=True)
    while reader.line_num < len(lines):
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except csv.Error:
            yield line, []


def _check_header(header: list[str], columns: list[str], path: Path, text: str) -> None:
    """Raises: Faults for every column that is missing, unknown, repeated, or out of order."""
    problems = [f"the column {column} is missing" for column in columns if column not in header]
    for position, column in enumerate(header):
        if column not in columns:
            problems.append(f"{column!r} is no column of this file{nearest(column, columns)}")
        elif column in header[:position]:
            problems.append(f"the column {column} stands twice")
    if not problems and header != columns:
        problems.append("the columns stand in another order")
    expected = f"; the header is {','.join(columns)}"
    faults = [Fault("table-column", problem + expected, str(path), 1, 1, text.rstrip("\r\n")) for problem in problems]
    if faults:
        raise Faults(faults)


def _row(cells: list[str], readers: Readers) -> tuple[tuple[Any, ...], list[Problem]]:
    """The values of a row, and what is wrong with it."""
    if len(cells) != len(readers):
        return (), [("", f"{len(cells)} readable cells where the header has {len(readers)} columns")]
    values: list[Any] = []
    problems: list[Problem] = []
    for (column, read), cell in zip(readers.items(), cells, strict=True):
        try:
            if "\0" in cell:
                raise ValueError("the cell holds a NUL byte")
            values.append(read(cell))
        except ValueError as error:
            problems.append((column, str(error)[:200]))
    return tuple(values), problems


def _fault(path: Path, text: str, row: int, line: int, cells: list[str], columns: list[str], problem: Problem) -> Fault:
    """The fault of one cell, or of a whole row, at its place in the file."""
    column, message = problem
    where = f"row {row}, column {column}" if column else f"row {row}"
    before = cells[: columns.index(column)] if column and '"' not in text else []
    position = 1 + sum(len(cell) + 1 for cell in before)
    return Fault("table-value", f"{where}: {message}", str(path), line, position, text.rstrip("\r\n"))
