"""Which trials are computed as one ensemble."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stablecheck.plan import TrialSpec, digest
from stablecheck.way import Way

Job = tuple[TrialSpec, ...]
"""Trials that one worker computes together."""

_OF_EACH_MEMBER = {"lr", "momentum", "nesterov", "weight_decay", "betas"}


def jobs(specs: Sequence[TrialSpec], way: Way, rows: int) -> list[Job]:
    """The jobs of a plan, in the order of their first trials.

    Trials whose control refers to another one of them stay in its job where there is room. Where
    there is none, they are in a job of their own, and no two jobs refer to each other.

    Args:
        specs: Trials, each after the one that its control refers to.
        way: How they are computed.
        rows: Training rows.
    """
    if not way.together:
        return [(spec,) for spec in specs]
    position = {spec.id: place for place, spec in enumerate(specs)}
    size = min(way.members, math.ceil(len(specs) / way.workers))
    found = [job for group in _by_shape(specs, rows) for job in _cut(group, max(1, size))]
    return sorted(found, key=lambda job: position[job[0].id])


def largest_group(specs: Sequence[TrialSpec], rows: int) -> Job:
    """The most numerous trials of one shape."""
    return max(_by_shape(specs, rows), key=len)


def shape_of(spec: TrialSpec, rows: int) -> str:
    """Digest of what members of one ensemble have in common: everything but numbers and rows.

    Trials that a check awaits to end the run are not kept waiting for others.
    """
    recipe = spec.candidate.model_dump(mode="json", exclude={"optimizer": _OF_EACH_MEMBER})
    seen = max(1, round(spec.treatment.data_fraction * rows))
    alone = spec.id if spec.treatment.gradients == "noise" else None
    return digest(
        {
            "recipe": recipe,
            "steps": spec.treatment.steps(spec.candidate, rows),
            "batch_size": min(spec.candidate.batch_size or seen, seen),
            "measuring": spec.measuring.model_dump(mode="json", exclude={"companions"}),
            "alone": alone,
            "awaited": spec.awaited,
        }
    )


def _by_shape(specs: Sequence[TrialSpec], rows: int) -> list[Job]:
    groups: dict[str, list[TrialSpec]] = {}
    for spec in specs:
        groups.setdefault(shape_of(spec, rows), []).append(spec)
    return [tuple(group) for group in groups.values()]


def _cut(group: Job, size: int) -> list[Job]:
    """A group as jobs of nearly equal size, at most ``size`` each.

    Families are packed whole, the largest first. One that fits nowhere is laid over several jobs in
    its own order, so that trials only refer to jobs before theirs.
    """
    count = math.ceil(len(group) / size)
    room = math.ceil(len(group) / count)
    bins: list[list[TrialSpec]] = [[] for _ in range(count)]
    for family in sorted(_families(group), key=len, reverse=True):
        fitting = [one for one in bins if len(one) + len(family) <= room]
        rest = list(family)
        for one in fitting[:1] or bins:
            taken = room - len(one)
            one.extend(rest[:taken])
            rest = rest[taken:]
    position = {spec.id: place for place, spec in enumerate(group)}
    return [tuple(sorted(one, key=lambda spec: position[spec.id])) for one in bins if one]


def _families(group: Job) -> list[Job]:
    """The trials as trees of those whose controls refer to each other, each in its order."""
    root: dict[str, str] = {}
    families: dict[str, list[TrialSpec]] = {}
    for spec in group:
        root[spec.id] = root.get(spec.cross_seed or "", spec.id)
        families.setdefault(root[spec.id], []).append(spec)
    return [tuple(family) for family in families.values()]
