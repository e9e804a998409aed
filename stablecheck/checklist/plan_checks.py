"""What only a checklist that is valid as a whole can be asked: whether its plan makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.checklist.problems.validation import complaints_of
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Problem
from stablecheck.probes.base import Arm

Arms = Mapping[str, tuple[Arm, ...]]


def plan_checks(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """Every problem of the plan that a valid checklist makes."""
    incumbent = None
    if checklist.incumbent is not None:
        try:
            incumbent = incumbent_recipe(checklist.candidate, checklist.incumbent)
        except ValidationError as error:
            yield from complaints_of(error, root, ("incumbent",))
            return
    lacking = tuple(_without_incumbent(checklist, root))
    yield from lacking
    yield from _room_to_grow(checklist, root)
    if not lacking:
        arms = {
            name: probe.arms(checklist.candidate, incumbent)
            for name, probe in checklist.probes.items()
        }
        yield from _idle_arms(arms, root)
        yield from _equal_names(arms, root)
        yield from _size(checklist, arms, root)


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
    """Arms that train the very same as their reference, and so can show nothing."""
    for probe, its in arms.items():
        for arm in its:
            same = [
                other.name
                for other in its
                if other.reference
                and other is not arm
                and (other.candidate, other.treatment) == (arm.candidate, arm.treatment)
            ]
            if same:
                place = root.nearest(("probes", probe, "variants", arm.name)).label()
                message = f"arm {arm.name!r} trains just what {same[0]!r} does; let it differ"
                yield Problem(place, f"{message}, or leave it out")


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
    grows = checklist.decision.until_decided
    trials = 0
    for name, probe in checklist.probes.items():
        trials += len(arms[name]) * (probe.most_seeds if grows else probe.seeds)
    allowed = checklist.run.max_trials
    if trials > allowed:
        place = (root.at(("run", "max_trials")) or root.nearest(("probes",))).label()
        message = f"the plan needs {trials} trials, run.max_trials allows {allowed}"
        yield Problem(place, f"{message}; raise it, or lower seeds")
