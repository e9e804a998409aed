"""Inputs and targets that are taken by row, held in memory or read as they are needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from stablecheck.errors import NotVectorizableError

Inputs: TypeAlias = "Tensor | Mapping[str, Tensor]"
"""One tensor, or several by name; rows along the first axis of each."""

Batch: TypeAlias = tuple[Inputs, Tensor]
"""Inputs and targets."""


def mapped(inputs: Inputs, function: Callable[[Tensor], Tensor]) -> Inputs:
    """The inputs with a function applied to each of their tensors."""
    if isinstance(inputs, Tensor):
        return function(inputs)
    return {name: function(tensor) for name, tensor in inputs.items()}


def tensors(inputs: Inputs) -> tuple[Tensor, ...]:
    """The tensors of the inputs."""
    return (inputs,) if isinstance(inputs, Tensor) else tuple(inputs.values())


def taken(inputs: Inputs, rows: Tensor) -> Inputs:
    """Some rows of the inputs."""
    return mapped(inputs, lambda tensor: tensor[rows])


def stacked(inputs: Sequence[Inputs]) -> Inputs:
    """Inputs of several trainings, alike in shape, along a new first axis."""
    first = inputs[0]
    if isinstance(first, Tensor):
        return torch.stack([one for one in inputs if isinstance(one, Tensor)])
    named = [one for one in inputs if isinstance(one, Mapping)]
    return {name: torch.stack([one[name] for one in named]) for name in first}


def rows_of(inputs: Inputs) -> int:
    """Number of rows."""
    return len(tensors(inputs)[0])


def spread(rows: int, most: int) -> Tensor:
    """Indices of at most so many of some rows, evenly spaced over all of them.

    >>> spread(9, 3), spread(2, 3)
    (tensor([0, 4, 8]), tensor([0, 1]))
    """
    return torch.linspace(0, rows - 1, min(rows, most), dtype=torch.float64).long()


class Samples(ABC):
    """Rows of one part of the data.

    Attributes:
        device: Where its batches are.
        targets: All targets, where they are held in memory.
    """

    device: torch.device
    targets: Tensor | None

    @abstractmethod
    def __len__(self) -> int:
        """Number of rows."""

    @abstractmethod
    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, by their indices."""

    @abstractmethod
    def on(self, device: torch.device) -> Samples:
        """The same with its batches on a device."""

    @abstractmethod
    def add_to(self, digest: Any) -> None:
        """Update a digest with everything that is trained on."""

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        """Batch after batch."""
        return map(self.take, rows)


@dataclass(frozen=True)
class InMemory(Samples):
    """Rows as tensors on one device.

    Args:
        inputs: Shape ``[n, ...]`` each.
        targets: Shape ``[n, ...]``.
    """

    inputs: Inputs
    targets: Tensor

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """Where the tensors are."""
        return self.targets.device

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, rows: Tensor) -> Batch:
        there = rows.to(self.device)
        return taken(self.inputs, there), self.targets[there]

    def on(self, device: torch.device) -> InMemory:
        """The same on a device, moved there once."""
        if device == self.device:
            return self
        if device not in self._elsewhere:
            moved = mapped(self.inputs, lambda tensor: tensor.to(device))
            self._elsewhere[device] = InMemory(moved, self.targets.to(device))
        return self._elsewhere[device]

    def add_to(self, digest: Any) -> None:
        if not isinstance(self.inputs, Tensor):
            digest.update(repr(tuple(self.inputs)).encode())
        for tensor in (*tensors(self.inputs), self.targets):
            add_tensor(digest, tensor)

    @cached_property
    def _elsewhere(self) -> dict[torch.device, InMemory]:
        return {}


def in_memory(samples: Samples) -> InMemory:
    """Samples whose tensors can be indexed at once.

    Raises:
        NotVectorizableError: They are read as they are needed.
    """
    if not isinstance(samples, InMemory):
        raise NotVectorizableError("its data is streamed")
    return samples


def add_tensor(digest: Any, tensor: Tensor) -> None:
    """Update a digest with a tensor's type, shape and numbers."""
    digest.update(f"{tensor.dtype}{tuple(tensor.shape)}".encode())
    digest.update(np.ascontiguousarray(tensor.numpy()).tobytes())
