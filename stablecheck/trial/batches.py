"""The batches that gradients are measured on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

Batch = tuple[Tensor, Tensor]
"""Inputs and targets."""


@dataclass(frozen=True)
class DrawnBatches:
    """B batches for each of S snapshots.

    Args:
        x: All inputs they are drawn from.
        y: All targets.
        rows: Indices of each batch: S times B of them.
    """

    x: Tensor
    y: Tensor
    rows: tuple[tuple[Tensor, ...], ...]

    def at(self, place: int) -> Iterator[Batch]:
        """The batches of one snapshot."""
        for chosen in self.rows[place]:
            there = chosen.to(self.x.device)
            yield self.x[there], self.y[there]


def draw(
    x: Tensor, y: Tensor, batch_size: int, count: int, snapshots: int, seed: int
) -> DrawnBatches:
    """``count`` fresh batches a snapshot, each drawn without replacement from the rows."""
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, len(x))
    rows = tuple(
        tuple(torch.randperm(len(x), generator=generator)[:size] for _ in range(count))
        for _ in range(snapshots)
    )
    return DrawnBatches(x, y, rows)


def some_rows(x: Tensor, y: Tensor, most: int, seed: int) -> Batch:
    """At most so many of the rows, in random order, so that batches cut from them are alike."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(x), generator=generator)[:most].to(x.device)
    return x[rows], y[rows]


def cut(batch: Batch, most: int) -> list[Batch]:
    """A batch as parts of nearly equal size, at most ``most`` rows each.

    Nearly equal, because batch normalisation cannot train on the single row that a plain cut may
    leave over.
    """
    parts = math.ceil(len(batch[0]) / most)
    return list(
        zip(torch.tensor_split(batch[0], parts), torch.tensor_split(batch[1], parts), strict=True)
    )
