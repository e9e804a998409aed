"""The snapshots that are measured, and the point that they are measured against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.geometry.base import InnerProducts, MeasuredPath
from stablecheck.geometry.summary import before_tail
from stablecheck.trial.loop import Trained
from stablecheck.trial.precision import in_double
from stablecheck.trial.snapshots import Snapshot, flat_parameters

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Waypoints:
    """S instants of a path and where it ended.

    Args:
        snapshots: The instants, none of them at the end point.
        end_point: w_T, shape ``[D]``.
        total_steps: T.
    """

    snapshots: tuple[Snapshot, ...]
    end_point: Tensor
    total_steps: int

    @property
    def step(self) -> Array:
        """Step of each, shape ``(snapshot, 1)``."""
        return np.array([[s.step] for s in self.snapshots], dtype=np.float64)

    @property
    def lr(self) -> Array:
        """Learning rate in force at each, shape ``(snapshot, 1)``."""
        return np.array([[s.lr] for s in self.snapshots])

    @cached_property
    def distance(self) -> Array:
        """‖w_t − w_T‖ of each, shape ``(snapshot, 1)``; every snapshot is read for it."""
        return self.distance_to(self.end_point)

    def distance_to(self, point: Tensor) -> Array:
        """Distance of each to a point of shape ``[D]``, shape ``(snapshot, 1)``."""
        return np.array([[_norm(s.parameters - point)] for s in self.snapshots])

    def weight_products(self) -> tuple[Array, Array]:
        """⟨w, w − w_T⟩ and ‖w‖² of each, both of shape ``(snapshot, 1)``."""
        rows = []
        for snapshot in self.snapshots:
            here = in_double(snapshot.parameters)
            displacement = in_double(snapshot.parameters - self.end_point)
            rows.append([float(here @ displacement), float(here @ here)])
        wd, ww = np.array(rows).T[..., None]
        return wd, ww

    def path(self, gd: Array, gg: Array, distance: Array) -> MeasuredPath:
        """The measured path of gradients with these inner products and distances."""
        return MeasuredPath(
            InnerProducts(gd, gg, distance**2), self.step, self.total_steps, self.lr
        )

    def before_tail(self, exclude_tail: float, most: int) -> Waypoints:
        """At most so many of those before the path's tail, evenly spaced, the first included."""
        kept = np.flatnonzero(before_tail(self.step, self.total_steps, exclude_tail))
        chosen = kept[evenly_spaced(len(kept), most)]
        return Waypoints(
            tuple(self.snapshots[place] for place in chosen), self.end_point, self.total_steps
        )


def evenly_spaced(count: int, most: int) -> list[int]:
    """At most ``most`` places below ``count``, the first and the last included.

    >>> evenly_spaced(9, 5), evenly_spaced(3, 5)
    ([0, 2, 4, 6, 8], [0, 1, 2])
    """
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, most)).tolist()})


def waypoints(trained: Trained) -> Waypoints:
    """The waypoints of a training, as ``waypoints_to`` has them."""
    return waypoints_to(end_point(trained), trained.snapshots, trained.training.steps)


def waypoints_to(end: Tensor, snapshots: Iterable[Snapshot], total_steps: int) -> Waypoints:
    """The snapshots that differ from the end point, shape ``[D]``: there everything is undefined.

    Raises:
        ValueError: The weights never moved.
    """
    moved = tuple(s for s in snapshots if not torch.equal(s.parameters, end))
    if not moved:
        raise ValueError("the weights never moved: every snapshot equals the end point")
    return Waypoints(moved, end, total_steps)


def end_point(trained: Trained) -> Tensor:
    """w_T, shape ``[D]``."""
    return flat_parameters(trained.model)


def laziness_terms(start: Tensor, end: Tensor) -> tuple[float, float]:
    """‖w_T − w_0‖ and ‖w_0‖ of two points of shape ``[D]``."""
    return _norm(end - start), _norm(start)


def _norm(vector: Tensor) -> float:
    return float(torch.linalg.vector_norm(in_double(vector)))
