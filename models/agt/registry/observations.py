"""The observations: what the world reported about AGT, one row each, with date, source and confidence."""

import csv
from pathlib import Path

from pydantic import ValidationError

from agt.calendar import moment
from agt.registry.faults import Fault, Faults
from agt.registry.reader import number, read_bytes
from agt.registry.schema import Observation


def read_observations(path: Path, faults: list[Fault]) -> tuple[Observation, ...]:
    """The rows of `path`, in its order; what is wrong is added to `faults`.

    Args: path: a CSV file whose header is the fields of `Observation`.
    """
    try:
        lines = read_bytes(path).decode("utf-8").splitlines()
    except Faults as error:
        faults += error.faults
        return ()
    except UnicodeDecodeError as error:
        faults.append(Fault("file-unreadable", f"byte {error.start} is not UTF-8; save the file as UTF-8", path.name))
        return ()
    rows = csv.DictReader(lines, restval="")
    header = list(Observation.model_fields)
    if rows.fieldnames != header:
        faults.append(Fault("table-column", f"the header must be {','.join(header)}", path.name, 1, 1, *lines[:1]))
        return ()
    return tuple(kept for row in rows if (kept := _row(row, rows.line_num, path, lines, faults)))


def _row(row: dict[str, str], line: int, path: Path, lines: list[str], faults: list[Fault]) -> Observation | None:
    value = number(row["value"])
    try:
        moment(row["date"])
        if row["quantity"] == "price" and value is not None and value <= 0:
            raise ValueError(f"a price of {value} is not positive")
        months = number(row["months"])
        if months is None or months % 1:
            raise ValueError(f"months: {row['months']!r} is no whole number")
        return Observation.model_validate({**row, "value": value, "months": int(months)})
    except ValidationError as error:
        found = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()]
    except ValueError as error:
        found = [str(error)]
    faults += [Fault("table-value", message, path.name, line, 1, lines[line - 1]) for message in found]
    return None
