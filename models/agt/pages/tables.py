"""Tables for pages: HTML that scrolls inside itself on a phone, every cell escaped."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from markupsafe import Markup

from agt.figures.figure import readable
from agt.figures.frame import framed
from agt.registry import Parameter
from agt.registry.schema import Beta


class Html(str):
    """A piece of HTML that a notebook shows as such."""

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return "[html]"


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, label: str, numbers: Sequence[int] = (), matrix: bool = False
) -> Html:
    """A table with one heading per column; cells that are `Html` stay, all others are escaped.

    On a phone each row becomes a block whose cells carry their headings, unless the table is a matrix.

    Args: head, rows: texts; label: what the table is, for readers who cannot see it; numbers: columns set right.
    """
    top = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, head, row, _kinds(len(head), numbers)))}</tr>" for row in rows)
    made = Markup(f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>")
    return Html(framed(made, label, "agt-matrix" if matrix else "agt-stack"))


def _kinds(columns: int, numbers: Sequence[int]) -> list[bool]:
    return [place in numbers for place in range(columns)]


def _cell(heading: str, cell: str, number: bool) -> str:
    text = cell if isinstance(cell, Html) else escape(cell)
    kind = ' class="number"' if number else ""
    return f'<td{kind} data-label="{escape(heading)}">{text}</td>'


def amount(value: Decimal, unit: str = "") -> str:
    """A number as people read it: every digit, thousands marked, shares as per cent, units behind.

    >>> amount(Decimal("15000000"), "AGT"), amount(Decimal("0.2"), "share"), amount(Decimal("0.0833"), "hours/set")
    ('15,000,000 AGT', '20 %', '0.0833 hours/set')
    """
    if unit == "share":
        return f"{plain(value * 100)} %"
    if unit == "day":  # of the month
        return f"day {plain(value)}"
    if unit == "month" and value != 1:
        unit = "months"
    return f"{plain(value)} {unit}" if unit and unit not in ("number", "count", "flag") else plain(value)


def plain(value: Decimal) -> str:
    """Every digit of a number, thousands marked, no exponent and no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rough(value: float) -> str:
    """A number at a glance: three significant digits, large ones in words.

    >>> rough(3_498_333_333), rough(15e6), rough(95.96), rough(0.7026)
    ('3,500 million', '15 million', '96', '0.703')
    """
    if abs(value) >= 1e6:
        return f"{rough(value / 1e6)} million"
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{float(f'{value:.3g}'):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(value: float, unit: str) -> str:
    """A computed number with its unit, as people read it: four digits, shares as per cent, months in the plural.

    >>> quantity(0.198, "share"), quantity(97.38, "month"), quantity(0.62, "number"), quantity(2.5e6, "AGT")
    ('19.8 %', '97.38 months', '0.62', '2,500,000 AGT')
    """
    if unit == "share":
        return f"{readable(100.0 * value)} %"
    if unit in ("number", "count", "flag"):
        return readable(value)
    return f"{readable(value)} {'months' if unit == 'month' else unit}"


def prior(parameter: Parameter) -> str:
    """A parameter's prior in words."""
    law = parameter.prior
    if law is None:
        return "nothing"
    if isinstance(law, Beta):
        return f"beta({plain(law.alpha)}, {plain(law.beta)})"
    between = span(law.low, law.high, parameter.unit)
    return between if law.law == "uniform" else f"{between} in nine draws of ten"


def bounds(parameter: Parameter) -> str:
    """A parameter's bounds, with unit."""
    return span(*parameter.bounds, parameter.unit)


def span(low: Decimal, high: Decimal, unit: str) -> str:
    """From one number to another, the unit said once.

    >>> span(Decimal("0.05"), Decimal("0.4"), "share"), span(Decimal(0), Decimal(3000), "AIA")
    ('5 to 40 %', '0 to 3,000 AIA')
    """
    return f"{plain(low * 100 if unit == 'share' else low)} to {amount(high, unit).removeprefix('day ')}"
