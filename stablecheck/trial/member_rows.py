"""Which rows the members of an ensemble see at each step, made ahead in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from stablecheck.candidate.samples import Batch, in_memory, taken
from stablecheck.plan import TrialSpec
from stablecheck.trial.loop import Training
from stablecheck.trial.order import batches, sent


@dataclass(frozen=True)
class _Member:
    """One member's endless batches, and where in the common tables its rows are.

    Args:
        order: Batches of places among its own rows.
        inputs: For each place the row of the input table.
        targets: For each place the row of the target table.
    """

    order: Iterator[Tensor]
    inputs: Tensor
    targets: Tensor

    def next(self, steps: int) -> tuple[Tensor, Tensor]:
        """Rows of the next steps, input table and target table, each ``[steps, batch]``."""
        places = torch.stack(list(islice(self.order, steps)))
        return self.inputs[places], self.targets[places]


class MemberRows:
    """Batches of all members, out of one input table and one target table on the device.

    Members whose targets are as they were share them; one whose labels are shuffled brings its own.
    """

    def __init__(self, specs: Sequence[TrialSpec], trainings: Sequence[Training]) -> None:
        first = in_memory(trainings[0].data.samples)
        self.x = first.inputs
        tables, self._members = [], []
        length = 0
        for spec, training in zip(specs, trainings, strict=True):
            data = training.data
            rows = data.rows.cpu()
            tables.append(first.targets[data.rows] if data.targets is None else data.targets)
            own = torch.arange(length, length + len(rows))
            length += len(rows)
            order = batches(len(rows), training.batch_size, spec.seeds.order)
            self._members.append(_Member(order, rows, own))
        self.y = torch.cat(tables)
        self._device = first.device

    def keep(self, kept: Sequence[int]) -> None:
        """Go on with some of the members, by their places."""
        self._members = [self._members[place] for place in kept]

    def block(self, steps: int) -> Iterator[Batch]:
        """Inputs and targets of the next steps, each ``[members, batch, ...]``.

        The rows of all the steps go to the device at once, without waiting for it.
        """
        pairs = [member.next(steps) for member in self._members]
        rows = torch.stack([torch.stack(part, dim=1) for part in zip(*pairs, strict=True)])
        inputs, targets = sent(rows, self._device)
        for there, own in zip(inputs, targets, strict=True):
            yield taken(self.x, there), self.y[own]
