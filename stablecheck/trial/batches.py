"""The batches that gradients are measured on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from stablecheck.candidate.samples import Batch

AnyBatch_co = TypeVar("AnyBatch_co", covariant=True)


class Batches(Protocol[AnyBatch_co]):
    """Batches for each of some snapshots."""

    def at(self, place: int) -> Iterator[AnyBatch_co]:
        """The batches of one snapshot."""


class Rows(Protocol):
    """Whatever batches can be taken from, by row."""

    def __len__(self) -> int: ...

    def take(self, rows: Tensor, /) -> Batch:
        """The batch of these rows."""

    def batches(self, rows: Iterable[Tensor], /) -> Iterator[Batch]:
        """Batch after batch."""


@dataclass(frozen=True)
class Drawn:
    """Batches for each of S snapshots.

    Args:
        source: What they are taken from.
        rows: Indices of each batch: S times B of them.
    """

    source: Rows
    rows: tuple[tuple[Tensor, ...], ...]

    def at(self, place: int) -> Iterator[Batch]:
        """The batches of one snapshot."""
        return self.source.batches(self.rows[place])


def draw(source: Rows, batch_size: int, count: int, snapshots: int, seed: int) -> Drawn:
    """``count`` fresh batches a snapshot, each drawn without replacement."""
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, len(source))
    rows = tuple(
        tuple(torch.randperm(len(source), generator=generator)[:size].clone() for _ in range(count))
        for _ in range(snapshots)
    )
    return Drawn(source, rows)


def all_of(source: Rows, batch_size: int, snapshots: int, seed: int) -> Drawn:
    """All rows in one random order for every snapshot, in parts of at most ``batch_size``."""
    return Drawn(source, (cut(some_rows(source, len(source), seed), batch_size),) * snapshots)


def some_rows(source: Rows, most: int, seed: int) -> Tensor:
    """At most so many of the rows, in random order, so that batches cut from them are alike."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(len(source), generator=generator)[:most]


def cut(rows: Tensor, most: int) -> tuple[Tensor, ...]:
    """Rows as parts of nearly equal size, at most ``most`` each.

    Nearly equal, because batch normalisation cannot train on the single row that a plain cut may
    leave over.
    """
    return torch.tensor_split(rows, math.ceil(len(rows) / most))


def taken(source: Rows, parts: tuple[Tensor, ...]) -> list[Batch]:
    """The batches of some parts, held in memory."""
    return list(source.batches(parts))
