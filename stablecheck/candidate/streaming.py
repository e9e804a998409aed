"""Data that does not fit into memory: rows are read as they are needed, through a DataLoader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from stablecheck.candidate.items import Items
from stablecheck.candidate.samples import Batch, Samples, add_tensor, mapped, tensors

LARGEST_IN_MEMORY = 2**30
"""Bytes beyond which data is streamed where the checklist leaves that open."""
CPU = torch.device("cpu")
_MOST_DIGESTED = 1024


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

    @property
    def targets(self) -> Tensor | None:  # type: ignore[override]
        """Those that the data set itself holds as ``targets``, one number a row."""
        known = getattr(self.dataset, "targets", None)
        return None if known is None else torch.as_tensor(known)

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
        return map(self._there, loader)

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
        some = torch.linspace(0, len(self) - 1, min(len(self), _MOST_DIGESTED)).long()
        for inputs, targets in self.batches(torch.split(some, 1)):
            for tensor in (*tensors(inputs), targets):
                add_tensor(digest, tensor.cpu())


def bytes_of(samples: Streamed) -> int:
    """What all rows would take in memory, from the first."""
    inputs, targets = samples.take(torch.arange(1))
    row = sum(one.numel() * one.element_size() for one in (*tensors(inputs), targets))
    return len(samples) * row
