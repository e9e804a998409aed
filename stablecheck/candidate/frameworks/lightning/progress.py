"""What a LightningModule finds in the place of its Trainer."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from stablecheck.candidate.frameworks.base import made_by
from stablecheck.candidate.optimizer import Budget

PACKAGES = ("lightning", "pytorch_lightning")
_ATTRIBUTE = "training_progress"


class Clipping:
    """Clips gradients, as ``LightningModule.clip_gradients`` asks its Trainer to."""

    def clip_gradients(
        self, optimizer: torch.optim.Optimizer, clip_val: float, gradient_clip_algorithm: str
    ) -> None:
        """By value, or by the norm of all gradients as one vector; not at all where that is 0."""
        parameters = [one for group in optimizer.param_groups for one in group["params"]]
        if clip_val <= 0:
            return
        if gradient_clip_algorithm == "value":
            nn.utils.clip_grad_value_(parameters, clip_val)
        else:
            nn.utils.clip_grad_norm_(parameters, clip_val)


class Progress:
    """How long a training is, and how far it is, by the names that a Trainer has for it.

    Args:
        budget: Of the training; None where it is not known yet.

    Attributes:
        global_step: Steps that were taken.
        current_epoch: Epochs that are complete.
        batch_idx: Steps of the current epoch that were taken.
        training: Whether the module is in training mode.
    """

    validating = testing = predicting = sanity_checking = False
    logger = progress_bar_callback = datamodule = None
    gradient_clip_val = gradient_clip_algorithm = None
    is_global_zero = True
    world_size = num_nodes = num_devices = accumulate_grad_batches = 1
    global_rank = local_rank = node_rank = 0

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget
        self.global_step = self.current_epoch = self.batch_idx = 0
        self.training = True
        self.loggers: list[Any] = []
        self.callbacks: list[Any] = []
        self.precision_plugin = Clipping()

    @property
    def max_steps(self) -> int:
        """Steps of the training."""
        return self._known().steps

    @property
    def estimated_stepping_batches(self) -> int:
        """The same."""
        return self._known().steps

    @property
    def max_epochs(self) -> int:
        """Epochs that are begun."""
        return self._known().epochs

    @property
    def num_training_batches(self) -> int:
        """Steps of an epoch."""
        return self._known().steps_per_epoch

    @property
    def is_last_batch(self) -> bool:
        """Whether the current step is the last one of its epoch."""
        return self.batch_idx + 1 == self._known().steps_per_epoch

    def advance(self) -> None:
        """A step was taken."""
        self.global_step += 1
        self.batch_idx += 1

    def end_epoch(self) -> None:
        """An epoch is complete."""
        self.current_epoch += 1
        self.batch_idx = 0

    def _known(self) -> Budget:
        if self.budget is None:
            raise RuntimeError(
                "how long the training is, is not known before configure_optimizers; ask there"
            )
        return self.budget

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"the module asks for trainer.{name}, but trains without a Trainer here; it finds "
            "global_step, current_epoch, max_steps, max_epochs, estimated_stepping_batches, "
            "num_training_batches and their like"
        )


def attach(module: Any, progress: Progress) -> None:
    """Let a LightningModule and those inside it find this in the place of their Trainer."""
    setattr(module, _ATTRIBUTE, progress)
    for one in module.modules():
        if made_by(one, "LightningModule", *PACKAGES):
            one.trainer = progress
            one.log = one.log_dict = _not_logged


def progress_of(module: Any) -> Progress:
    """What stands for the module's Trainer; put back where the module is a copy of another."""
    progress: Progress = getattr(module, _ATTRIBUTE)
    if module._trainer is None:  # Lightning gives no copy its Trainer
        attach(module, progress)
    progress.training = module.training
    return progress


def _not_logged(*_arguments: Any, **_named: Any) -> None:
    """Nothing that a module logs has anything to do with its training."""
