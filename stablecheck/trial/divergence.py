"""When a training counts as diverged."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from stablecheck.errors import DivergedError
from stablecheck.trial.order import BLOCK

RUNAWAY_FACTOR = 10.0
_SMOOTHING = 0.9


class DivergenceWatch:
    """Ends a training whose loss is not finite or has run away.

    Run away means: the running mean of the loss (decay 0.9 a step) exceeds ten times the first
    loss. Losses are looked at one block of steps late, so that the training never waits for them.
    """

    def __init__(self) -> None:
        self._pending: list[Tensor] = []
        self._returning: Returning | None = None
        self._judged = 0
        self._first = math.nan
        self._mean = math.nan

    def observe(self, loss: Tensor) -> None:
        """Take in the loss of the next step, a scalar tensor.

        Raises:
            DivergedError: The training has diverged; ``step`` is the first step that shows it.
        """
        self._pending.append(loss)
        if len(self._pending) == BLOCK:
            self._look()
            self._returning = Returning(torch.stack(self._pending))
            self._pending.clear()

    def flush(self) -> None:
        """Look at every loss taken in so far; raises as ``observe`` does."""
        self._look()
        for loss in self._pending:
            self.judge(float(loss))

    def _look(self) -> None:
        if self._returning is not None:
            for loss in self._returning.read():
                self.judge(loss)

    def judge(self, loss: float) -> None:
        """Look at the next step's loss; raises as ``observe`` does."""
        step = self._judged
        self._judged += 1
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


class Returning:
    """Numbers on their way back from a device; nobody waits until somebody reads them.

    Args:
        numbers: Any tensor there.
    """

    def __init__(self, numbers: Tensor) -> None:
        self._host = numbers
        self._arrived: torch.cuda.Event | None = None
        if numbers.device.type == "cuda":
            self._host = torch.empty_like(numbers, device="cpu", pin_memory=True)
            self._host.copy_(numbers, non_blocking=True)
            self._arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._arrived.record()

    def read(self) -> Any:
        """The numbers as nested lists."""
        if self._arrived is not None:
            self._arrived.synchronize()
        return self._host.double().tolist()
