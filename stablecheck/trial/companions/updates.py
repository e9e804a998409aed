"""Inner products of the updates that the recorder kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stablecheck.geometry.base import InnerProducts
from stablecheck.geometry.update_alignment import UPDATE_ALIGNMENT, update_alignment
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.precision import in_double
from stablecheck.trial.series import View
from stablecheck.trial.waypoints import Waypoints


def _measure(context: Context) -> Findings:
    """No pass through the model: what it costs is the memory of a second vector a snapshot."""
    points = context.subject.points
    updates = _products(points)
    path = replace(points.path(updates.gd, updates.gg, points.distance), updates=updates)
    view = View("path.", path, np.zeros_like(updates.gd), (UPDATE_ALIGNMENT,))
    along = update_alignment(path)[:, 0]
    return Findings(
        view.numbers(context.subject.spec.measuring.exclude_tail),
        {"update_alignment": tuple(along.tolist())},
    )


def _products(points: Waypoints) -> InnerProducts:
    rows = []
    for snapshot in points.snapshots:
        if snapshot.update is None:
            raise ValueError("the training kept no updates at its snapshots")
        update = in_double(snapshot.update)  # the squares of small steps vanish in float32
        displacement = in_double(snapshot.parameters - points.end_point)
        rows.append([-float(update @ displacement), float(update @ update)])
    gd, gg = np.array(rows).T[..., None]
    return InnerProducts(gd=gd, gg=gg, dd=points.distance**2)


UPDATES = Companion(_measure, work=lambda asked: asked.snapshots)
