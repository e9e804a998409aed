"""Empirical tangent kernel at the initial and at the trained weights."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.geometry.ntk_drift import NTK_DRIFT, ntk_drift
from stablecheck.trial.batches import cut, some_rows
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.companions.evaluation import evaluate_at
from stablecheck.trial.companions.kernels import plain_kernels
from stablecheck.trial.replica import Replica

SAMPLES = 64
OUTPUTS = 64
JACOBIAN_BYTES = 256 * 2**20
_STATISTICS_ROWS = 4096


def kernel(replica: Replica, x: Tensor) -> NDArray[np.float64]:
    """K = J Jᵀ over all samples and outputs, shape ``[samples · outputs, samples · outputs]``.

    J holds the gradient of every output of every sample in the parameters, where the replica is.
    Of more than 64 outputs a sample, 64 evenly spaced ones stand for all; and samples are left out
    until J fits 256 MiB.

    Raises:
        ValueError: The outputs of a single sample do not fit.

    Source: Jacot et al. 2018, arXiv 1806.07572.
    """
    with torch.no_grad():
        outputs = replica.model(x[:1]).numel()
    picked = sorted({round(p) for p in np.linspace(0, outputs - 1, min(outputs, OUTPUTS)).tolist()})
    dimension = sum(p.numel() for p in replica.parameters)
    fitting = JACOBIAN_BYTES // (4 * dimension * len(picked))
    if fitting == 0:
        size = 4 * dimension * len(picked) / 2**20
        raise ValueError(f"the Jacobian of one sample takes {size:.0f} MiB; expected at most 256")
    rows = [_gradients(replica, one, picked) for one in torch.split(x[:fitting], 1)]
    jacobian = torch.cat(rows)
    return (jacobian @ jacobian.T).cpu().double().numpy()


def _gradients(replica: Replica, sample: Tensor, picked: list[int]) -> Tensor:
    """Gradients of a single sample's outputs, shape ``[outputs, D]``."""
    outputs = replica.model(sample).reshape(-1)
    gradients = [
        torch.autograd.grad(outputs[k], replica.parameters, retain_graph=True, allow_unused=True)
        for k in picked
    ]
    return torch.stack([replica.flat(one) for one in gradients])


def _measure(context: Context) -> Findings:
    """In evaluation mode and single precision, whatever the recipe's."""
    subject = context.subject
    data, training = subject.trained.data, subject.trained.training
    rows = some_rows(data.x, data.y, _STATISTICS_ROWS, subject.spec.seeds.measure)
    statistics = cut(rows, training.batch_size)
    replica = Replica(subject.trained.model)
    kernels = []
    with plain_kernels():
        for point in (subject.trained.snapshots[0].parameters, subject.points.end_point):
            evaluate_at(replica, point, statistics)
            kernels.append(kernel(replica, rows[0][:SAMPLES]))
    return Findings({NTK_DRIFT.name: ntk_drift(*kernels)})


NTK = Companion(_measure, work=lambda _asked: 1)
