"""Pictures: one function each, one theme, and `Figure`, which puts a chart on a page."""

from agt.figures.fans import READING, fan
from agt.figures.figure import Figure
from agt.figures.theme import AMOUNTS

__all__ = ["AMOUNTS", "READING", "Figure", "fan"]
