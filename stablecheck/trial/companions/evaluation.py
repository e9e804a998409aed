"""A replica in evaluation mode, its statistics of batch normalisation taken anew."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn

from stablecheck.candidate.prepared import Prepared
from stablecheck.trial.batches import Batch
from stablecheck.trial.replica import Replica


def evaluate_at(replica: Replica, parameters: Tensor, statistics: list[Batch]) -> None:
    """Put a replica at a point, shape ``[D]``, in evaluation mode.

    Running statistics of batch normalisation, which belong to other weights, become the averages
    over these batches; without batch normalisation nothing is computed.
    """
    replica.put(parameters, replica.first_buffers)
    update_bn([x for x, _ in statistics], replica.model)
    replica.model.eval()


def mean_loss(prepared: Prepared, replica: Replica, batches: list[Batch]) -> float:
    """Mean loss over all rows of the batches in single precision."""
    rows = sum(len(x) for x, _ in batches)
    with torch.no_grad():
        losses = [prepared.loss(replica.model(x), y) * (len(x) / rows) for x, y in batches]
    return float(sum(torch.stack(losses).tolist()))
