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
        x: A table with the inputs they are drawn from.
        y: All targets.
        rows: Indices of each batch among the targets: S times B of them.
        places: For each target the row of the table; None where they stand side by side.
    """

    x: Tensor
    y: Tensor
    rows: tuple[tuple[Tensor, ...], ...]
    places: Tensor | None = None

    def at(self, place: int) -> Iterator[Batch]:
        """The batches of one snapshot."""
        for chosen in self.rows[place]:
            there = chosen.to(self.x.device)
            yield self.x[there if self.places is None else self.places[there]], self.y[there]


def draw(
    x: Tensor,
    y: Tensor,
    batch_size: int,
    count: int,
    snapshots: int,
    seed: int,
    places: Tensor | None = None,
) -> DrawnBatches:
    """``count`` fresh batches a snapshot, each drawn without replacement from the targets."""
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, len(y))
    rows = tuple(
        tuple(torch.randperm(len(y), generator=generator)[:size] for _ in range(count))
        for _ in range(snapshots)
    )
    return DrawnBatches(x, y, rows, places)


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
