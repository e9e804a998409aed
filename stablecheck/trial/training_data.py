"""The rows that one trial trains on and is scored on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import tee

import torch
from torch import Tensor

from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.samples import Batch, Samples
from stablecheck.errors import CandidateError
from stablecheck.plan import TrialSpec
from stablecheck.trial.order import nested_subset
from stablecheck.trial.treatment import shuffled_targets


@dataclass(frozen=True)
class TrainingData:
    """The rows of one trial, on its device.

    Args:
        samples: The whole training part, the same object for every trial there.
        rows: Those of them that the trial sees, in its order.
        targets: Their targets where the trial has its own; None where they are the samples'.
        heldout: The held-out part.
    """

    samples: Samples
    rows: Tensor
    targets: Tensor | None
    heldout: Samples

    @property
    def device(self) -> torch.device:
        """Where its batches are."""
        return self.samples.device

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Tensor) -> Batch:
        """The batch of some of its rows, by their places among them."""
        inputs, targets = self.samples.take(self.rows[places])
        return inputs, targets if self.targets is None else self.targets[places]

    def batches(self, places: Iterable[Tensor]) -> Iterator[Batch]:
        """Batch after batch."""
        asked, places = tee(places)
        found = self.samples.batches(self.rows[one] for one in asked)
        if self.targets is None:
            return found
        own = (self.targets[one] for one in places)
        return ((inputs, mine) for (inputs, _), mine in zip(found, own, strict=True))


def training_data(prepared: Prepared, spec: TrialSpec, device: torch.device) -> TrainingData:
    """The trial's training rows as it is to see them, and the whole held-out part.

    Raises:
        CandidateError: Its treatment needs targets that are not in memory.
    """
    dataset, treatment = prepared.dataset, spec.treatment
    known = dataset.train.targets
    rows = nested_subset(
        len(dataset.train),
        treatment.data_fraction,
        spec.seeds.subset,
        _classes(prepared, known),
    )
    targets = None
    if treatment.label_noise:
        if known is None:
            raise CandidateError(("candidate", "data"), _NOT_IN_MEMORY)
        targets = shuffled_targets(known[rows], treatment.label_noise, spec.seeds.labels)
    there = dataset.train.on(device)
    return TrainingData(
        samples=there,
        rows=rows.to(there.device),
        targets=None if targets is None else targets.to(device),
        heldout=dataset.heldout.on(device),
    )


def _classes(prepared: Prepared, known: Tensor | None) -> Tensor | None:
    """The class of each row, shape ``[n]``, where the task has classes and they are known."""
    if prepared.candidate.task != "classification" or known is None or known.ndim != 1:
        return None
    return known if bool((known % 1 == 0).all()) else None


_NOT_IN_MEMORY = (
    "labels are shuffled by label_noise and by the full controls, but the data is streamed and its "
    "targets are not in memory; give the dataset an attribute targets that holds what its items "
    "do, or leave those out"
)
