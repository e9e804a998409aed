"""The kinds of probe a checklist can ask for; a new one is a file here and a line in ``PROBES``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stablecheck.probes.base import Probe
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.lr_jitter import LrJitter

PROBES: tuple[type[Probe], ...] = (InitSeeds, LrJitter, DataRatio)
KINDS: Mapping[str, type[Probe]] = {
    kind: probe for probe in PROBES for kind in get_args(probe.model_fields["kind"].annotation)
}
