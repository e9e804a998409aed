"""Models that are asked as others are, and trained in a way of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from stablecheck.candidate.objective import Model, Objective
from stablecheck.candidate.optimizer import Budget, Optimization
from stablecheck.candidate.samples import Inputs
from stablecheck.recipe import Optimizer

Optimizing = Callable[[nn.Module, Optimizer, Budget], Optimization]
"""Makes the optimiser of a training."""


@dataclass(frozen=True)
class Optimized(Objective):
    """Another objective with an optimiser of its own.

    Args:
        asked: How models are asked.
        optimizing: How they are trained.
        alone: As of an objective.
        remarks: As of an objective.
    """

    asked: Objective
    optimizing: Optimizing
    alone: str | None = None
    remarks: tuple[str, ...] = ()

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return self.asked.loss(model, inputs, targets)

    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        return self.asked.outputs(model, inputs)

    def evaluate(
        self, model: Model, inputs: Inputs, targets: Tensor
    ) -> tuple[Tensor | None, Tensor]:
        return self.asked.evaluate(model, inputs, targets)

    def judged(self, targets: Tensor) -> Tensor:
        return self.asked.judged(targets)

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        return self.asked.objection(inputs, targets)

    def optimization(self, model: nn.Module, settings: Optimizer, budget: Budget) -> Optimization:
        return self.optimizing(model, settings, budget)
