"""What chapters call: one object per mechanism, and the pieces that pages share."""

from agt.pages.baseline import baseline, fan_of, supply_figure, unlock_figure
from agt.pages.chapter import Chapter, lever_table
from agt.pages.tables import Html, amount, table

__all__ = [
    "Chapter", "Html", "amount", "baseline", "fan_of", "lever_table", "supply_figure",
    "table", "unlock_figure",
]  # fmt: skip
