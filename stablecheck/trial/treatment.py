"""What is done to a training beside its recipe: labels shuffled, gradients replaced by noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from stablecheck.recipe import Treatment

GradientRule = Callable[[Sequence[nn.Parameter]], None]
"""What happens to the gradients of the trained parameters between backward and step, in place."""


def shuffled_targets(targets: Tensor, share: float, seed: int) -> Tensor:
    """Targets with a random ``share`` of them permuted among themselves, shape as given.

    Every value stays as frequent as it was. Rows of one seed are nested: a smaller share shuffles a
    part of what a larger one does. Of class labels, one a row, about ``share · (1 − Σ q_c²)`` end
    up wrong, q_c being the share of each class.

    Args:
        targets: Shape ``[n, ...]``, whole rows of which change places; left as it is.
        share: Share of the rows, in [0, 1].
        seed: Of the rows and of their permutation.
    """
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(targets), generator=generator)[: round(share * len(targets))]
    shuffled = targets.clone()
    shuffled[rows] = targets[rows[torch.randperm(len(rows), generator=generator)]]
    return shuffled


def gradient_rule(treatment: Treatment, seed: int, device: torch.device) -> GradientRule:
    """The rule for one training; the same seed gives the same noise on the same kind of device."""
    if treatment.gradients == "loss":
        return _as_they_are
    generator = torch.Generator(device).manual_seed(seed)
    return lambda parameters: replace_by_noise(parameters, generator)


def _as_they_are(_parameters: Sequence[nn.Parameter]) -> None:
    """The recipe's own gradients."""


def replace_by_noise(parameters: Sequence[nn.Parameter], generator: torch.Generator) -> None:
    """Point all gradients, taken as one vector, in a uniformly random direction of equal length.

    A parameter without a gradient stays without one.
    """
    gradients = [one.grad for one in parameters if one.grad is not None]
    noise = [
        torch.randn(one.shape, generator=generator, device=one.device, dtype=one.dtype)
        for one in gradients
    ]
    scale = _length(gradients) / _length(noise)
    for gradient, direction in zip(gradients, noise, strict=True):
        gradient.copy_(direction * scale)


def _length(parts: Sequence[Tensor]) -> Tensor:
    """Euclidean norm of all parts as one vector, a scalar."""
    lengths = torch.stack([torch.linalg.vector_norm(one) for one in parts])
    total: Tensor = torch.linalg.vector_norm(lengths)
    return total
