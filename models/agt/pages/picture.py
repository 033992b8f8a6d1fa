"""The picture of the README: the supply over time as an SVG file, drawn from the model like those of the book."""

from pathlib import Path

import vl_convert

from agt.figures.theme import PALETTES
from agt.pages.baseline import supply_figure

PLACE = Path("book/_static/supply.svg")
FONT = "Liberation Sans"  # comes with the converter, so that every machine draws the same


def draw() -> str:
    """The supply figure as SVG, on the paper of the light mode."""
    palette = PALETTES["light"]
    text = {"labelColor": palette.ink, "titleColor": palette.ink, "labelFont": FONT, "titleFont": FONT}
    spec = supply_figure().spec | {"width": 680, "height": 300, "background": palette.paper}
    config = spec.get("config", {}) | {"font": FONT, "range": {"category": list(palette.series)}}
    for part in ("axis", "legend"):
        config[part] = config.get(part, {}) | text
    version = ".".join(str(spec["$schema"]).rpartition("/v")[2].split(".")[:2])
    return str(vl_convert.vegalite_to_svg(spec | {"config": config}, vl_version=version)) + "\n"


def write(root: Path) -> None:
    """Draw the picture into its place."""
    (root / PLACE).write_text(draw(), encoding="utf-8")
