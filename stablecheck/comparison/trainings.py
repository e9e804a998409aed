"""How the trainings of two runs hang together: the same again, or paired by seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from stablecheck.changes import InputChange, Relation, TrainingsChange
from stablecheck.checklist.planned import arms_of, planned_probes
from stablecheck.checklist.schema import Checklist
from stablecheck.comparison.inputs import determine_trainings
from stablecheck.probes.base import Arm
from stablecheck.result import Result, TrialLine
from stablecheck.store import DecidedRun

_Named = tuple[str, str]
"""A probe and one of its arms."""
_Pair = tuple[TrialLine, TrialLine]


def trainings_change(
    before: DecidedRun, after: DecidedRun, inputs: Iterable[InputChange]
) -> TrainingsChange:
    """Which trainings both runs have, and how many of them came out alike to the last digit."""
    pairs = list(_pairs(before.result, after.result))
    equal = sum(_came_out(was) == _came_out(is_now) for was, is_now in pairs)
    changed = determine_trainings(inputs) or _recipes_differ(before.checklist, after.checklist)
    return TrainingsChange(
        before=len(before.result.trials),
        after=len(after.result.trials),
        shared=len(pairs),
        equal=equal,
        relation=_relation(len(pairs), equal, changed=changed),
    )


def _relation(shared: int, equal: int, *, changed: bool) -> Relation:
    if not shared:
        return "none"
    if equal == shared:
        return "repeated"
    return "changed" if changed else "not_repeated"


def _pairs(before: Result, after: Result) -> Iterator[_Pair]:
    """Trainings of the same probe, arm and seed; one that serves several arms is paired once."""
    earlier, later = _by_arm(before), _by_arm(after)
    found: dict[tuple[str, str], _Pair] = {}
    for named in earlier.keys() & later.keys():
        for seed in earlier[named].keys() & later[named].keys():
            was, is_now = earlier[named][seed], later[named][seed]
            found[was.id, is_now.id] = (was, is_now)
    yield from found.values()


def _by_arm(result: Result) -> dict[_Named, dict[int, TrialLine]]:
    lines = {line.id: line for line in result.trials}
    return {
        (probe_id, arm.name): {lines[id_].seed: lines[id_] for id_ in arm.trials if id_ in lines}
        for probe_id, probe in result.probes.items()
        for arm in probe.arms
    }


def _came_out(line: TrialLine) -> tuple[object, ...]:
    return line.status, line.steps, line.loss, line.score


def _recipes_differ(before: Checklist, after: Checklist) -> bool:
    """Whether an arm that both have trains another recipe, or treats it in another way."""
    earlier, later = _arms(before), _arms(after)
    return any(
        (earlier[named].candidate, earlier[named].treatment)
        != (later[named].candidate, later[named].treatment)
        for named in earlier.keys() & later.keys()
    )


def _arms(checklist: Checklist) -> Mapping[_Named, Arm]:
    return {
        (probe_id, arm.name): arm
        for probe_id, probe in planned_probes(checklist).items()
        for arm in arms_of(checklist, probe)
    }
