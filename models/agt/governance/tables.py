"""Pieces of a report's page: texts, tables and figures as HTML, whatever is put in escaped."""

from collections.abc import Sequence

from markupsafe import Markup

NO_NUMBER = "–"


class Html:
    """A piece of a page, shown by a notebook as it is."""

    def __init__(self, name: str, *parts: Markup) -> None:
        self.name, self.body = name, Markup("\n").join(parts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/html": str(self.body), "text/plain": f"[{self.name}]"}


def paragraph(text: str, *values: object) -> Markup:
    """A paragraph; `values` fill the braces of `text`, escaped."""
    return Markup(f"<p>{text}</p>").format(*values)


def bullets(items: Sequence[str]) -> Markup:
    """A list of plain texts."""
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in items))


def table(label: str, head: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[int] = ()) -> Markup:
    """A table that scrolls inside itself.

    Args: label: what a screen reader calls it; rows: the first cell of each is its heading, written once for
        neighbours that share it; numbers: the columns whose cells are flush right.
    """
    titles = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in head)
    body = Markup("").join(_row(row, _rows_named(rows, at), numbers) for at, row in enumerate(rows))
    return Markup(
        '<div class="agt-table" tabindex="0" role="region" aria-label="{}"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(label, titles, body)


def _rows_named(rows: Sequence[Sequence[object]], at: int) -> int:
    """How many rows the heading of row `at` stands for; 0 when it stands above already."""
    if at and rows[at][0] == rows[at - 1][0]:
        return 0
    count = 1
    while at + count < len(rows) and rows[at + count][0] == rows[at][0]:
        count += 1
    return count


def _row(row: Sequence[object], named: int, numbers: Sequence[int]) -> Markup:
    cells = [Markup('<th scope="row" rowspan="{}">{}</th>').format(named, row[0])] if named else []
    for position, cell in enumerate(row[1:], start=1):
        kind = Markup(' class="number"') if position in numbers else ""
        cells.append(Markup("<td{}>{}</td>").format(kind, cell))
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def code(text: str) -> Markup:
    """A name as it is typed."""
    return Markup("<code>{}</code>").format(text)
