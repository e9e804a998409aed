"""A replica in evaluation mode, its statistics of batch normalisation taken anew."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from stablecheck.candidate.objective import Objective
from stablecheck.candidate.samples import Batch, rows_of
from stablecheck.trial.replica import Replica


class _Asked(nn.Module):
    """A model whose forward pass computes the loss of a batch."""

    def __init__(self, model: nn.Module, objective: Objective) -> None:
        super().__init__()
        self._model = model
        self._objective = objective

    def forward(self, batch: Batch) -> Tensor:
        return self._objective.loss(self._model, *batch)


def evaluate_at(
    replica: Replica, objective: Objective, parameters: Tensor, statistics: Sequence[Batch]
) -> None:
    """Put a replica at a point, shape ``[D]``, in evaluation mode.

    Running statistics of batch normalisation, which belong to other weights, become the averages
    over these batches; without batch normalisation nothing is computed.
    """
    replica.put(parameters, replica.first_buffers)
    with torch.no_grad():
        update_bn([(batch,) for batch in statistics], _Asked(replica.model, objective))
    replica.model.eval()


def mean_loss(objective: Objective, replica: Replica, batches: Sequence[Batch]) -> float:
    """Mean loss over all rows of the batches in single precision."""
    sizes = [rows_of(inputs) for inputs, _ in batches]
    with torch.no_grad():
        losses = [
            objective.loss(replica.model, *batch) * (size / sum(sizes))
            for batch, size in zip(batches, sizes, strict=True)
        ]
    return float(sum(torch.stack(losses).tolist()))
