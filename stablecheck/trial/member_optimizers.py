"""PyTorch's own optimisers over an ensemble: one for each group of members with equal settings."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.candidate.optimizer import make_optimizer
from stablecheck.recipe import Optimizer


@dataclass(frozen=True)
class _Group:
    """Neighbouring members with equal settings.

    Args:
        settings: What they share.
        first: Place of the first.
        stop: Place after the last.
        optimizer: Works on their slices of the stacked parameters; its rules are element-wise, so
            that every member is updated as it would be alone.
    """

    settings: Optimizer
    first: int
    stop: int
    optimizer: torch.optim.Optimizer

    @property
    def parameters(self) -> list[nn.Parameter]:
        """The slices, in the order of the stacked parameters."""
        found: list[nn.Parameter] = self.optimizer.param_groups[0]["params"]
        return found


class MemberOptimizers:
    """Updates stacked parameters in place.

    Args:
        settings: Of each member; equal ones are neighbours.
        stacked: Parameters, each with the members along its first axis.
    """

    def __init__(self, settings: Sequence[Optimizer], stacked: Sequence[Tensor]) -> None:
        self._stacked = list(stacked)
        self._groups = [
            _Group(one, first, stop, make_optimizer(one, _slices(stacked, first, stop)))
            for one, first, stop in _runs(settings)
        ]

    def step(self, gradients: Sequence[Tensor | None], multiplier: float) -> None:
        """One step at the peak learning rates times ``multiplier``."""
        for group in self._groups:
            group.optimizer.param_groups[0]["lr"] = group.settings.lr * multiplier
            for parameter, gradient in zip(group.parameters, gradients, strict=True):
                parameter.grad = _part(gradient, group)
            group.optimizer.step()

    def keep(self, kept: Sequence[int], stacked: Sequence[Tensor]) -> MemberOptimizers:
        """The same for some of the members, by their places, whose parameters are ``stacked``."""
        settings = [
            group.settings for group in self._groups for _ in range(group.first, group.stop)
        ]
        fewer = MemberOptimizers([settings[place] for place in kept], stacked)
        left = {id(group.settings): group for group in self._groups}
        for group in fewer._groups:
            before = left[id(group.settings)]
            chosen = [place - before.first for place in kept if before.first <= place < before.stop]
            for old, new in zip(before.parameters, group.parameters, strict=True):
                group.optimizer.state[new] = _chosen(before.optimizer.state[old], chosen)
        return fewer


def _part(gradient: Tensor | None, group: _Group) -> Tensor | None:
    """The group's part in the order in memory that one-pass updates rely on."""
    return None if gradient is None else gradient[group.first : group.stop].contiguous()


def _runs(settings: Sequence[Optimizer]) -> list[tuple[Optimizer, int, int]]:
    """Settings with the first place of their members and the one after the last."""
    runs, first = [], 0
    for one, members in itertools.groupby(settings):
        stop = first + len(list(members))
        runs.append((one, first, stop))
        first = stop
    return runs


def _slices(stacked: Sequence[Tensor], first: int, stop: int) -> list[nn.Parameter]:
    return [nn.Parameter(tensor.detach()[first:stop]) for tensor in stacked]


def _chosen(state: dict[str, Any], chosen: list[int]) -> dict[str, Any]:
    """The state of some members; what is no tensor of theirs, a count of steps, they share."""
    return {
        name: value[chosen] if isinstance(value, Tensor) and value.ndim else value
        for name, value in state.items()
    }
