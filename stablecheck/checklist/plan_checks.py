"""What only a checklist that is valid as a whole can be asked: whether its plan makes sense."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.checklist.problems.validation import complaints_of
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Problem
from stablecheck.recipe import Candidate


def plan_checks(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """Every problem of the plan that a valid checklist makes."""
    incumbent = None
    if checklist.incumbent is not None:
        try:
            incumbent = incumbent_recipe(checklist.candidate, checklist.incumbent)
        except ValidationError as error:
            yield from complaints_of(error, root, ("incumbent",))
            return
    yield from _incumbent_probes(checklist, root)
    yield from _room_to_grow(checklist, root)
    yield from _size(checklist, incumbent, root)


def _incumbent_probes(checklist: Checklist, root: Node) -> Iterator[Problem]:
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


def _size(checklist: Checklist, incumbent: Candidate | None, root: Node) -> Iterator[Problem]:
    grows = checklist.decision.until_decided
    trials = 0
    for probe in checklist.probes.values():
        if probe.kind == "incumbent" and incumbent is None:
            continue
        most = probe.most_seeds if grows else probe.seeds
        trials += len(probe.arms(checklist.candidate, incumbent)) * most
    allowed = checklist.run.max_trials
    if trials > allowed:
        place = (root.at(("run", "max_trials")) or root.nearest(("probes",))).label()
        message = f"the plan needs {trials} trials, run.max_trials allows {allowed}"
        yield Problem(place, f"{message}; raise it, or lower seeds")
