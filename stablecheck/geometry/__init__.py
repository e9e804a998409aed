"""Path geometry, one file a measure; a new one is a file here and a line in ``MEASURES``.

Every measure is a formula over the inner products of gradients and displacements, on arrays of
shape ``(snapshot, batch)``. Source of the central ones: arXiv 2306.11922.
"""

from __future__ import annotations

from stablecheck.geometry.alignment import ALIGNMENT
from stablecheck.geometry.alignment_vs_null import ALIGNMENT_VS_NULL
from stablecheck.geometry.base import CompanionMeasure, PathMeasure
from stablecheck.geometry.eb import EB
from stablecheck.geometry.linear_rate import LINEAR_RATE
from stablecheck.geometry.lr_margin import LR_MARGIN
from stablecheck.geometry.optimal_lr import OPTIMAL_LR
from stablecheck.geometry.positive_share import POSITIVE_SHARE
from stablecheck.geometry.rsi import RSI

MEASURES: tuple[PathMeasure, ...] = (
    RSI,
    EB,
    ALIGNMENT,
    POSITIVE_SHARE,
    ALIGNMENT_VS_NULL,
    OPTIMAL_LR,
    LR_MARGIN,
    LINEAR_RATE,
)
COMPANIONS: tuple[CompanionMeasure, ...] = ()
