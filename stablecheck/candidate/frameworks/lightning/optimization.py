"""The steps of a LightningModule's training, with its hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from stablecheck.candidate.frameworks.lightning.optimizers import Scheduled, configured
from stablecheck.candidate.frameworks.lightning.progress import Progress, attach
from stablecheck.candidate.optimizer import Budget, Optimization, declared
from stablecheck.candidate.own_optimizer import OwnOptimization
from stablecheck.candidate.samples import Batch
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Optimizer


class Hooked(Optimization):
    """Another optimisation, with the module's hooks and schedulers called around its steps.

    In the order of Lightning's own loop for automatic optimisation; ``on_train_batch_end`` gets
    ``{"loss": loss}``.

    Args:
        module: A LightningModule.
        inner: What takes the steps.
        schedulers: Called after them.
        progress: What the module finds in the place of its Trainer.
    """

    def __init__(
        self, module: Any, inner: Optimization, schedulers: Sequence[Scheduled], progress: Progress
    ) -> None:
        self.optimizer = inner.optimizer
        self._module = module
        self._inner = inner
        self._schedulers = schedulers
        self._progress = progress
        self._batch: Batch
        self._loss: Tensor

    def set_rate(self, factor: float) -> float:
        return self._inner.set_rate(factor)

    def begin(self, batch: Batch) -> None:
        module, progress = self._module, self._progress
        if progress.global_step == 0:
            module.on_fit_start()
            module.on_train_start()
        if progress.batch_idx == 0:
            module.on_train_epoch_start()
        if module.on_train_batch_start(batch, progress.batch_idx) == -1:
            raise CandidateError(
                ("candidate", "model"),
                "on_train_batch_start returned -1, which ends an epoch early; every training has "
                "the steps that the checklist gives it",
            )
        self._batch = batch

    def backward(self, loss: Tensor) -> None:
        self._module.on_before_zero_grad(self.optimizer)
        self.optimizer.zero_grad()
        self._module.on_before_backward(loss)
        self._inner.backward(loss)
        self._module.on_after_backward()
        self._loss = loss.detach()

    def step(self) -> None:
        module, progress = self._module, self._progress
        module.on_before_optimizer_step(self.optimizer)
        module.configure_gradient_clipping(
            self.optimizer, gradient_clip_val=None, gradient_clip_algorithm=None
        )
        self._inner.step()
        number, is_last = progress.batch_idx, progress.is_last_batch
        progress.advance()
        self._schedule("step", progress.batch_idx)
        if is_last:
            self._schedule("epoch", progress.current_epoch + 1)
        module.on_train_batch_end({"loss": self._loss}, self._batch, number)
        if is_last:
            self._end_epoch()

    def end(self) -> None:
        if self._progress.batch_idx:
            self._end_epoch()
        self._module.on_train_end()
        self._module.on_fit_end()

    def _end_epoch(self) -> None:
        self._module.on_train_epoch_end()
        self._progress.end_epoch()

    def _schedule(self, interval: str, count: int) -> None:
        """Call the schedulers of an interval after so many of them."""
        for one in self._schedulers:
            if one.interval == interval and count % one.frequency == 0:
                self._module.lr_scheduler_step(one.scheduler, None)


def hooked(module: Any, settings: Optimizer, budget: Budget) -> Optimization:
    """The optimisation of a training, from its beginning.

    Raises:
        CandidateError: The module's own optimiser is asked for and cannot be used.
    """
    progress = Progress(budget)
    attach(module, progress)
    if settings.name != OWN:
        return Hooked(module, declared(settings, module), (), progress)
    optimizer, schedulers = configured(module)
    return Hooked(module, OwnOptimization(optimizer, settings.lr), schedulers, progress)
