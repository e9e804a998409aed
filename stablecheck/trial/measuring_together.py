"""Measure the paths of an ensemble: gradients of many trainings and snapshots at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.samples import Batch, rows_of, stacked
from stablecheck.trial.batches import Drawn
from stablecheck.trial.measuring import FullProducts, SourceProducts, seed_at
from stablecheck.trial.snapshots import Snapshot
from stablecheck.trial.sources import full_batches, full_points, heldout_batches, train_batches
from stablecheck.trial.subject import Subject
from stablecheck.trial.vectorized import State, Vectorized
from stablecheck.trial.views import OtherEndPoint, Sources
from stablecheck.trial.waypoints import Waypoints

Array = NDArray[np.float64]


def measure_sources_together(
    subjects: Sequence[Subject], others: Sequence[OtherEndPoint | None]
) -> list[Sources]:
    """Inner products on every source asked for, the same as of each subject alone.

    Args:
        subjects: Trainings of one ensemble, all to be measured alike.
        others: The end point that each one's control refers to, if any.
    """
    paths = _Paths(subjects)
    asked = subjects[0].spec.measuring.sources
    nothing: list[None] = [None] * len(subjects)
    train = paths.drawn(train_batches, others) if "train" in asked else nothing
    heldout = paths.drawn(heldout_batches, nothing) if "heldout" in asked else nothing
    points = [full_points(subject) for subject in subjects]
    full = paths.full(points) if "full" in asked else nothing
    return [Sources(*one) for one in zip(train, heldout, full, points, strict=True)]


@dataclass(frozen=True)
class _Lane:
    """One snapshot of one training, and what its gradients are taken on.

    Args:
        snapshot: The instant.
        fixed: What the model has beside its trainable parameters.
        ends: The points that the ways back lead to, each of shape ``[D]``.
        batches: Inputs and targets; lanes computed at once have as many, of the same shapes.
        seed: Of the dropout masks.
    """

    snapshot: Snapshot
    fixed: State
    ends: tuple[Tensor, ...]
    batches: Iterable[Batch]
    seed: int


@dataclass(frozen=True)
class _Products:
    """What is found in one lane: ‖G‖², loss, and the products with the directions.

    Args:
        each: Of every batch's gradient, shape ``(batch, 2 + directions)``.
        mean: Of the gradient of the mean loss over all rows, shape ``(2 + directions,)``.
    """

    each: Array
    mean: Array


class _Paths:
    """The paths of an ensemble, measured in as many lanes at once as were trained together.

    A lane takes about seven vectors of the parameters' length, a training three to four.
    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._subjects = subjects
        self._zeros = torch.zeros_like(subjects[0].points.end_point)
        models = [subject.trained.model for subject in subjects]
        self._vectorized = Vectorized(subjects[0].prepared, models[0])
        stack = self._vectorized.stack(models)
        self._fixed = [
            {n: t[place] for n, t in stack.fixed.items()} for place in range(len(models))
        ]

    def drawn(
        self, draw: Callable[[Subject], Drawn], others: Sequence[OtherEndPoint | None]
    ) -> list[SourceProducts]:
        """On batches drawn for each snapshot, of every subject."""
        lanes = []
        for place, (subject, other) in enumerate(zip(self._subjects, others, strict=True)):
            batches = draw(subject)
            each = [batches.at(at) for at in range(len(subject.points.snapshots))]
            lanes.append(self._lanes(place, subject.points, each, other))
        return [
            _source(products, other is not None)
            for products, other in zip(self._measured(lanes), others, strict=True)
        ]

    def full(self, points: Sequence[Waypoints]) -> list[FullProducts | None]:
        """On all rows of every subject; those with as many rows at once."""
        found: list[FullProducts | None] = [None] * len(points)
        by_rows: dict[int, list[int]] = {}
        for place, subject in enumerate(self._subjects):
            if points[place].snapshots:
                by_rows.setdefault(len(subject.trained.data), []).append(place)
        for places in by_rows.values():
            lanes = [self._full_lanes(place, points[place]) for place in places]
            for place, products in zip(places, self._measured(lanes), strict=True):
                gg, loss, gd, *_ = np.array([one.mean for one in products]).T[..., None]
                found[place] = FullProducts(gg, gd, loss)
        return found

    def _full_lanes(self, place: int, points: Waypoints) -> list[_Lane]:
        parts = full_batches(self._subjects[place], points)
        each = [parts.at(at) for at in range(len(points.snapshots))]
        return self._lanes(place, points, each, None)

    def _lanes(
        self,
        place: int,
        points: Waypoints,
        batches: Sequence[Iterable[Batch]],
        other: OtherEndPoint | None,
    ) -> list[_Lane]:
        """A subject's lanes: without another end point its own stands in, so that all are alike."""
        seed, end = self._subjects[place].spec.seeds.measure, points.end_point
        against = end if other is None else other.parameters
        return [
            _Lane(
                snapshot,
                self._fixed[place] | snapshot.buffers,
                (end, self._zeros, against),
                batches[at],
                seed_at(seed, at),
            )
            for at, snapshot in enumerate(points.snapshots)
        ]

    def _measured(self, lanes: Sequence[Sequence[_Lane]]) -> Iterator[list[_Products]]:
        """What is found for each subject, a product for each of its lanes."""
        flat = [lane for own in lanes for lane in own]
        size = len(self._subjects)
        chunks = (flat[first : first + size] for first in range(0, len(flat), size))
        found = (products for chunk in chunks for products in self._chunk(chunk))
        for own in lanes:
            yield [next(found) for _ in own]

    def _chunk(self, lanes: Sequence[_Lane]) -> list[_Products]:
        """What is found in each lane, all of them computed at once, one batch after the other."""
        flat = torch.stack([lane.snapshot.parameters for lane in lanes])
        fixed = {n: torch.stack([lane.fixed[n] for lane in lanes]) for n in lanes[0].fixed}
        directions = flat[:, None] - torch.stack([torch.stack(lane.ends) for lane in lanes])
        masks = [torch.Generator(flat.device).manual_seed(lane.seed) for lane in lanes]
        total, rows, each = torch.zeros_like(flat), 0, []
        mean_loss = torch.zeros(len(lanes), device=flat.device)
        for batches in zip(*(lane.batches for lane in lanes), strict=True):
            inputs, targets = zip(*batches, strict=True)
            x, y = stacked(inputs), torch.stack(targets)
            drawn = self._vectorized.masks(x, y, masks)
            gradients, losses = self._vectorized.gradients(flat, fixed, x, y, drawn)
            each.append(_products(gradients, losses.float(), directions))
            size = rows_of(inputs[0])
            total += size * gradients
            mean_loss += size * losses.float()
            rows += size
        mean = _products(total / rows, mean_loss / rows, directions)
        tables = torch.stack([mean, *each], dim=1).double().cpu().numpy()
        return [_Products(each=table[1:], mean=table[0]) for table in tables]


def _products(gradients: Tensor, losses: Tensor, directions: Tensor) -> Tensor:
    """‖G‖², loss, and the products with the directions of each lane."""
    squares = gradients.square().sum(dim=1)
    products = torch.einsum("ld,lkd->lk", gradients, directions)
    return torch.cat([squares[:, None], losses[:, None], products], dim=1)


def _source(products: Sequence[_Products], has_other: bool) -> SourceProducts:
    each = np.array([one.each for one in products])
    gg, loss, gd, gw, cross = np.moveaxis(each, -1, 0)
    mean_gg = np.array([[one.mean[0]] for one in products])
    return SourceProducts(gg, gd, gw, cross if has_other else None, loss, mean_gg)
