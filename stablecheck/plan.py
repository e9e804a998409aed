"""From checklist to plan: every trial of a run, each once, with its seeds and its key.

This is the only place that derives seeds and keys.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import Field

from stablecheck.checklist.duration import seconds
from stablecheck.checklist.schema import Checklist
from stablecheck.probes.base import Arm
from stablecheck.recipe import Candidate, Treatment
from stablecheck.section import Section


class Seeds(Section):
    """The independent random streams of one trial."""

    init: int = Field(description="Initial weights.")
    order: int = Field(description="Order of the training rows.")
    dropout: int = Field(description="Dropout masks and other noise of the training.")
    subset: int = Field(description="Which rows a data fraction keeps.")
    labels: int = Field(description="Which targets label noise shuffles, and how.")
    noise: int = Field(description="Directions of a control's noise gradients.")
    measure: int = Field(description="Batches and noise of the measuring.")


class Measuring(Section):
    """What is measured along the path."""

    snapshots: int
    batches: int
    sources: tuple[str, ...]
    exclude_tail: float
    companions: tuple[str, ...] = Field(
        (), description="Groups of costly measures that are asked of this trial, by their names."
    )


class TrialSpec(Section):
    """One trial to be trained: everything that determines it, and its key."""

    id: str
    key: str = Field(description="SHA-256 of everything that determines the trial.")
    probe: str = Field(description="Probe and arm it was planned for first; others may share it.")
    arm: str
    seed: int
    candidate: Candidate
    treatment: Treatment
    seeds: Seeds
    measuring: Measuring
    timeout: float = Field(description="Seconds after which the trial is ended.")
    cross_seed: str | None = Field(description="Trial whose end point is the control's reference.")
    keeps_end_point: bool = Field(description="Whether other trials refer to its end point.")


class PlannedArm(Section):
    """One arm and the trials that serve it."""

    name: str
    value: float | None
    reference: bool
    trials: tuple[str, ...]


class PlannedProbe(Section):
    """One probe and its arms."""

    kind: str
    arms: tuple[PlannedArm, ...]


class Plan(Section):
    """All trials of a run, each once, and the arms they serve."""

    trials: tuple[TrialSpec, ...]
    probes: dict[str, PlannedProbe]


def make_plan(checklist: Checklist, identity: str) -> Plan:
    """Lay out every trial of a checklist.

    Arms of a probe are paired by seed: same initial weights (where the architecture allows it),
    same data order. Arms of different probes that ask for the very same training share its trial.

    Args:
        checklist: The resolved checklist.
        identity: Digest of what determines a trial beside the checklist: code, data, device and
            versions.
    """
    trials: dict[str, TrialSpec] = {}
    probes = {}
    for probe_id, probe in checklist.probes.items():
        arms = []
        for arm in probe.arms(checklist.candidate):
            ids = _arm_trials(checklist, probe_id, probe.seeds, arm, identity, trials)
            arms.append(
                PlannedArm(name=arm.name, value=arm.value, reference=arm.reference, trials=ids)
            )
        probes[probe_id] = PlannedProbe(kind=probe.kind, arms=tuple(arms))
    return Plan(trials=tuple(trials.values()), probes=probes)


def _arm_trials(
    checklist: Checklist,
    probe_id: str,
    count: int,
    arm: Arm,
    identity: str,
    trials: dict[str, TrialSpec],
) -> tuple[str, ...]:
    """Ids of one arm's trials, one per seed; trainings not planned yet are added to ``trials``.

    All but the first take the first one's end point as the reference point of their control.
    """
    ids: list[str] = []
    for seed in range(count):
        spec = _spec(checklist, probe_id, arm, seed, identity, ids[0] if ids else None)
        ids.append(trials.setdefault(spec.key, spec).id)
    return tuple(ids)


def _spec(
    checklist: Checklist, probe_id: str, arm: Arm, seed: int, identity: str, first: str | None
) -> TrialSpec:
    measure = checklist.measure
    controlled = measure.controls == "basic" and "train" in measure.sources
    seeds = derive_seeds(seed)
    measuring = Measuring(
        snapshots=measure.snapshots,
        batches=measure.batches,
        sources=measure.sources,
        exclude_tail=measure.exclude_tail,
    )
    determines = {
        "identity": identity,
        "candidate": arm.candidate.model_dump(mode="json"),
        "treatment": arm.treatment.model_dump(),
        "seeds": seeds.model_dump(),
        "measuring": measuring.model_dump(mode="json"),
        "controlled": controlled,
    }
    return TrialSpec(
        id=f"{probe_id}-{arm.name}-s{seed}",
        key=digest(determines),
        probe=probe_id,
        arm=arm.name,
        seed=seed,
        candidate=arm.candidate,
        treatment=arm.treatment,
        seeds=seeds,
        measuring=measuring,
        timeout=seconds(checklist.run.trial_timeout),
        cross_seed=first if controlled else None,
        keeps_end_point=controlled and first is None,
    )


def derive_seeds(seed: int) -> Seeds:
    """The streams of the seed'th trial of every arm: independent, and the same on every machine."""
    streams = {
        name: int.from_bytes(
            hashlib.sha256(f"stablecheck/{name}/{seed}".encode()).digest()[:4], "big"
        )
        for name in Seeds.model_fields
    }
    return Seeds(**streams)


def digest(content: object) -> str:
    """SHA-256 of a JSON-like value, independent of the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
