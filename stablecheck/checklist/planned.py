"""What a checklist plans: its probes, the controls beside them, and the arms of each."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.checklist.requirement import CONTROLS
from stablecheck.checklist.schema import Checklist
from stablecheck.probes.base import Arm, Probe
from stablecheck.probes.controls import Controls


def planned_probes(checklist: Checklist) -> Mapping[str, Probe]:
    """The checklist's probes by id, and the controls where it asks for them."""
    controls = {CONTROLS: Controls(kind="controls")} if checklist.measure.controls == "full" else {}
    return {**checklist.probes, **controls}


def arms_of(checklist: Checklist, probe: Probe) -> tuple[Arm, ...]:
    """The arms of one of a checklist's probes."""
    candidate, named = checklist.candidate, checklist.incumbent
    return probe.arms(candidate, None if named is None else incumbent_recipe(candidate, named))


def most_trials(checklist: Checklist, probe: Probe) -> int:
    """Trials per arm that a probe may come to have."""
    return probe.most_seeds if checklist.decision.until_decided else probe.seeds
