"""Loss at the end point on the batches of the path, for the PL ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from stablecheck.geometry.pl_ratio import PL_RATIO
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.loop import batch_loss
from stablecheck.trial.replica import replica_of
from stablecheck.trial.series import View
from stablecheck.trial.sources import train_batches
from stablecheck.trial.subject import Subject


def _measure(context: Context) -> Findings:
    """One more forward pass a gradient, at w_T in training mode like the gradients' own."""
    train, points = context.train, context.subject.points
    if train is None:
        raise ValueError("it needs train batches; add train to measure.sources")
    gap = train.loss - _end_losses(context.subject)
    path = replace(points.path(train.gd, train.gg, points.distance), loss_gap=gap)
    view = View("path.", path, train.loss, (PL_RATIO,))
    return Findings(view.numbers(context.subject.spec.measuring.exclude_tail))


def _end_losses(subject: Subject) -> NDArray[np.float64]:
    """f*, shape ``(snapshot, batch)``."""
    replica, batches = replica_of(subject.trained.model), train_batches(subject)
    rows = []
    with torch.no_grad():
        for place in range(len(batches.rows)):
            row = []
            for x, y in batches.at(place):
                replica.put(subject.points.end_point, replica.first_buffers)
                row.append(batch_loss(subject.prepared, replica.model, x, y).float())
            rows.append(torch.stack(row).tolist())
    return np.array(rows)


LOSS_GAP = Companion(_measure, work=lambda asked: asked.snapshots * asked.batches)
