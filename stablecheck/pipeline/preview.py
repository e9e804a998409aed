"""What a run would do, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.executors.base import Examination, PilotFigures
from stablecheck.pipeline.options import Options
from stablecheck.pipeline.preparation import code_digest, examine, identity, make_executor, placed
from stablecheck.plan import Plan, TrialSpec, make_plan


@dataclass(frozen=True)
class Pilot:
    """What a short pilot showed.

    Args:
        examination: The candidate as loaded.
        figures: What was measured.
        workers: Trials at the same time.
    """

    examination: Examination
    figures: PilotFigures
    workers: int


@dataclass(frozen=True)
class Preview:
    """What a run would do.

    Args:
        plan: Its trials.
        pilot: What a short pilot showed; None without one.
    """

    plan: Plan
    pilot: Pilot | None = None

    def steps(self, spec: TrialSpec) -> int | None:
        """Gradient steps of one trial; None where that depends on data that was not loaded."""
        if self.pilot is None and spec.candidate.steps is None:
            return None
        rows = self.pilot.examination.facts.n_train if self.pilot else 1
        return spec.treatment.steps(spec.candidate, rows)

    def seconds(self) -> float | None:
        """Wall time of the whole run; None without a pilot."""
        if self.pilot is None:
            return None
        pilot = self.pilot
        return sum(self._trial_seconds(spec, pilot) for spec in self.plan.trials) / pilot.workers

    def _trial_seconds(self, spec: TrialSpec, pilot: Pilot) -> float:
        steps, figures = self.steps(spec) or 0, pilot.figures
        rows = pilot.examination.facts.n_train
        in_all = rows // min(spec.candidate.batch_size, rows)
        gradients = spec.measuring.gradients(steps, in_all)
        companions = sum(figures.companion_seconds[name] for name in spec.measuring.companions)
        return steps * figures.step_seconds + gradients * figures.gradient_seconds + companions


def preview(loaded: LoadedChecklist) -> Preview:
    """The plan alone: nothing is loaded and nothing trains."""
    return Preview(make_plan(loaded.checklist, identity=""))


def preview_with_pilot(loaded: LoadedChecklist, options: Options) -> Preview:
    """The plan, with time and memory from a short pilot of the candidate.

    Raises:
        InvalidChecklistError: The candidate cannot be used as declared.
    """
    with make_executor(loaded, options, None) as executor:
        examination = examine(loaded, options, executor)
        plan = make_plan(loaded.checklist, identity(code_digest(loaded), examination))
        with placed(loaded, options):
            figures = executor.pilot(_asked_of_all(plan))
        return Preview(plan, Pilot(examination, figures, executor.workers))


def _asked_of_all(plan: Plan) -> TrialSpec:
    """The first trial, with every group of companions that any trial is asked for."""
    first = plan.trials[0]
    companions = {name for spec in plan.trials for name in spec.measuring.companions}
    measuring = first.measuring.model_copy(update={"companions": tuple(sorted(companions))})
    return first.model_copy(update={"measuring": measuring})
