"""Largest eigenvalue of the training loss's Hessian along the path."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from stablecheck.candidate.objective import Objective
from stablecheck.candidate.samples import Batch, rows_of
from stablecheck.geometry.sharpness_ratio import (
    SHARPNESS_RATIO,
    momentum_bound,
    nesterov_bound,
    sharpness_ratio,
)
from stablecheck.recipe import Optimizer
from stablecheck.trial.batches import cut, some_rows, taken
from stablecheck.trial.companions.context import Companion, Context, Findings, nothing_found
from stablecheck.trial.companions.kernels import plain_kernels
from stablecheck.trial.companions.power_iteration import Operator, largest_eigenvalue
from stablecheck.trial.replica import Replica, replica_of
from stablecheck.trial.snapshots import Snapshot
from stablecheck.trial.subject import Subject

SNAPSHOTS = 5
ROWS = 2048
_ROWS_AT_ONCE = 512


def hessian_product(replica: Replica, objective: Objective, batch: Batch, vector: Tensor) -> Tensor:
    """H v, shape ``[D]``: gradient of ``⟨G, v⟩`` of the batch's mean loss, where the replica is."""
    value = objective.loss(replica.model, *batch)
    gradients = torch.autograd.grad(value, replica.parameters, create_graph=True, allow_unused=True)
    pairs = zip(gradients, replica.split(vector), strict=True)
    along = [(g * v).sum() for g, v in pairs if g is not None and g.requires_grad]
    if not along:  # the loss is linear in the parameters
        return torch.zeros_like(vector)
    replica.model.zero_grad()
    # Not autograd.grad, which passes by functions that refuse to be differentiated twice.
    torch.stack(along).sum().backward()  # type: ignore[no-untyped-call]
    return replica.flat([p.grad for p in replica.parameters])


def _measure(context: Context) -> Findings:
    """In single precision, whatever the recipe's, and in training mode.

    Batch normalisation uses the statistics of parts of up to 512 rows, or of the recipe's batch
    size where that is more; dropout masks stay the same through all products.
    """
    subject = context.subject
    optimizer = subject.prepared.candidate.optimizer
    if optimizer.name != "sgd":
        why_not = f"its bound is for SGD, and the recipe uses {optimizer.name}"
        return nothing_found([SHARPNESS_RATIO.name], why_not)
    points = subject.points.before_tail(subject.spec.measuring.exclude_tail, SNAPSHOTS)
    replica = replica_of(subject.trained.model)
    with plain_kernels():
        sharpness = np.array([_sharpness(subject, replica, s) for s in points.snapshots])
    ratios = sharpness_ratio(sharpness, points.lr[:, 0], _bound(optimizer))
    return Findings({SHARPNESS_RATIO.name: float(ratios.max())})


def _bound(optimizer: Optimizer) -> float:
    bound = nesterov_bound if optimizer.nesterov else momentum_bound
    return bound(optimizer.momentum)


def _sharpness(subject: Subject, replica: Replica, snapshot: Snapshot) -> float:
    generator = torch.Generator().manual_seed(subject.spec.seeds.measure)
    start = torch.randn(snapshot.parameters.shape, generator=generator)
    operator = hessian(subject, replica, snapshot)
    return largest_eigenvalue(operator, start.to(snapshot.parameters.device))


def hessian(subject: Subject, replica: Replica, snapshot: Snapshot) -> Operator:
    """Products with the Hessian of the training loss at a snapshot, one symmetric matrix."""
    data, seed = subject.trained.data, subject.spec.seeds.measure
    rows = some_rows(data, ROWS, seed)
    batch_size, many = subject.trained.training.batch_size, subject.prepared.task.rows_at_once
    size = max(batch_size, _ROWS_AT_ONCE) if many else batch_size
    parts = taken(data, cut(rows, size))

    def product(vector: Tensor) -> Tensor:
        torch.manual_seed(seed)  # the same dropout masks each time, or H would not be one matrix
        total = torch.zeros_like(vector)
        for part in parts:
            replica.put(snapshot.parameters, snapshot.buffers)
            weight = rows_of(part[0]) / len(rows)
            total += weight * hessian_product(replica, subject.prepared.objective, part, vector)
        return total

    return product


SHARPNESS = Companion(_measure, work=lambda asked: min(SNAPSHOTS, asked.snapshots))
