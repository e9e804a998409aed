"""A loss of somebody else's, whose first call is looked at closely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.errors import RecorderError

Loss = Callable[[nn.Module, Any], Tensor]
"""From a model and a batch, whatever that is, to the mean loss: what the training minimises."""


class CheckedLoss:
    """The same loss, with one clear line where no gradient can be taken of it.

    Args:
        loss: The caller's.
    """

    def __init__(self, loss: Loss) -> None:
        self._loss = loss
        self._tried = False

    def __call__(self, model: nn.Module, batch: Any) -> Tensor:
        """The loss, a scalar.

        Raises:
            RecorderError: It is none, or has no dense gradient with respect to the model.
        """
        loss = _scalar(self._loss(model, batch))
        if not self._tried:
            _check_gradients(loss, model)
            self._tried = True
        return loss


def _scalar(loss: object) -> Tensor:
    if not isinstance(loss, Tensor):
        raise RecorderError(
            f"loss(model, batch) returned a {type(loss).__name__}; expected a scalar tensor, the "
            "mean loss of the batch"
        )
    if loss.numel() != 1:
        raise RecorderError(
            f"loss(model, batch) returned a tensor of shape {tuple(loss.shape)}; expected a "
            "scalar, the mean loss of the batch; take its mean()"
        )
    if not loss.requires_grad:
        raise RecorderError(
            "loss(model, batch) returned a loss without gradient; expected one that is computed "
            "from the model's outputs; leave out no_grad(), detach() and item()"
        )
    return loss.reshape(())


def _check_gradients(loss: Tensor, model: nn.Module) -> None:
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(
        loss, tuple(named.values()), retain_graph=True, allow_unused=True
    )
    if all(gradient is None for gradient in gradients):
        raise RecorderError(
            "the loss does not depend on the model that loss(model, batch) is given, a copy that "
            "is put where the training was; expected it to be computed with this argument, not "
            "with the trained model itself"
        )
    for name, gradient in zip(named, gradients, strict=True):
        if gradient is not None and gradient.layout != torch.strided:
            raise RecorderError(
                f"the gradient of {name} is sparse; expected a dense one; build the embedding "
                "with sparse=False"
            )
