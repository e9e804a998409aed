"""What only a checklist that is valid as a whole can be asked: whether its plan makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from stablecheck.checklist.command_checks import (
    command_checks,
    fixed_settings,
    mixed_incumbent,
)
from stablecheck.checklist.incumbent import incumbent_node
from stablecheck.checklist.never_met import never_met
from stablecheck.checklist.planned import arms_of, most_trials, planned_probes
from stablecheck.checklist.problems.validation import validate
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Problem
from stablecheck.probes.base import Arm

Arms = Mapping[str, tuple[Arm, ...]]


def plan_checks(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """Every problem of the plan that a valid checklist makes."""
    wrong = (
        tuple(mixed_incumbent(checklist, root))
        or tuple(_incumbent(checklist, root))
        or (*_without_incumbent(checklist, root), *command_checks(checklist, root))
    )
    yield from wrong
    yield from _room_to_grow(checklist, root)
    if not wrong:
        probes = planned_probes(checklist)
        arms = {name: arms_of(checklist, probe) for name, probe in probes.items()}
        yield from fixed_settings(checklist, root)
        yield from _idle_arms(arms, root)
        yield from _equal_names(arms, root)
        yield from never_met(checklist, {name: len(its) for name, its in arms.items()}, root)
        yield from _size(checklist, arms, root)


def _incumbent(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """What is wrong with the incumbent as a recipe of its own, where it is written."""
    candidate, incumbent = root.child("candidate"), root.child("incumbent")
    if checklist.incumbent is not None and candidate is not None and incumbent is not None:
        assert isinstance(root.content, Mapping)
        merged = {**root.content, "candidate": incumbent_node(candidate, incumbent)}
        yield from validate(replace(root, content=merged)).problems


def _without_incumbent(checklist: Checklist, root: Node) -> Iterator[Problem]:
    for name, probe in checklist.probes.items():
        if probe.kind == "incumbent" and checklist.incumbent is None:
            message = (
                "this probe compares with an incumbent, and the checklist names none; expected a "
                "section such as incumbent: {model_args: {hidden: [64]}}"
            )
            yield Problem(root.nearest(("probes", name)).label(), message)


def _room_to_grow(checklist: Checklist, root: Node) -> Iterator[Problem]:
    if checklist.decision.until_decided and not any(
        probe.most_seeds > probe.seeds for probe in checklist.probes.values()
    ):
        message = "no probe has room to grow; give one of them max_seeds above its seeds"
        yield Problem(root.nearest(("decision", "until_decided")).place, message)


def _idle_arms(arms: Arms, root: Node) -> Iterator[Problem]:
    """Arms that train the very same as another one of their probe, and so can show nothing."""
    for probe, its in arms.items():
        for index, arm in enumerate(its):
            others = (*its[:index], *(other for other in its[index + 1 :] if other.reference))
            same = [other.name for other in others if _trains_the_same(other, arm)]
            if same and not arm.reference:
                place = root.nearest(("probes", probe, "variants", arm.name)).label()
                message = f"arm {arm.name!r} trains just what {same[0]!r} does; let it differ"
                yield Problem(place, f"{message}, or leave it out")


def _trains_the_same(one: Arm, other: Arm) -> bool:
    return (one.candidate, one.treatment) == (other.candidate, other.treatment)


def _equal_names(arms: Arms, root: Node) -> Iterator[Problem]:
    """Trials are named after probe and arm, and two of them must not have one name."""
    first: dict[str, str] = {}
    for probe, its in arms.items():
        for arm in its:
            name = f"{probe}-{arm.name}"
            if name in first:
                message = f"its trials would be named {name}, as those of probe {first[name]!r}"
                place = root.nearest(("probes", probe, "variants", arm.name)).label()
                yield Problem(place, f"{message}; rename one of them")
            first.setdefault(name, probe)


def _size(checklist: Checklist, arms: Arms, root: Node) -> Iterator[Problem]:
    probes = planned_probes(checklist)
    most: dict[str, int] = {}
    for name, its in arms.items():
        for arm in its:
            key = arm.candidate.model_dump_json() + arm.treatment.model_dump_json()
            most[key] = max(most.get(key, 0), most_trials(checklist, probes[name]))
    trials, allowed = sum(most.values()), checklist.run.max_trials
    if trials > allowed:
        place = (root.at(("run", "max_trials")) or root.nearest(("probes",))).label()
        message = f"the plan needs {trials} trials, run.max_trials allows {allowed}"
        yield Problem(place, f"{message}; raise it, or lower seeds")
