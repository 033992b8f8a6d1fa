"""The frame of every table: it scrolls inside itself where it is too wide, and by keyboard too."""

from markupsafe import Markup


def framed(table: Markup, label: str, kind: str = "") -> Markup:
    """A `<table>` in its frame.

    Args: table: the element; label: what a screen reader calls it; kind: a further class, such as agt-stack.
    """
    classes = f"agt-table {kind}".strip()
    return Markup('<div class="{}" tabindex="0" role="region" aria-label="{}">{}</div>').format(classes, label, table)
