"""``stablecheck plan``: what a run would cost, and what it can prove."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.common import executor_option, quiet_option, workers_option
from stablecheck.cli.completing import checklists
from stablecheck.cli.device import device_option
from stablecheck.cli.max_cost import max_cost_option

if TYPE_CHECKING:
    from stablecheck.checklist.loader import LoadedChecklist
    from stablecheck.executors.base import Choice, PilotFigures
    from stablecheck.pipeline.preview import Pilot, Preview
    from stablecheck.plan import Measuring


@click.command(short_help="Show what a run costs and what it can prove.")
@click.argument("file", metavar="FILE", shell_complete=checklists)
@click.option("--no-pilot", is_flag=True, help="Train nothing and load no data: counts alone.")
@device_option()
@executor_option()
@workers_option()
@max_cost_option()
@quiet_option("Print one line: trainings, and time where a pilot was made.")
@json_option()
def command(
    file: str,
    no_pilot: bool,
    device: str | None,
    executor: str | None,
    workers: int | None,
    max_cost: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Show trials, gradient steps, time and memory of a run, and what its n can prove.

    A short pilot times a few steps of the candidate.

    \b
    Examples:
      stablecheck plan churn.yaml
      stablecheck plan churn.yaml --no-pilot
    """
    from stablecheck.checklist.loader import load
    from stablecheck.pipeline import early

    loaded = load(file)
    if not no_pilot:
        early.begin(loaded, executor)
    from stablecheck.cli import plan_content
    from stablecheck.pipeline.options import Options
    from stablecheck.pipeline.preview import preview, preview_with_pilot

    options = Options(device=device, executor=executor, workers=workers, max_cost=max_cost)
    shown = preview(loaded) if no_pilot else preview_with_pilot(loaded, options)
    most = max_cost or loaded.checklist.run.max_cost
    if as_json:
        show(plan_content.content(loaded, shown, most))
    elif quiet:
        click.echo(plan_content.summary(loaded, shown))
    else:
        _print(loaded, shown, most)


def _print(loaded: LoadedChecklist, shown: Preview, max_cost: str) -> None:
    checklist = loaded.checklist
    click.echo(f"{checklist.name} {checklist.version}")
    costs = _costs(loaded, shown, max_cost)
    parts = (_probes(shown), _checks(loaded), _proofs(loaded, shown), _looks(loaded), costs)
    for part in parts:
        for index, line in enumerate(part):
            click.echo(line if index else f"\n{line}")


def _probes(shown: Preview) -> Iterator[str]:
    for probe_id, probe in shown.plan.probes.items():
        arms = " ".join(arm.name for arm in probe.arms)
        yield f"  {probe_id:<10} {probe.kind:<12} {len(probe.trials):>4} trials   arms: {arms}"
    total = len(shown.plan.trials)
    listed = sum(len(probe.trials) for probe in shown.plan.probes.values())
    shared = f", {listed - total} shared between probes" if listed > total else ""
    most = _grown(shown, f"{len(shown.most.trials)}")
    yield f"  {'in all':<23} {total:>4} trainings{shared}{most}"


def _checks(loaded: LoadedChecklist) -> Iterator[str]:
    """What will be asked of the trainings, also by the checklists that are extended."""
    from stablecheck.checklist.schema import SEVERITIES

    active = [check for check in loaded.checklist.checks if check.severity != "off"]
    longest = min(24, max((len(check.id) for check in active), default=0))
    for check in sorted(active, key=lambda check: SEVERITIES.index(check.severity)):
        yield from textwrap.wrap(
            check.require, 80,
            initial_indent=f"  {check.severity:<8} {check.id:<{longest}}  ",
            subsequent_indent=" " * (13 + longest),
        )  # fmt: skip


def _proofs(loaded: LoadedChecklist, shown: Preview) -> Iterator[str]:
    """What n trainings prove when all of them go well."""
    from stablecheck.cli.proofs import proofs

    confidence = loaded.checklist.decision.confidence
    yield f"  What n can prove at {confidence:.0%} confidence, if every training goes well:"
    for proof in proofs(loaded, shown):
        proven = math.floor(100 * proof.share)
        text = f"at least {proven} % of future trainings do too: {', '.join(proof.probes)}"
        yield from textwrap.wrap(
            text, 80, initial_indent=f"  n = {proof.n:<6} ", subsequent_indent=" " * 13
        )


def _looks(loaded: LoadedChecklist) -> Iterator[str]:
    """When a run that grows is looked at, and how sure it must be each time."""
    from stablecheck.pipeline.growth import growth_of

    for index, (probe_id, looks) in enumerate(growth_of(loaded.checklist).probes.items()):
        if index == 0:
            yield "  Seeds are added until decided; every look spends its share of the error:"
        sizes = ", ".join(f"{look.n} at {look.confidence:.1%}" for look in looks)
        yield f"  {probe_id:<10} n = {sizes}"


