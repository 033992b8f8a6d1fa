"""The report as one self-contained file: no request to any host, and a policy that lets the browser make none."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from agt.figures import theme
from agt.registry import Fault, Faults

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "book" / "_static"
SCRIPTS = ("vendor/vega.min.js", "vendor/vega-lite.min.js", "vendor/vega-embed.min.js", "charts.js")


def page(notebook: dict[str, Any]) -> str:
    """The page of an executed notebook: its headings and its outputs, without its code.

    Raises: Faults when the files that draw the charts are not there.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    drawn = any("agt-figure" in piece for piece in pieces(notebook))
    scripts = [_script(name) for name in SCRIPTS] if drawn else []
    style = "\n".join([*theme.styles(), (HERE / "page.css").read_text(encoding="utf-8")])
    return environment.get_template("page.html.j2").render(
        title=str(notebook["cells"][0]["source"]).removeprefix("# "),
        pieces=list(pieces(notebook)),
        scripts=[Markup(script) for script in scripts],
        style=Markup(style),
        policy=policy(scripts, style),
    )


def pieces(notebook: dict[str, Any]) -> Iterator[Markup]:
    """What the notebook shows, in order: the template's own Markdown, and the outputs of its cells."""
    reader = MarkdownIt("commonmark", {"html": False})
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield Markup(reader.render(cell["source"]))
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream":
                yield Markup("<pre>{}</pre>").format("".join(output["text"]))
            elif "text/html" in output.get("data", {}):
                yield Markup("".join(output["data"]["text/html"]))


def policy(scripts: list[str], style: str) -> str:
    """A content security policy that names each script and the style by its digest and allows nothing else."""
    allowed = " ".join(_named(script) for script in scripts) or "'none'"
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; style-src {_named(style)}; {rest}"


def _named(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script(name: str) -> str:
    """A script of the book's, such that nothing in it ends the element that holds it."""
    try:
        text = (STATIC / name).read_text(encoding="utf-8")
    except OSError:
        message = f"{name} is missing; run this in a whole copy of the repository"
        raise Faults([Fault("proposal-run", message, str(STATIC))]) from None
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")
