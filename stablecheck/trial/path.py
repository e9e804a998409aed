"""From a trained path to its record and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.prepared import Prepared
from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.base import InnerProducts, MeasuredPath
from stablecheck.geometry.eb import eb
from stablecheck.geometry.rsi import rsi
from stablecheck.geometry.summary import summarize, without_tail
from stablecheck.plan import TrialSpec
from stablecheck.trial.loop import Trained
from stablecheck.trial.measuring import (
    GradientProbe,
    SourceProducts,
    distances,
    drawn_batches,
    end_point,
    measure_source,
)
from stablecheck.trial.record import Grid, PathRecord, Series

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OtherEndPoint:
    """Where another seed's training ended: the control's reference point, shape ``[D]``."""

    trial: str
    parameters: Tensor


def measure_path(
    prepared: Prepared, spec: TrialSpec, trained: Trained, other: OtherEndPoint | None
) -> tuple[PathRecord, dict[str, float]]:
    """The path's series, and one number per measure with its source in the name.

    Snapshots that coincide with the end point are left out: there everything is undefined.
    """
    end = end_point(trained)
    moved = distances(trained.snapshots, end) > 0
    snapshots = tuple(s for s, keep in zip(trained.snapshots, moved, strict=True) if keep)
    if not snapshots:
        raise ValueError("the weights never moved: every snapshot equals the end point")
    probe = GradientProbe(prepared, trained.model)
    generator = torch.Generator().manual_seed(spec.seeds.measure)
    parts = {
        "train": (trained.data.x, trained.data.y),
        "heldout": (trained.data.x_heldout, trained.data.y_heldout),
    }
    sources = {}
    for source in spec.measuring.sources:
        drawn = drawn_batches(
            *parts[source], trained.training.batch_size, spec.measuring.batches, generator
        )
        against = other.parameters if other is not None and source == "train" else None
        sources[source] = measure_source(probe, snapshots, end, against, drawn)
    columns = _Columns(
        step=np.array([[s.step] for s in snapshots], dtype=np.float64),
        lr=np.array([[s.lr] for s in snapshots]),
        distance=distances(snapshots, end).reshape(-1, 1),
        other_distance=None
        if other is None
        else distances(snapshots, other.parameters).reshape(-1, 1),
        total_steps=trained.training.steps,
    )
    return _record(columns, sources, other), _numbers(columns, sources, spec.measuring.exclude_tail)


@dataclass(frozen=True)
class _Columns:
    """What belongs to a snapshot, whatever the batch; arrays of shape ``(snapshot, 1)``."""

    step: Array
    lr: Array
    distance: Array
    other_distance: Array | None
    total_steps: int

    def path(self, gd: Array, gg: Array, distance: Array) -> MeasuredPath:
        products = InnerProducts(gd=gd, gg=gg, dd=distance**2)
        return MeasuredPath(products, self.step, self.total_steps, self.lr)


def _record(
    columns: _Columns, sources: dict[str, SourceProducts], other: OtherEndPoint | None
) -> PathRecord:
    series = {
        name: _series(columns.path(s.gd, s.gg, columns.distance).products, s.loss)
        for name, s in sources.items()
    }
    train = sources.get("train")
    cross = None
    if train is not None and train.gd_cross is not None and columns.other_distance is not None:
        control = columns.path(train.gd_cross, train.gg, columns.other_distance)
        cross = _series(control.products, train.loss)
    return PathRecord(
        step=tuple(int(step) for step in columns.step[:, 0]),
        total_steps=columns.total_steps,
        lr=tuple(columns.lr[:, 0].tolist()),
        distance=tuple(columns.distance[:, 0].tolist()),
        train=series.get("train"),
        heldout=series.get("heldout"),
        cross_seed=cross,
        cross_seed_distance=(
            tuple(columns.other_distance[:, 0].tolist())
            if cross is not None and columns.other_distance is not None
            else None
        ),
        cross_seed_trial=other.trial if cross is not None and other is not None else None,
    )


def _series(products: InnerProducts, loss: Array) -> Series:
    return Series(
        rsi=_grid(rsi(products)),
        eb=_grid(eb(products)),
        alignment=_grid(alignment(products)),
        loss=_grid(loss),
    )


def _grid(values: Array) -> Grid:
    return tuple(tuple(row) for row in values.tolist())


def _numbers(
    columns: _Columns, sources: dict[str, SourceProducts], exclude_tail: float
) -> dict[str, float]:
    paths = {
        {"train": "path", "heldout": "path.heldout"}[name]: columns.path(
            s.gd, s.gg, columns.distance
        )
        for name, s in sources.items()
    }
    numbers: dict[str, float] = {}
    for prefix, path in paths.items():
        numbers |= _prefixed(prefix, path, exclude_tail, own_end_point=True)
    train = sources.get("train")
    if train is not None and train.gd_cross is not None and columns.other_distance is not None:
        control = columns.path(train.gd_cross, train.gg, columns.other_distance)
        numbers |= _prefixed("path.cross_seed", control, exclude_tail, own_end_point=False)
    return numbers


def _prefixed(
    prefix: str, path: MeasuredPath, exclude_tail: float, *, own_end_point: bool
) -> dict[str, float]:
    kept = without_tail(path, exclude_tail)
    if kept is None:
        return {}
    values = summarize(kept, own_end_point=own_end_point)
    return {f"{prefix}.{name}": value for name, value in values.items()}