def _costs(loaded: LoadedChecklist, shown: Preview, max_cost: str) -> Iterator[str]:
    steps, most = (shown.total_steps(plan) for plan in (shown.plan, shown.most))
    if steps is not None and most is not None:
        yield f"  Gradient steps   {steps:,}{_grown(shown, f'{most:,}')}"
    else:
        yield f"  Gradient steps   {_budget(loaded)}"
    if _is_command(loaded):
        yield "  Time, memory     not known before the command has run; `run` shows what is left"
        return
    if shown.pilot is None:
        yield "  Time, memory     not known without the pilot"
        return
    yield from _companions(shown)
    yield from _time(shown, shown.pilot, max_cost)
    measuring = shown.plan.trials[0].measuring
    yield from _measured(loaded, measuring)
    yield from _ways(shown.pilot.choice)
    yield from _memory(shown.pilot.figures, measuring)


def _budget(loaded: LoadedChecklist) -> str:
    """What is known of a budget that is not declared in steps."""
    if _is_command(loaded):
        return "the command's own; it may report them"
    return f"{loaded.checklist.candidate.epochs} epochs a training; the pilot counts them"


def _is_command(loaded: LoadedChecklist) -> bool:
    from stablecheck.recipe import CommandCandidate

    return isinstance(loaded.checklist.candidate, CommandCandidate)


def _time(shown: Preview, pilot: Pilot, max_cost: str) -> Iterator[str]:
    """What all of it would take, and whether that is allowed."""
    from stablecheck.checklist.duration import seconds as duration
    from stablecheck.report.numbers import seconds

    time, longest = (seconds(shown.seconds(plan) or 0.0) for plan in (shown.plan, shown.most))
    yield (
        f"  Time             about {time}{_grown(shown, longest)} of training and measuring on "
        f"{pilot.examination.device_name}"
    )
    if (shown.seconds(shown.plan) or 0.0) > duration(max_cost):
        yield f"{'':19}more than max_cost: no training starts after {max_cost}"


def _memory(figures: PilotFigures, measuring: Measuring) -> Iterator[str]:
    """Memory of a worker, and the time of a step and a gradient."""
    memory = figures.peak_memory_bytes / 2**20
    snapshots = figures.snapshot_bytes * measuring.snapshots / 2**20
    yield (
        f"  Memory           about {memory:,.0f} MiB a worker, {snapshots:,.1f} MiB of it snapshots"
    )
    yield (
        f"  One step         {figures.step_seconds * 1000:.2f} ms, "
        f"one measured gradient {figures.gradient_seconds * 1000:.2f} ms"
    )


def _measured(loaded: LoadedChecklist, measuring: Measuring) -> Iterator[str]:
    """How much of each path is measured, and why it is less than was asked for."""
    asked = loaded.checklist.measure
    text = f"{measuring.snapshots} snapshots, {measuring.batches} batches each of every source"
    if (asked.snapshots, asked.batches) != (measuring.snapshots, measuring.batches):
        text += f"; measure.budget of {asked.budget:.0%} saves the rest"
    yield from textwrap.wrap(
        text.replace(" 1 batches", " 1 batch"), 80,
        initial_indent="  Measured         ", subsequent_indent=" " * 19,
    )  # fmt: skip


def _ways(choice: Choice) -> Iterator[str]:
    """How the trials would be computed, and what else was tried."""
    yield f"  Computed         {choice.way}"
    reasons = {"not together": choice.why_not_together, "not captured": choice.why_not_captured}
    for what, why in reasons.items():
        if why is not None:
            yield from textwrap.wrap(
                f"{what}, because {why}",
                80, initial_indent=" " * 19, subsequent_indent=" " * 19,
            )  # fmt: skip
    for timing in sorted(choice.timings, key=lambda timing: timing.seconds):
        yield f"{timing.steps_per_second:>17,.0f}  steps a second: {timing.way}"


def _grown(shown: Preview, most: str) -> str:
    """What it may come to where seeds are added."""
    return f", at most {most}" if shown.most != shown.plan else ""


def _companions(shown: Preview) -> Iterator[str]:
    """What the costly measures that somebody asked for add to a training."""
    assert shown.pilot is not None  # asked only then
    each = shown.pilot.figures.companion_seconds
    for name, taken in each.items():
        count = sum(name in spec.measuring.companions for spec in shown.plan.trials)
        yield f"  Measures         {name:<13} +{taken:.2f} s each in {count} trainings"
