"""Measure a path after its training: gradients at every snapshot, towards the end point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seeded
from stablecheck.trial.batches import Batch, DrawnBatches, cut, some_rows
from stablecheck.trial.loop import batch_loss
from stablecheck.trial.replica import Replica
from stablecheck.trial.snapshots import Snapshot
from stablecheck.trial.waypoints import Waypoints

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SourceProducts:
    """Inner products on one batch source; arrays of shape ``(snapshot, batch)``, float64.

    Args:
        gg: ‖G‖².
        gd: ⟨G, w_t − w_T⟩.
        gw: ⟨G, w_t⟩.
        gd_cross: ⟨G, w_t − w_other⟩, or None without another seed's end point.
        loss: Loss of the batch.
        mean_gg: ‖Ḡ‖² of the batches' mean gradient, shape ``(snapshot, 1)``.
    """

    gg: Array
    gd: Array
    gw: Array
    gd_cross: Array | None
    loss: Array
    mean_gg: Array


class Gradients:
    """Takes gradients at snapshots on a copy of the trained model."""

    def __init__(self, prepared: Prepared, model: nn.Module) -> None:
        self._prepared = prepared
        self._replica = Replica(model)

    def at(self, snapshot: Snapshot, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Gradient of the mean loss at the snapshot, shape ``[D]``, and that loss.

        Batch normalisation uses the batch's own statistics. Parameters and buffers are the
        snapshot's, whatever was measured before.
        """
        replica = self._replica
        replica.put(snapshot.parameters, snapshot.buffers)
        loss = batch_loss(self._prepared, replica.model, x, y)
        gradients = torch.autograd.grad(loss, replica.parameters, allow_unused=True)
        return replica.flat(gradients), loss.detach()


def seed_at(seed: int, place: int) -> int:
    """What the random state is seeded with before the gradients at one of the snapshots.

    A seed for each, so that it does not matter in which order snapshots are measured.
    """
    return (seed + 1 + place) % 2**63


def measure_source(
    gradients: Gradients,
    points: Waypoints,
    other_end_point: Tensor | None,
    batches: DrawnBatches,
    seed: int,
) -> SourceProducts:
    """Inner products at every snapshot on its batches.

    Args:
        gradients: Takes the gradients.
        points: S instants of the path and its end point.
        other_end_point: End point of another seed's training, shape ``[D]``, or None.
        batches: B batches for each snapshot.
        seed: Of the random numbers that a forward pass draws.
    """
    measured = []
    for place, kept in enumerate(points.snapshots):
        snapshot = kept.at_hand()
        directions = _directions(snapshot, points, other_end_point)
        with seeded(seed_at(seed, place)):
            measured.append(_at_snapshot(gradients, snapshot, batches.at(place), directions))
    gg, loss, gd, gw, *cross = np.moveaxis(np.array([table for table, _ in measured]), -1, 0)
    mean_gg = np.array([[square] for _, square in measured])
    return SourceProducts(gg, gd, gw, cross[0] if cross else None, loss, mean_gg)


def _directions(snapshot: Snapshot, points: Waypoints, other: Tensor | None) -> list[Tensor]:
    """What the gradients at a snapshot are multiplied with."""
    here = snapshot.parameters
    return [here - points.end_point, here, *([] if other is None else [here - other])]


def _at_snapshot(
    gradients: Gradients, snapshot: Snapshot, batches: Iterable[Batch], directions: list[Tensor]
) -> tuple[list[list[float]], float]:
    """For each batch ‖G‖², loss and the products with the directions; and ‖Ḡ‖² over all."""
    rows = []
    total: Tensor | None = None
    for batch in batches:
        gradient, loss = gradients.at(snapshot, *batch)
        total = gradient if total is None else total + gradient
        products = [gradient @ direction for direction in directions]
        rows.append(torch.stack([gradient @ gradient, loss.float(), *products]))
    assert total is not None  # every snapshot has a batch
    return torch.stack(rows).tolist(), float(total @ total) / len(rows) ** 2


@dataclass(frozen=True)
class FullProducts:
    """Inner products of the whole training part's gradient; arrays of shape ``(snapshot, 1)``."""

    gg: Array
    gd: Array
    loss: Array


def measure_full(
    gradients: Gradients, points: Waypoints, batch: Batch, batch_size: int, seed: int
) -> FullProducts:
    """Inner products of the gradient of the mean loss over all rows, at every snapshot.

    Accumulated over parts of nearly equal size, at most ``batch_size`` rows each, in a random
    order of the rows: batch normalisation uses the statistics of each part.
    """
    parts = all_rows(batch, batch_size, seed)
    rows = []
    for place, snapshot in enumerate(points.snapshots):
        with seeded(seed_at(seed, place)):
            total, loss = _over_all(gradients, snapshot, parts)
        displacement = snapshot.parameters - points.end_point
        rows.append(torch.stack([total @ total, total @ displacement, loss]).tolist())
    gg, gd, loss_ = np.array(rows).T[..., None]
    return FullProducts(gg, gd, loss_)


def all_rows(batch: Batch, batch_size: int, seed: int) -> list[Batch]:
    """All rows in random order, in parts of nearly equal size, at most ``batch_size`` each."""
    return cut(some_rows(*batch, most=len(batch[0]), seed=seed), batch_size)


def _over_all(
    gradients: Gradients, snapshot: Snapshot, parts: Sequence[Batch]
) -> tuple[Tensor, Tensor]:
    """Gradient of the mean loss over all parts, and that loss."""
    rows = sum(len(x) for x, _ in parts)
    total = torch.zeros_like(snapshot.parameters)
    mean_loss = torch.zeros((), device=total.device)
    for x, y in parts:
        gradient, loss = gradients.at(snapshot, x, y)
        total += len(x) / rows * gradient
        mean_loss += len(x) / rows * loss.float()
    return total, mean_loss
