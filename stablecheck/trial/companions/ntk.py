"""Empirical tangent kernel at the initial and at the trained weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.objective import Objective
from stablecheck.candidate.samples import Inputs
from stablecheck.geometry.ntk_drift import NTK_DRIFT, ntk_drift
from stablecheck.trial.batches import cut, some_rows, taken
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.companions.evaluation import evaluate_at
from stablecheck.trial.companions.kernels import plain_kernels
from stablecheck.trial.replica import Replica, replica_of

SAMPLES = 64
OUTPUTS = 64
JACOBIAN_BYTES = 256 * 2**20
_STATISTICS_ROWS = 4096


def kernel(
    replica: Replica, objective: Objective, samples: Sequence[Inputs]
) -> NDArray[np.float64]:
    """K = J Jᵀ over all samples and outputs, shape ``[samples · outputs, samples · outputs]``.

    J holds the gradient of every output of every sample in the parameters, where the replica is.
    Of more than 64 outputs a sample, 64 evenly spaced ones stand for all; and samples are left out
    until J fits 256 MiB.

    Raises:
        ValueError: The outputs of a single sample do not fit, or there are none.

    Source: Jacot et al. 2018, arXiv 1806.07572.
    """
    with torch.no_grad():
        outputs = _outputs(replica, objective, samples[0]).numel()
    picked = sorted({round(p) for p in np.linspace(0, outputs - 1, min(outputs, OUTPUTS)).tolist()})
    dimension = sum(p.numel() for p in replica.parameters)
    fitting = JACOBIAN_BYTES // (4 * dimension * len(picked))
    if fitting == 0:
        size = 4 * dimension * len(picked) / 2**20
        raise ValueError(f"the Jacobian of one sample takes {size:.0f} MiB; expected at most 256")
    rows = [_gradients(replica, objective, one, picked) for one in samples[:fitting]]
    jacobian = torch.cat(rows)
    return (jacobian @ jacobian.T).cpu().double().numpy()


def _outputs(replica: Replica, objective: Objective, sample: Inputs) -> Tensor:
    """All outputs of a single sample, shape ``[outputs]``."""
    outputs = objective.outputs(replica.model, sample)
    if outputs is None:
        raise ValueError("the candidate gives a loss and no outputs")
    return outputs.reshape(-1)


def _gradients(replica: Replica, objective: Objective, sample: Inputs, picked: list[int]) -> Tensor:
    """Gradients of a single sample's outputs, shape ``[outputs, D]``."""
    outputs = _outputs(replica, objective, sample)
    gradients = [
        torch.autograd.grad(outputs[k], replica.parameters, retain_graph=True, allow_unused=True)
        for k in picked
    ]
    return torch.stack([replica.flat(one) for one in gradients])


def _measure(context: Context) -> Findings:
    """In evaluation mode and single precision, whatever the recipe's."""
    subject = context.subject
    data, training = subject.trained.data, subject.trained.training
    rows = some_rows(data, _STATISTICS_ROWS, subject.spec.seeds.measure)
    statistics = taken(data, cut(rows, training.batch_size))
    replica, objective = replica_of(subject.trained.model), subject.prepared.objective
    samples = [data.take(row)[0] for row in torch.split(rows[:SAMPLES], 1)]
    kernels = []
    with plain_kernels():
        for point in (subject.trained.snapshots[0].parameters, subject.points.end_point):
            evaluate_at(replica, objective, point, statistics)
            kernels.append(kernel(replica, objective, samples))
    return Findings({NTK_DRIFT.name: ntk_drift(*kernels)})


NTK = Companion(_measure, work=lambda _asked: 1)
