"""Which parameters of a model an optimiser trains: the coordinates of the path."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from torch import nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

from stablecheck.errors import RecorderError

_SHARDS = (
    "its parameters lie in parts in several processes; expected whole ones; use "
    "DistributedDataParallel or a single device"
)


def trained_parameters(model: nn.Module, optimizer: Optimizer) -> dict[str, nn.Parameter]:
    """The parameters that make up D, by name, in the model's order.

    Those that require a gradient and that the optimiser holds. Any other stays where it is, or is
    moved by somebody else, and counts as part of the model.

    Raises:
        RecorderError: There are none, some are not the model's, or no path can be made of them.
    """
    _refuse_shards(model)
    held = {id(p) for group in optimizer.param_groups for p in group["params"] if p.requires_grad}
    named = {name: p for name, p in model.named_parameters() if id(p) in held}
    strangers = len(held) - len(named)
    if strangers and named:
        raise RecorderError(
            f"the optimizer trains {strangers} parameters that are not the model's; expected all "
            "of them in one model; give the recorder a module that holds everything that is trained"
        )
    if not named:
        raise RecorderError(
            "the optimizer trains no parameter of the model; expected at least one that requires a "
            "gradient; build the optimizer from this very model's parameters()"
        )
    _check(named)
    return named


def _refuse_shards(model: nn.Module) -> None:
    fsdp = sys.modules.get("torch.distributed.fsdp")  # where it is not loaded nobody uses it
    if fsdp and any(isinstance(m, fsdp.FullyShardedDataParallel) for m in model.modules()):
        raise RecorderError(f"the recorder cannot follow FullyShardedDataParallel: {_SHARDS}")


def _check(named: Mapping[str, nn.Parameter]) -> None:
    for name, problem in _problems(named):
        raise RecorderError(f"the recorder cannot follow the parameter {name}: {problem}")


def _problems(named: Mapping[str, nn.Parameter]) -> Iterator[tuple[str, str]]:
    first = next(iter(named.values())).device
    for name, parameter in named.items():
        if is_lazy(parameter):
            yield name, "it has no shape yet; run one batch through the model first"
        elif hasattr(parameter, "device_mesh"):
            yield name, f"it is a DTensor; {_SHARDS}"
        elif not parameter.is_floating_point():
            yield name, f"it is {parameter.dtype}; expected real floating-point numbers"
        elif parameter.device != first:
            yield name, f"it is on {parameter.device}, others on {first}; expected one device"
