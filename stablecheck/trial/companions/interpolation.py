"""Loss on the straight line from the initial to the trained weights."""

from __future__ import annotations

import numpy as np

from stablecheck.geometry.max_rise import MAX_RISE, max_rise
from stablecheck.trial.batches import cut, some_rows, taken
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.companions.evaluation import evaluate_at, mean_loss
from stablecheck.trial.record import Interpolation
from stablecheck.trial.replica import replica_of

POINTS = 50
ROWS = 4096


def _measure(context: Context) -> Findings:
    """In single precision whatever the recipe's, so that rounding makes no rises."""
    subject = context.subject
    data, training = subject.trained.data, subject.trained.training
    rows = some_rows(data, ROWS, subject.spec.seeds.measure)
    statistics = taken(data, cut(rows, training.batch_size))
    evaluated = taken(data, cut(rows, subject.prepared.task.rows_at_once or training.batch_size))
    replica, objective = replica_of(subject.trained.model), subject.prepared.objective
    first, last = subject.trained.snapshots[0].parameters, subject.points.end_point
    alphas = np.linspace(0, 1, POINTS).tolist()
    losses = []
    for alpha in alphas:
        evaluate_at(replica, objective, first.lerp(last, alpha), statistics)
        losses.append(mean_loss(objective, replica, evaluated))
    return Findings(
        {MAX_RISE.name: max_rise(np.array(losses))},
        {"interpolation": Interpolation(alpha=tuple(alphas), loss=tuple(losses))},
    )


INTERPOLATION = Companion(_measure, work=lambda _asked: 1)
