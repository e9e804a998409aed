"""The kinds of probe a checklist can ask for; a new one is a file here and a line in ``PROBES``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stablecheck.probes.architecture import Architecture
from stablecheck.probes.base import Probe
from stablecheck.probes.batch_size import BatchSize
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.probes.incumbent import AgainstIncumbent
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.label_noise import LabelNoise
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.probes.optimizer import OptimizerChoice
from stablecheck.probes.precision import Precision
from stablecheck.probes.schedule import ScheduleChoice

PROBES: tuple[type[Probe], ...] = (
    InitSeeds,
    LrJitter,
    DataRatio,
    BatchSize,
    Architecture,
    AgainstIncumbent,
    OptimizerChoice,
    ScheduleChoice,
    Precision,
    LabelNoise,
)
KINDS: Mapping[str, type[Probe]] = {
    kind: probe for probe in PROBES for kind in get_args(probe.model_fields["kind"].annotation)
}
