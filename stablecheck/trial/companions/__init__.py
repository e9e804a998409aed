"""Costly measures of a finished training; a new group is a file here and a line in ``GROUPS``.

The formulas are in ``geometry/``, which also names the group of each measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stablecheck.trial.companions.averaging import AVERAGING
from stablecheck.trial.companions.context import Companion
from stablecheck.trial.companions.interpolation import INTERPOLATION
from stablecheck.trial.companions.loss_gap import LOSS_GAP
from stablecheck.trial.companions.ntk import NTK
from stablecheck.trial.companions.sharpness import SHARPNESS
from stablecheck.trial.companions.updates import UPDATES

GROUPS: Mapping[str, Companion] = MappingProxyType(
    {
        "loss_gap": LOSS_GAP,
        "updates": UPDATES,
        "averaging": AVERAGING,
        "interpolation": INTERPOLATION,
        "ntk": NTK,
        "sharpness": SHARPNESS,
    }
)
