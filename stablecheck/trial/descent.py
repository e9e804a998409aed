"""How the losses and gradients of an ensemble's step are computed: as they come, or recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from stablecheck.trial.recorded import Numbers, Recorded
from stablecheck.trial.vectorized import Stack, Vectorized

Descent = Callable[[Tensor, Tensor, Sequence[Tensor]], tuple[Tensor, Sequence[Tensor | None]]]
"""From inputs, targets and dropout masks to losses and gradients, as ``Vectorized.descent``."""

Descending = Callable[[Vectorized, Stack], Descent]
"""Makes the descent of a stack, whose numbers then stay where they are in memory."""


def as_it_comes(vectorized: Vectorized, stack: Stack) -> Descent:
    """Every step as PyTorch computes it."""

    def descent(
        x: Tensor, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, Sequence[Tensor | None]]:
        return vectorized.descent(stack, x, y, masks)

    return descent


def recorded(vectorized: Vectorized, stack: Stack) -> Descent:
    """The first step recorded as a CUDA graph, and every one a replay of it.

    The descent raises NotRecordableError where that cannot be.
    """
    return _RecordedDescent(vectorized, stack)


class _RecordedDescent:
    """Records at its first call, which shows the shapes."""

    def __init__(self, vectorized: Vectorized, stack: Stack) -> None:
        self._vectorized = vectorized
        self._stack = stack
        self._recorded: Recorded | None = None

    def __call__(
        self, x: Tensor, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, Sequence[Tensor | None]]:
        inputs = (x, y, *masks)
        if self._recorded is None:
            self._recorded = Recorded(self._compute, list(self._stack.fixed.values()), inputs)
        losses, *gradients = self._recorded(*inputs)
        assert losses is not None  # a step always has its losses
        return losses.clone(), gradients

    def _compute(self, x: Tensor, y: Tensor, *masks: Tensor) -> Numbers:
        losses, gradients = self._vectorized.descent(self._stack, x, y, masks)
        return [losses, *gradients]
