"""A LightningModule as a candidate's model.

Its hooks around a training step are called as Lightning calls them. Callbacks, loggers, data
modules and the hooks of validation, testing and prediction are not: a trial has no Trainer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import nn

from stablecheck.candidate.frameworks.base import Framework, made_by
from stablecheck.candidate.frameworks.lightning.hooks import (
    CALLED,
    check_hooks,
    check_modes,
    overridden,
    takes_batch_idx,
)
from stablecheck.candidate.frameworks.lightning.objective import (
    Placed,
    TrainingStep,
    TrainingStepAndForward,
)
from stablecheck.candidate.frameworks.lightning.optimization import hooked
from stablecheck.candidate.frameworks.lightning.progress import PACKAGES, Progress, attach
from stablecheck.candidate.frameworks.lightning.reading import may_read_progress
from stablecheck.candidate.frameworks.optimized import Optimized
from stablecheck.candidate.loss import make_objective
from stablecheck.candidate.objective import Objective
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Candidate


class Lightning(Framework):
    """A ``LightningModule``, of ``lightning`` or of ``pytorch_lightning``.

    ``loss: own`` is its ``training_step``, ``optimizer: {name: own}`` its ``configure_optimizers``,
    whose rates ``lr`` multiplies.
    """

    def recognizes(self, built: object) -> bool:
        return made_by(built, "LightningModule", *PACKAGES)

    def module(self, built: Any) -> nn.Module:
        """The module, set up as for a fit."""
        attach(built, Progress())
        built.setup("fit")
        built.configure_model()
        check_hooks(built)
        check_modes(built)
        module: nn.Module = built
        return module

    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        check_hooks(built)
        _check_schedule(candidate)
        return Optimized(
            asked=Placed(_asked(built, candidate, folders)),
            optimizing=hooked,
            alone=_alone(built, candidate),
            remarks=_remarks(built),
        )


def _check_schedule(candidate: Candidate) -> None:
    schedule = candidate.schedule
    if candidate.optimizer.name == OWN and (schedule.name != "constant" or schedule.warmup):
        raise CandidateError(
            ("candidate", "schedule"),
            f"optimizer: {OWN} takes the schedulers of configure_optimizers, and the checklist has "
            "a schedule too; expected schedule: {name: constant} without a warm-up",
        )


def _asked(built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
    if candidate.loss != OWN:
        return make_objective(candidate, folders)
    if not overridden(built, ["training_step"]):
        raise CandidateError(
            ("candidate", "loss"),
            f"{OWN} leaves the loss to the model, but {type(built).__name__} has no training_step",
        )
    if candidate.task == "custom" or not overridden(built, ["forward"]):
        return TrainingStep(takes_batch_idx(built))
    return TrainingStepAndForward(takes_batch_idx(built))


def _alone(built: Any, candidate: Candidate) -> str | None:
    """Why copies cannot be trained at once: each has a state of its own beside its tensors."""
    if candidate.loss == OWN:
        return "the loss is a training_step, which may rest on the step and on what it kept"
    if candidate.optimizer.name == OWN:
        return "the optimiser is that of configure_optimizers"
    hooks = overridden(built, CALLED)
    if hooks:
        return f"the module has hooks at its steps: {', '.join(hooks)}"
    return "its forward may read the step or the epoch" if may_read_progress(built) else None


def _remarks(built: Any) -> tuple[str, ...]:
    if not overridden(built, ["configure_callbacks"]):
        return ()
    return (
        "the callbacks of configure_callbacks are not run; what they change in a training belongs "
        "in hooks of the module",
    )
