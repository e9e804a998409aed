"""From checklist to plan: every trial of a run, each once, with its seeds and its key.

This is the only place that derives seeds and keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from pydantic import Field

from stablecheck.checklist.affordable import Amount, affordable
from stablecheck.checklist.asked import companions_of
from stablecheck.checklist.duration import seconds
from stablecheck.checklist.planned import arms_of, most_trials, planned_probes
from stablecheck.checklist.requirement import CONTROLS
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.urgency import LEAST, MAY_END, urgency
from stablecheck.probes.base import Arm
from stablecheck.recipe import Recipe, Treatment
from stablecheck.section import Section
from stablecheck.way import Way

FULL_SNAPSHOTS = 5
"""Snapshots at which the gradient on the whole training part is taken."""


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

    def gradients(self, steps: int, batches_in_all: int) -> int:
        """Gradients that the sources take, without companions.

        Args:
            steps: Gradient steps of the training; there are no more snapshots than steps.
            batches_in_all: Batches that the whole training part makes.
        """
        snapshots = min(steps, self.snapshots)
        each = {
            "train": snapshots * self.batches,
            "heldout": snapshots * self.batches,
            "full": min(snapshots, FULL_SNAPSHOTS) * batches_in_all,
        }
        return sum(each[source] for source in self.sources)


class TrialSpec(Section):
    """One trial to be trained: everything that determines it, and its key."""

    id: str
    key: str = Field(description="SHA-256 of everything that determines the trial.")
    probe: str = Field(description="Probe and arm it was planned for first; others may share it.")
    arm: str
    seed: int
    candidate: Recipe
    treatment: Treatment
    seeds: Seeds
    measuring: Measuring
    timeout: float = Field(description="Seconds after which the trial is ended.")
    cross_seed: str | None = Field(description="Trial whose end point is the control's reference.")
    keeps_end_point: bool = Field(description="Whether other trials refer to its end point.")
    awaited: bool = Field(False, description="Whether a check rests on it that may end the run.")


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

    @property
    def trials(self) -> frozenset[str]:
        """Ids of its trials, each once."""
        return frozenset(trial for arm in self.arms for trial in arm.trials)


class Plan(Section):
    """All trials of a run, each once, and the arms they serve."""

    trials: tuple[TrialSpec, ...]
    probes: dict[str, PlannedProbe]
    way: Way | None = Field(None, description="How they are computed, once that is chosen.")


def make_plan(
    checklist: Checklist,
    identity: str,
    seeds: Mapping[str, int] | None = None,
    rows: int | None = None,
) -> Plan:
    """Lay out every trial of a checklist.

    Arms of a probe are paired by seed: same initial weights (where the architecture allows it),
    same data order. Arms of different probes that ask for the very same training share its trial,
    which then takes the measurements that either asks for. A trial has the same name and key
    however many seeds there are so far, so that a run that grows trains nothing twice.

    Args:
        checklist: The resolved checklist.
        identity: Digest of what determines a trial beside the checklist: code, data, device and
            versions.
        seeds: Trials per arm, by probe, where it is not the probe's own number.
        rows: Training rows, once they are known: a budget in epochs cannot be counted without.
    """
    layout = _Layout(checklist, identity, affordable(checklist, rows))
    probes = {}
    for probe_id, probe in planned_probes(checklist).items():
        count = (seeds or {}).get(probe_id, probe.seeds)
        most = max(count, most_trials(checklist, probe))
        arms = [layout.arm(probe_id, arm, most) for arm in arms_of(checklist, probe)]
        now = tuple(arm.model_copy(update={"trials": arm.trials[:count]}) for arm in arms)
        probes[probe_id] = PlannedProbe(kind=probe.kind, arms=now)
    places = _places(probes, urgency(checklist))
    trials = [
        spec.model_copy(update={"awaited": places[spec.id] in MAY_END})
        for spec in layout.trials()
        if spec.id in places
    ]
    return Plan(trials=tuple(sorted(trials, key=lambda spec: places[spec.id])), probes=probes)


def _places(probes: Mapping[str, PlannedProbe], urgent: Mapping[str, int]) -> dict[str, int]:
    """Place in line of every trial: that of the most urgent probe it serves.

    A trial that another one's control refers to serves the same arms, and so stands no later.
    """
    places: dict[str, int] = {}
    for probe_id, probe in probes.items():
        place = urgent.get(probe_id, LEAST)
        for trial in (trial for arm in probe.arms for trial in arm.trials):
            places[trial] = min(place, places.get(trial, LEAST))
    return places


class _Layout:
    """The trials planned so far, by the digest of what determines their training."""

    def __init__(self, checklist: Checklist, identity: str, amount: Amount) -> None:
        self._checklist = checklist
        self._identity = identity
        self._amount = amount
        self._specs: dict[str, TrialSpec] = {}

    def arm(self, probe_id: str, arm: Arm, count: int) -> PlannedArm:
        """Plan one arm's trials, one per seed.

        The reference point of a trial's control is the end point of its parent in a binary tree
        over the seeds: two trials at most share one, so that controls differ as trainings do, and
        a chain of trials that wait for each other is no longer than log₂ n.
        """
        ids: list[str] = []
        for seed in range(count):
            parent = ids[(seed - 1) // 2] if ids else None
            spec = self._spec(probe_id, arm, seed, parent, keeps=2 * seed + 1 < count)
            ids.append(self._add(spec))
        return PlannedArm(
            name=arm.name, value=arm.value, reference=arm.reference, trials=tuple(ids)
        )

    def trials(self) -> tuple[TrialSpec, ...]:
        """Every trial once, keyed by its training and by what is measured of it."""
        return tuple(
            spec.model_copy(
                update={"key": digest({"training": key, "companions": spec.measuring.companions})}
            )
            for key, spec in self._specs.items()
        )

    def _add(self, spec: TrialSpec) -> str:
        known = self._specs.get(spec.key)
        if known is not None:
            both = {*known.measuring.companions, *spec.measuring.companions}
            measuring = known.measuring.model_copy(update={"companions": tuple(sorted(both))})
            keeps = known.keeps_end_point or spec.keeps_end_point
            spec = known.model_copy(update={"measuring": measuring, "keeps_end_point": keeps})
        self._specs[spec.key] = spec
        return spec.id

    def _spec(
        self, probe_id: str, arm: Arm, seed: int, parent: str | None, *, keeps: bool
    ) -> TrialSpec:
        measuring = self._measuring(probe_id)
        controls = self._checklist.measure.controls != "none" and probe_id != CONTROLS
        controlled = controls and "train" in measuring.sources
        seeds = derive_seeds(seed)
        determines = {
            "identity": self._identity,
            "candidate": arm.candidate.model_dump(mode="json"),
            "treatment": arm.treatment.model_dump(),
            "seeds": seeds.model_dump(),
            "measuring": measuring.model_dump(mode="json", exclude={"companions"}),
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
            timeout=seconds(self._checklist.run.trial_timeout),
            cross_seed=parent if controlled else None,
            keeps_end_point=controlled and keeps,
        )

    def _measuring(self, probe_id: str) -> Measuring:
        measure = self._checklist.measure
        return Measuring(
            snapshots=self._amount.snapshots,
            batches=self._amount.batches,
            sources=measure.sources,
            exclude_tail=measure.exclude_tail,
            companions=companions_of(self._checklist, probe_id),
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
