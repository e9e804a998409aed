"""Measure a path after its training: gradients at every snapshot, towards the end point."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from stablecheck.candidate.prepared import Prepared
from stablecheck.trial.loop import Trained, batch_loss, trainable
from stablecheck.trial.snapshots import Snapshot, flat_parameters


@dataclass(frozen=True)
class SourceProducts:
    """Inner products on one batch source; every array of shape ``(snapshot, batch)``, float64.

    Args:
        gg: ‖G‖².
        gd: ⟨G, w_t − w_T⟩.
        gd_cross: ⟨G, w_t − w_other⟩, or None without another seed's end point.
        loss: Loss of the batch.
    """

    gg: NDArray[np.float64]
    gd: NDArray[np.float64]
    gd_cross: NDArray[np.float64] | None
    loss: NDArray[np.float64]


class GradientProbe:
    """A copy of the trained model that is put at each snapshot; the model itself stays as it is."""

    def __init__(self, prepared: Prepared, model: nn.Module) -> None:
        self._prepared = prepared
        self._model = copy.deepcopy(model).train()
        self._parameters = trainable(self._model)
        self._buffers = dict(self._model.named_buffers())

    def gradient(self, snapshot: Snapshot, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Gradient of the mean loss at the snapshot, shape ``[D]``, and that loss.

        Batch normalisation uses the batch's own statistics. Parameters and buffers are the
        snapshot's, whatever was measured before.
        """
        self._place_at(snapshot)
        loss = batch_loss(self._prepared, self._model, x, y)
        gradients = torch.autograd.grad(loss, self._parameters, allow_unused=True)
        parts = [
            (torch.zeros_like(p) if g is None else g).reshape(-1).float()
            for p, g in zip(self._parameters, gradients, strict=True)
        ]
        return torch.cat(parts), loss.detach()

    def _place_at(self, snapshot: Snapshot) -> None:
        with torch.no_grad():
            nn.utils.vector_to_parameters(snapshot.parameters, self._parameters)
            for name, buffer in self._buffers.items():
                buffer.copy_(snapshot.buffers[name])


def measure_source(
    probe: GradientProbe,
    snapshots: tuple[Snapshot, ...],
    end_point: Tensor,
    other_end_point: Tensor | None,
    batches_at: Iterator[list[tuple[Tensor, Tensor]]],
) -> SourceProducts:
    """Inner products at every snapshot on the batches that ``batches_at`` yields for it.

    Args:
        probe: The model that is put at the snapshots.
        snapshots: S instants of the path.
        end_point: w_T, shape ``[D]``.
        other_end_point: End point of another seed's training, shape ``[D]``, or None.
        batches_at: For each snapshot, its B batches of inputs and targets.
    """
    rows = []
    for snapshot, batches in zip(snapshots, batches_at, strict=False):
        displacement = snapshot.parameters - end_point
        cross = None if other_end_point is None else snapshot.parameters - other_end_point
        rows.append([_products(probe, snapshot, batch, displacement, cross) for batch in batches])
    table = np.array(rows, dtype=np.float64)
    gg, gd, gd_cross, loss = np.moveaxis(table, -1, 0)
    return SourceProducts(gg, gd, None if other_end_point is None else gd_cross, loss)


def _products(
    probe: GradientProbe,
    snapshot: Snapshot,
    batch: tuple[Tensor, Tensor],
    displacement: Tensor,
    cross: Tensor | None,
) -> list[float]:
    gradient, loss = probe.gradient(snapshot, *batch)
    against_other = gradient @ cross if cross is not None else torch.zeros_like(loss)
    numbers = [gradient @ gradient, gradient @ displacement, against_other, loss.float()]
    return torch.stack(numbers).tolist()


def drawn_batches(
    x: Tensor, y: Tensor, batch_size: int, count: int, generator: torch.Generator
) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """Endless lists of ``count`` fresh batches, each drawn without replacement from the rows."""
    size = min(batch_size, len(x))
    while True:
        chosen = [torch.randperm(len(x), generator=generator)[:size] for _ in range(count)]
        yield [(x[rows.to(x.device)], y[rows.to(x.device)]) for rows in chosen]


def distances(snapshots: tuple[Snapshot, ...], end_point: Tensor) -> NDArray[np.float64]:
    """‖w_t − end point‖ at each snapshot, shape ``[S]``."""
    return np.array(
        [
            torch.linalg.vector_norm(s.parameters - end_point, dtype=torch.float64).item()
            for s in snapshots
        ]
    )


def end_point(trained: Trained) -> Tensor:
    """w_T, shape ``[D]``."""
    return flat_parameters(trained.model)
