"""Pieces of a report's page: texts, tables and figures as HTML, whatever is put in escaped."""

from collections.abc import Sequence

from markupsafe import Markup

from agt.figures.frame import framed

NO_NUMBER = "–"

Rows = Sequence[Sequence[object]]


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


def folded(summary: str, inner: Markup) -> Markup:
    """What is shown when it is asked for."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, inner)


def table(label: str, head: Sequence[str], rows: Rows) -> Markup:
    """A table that scrolls inside itself where it is too wide.

    Args: label: what a screen reader calls it; head: may be empty; rows: the first cell of each is its heading.
    """
    return _framed(label, head, Markup("<tbody>{}</tbody>").format(_rows(rows)))


def grouped(label: str, head: Sequence[str], groups: Sequence[tuple[object, Rows]]) -> Markup:
    """A table of groups of rows, the heading of each group above them and as wide as the table.

    Args: label, head: as for `table`; groups: heading, rows.
    """
    body = Markup("").join(
        Markup('<tbody><tr><th scope="rowgroup" colspan="{}"><strong>{}</strong></th></tr>{}</tbody>').format(
            max(len(row) for row in rows), heading, _rows(rows)
        )
        for heading, rows in groups
    )
    return _framed(label, head, body)


def _framed(label: str, head: Sequence[str], body: Markup) -> Markup:
    titles = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in head)
    top = Markup("<thead><tr>{}</tr></thead>").format(titles) if head else ""
    return framed(Markup("<table>{}{}</table>").format(top, body), label)


def _rows(rows: Rows) -> Markup:
    return Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0], Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row[1:])
        )
        for row in rows
    )


def under(main: object, small: object) -> Markup:
    """A cell of two lines, the second one small."""
    return Markup('{}<br><small class="agt-origin">{}</small>').format(main, small)


def digest(text: str) -> Markup:
    """A digest that a narrow page can break, and that is copied in one piece all the same."""
    pieces = [text[at : at + 8] for at in range(0, len(text), 8)]
    return Markup("<samp>{}</samp>").format(Markup("<wbr>").join(pieces))


def code(text: str) -> Markup:
    """A name as it is typed."""
    return Markup("<code>{}</code>").format(text)
