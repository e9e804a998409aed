"""How the losses and gradients of an ensemble's step are computed: as they come, or captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from stablecheck.candidate.samples import Inputs
from stablecheck.errors import NotCapturableError
from stablecheck.trial.captured import Captured, Numbers
from stablecheck.trial.vectorized import Stack, Vectorized

Descent = Callable[[Inputs, Tensor, Sequence[Tensor]], tuple[Tensor, Sequence[Tensor | None]]]
"""From inputs, targets and dropout masks to losses and gradients, as ``Vectorized.descent``."""

Descending = Callable[[Vectorized, Stack], Descent]
"""Makes the descent of a stack, whose numbers then stay where they are in memory."""


def as_it_comes(vectorized: Vectorized, stack: Stack) -> Descent:
    """Every step as PyTorch computes it."""

    def descent(
        x: Inputs, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, Sequence[Tensor | None]]:
        return vectorized.descent(stack, x, y, masks)

    return descent


def captured(vectorized: Vectorized, stack: Stack) -> Descent:
    """The first step captured as a CUDA graph, and every one a replay of it.

    The descent raises NotCapturableError where that cannot be.
    """
    return _CapturedDescent(vectorized, stack)


class _CapturedDescent:
    """Captures at its first call, which shows the shapes.

    It compares again at the second call, and then ever more rarely: what Python counts or reads
    while the model computes would have stayed as it was at the capture.
    """

    def __init__(self, vectorized: Vectorized, stack: Stack) -> None:
        self._vectorized = vectorized
        self._stack = stack
        self._captured: Captured | None = None
        self._calls = 0

    def __call__(
        self, x: Inputs, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, Sequence[Tensor | None]]:
        if not isinstance(x, Tensor):
            raise NotCapturableError("its inputs are several tensors")
        inputs = (x, y, *masks)
        if self._captured is None:
            self._captured = Captured(self._compute, list(self._stack.fixed.values()), inputs)
        elif self._calls.bit_count() == 1:
            self._captured.compare(inputs)
        self._calls += 1
        losses, *gradients = self._captured(*inputs)
        assert losses is not None  # a step always has its losses
        return losses.clone(), gradients

    def _compute(self, x: Tensor, y: Tensor, *masks: Tensor) -> Numbers:
        losses, gradients = self._vectorized.descent(self._stack, x, y, masks)
        return [losses, *gradients]
