"""Path geometry, one file a measure; a new one is a file here and a line in ``MEASURES``.

Every measure is a formula over the inner products of gradients and displacements, on arrays of
shape ``(snapshot, batch)``. Source of the central ones: arXiv 2306.11922. ``COMPANIONS`` are the
measures of a whole training that stand beside them.
"""

from __future__ import annotations

from stablecheck.geometry.alignment import ALIGNMENT
from stablecheck.geometry.alignment_vs_null import ALIGNMENT_VS_NULL
from stablecheck.geometry.base import Measure, PathMeasure
from stablecheck.geometry.design_effect import DESIGN_EFFECT, LAYER_DESIGN_EFFECT
from stablecheck.geometry.eb import EB
from stablecheck.geometry.effective_dimension import EFFECTIVE_DIMENSION
from stablecheck.geometry.laziness import LAZINESS
from stablecheck.geometry.linear_rate import LINEAR_RATE
from stablecheck.geometry.lr_margin import LR_MARGIN
from stablecheck.geometry.max_rise import MAX_RISE
from stablecheck.geometry.noise_scale import NOISE_SCALE
from stablecheck.geometry.ntk_drift import NTK_DRIFT
from stablecheck.geometry.optimal_lr import OPTIMAL_LR
from stablecheck.geometry.pl_ratio import PL_RATIO
from stablecheck.geometry.positive_share import POSITIVE_SHARE
from stablecheck.geometry.rsi import RSI
from stablecheck.geometry.sharpness_ratio import SHARPNESS_RATIO
from stablecheck.geometry.update_alignment import UPDATE_ALIGNMENT
from stablecheck.geometry.wrong_way_share import WRONG_WAY_SHARE

MEASURES: tuple[PathMeasure, ...] = (
    RSI,
    EB,
    ALIGNMENT,
    POSITIVE_SHARE,
    ALIGNMENT_VS_NULL,
    OPTIMAL_LR,
    LR_MARGIN,
    LINEAR_RATE,
    PL_RATIO,
    UPDATE_ALIGNMENT,
)
COMPANIONS: tuple[Measure, ...] = (
    LAZINESS,
    NOISE_SCALE,
    WRONG_WAY_SHARE,
    DESIGN_EFFECT,
    EFFECTIVE_DIMENSION,
    LAYER_DESIGN_EFFECT,
    MAX_RISE,
    NTK_DRIFT,
    SHARPNESS_RATIO,
)

OF_GRADIENTS = tuple(measure for measure in MEASURES if measure.vectors == "gradients")
"""What is taken on batches."""

OF_UPDATES = tuple(measure for measure in MEASURES if measure.vectors == "updates")
"""What the steps of the training itself give, whatever batches are measured."""

ALWAYS = tuple(measure for measure in MEASURES if measure.companion is None)
"""What the gradients alone give, on any batches."""

ANY_END_POINT = tuple(measure for measure in ALWAYS if measure.end_point == "any")
"""What makes sense towards any reference point and with any vector for the gradient."""
