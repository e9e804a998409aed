"""Measure a path after its training: gradients at every snapshot, towards the end point."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.samples import Batch, rows_of
from stablecheck.trial.batches import Batches, Drawn
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


AnyBatch = TypeVar("AnyBatch")


class Gradients(Generic[AnyBatch]):
    """Takes gradients at snapshots on a copy of the trained model.

    Args:
        loss: What is minimised: from a model and a batch to the mean loss, a scalar.
        replica: The copy.
    """

    def __init__(self, loss: Callable[[nn.Module, AnyBatch], Tensor], replica: Replica) -> None:
        self._loss = loss
        self._replica = replica

    def at(self, snapshot: Snapshot, batch: AnyBatch) -> tuple[Tensor, Tensor]:
        """Gradient of the mean loss at the snapshot, shape ``[D]``, and that loss.

        Batch normalisation uses the batch's own statistics. Parameters and buffers are the
        snapshot's, whatever was measured before.
        """
        replica = self._replica
        replica.put(snapshot.parameters, snapshot.buffers)
        loss = self._loss(replica.model, batch)
        gradients = torch.autograd.grad(loss, replica.parameters, allow_unused=True)
        return replica.flat(gradients), loss.detach()


def seed_at(seed: int, place: int) -> int:
    """What the random state is seeded with before the gradients at one of the snapshots.

    A seed for each, so that it does not matter in which order snapshots are measured.
    """
    return (seed + 1 + place) % 2**63


def measure_source(
    gradients: Gradients[AnyBatch],
    points: Waypoints,
    other_end_point: Tensor | None,
    batches: Batches[AnyBatch],
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
    gradients: Gradients[AnyBatch],
    snapshot: Snapshot,
    batches: Iterable[AnyBatch],
    directions: list[Tensor],
) -> tuple[list[list[float]], float]:
    """For each batch ‖G‖², loss and the products with the directions; and ‖Ḡ‖² over all."""
    rows = []
    total: Tensor | None = None
    for batch in batches:
        gradient, loss = gradients.at(snapshot, batch)
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
    gradients: Gradients[Batch], points: Waypoints, parts: Drawn, seed: int
) -> FullProducts:
    """Inner products of the gradient of the mean loss over all rows, at every snapshot.

    Accumulated over parts: batch normalisation uses the statistics of each.

    Args:
        gradients: Takes the gradients.
        points: S instants of the path and its end point.
        parts: All rows, in the same parts for each snapshot.
        seed: Of the random numbers that a forward pass draws.
    """
    rows = []
    for place, snapshot in enumerate(points.snapshots):
        with seeded(seed_at(seed, place)):
            total, loss = _over_all(gradients, snapshot, parts.at(place))
        displacement = snapshot.parameters - points.end_point
        rows.append(torch.stack([total @ total, total @ displacement, loss]).tolist())
    gg, gd, loss_ = np.array(rows).T[..., None]
    return FullProducts(gg, gd, loss_)


def _over_all(
    gradients: Gradients[Batch], snapshot: Snapshot, parts: Iterable[Batch]
) -> tuple[Tensor, Tensor]:
    """Gradient of the mean loss over all parts, and that loss."""
    total, rows = torch.zeros_like(snapshot.parameters), 0
    total_loss = torch.zeros((), device=total.device)
    for batch in parts:
        gradient, loss = gradients.at(snapshot, batch)
        size = rows_of(batch[0])
        total += size * gradient
        total_loss += size * loss.float()
        rows += size
    return total / rows, total_loss / rows
