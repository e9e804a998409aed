"""The plain model and optimiser inside what others wrap around them."""

from __future__ import annotations

from torch import nn
from torch.optim import Optimizer

from stablecheck.errors import RecorderError


def plain_model(model: object) -> nn.Module:
    """The model inside ``torch.compile``, DistributedDataParallel and DataParallel.

    Raises:
        RecorderError: It is no model.
    """
    inner = _inside(model)
    while inner is not None:
        model, inner = inner, _inside(inner)
    if not isinstance(model, nn.Module):
        raise RecorderError(
            f"the recorder was given a {type(model).__name__} as its model; expected the "
            "torch.nn.Module that is trained"
        )
    return model


def _inside(model: object) -> object | None:
    if isinstance(model, nn.parallel.DistributedDataParallel | nn.DataParallel):
        inner: object = model.module
        return inner
    compiled: object | None = getattr(model, "_orig_mod", None)
    return compiled


def plain_optimizer(optimizer: object) -> Optimizer:
    """The optimiser inside the wrappers of Lightning and Accelerate.

    Raises:
        RecorderError: It is no optimiser, or has no learning rate.
    """
    while isinstance(inner := getattr(optimizer, "optimizer", None), Optimizer):
        optimizer = inner
    if not isinstance(optimizer, Optimizer):
        raise RecorderError(
            f"the recorder was given a {type(optimizer).__name__} as its optimizer; expected one "
            "torch.optim.Optimizer, the one that trains the model"
        )
    if "lr" not in optimizer.param_groups[0]:
        raise RecorderError(
            f"{type(optimizer).__name__} has no learning rate; expected an lr in its param_groups"
        )
    return optimizer
