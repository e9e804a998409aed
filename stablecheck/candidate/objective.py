"""How a model is asked: for its outputs on a batch, and for its loss."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.candidate.optimizer import Budget, Optimization, declared
from stablecheck.candidate.samples import Inputs
from stablecheck.candidate.tasks.base import Loss
from stablecheck.errors import CandidateError
from stablecheck.recipe import Optimizer

Model = Callable[..., Any]
"""A module, or a function that computes what a module's ``forward`` does."""


class Objective(ABC):
    """How a model is asked.

    Attributes:
        alone: Why many copies of its models cannot be computed at once; None where they may be.
        remarks: What somebody should be told of how the models are trained.
    """

    alone: str | None = None
    remarks: tuple[str, ...] = ()

    @abstractmethod
    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        """Mean loss of a batch, a scalar."""

    @abstractmethod
    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        """Outputs of a batch; None where the candidate has a loss alone."""

    @abstractmethod
    def evaluate(
        self, model: Model, inputs: Inputs, targets: Tensor
    ) -> tuple[Tensor | None, Tensor]:
        """Outputs of a batch and their mean loss, in one pass."""

    def judged(self, targets: Tensor) -> Tensor:
        """The targets that outputs are judged by, in their places."""
        return targets

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        """What is wrong with a batch for such models, and what was expected; None where nothing."""
        return None

    def optimization(self, model: nn.Module, settings: Optimizer, budget: Budget) -> Optimization:
        """The optimiser of a training.

        Raises:
            CandidateError: The checklist leaves it to the candidate, which brings none.
        """
        return declared(settings, model)


@dataclass(frozen=True)
class Supervised(Objective):
    """Outputs are judged by a loss of outputs and targets.

    Args:
        function: That loss.
    """

    function: Loss

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return self.function(outputs_of(model, inputs), targets)

    def outputs(self, model: Model, inputs: Inputs) -> Tensor:
        return outputs_of(model, inputs)

    def evaluate(self, model: Model, inputs: Inputs, targets: Tensor) -> tuple[Tensor, Tensor]:
        outputs = outputs_of(model, inputs).float()
        return outputs, self.function(outputs, targets)


@dataclass(frozen=True)
class Custom(Objective):
    """The loss asks the model itself.

    Args:
        function: ``loss(model, (inputs, targets))``.
    """

    function: Callable[[Model, tuple[Inputs, Tensor]], Tensor]

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return self.function(model, (inputs, targets))

    def outputs(self, model: Model, inputs: Inputs) -> None:
        return None

    def evaluate(self, model: Model, inputs: Inputs, targets: Tensor) -> tuple[None, Tensor]:
        return None, self.function(model, (inputs, targets))


def returned_by(model: Model, inputs: Inputs, **named: Tensor) -> Any:
    """Whatever a model returns; several inputs are passed by name."""
    return model(**inputs, **named) if isinstance(inputs, Mapping) else model(inputs, **named)


def outputs_of(model: Model, inputs: Inputs) -> Tensor:
    """The one tensor that a model returns; raises as ``check_outputs``."""
    return check_outputs(returned_by(model, inputs))


def check_outputs(returned: object) -> Tensor:
    """What a model returned, if it is one tensor.

    Raises:
        CandidateError: It is something else.
    """
    if isinstance(returned, Tensor):
        return returned
    raise CandidateError(
        ("candidate", "model"),
        f"the model returned {told(returned)}; expected one tensor of outputs; return that alone, "
        "or set task: custom with a loss(model, batch) of your own",
    )


def told(returned: object) -> str:
    """What a model returned, as the error calls it."""
    kind = type(returned).__name__
    if isinstance(returned, Mapping):
        return f"a {kind} of {', '.join(map(str, returned)) or 'nothing'}"
    if isinstance(returned, tuple | list):
        return f"a {kind} of {len(returned)}"
    return "nothing" if returned is None else f"a {kind}"


def check_loss(value: object, name: str) -> Tensor:
    """What a loss returned, if it is one finite number.

    Raises:
        CandidateError: It is not.
    """
    field = ("candidate", "loss")
    if not isinstance(value, Tensor):
        found = f"a {type(value).__name__}"
        raise CandidateError(field, f"{name} gave {found}; expected a scalar tensor to minimise")
    if value.ndim or not torch.isfinite(value):
        found = f"a tensor of shape {tuple(value.shape)}" if value.ndim else f"{value.item()}"
        raise CandidateError(
            field, f"{name} gave {found} before any training; expected one finite number"
        )
    return value
