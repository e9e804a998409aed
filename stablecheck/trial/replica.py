"""A copy of the trained model that is moved about while the model itself stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from stablecheck.trial.loop import trainable


class Replica:
    """A model that can be put anywhere in its parameter space.

    Args:
        copied: The model, which nobody else uses.

    Attributes:
        model: That model.
        parameters: Its trainable parameters, in the order of the flat vectors.
        first_buffers: Its buffers as the model had them.
    """

    def __init__(self, copied: nn.Module) -> None:
        self.model = copied
        self.parameters = trainable(self.model)
        self._buffers = dict(self.model.named_buffers())
        self.first_buffers = {name: b.detach().clone() for name, b in self._buffers.items()}

    def put(self, parameters: Tensor, buffers: Mapping[str, Tensor]) -> None:
        """Put the copy at a point, shape ``[D]``, with these buffers, whatever it did before."""
        with torch.no_grad():
            for parameter, part in zip(self.parameters, self.split(parameters), strict=True):
                parameter.copy_(part)
            for name, buffer in self._buffers.items():
                buffer.copy_(buffers[name])

    def split(self, vector: Tensor) -> list[Tensor]:
        """A vector of shape ``[D]`` as views in the shapes of the parameters."""
        parts = torch.split(vector, [p.numel() for p in self.parameters])
        return [part.view_as(p) for part, p in zip(parts, self.parameters, strict=True)]

    def flat(self, gradients: Sequence[Tensor | None]) -> Tensor:
        """One gradient a parameter as one vector, shape ``[D]``; None counts as zero."""
        parts = [
            (torch.zeros_like(p) if g is None else g).reshape(-1).float()
            for p, g in zip(self.parameters, gradients, strict=True)
        ]
        return torch.cat(parts)


def replica_of(model: nn.Module) -> Replica:
    """A copy of a model, in training mode."""
    return Replica(copy.deepcopy(model).train())
