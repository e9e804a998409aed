"""Share of measurements without a wrong turn."""

from __future__ import annotations

from stablecheck.geometry.base import PathMeasure
from stablecheck.geometry.rsi import rsi

POSITIVE_SHARE = PathMeasure(
    name="positive_share",
    unit="share",
    definition="Share of all snapshots and batches with RSI > 0; chance gives 0.5.",
    formula="#{RSI > 0} / #{RSI}",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922, section 4",
    values=lambda path: rsi(path.products),
    reduction="share of positive values",
)
