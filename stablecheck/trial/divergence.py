"""When a training counts as diverged."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from stablecheck.errors import DivergedError

CHECK_EVERY = 20
RUNAWAY_FACTOR = 10.0
_SMOOTHING = 0.9


class DivergenceWatch:
    """Ends a training whose loss is not finite or has run away.

    Run away means: the running mean of the loss (decay 0.9 a step) exceeds ten times the first
    loss. Losses stay on the device and are looked at every 20 steps, so that the training never
    waits.
    """

    def __init__(self) -> None:
        self._pending: list[tuple[int, Tensor]] = []
        self._first = math.nan
        self._mean = math.nan

    def observe(self, step: int, loss: Tensor) -> None:
        """Take in one step's loss, a scalar tensor.

        Raises:
            DivergedError: The training has diverged; ``step`` is the first step that shows it.
        """
        self._pending.append((step, loss))
        if len(self._pending) == CHECK_EVERY:
            self.flush()

    def flush(self) -> None:
        """Look at every loss taken in so far."""
        if not self._pending:
            return
        steps, losses = zip(*self._pending, strict=True)
        self._pending.clear()
        for step, loss in zip(steps, torch.stack(losses).double().tolist(), strict=True):
            self.judge(step, loss)

    def judge(self, step: int, loss: float) -> None:
        """Look at one step's loss.

        Raises:
            DivergedError: As ``observe``.
        """
        if not math.isfinite(loss):
            raise DivergedError(step, f"the loss became {loss} at step {step}")
        if math.isnan(self._first):
            self._first = self._mean = loss
        self._mean = _SMOOTHING * self._mean + (1 - _SMOOTHING) * loss
        if self._mean > RUNAWAY_FACTOR * self._first:
            raise DivergedError(
                step,
                f"the running loss reached {self._mean:.3g} at step {step}, "
                f"{RUNAWAY_FACTOR:g} times the first loss {self._first:.3g}",
            )
