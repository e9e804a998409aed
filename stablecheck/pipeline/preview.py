"""What a run would do, and what it would cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.executors.base import Choice, Examination, PilotFigures
from stablecheck.pipeline.growth import growth_of
from stablecheck.pipeline.options import Options
from stablecheck.pipeline.preparation import code_digest, examine, identity, make_executor, placed
from stablecheck.plan import Plan, TrialSpec, make_plan
from stablecheck.recipe import PLAIN, CommandCandidate, Recipe
from stablecheck.report.fonts import need_font


@dataclass(frozen=True)
class Pilot:
    """What a short pilot showed.

    Args:
        examination: The candidate as loaded.
        figures: What was measured.
        choice: How the trials are to be computed.
    """

    examination: Examination
    figures: PilotFigures
    choice: Choice

    @property
    def rows(self) -> int:
        """Training rows, which are known once the candidate was loaded."""
        return self.examination.facts.n_train or 1

    @property
    def steps_per_second(self) -> float:
        """Gradient steps of all processes together; where nothing was timed, what they would do."""
        alone = self.choice.way.workers / self.figures.step_seconds
        return self.choice.steps_per_second or alone


@dataclass(frozen=True)
class Preview:
    """What a run would do.

    Args:
        plan: Its trials.
        most: Its trials at the last look, where seeds are added; ``plan`` itself elsewhere.
        pilot: What a short pilot showed; None without one.
    """

    plan: Plan
    most: Plan
    pilot: Pilot | None = None

    def steps(self, spec: TrialSpec) -> int | None:
        """Gradient steps of one trial; None where that depends on data that was not loaded."""
        if self.pilot is None and spec.candidate.steps is None:
            return None
        rows = self.pilot.rows if self.pilot else 1
        return spec.treatment.steps(spec.candidate, rows)

    def total_steps(self, plan: Plan) -> int | None:
        """Gradient steps of all trials; None where that depends on data that was not loaded."""
        each = [self.steps(spec) for spec in plan.trials]
        return None if None in each else sum(steps for steps in each if steps is not None)

    def seconds(self, plan: Plan) -> float | None:
        """Wall time of all trials; None without a pilot."""
        if self.pilot is None:
            return None
        pilot = self.pilot
        alone = sum(self._trial_seconds(spec, pilot) for spec in plan.trials)
        return alone / pilot.figures.step_seconds / pilot.steps_per_second

    def _trial_seconds(self, spec: TrialSpec, pilot: Pilot) -> float:
        steps, figures = self.steps(spec) or 0, pilot.figures
        in_all = math.ceil(pilot.rows / (spec.candidate.batch_size or pilot.rows))
        gradients = spec.measuring.gradients(steps, in_all)
        companions = sum(figures.companion_seconds[name] for name in spec.measuring.companions)
        return steps * figures.step_seconds + gradients * figures.gradient_seconds + companions


def preview(loaded: LoadedChecklist) -> Preview:
    """The plan alone: nothing is loaded and nothing trains.

    Raises:
        FontNotInstalledError: The language of the report needs a font that an extra brings.
    """
    need_font(loaded.checklist.report.language)
    return Preview(*_plans(loaded, identity="", rows=None))


def preview_with_pilot(loaded: LoadedChecklist, options: Options) -> Preview:
    """The plan, with time and memory from a short pilot of the candidate.

    A command has none: what it would do in a few steps is its own matter. Its program and files are
    looked for all the same.

    Raises:
        InvalidChecklistError: The candidate cannot be used as declared.
        FontNotInstalledError: The language of the report needs a font that an extra brings.
    """
    need_font(loaded.checklist.report.language)
    with make_executor(loaded, options, None) as executor:
        examination = examine(loaded, options, executor)
        if isinstance(loaded.checklist.candidate, CommandCandidate):
            return Preview(*_plans(loaded, identity="", rows=None))
        with placed(loaded, options):
            choice = executor.choose(_plans(loaded, "", executor.rows)[0].trials)
        executor.way = choice.way
        determined = identity(code_digest(loaded), examination, choice.way)
        plan, most = _plans(loaded, determined, executor.rows)
        with placed(loaded, options):
            figures = executor.pilot(pilot_trial(plan, loaded.checklist.candidate))
        return Preview(plan, most, Pilot(examination, figures, choice))


def _plans(loaded: LoadedChecklist, identity: str, rows: int | None) -> tuple[Plan, Plan]:
    """The plan of the first look and that of the last."""
    growth = growth_of(loaded.checklist)
    looks = (growth.looks()[0], growth.looks()[-1])
    first, last = (
        make_plan(loaded.checklist, identity, growth.seeds(look), rows) for look in looks
    )
    return first, last


def pilot_trial(plan: Plan, candidate: Recipe) -> TrialSpec:
    """A trial of the candidate as it is, with every group of companions that any trial is asked.

    Where no probe trains that, the first trial stands in for it.
    """
    plain = (spec for spec in plan.trials if (spec.candidate, spec.treatment) == (candidate, PLAIN))
    chosen = next(plain, plan.trials[0])
    companions = {name for spec in plan.trials for name in spec.measuring.companions}
    measuring = chosen.measuring.model_copy(update={"companions": tuple(sorted(companions))})
    return chosen.model_copy(update={"measuring": measuring})
