"""Loss on the held-out batches before and after the training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.recorder.checked_loss import Loss
from stablecheck.recorder.loader import Loader
from stablecheck.recorder.moving import moved, rows_in
from stablecheck.recorder.recorded import Recorded
from stablecheck.trial.replica import Replica


def losses(recorded: Recorded, replica: Replica, loss: Loss, loader: Loader) -> dict[str, float]:
    """The measures ``initial_loss`` and ``loss_ratio``: over all batches, in evaluation mode."""
    start = recorded.snapshots[0].parameters
    initial = {name: buffer.to(start.device) for name, buffer in recorded.initial_buffers.items()}
    with _evaluating(replica.model):
        before = _mean(replica, start, initial, loss, loader)
        after = _mean(replica, recorded.end_point, replica.first_buffers, loss, loader)
    return {"initial_loss": before, "loss_ratio": after / before if before else math.nan}


def _mean(
    replica: Replica,
    parameters: Tensor,
    buffers: Mapping[str, Tensor],
    loss: Loss,
    loader: Loader,
) -> float:
    """Mean over all rows of one pass."""
    total, rows = 0.0, 0
    for batch in loader.batches():
        replica.put(parameters, buffers)
        there: Any = moved(batch, parameters.device)
        size = rows_in(there)
        with torch.no_grad():
            total += size * float(loss(replica.model, there))
        rows += size
    return total / rows


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, training in modes.items():
            module.training = training
