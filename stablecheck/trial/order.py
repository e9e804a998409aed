"""Which training rows a trial sees, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

BLOCK = 20
"""Steps whose batches are sent to the device, and whose losses come back, at once."""


def nested_subset(n: int, fraction: float, seed: int, classes: Tensor | None) -> Tensor:
    """Row indices of a random share of ``n`` rows, shape ``[round(fraction · n)]``.

    Subsets of one seed are nested: a smaller share is a part of every larger one. Where classes are
    given, shape ``[n]``, every share keeps them in proportion, to within one row a class.
    """
    generator = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(n, generator=generator)
    if classes is not None:
        shuffled = shuffled[_by_rank_within_class(classes[shuffled])]
    return shuffled[: max(1, round(fraction * n))]


def _by_rank_within_class(classes: Tensor) -> Tensor:
    """An order in which every prefix holds the classes in proportion."""
    position = torch.empty(len(classes), dtype=torch.float64)
    for label in torch.unique(classes):
        members = (classes == label).nonzero().squeeze(1)
        position[members] = (torch.arange(len(members)) + 0.5).double() / len(members)
    return position.argsort(stable=True)


def batches(n: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    """Endless mini-batches of indices below ``n``, shape ``[batch_size]``.

    Each epoch has a fresh order. An incomplete last batch is dropped, so that every step has the
    same size.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(n, generator=generator)
        yield from torch.split(order[: n - n % batch_size], batch_size)


def on_device(order: Iterator[Tensor], device: torch.device, steps: int) -> Iterator[Tensor]:
    """The next ``steps`` batches of row indices on a device, sent in blocks without waiting."""
    for first in range(0, steps, BLOCK):
        rows = torch.stack(list(islice(order, min(BLOCK, steps - first))))
        yield from sent(rows, device)


def sent(rows: Tensor, device: torch.device) -> Tensor:
    """Indices on a device; the host goes on while they travel."""
    if device.type == "cuda":
        return rows.pin_memory().to(device, non_blocking=True)
    return rows.to(device)
