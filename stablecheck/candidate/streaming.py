"""Data that does not fit into memory: rows are read as they are needed, through a DataLoader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset

from stablecheck.candidate.importing import explained
from stablecheck.candidate.items import Items, numbers
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.samples import Batch, Samples, add_tensor, mapped, spread, tensors

LARGEST_IN_MEMORY = 2**30
"""Bytes beyond which data is streamed where the checklist leaves that open."""
CPU = torch.device("cpu")
_DATA = ("candidate", "data")
_MOST_DIGESTED = 1024
_MOST_COMPARED = 64
"""Rows whose own targets must be those that the data set holds."""


@dataclass(frozen=True)
class Streamed(Samples):
    """Rows of a map-style ``torch.utils.data.Dataset``.

    Args:
        dataset: Gives an item for each index below its length.
        items: How an item is read.
        device: Where batches go.
    """

    dataset: Any
    items: Items
    device: torch.device = CPU

    @cached_property
    def targets(self) -> Tensor | None:  # type: ignore[override]
        """Those that the data set holds as ``targets``, where some rows show that they are these.

        A data set may hold names, or change what it holds when an item is read.
        """
        with explained(_DATA, "reading the targets of the data set"), seeded(0):
            held = _held(self.dataset)
            if held is None:
                return None
            some = spread(len(self), _MOST_COMPARED)
            own = replace(self, device=CPU).take(some)[1]
        same = held[some].shape == own.shape and bool((held[some] == own).all())
        return held.to(own.dtype) if same else None

    def __len__(self) -> int:
        return len(self.dataset)

    def take(self, rows: Tensor) -> Batch:
        return next(self.batches([rows]))

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        loader = DataLoader(
            self.dataset,
            batch_sampler=(one.tolist() for one in rows),
            collate_fn=self.items.batch,
            generator=torch.Generator(),  # else each loader draws from the trial's random numbers
            pin_memory=self.device.type == "cuda",
        )
        return map(self._there, _explained(loader))

    def _there(self, batch: Batch) -> Batch:
        inputs, targets = batch
        return (
            mapped(inputs, lambda one: one.to(self.device, non_blocking=True)),
            targets.to(self.device, non_blocking=True),
        )

    def on(self, device: torch.device) -> Streamed:
        return self if device == self.device else replace(self, device=device)

    def add_to(self, digest: Any) -> None:
        """The number of rows, and up to 1024 of them, evenly spaced: reading all takes too long."""
        digest.update(f"{len(self)} rows".encode())
        some = spread(len(self), _MOST_DIGESTED)
        for inputs, targets in self.batches(torch.split(some, 1)):
            for tensor in (*tensors(inputs), targets):
                add_tensor(digest, tensor.cpu())


def _explained(loader: Iterable[Batch]) -> Iterator[Batch]:
    """Batches, or the line of the data set's own code that went wrong."""
    with explained(_DATA, "reading the data set"):
        yield from loader


def _held(dataset: Any) -> Tensor | None:
    """The numbers, one a row, that a data set or what it is a part of holds as ``targets``."""
    known = getattr(dataset, "targets", None)
    if known is None and isinstance(dataset, Subset):
        whole = _held(dataset.dataset)
        return None if whole is None else whole[torch.as_tensor(dataset.indices)]
    try:
        held = None if known is None else numbers(torch.as_tensor(known))
    except (TypeError, ValueError, RuntimeError):  # text, or items that differ in shape
        return None
    return held if held is not None and held.shape[:1] == (len(dataset),) else None


def bytes_of(samples: Streamed) -> int:
    """What all rows would take in memory, from the first."""
    inputs, targets = samples.take(torch.arange(1))
    row = sum(one.numel() * one.element_size() for one in (*tensors(inputs), targets))
    return len(samples) * row
