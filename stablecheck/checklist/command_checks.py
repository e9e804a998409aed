"""Whether a command can be run as the rest of the checklist asks."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.checklist.planned import arms_of
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node, Path
from stablecheck.command.settings import (
    DEVICE,
    EPOCHS,
    SEED,
    STEPS,
    budget_factor,
    declared_as,
    meaning,
    settings,
)
from stablecheck.command.template import placeholders
from stablecheck.errors import Problem
from stablecheck.probes.base import Arm
from stablecheck.recipe import PLAIN, CommandCandidate

_CANDIDATE, _INCUMBENT = ("candidate", "command"), ("incumbent", "command")
_OF_A_MODEL = ("model", "loss")


def mixed_incumbent(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """A command is compared with a command, and a model with a model."""
    incumbent = checklist.incumbent
    if incumbent is None:
        return
    if not isinstance(checklist.candidate, CommandCandidate):
        if incumbent.command is not None:
            message = "the candidate is no command, so its incumbent is none; expected e.g. model"
            yield Problem(root.nearest(_INCUMBENT).label(), message)
        return
    for key in _OF_A_MODEL:
        if getattr(incumbent, key) is not None:
            message = f"the candidate is a command, so {key!r} says nothing; expected e.g. command"
            yield Problem(root.nearest(("incumbent", key)).label(), message)


def command_checks(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """What a command cannot do, and values that it asks for and nobody declares."""
    candidate = checklist.candidate
    if not isinstance(candidate, CommandCandidate):
        return
    yield from _executor(checklist, root)
    yield from _controls(checklist, root)
    yield from _undeclared(candidate, root, _CANDIDATE)
    if checklist.incumbent is not None:
        other = incumbent_recipe(candidate, checklist.incumbent)
        if isinstance(other, CommandCandidate) and other.command != candidate.command:
            yield from _undeclared(other, root, _INCUMBENT)
    yield from _unvaried(checklist, candidate, root)


def fixed_settings(checklist: Checklist, root: Node) -> Iterator[Problem]:
    """Arms that differ in something that does not reach the command."""
    for probe_id, probe in checklist.probes.items():
        arms = arms_of(checklist, probe)
        for reference in (arm for arm in arms if arm.reference):
            told: dict[str, Problem] = {}
            for arm in arms:
                place = root.nearest(("probes", probe_id, "variants", arm.name)).label()
                for name, message in _unreached(probe_id, arm, reference):
                    told.setdefault(name, Problem(place, message))
            yield from told.values()


def _executor(checklist: Checklist, root: Node) -> Iterator[Problem]:
    if checklist.run.executor == "ensembles":
        message = (
            "ensembles compute models of one process together, and a command has a process of its "
            "own; expected auto, processes, inline or ray"
        )
        yield Problem(root.nearest(("run", "executor")).place, message)


def _controls(checklist: Checklist, root: Node) -> Iterator[Problem]:
    if checklist.measure.controls == "full":
        message = (
            "a command's steps cannot be replaced by noise; expected controls: basic or none, "
            "written as measure: {controls: basic}"
        )
        yield Problem(root.nearest(("measure", "controls")).place, message)


def _undeclared(recipe: CommandCandidate, root: Node, path: Path) -> Iterator[Problem]:
    node, known = root.nearest(path), settings(recipe, PLAIN)
    for one in placeholders(recipe.command):
        if one.name not in known and one.name not in (SEED, DEVICE):
            field = f"{path[0]}.{declared_as(one.name)}"
            message = f"{{{one.name}}} has no value in the candidate as it is; expected {field}"
            yield Problem(node.letter(one.offset), message)


def _unvaried(checklist: Checklist, candidate: CommandCandidate, root: Node) -> Iterator[Problem]:
    for probe_id, probe in checklist.probes.items():
        for name in probe.varied:
            if name not in _names(candidate):
                yield Problem(root.nearest(("probes", probe_id)).label(), _lacks(probe_id, name))


def _names(recipe: CommandCandidate) -> set[str]:
    return {one.name for one in placeholders(recipe.command)}


def _lacks(probe: str, name: str) -> str:
    option = name.rpartition(".")[2].replace("_", "-")
    return (
        f"probe {probe} varies {meaning(name)}, but the command has no {{{name}}}; add it where "
        f"the script takes it, such as --{option} {{{name}}}"
    )


def _unreached(probe: str, arm: Arm, reference: Arm) -> Iterator[tuple[str, str]]:
    """Names of what the arm varies and its command does not hear of, each with a message."""
    recipe, other = arm.candidate, reference.candidate
    if not isinstance(recipe, CommandCandidate) or not isinstance(other, CommandCandidate):
        return
    if recipe.command != other.command:
        return  # what another command does is its own matter
    reached = {*_names(recipe), STEPS, EPOCHS}
    values, usual = settings(recipe, arm.treatment), settings(other, reference.treatment)
    for name in {**values, **usual}:
        if name not in reached and values.get(name) != usual.get(name):
            yield name, _lacks(probe, name)
    factors = {round(budget_factor(recipe, one.treatment), 9) for one in (arm, reference)}
    unit = STEPS if recipe.steps is not None else EPOCHS
    if len(factors) > 1 and unit not in _names(recipe):
        yield unit, _other_budget(probe, unit)


def _other_budget(probe: str, unit: str) -> str:
    return (
        f"probe {probe} trains its arms for other numbers of {unit}, but the command has no "
        f"{{{unit}}}; add it and declare candidate.{unit}, or write hold: {unit} in the probe"
    )
