"""The tangent kernel against the known one of a linear model and against torch.func."""

import numpy as np
import pytest
import torch

from stablecheck.candidate.objective import Supervised
from stablecheck.trial.companions import ntk
from stablecheck.trial.companions.ntk import kernel
from stablecheck.trial.companions.run import run_companion
from stablecheck.trial.replica import replica_of

ASKED = Supervised(torch.nn.functional.mse_loss)


def test_the_kernel_of_a_linear_model_is_that_of_its_inputs():
    """K = (X Xᵀ + 1) ⊗ I over the outputs, the 1 being the bias's."""
    x = torch.randn(5, 3, generator=torch.manual_seed(0))
    found = kernel(replica_of(torch.nn.Linear(3, 2)), ASKED, x[:, None])
    expected = np.kron((x @ x.T).double().numpy() + 1, np.eye(2))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_linear_model_does_not_drift(finished_context, linear_candidate, tmp_path):
    found = run_companion("ntk", finished_context(linear_candidate, (tmp_path,)))
    assert found.measures["ntk.drift"] == pytest.approx(0, abs=1e-6)


def naive_kernel(model, parameters, x):
    """All products of the whole Jacobian that ``torch.func`` gives."""
    names = [name for name, _ in model.named_parameters()]
    shapes = [p.shape for p in model.parameters()]

    def outputs(flat):
        parts = flat.split([shape.numel() for shape in shapes])
        named = {n: p.view(s) for n, p, s in zip(names, parts, shapes, strict=True)}
        return torch.func.functional_call(model, named, (x,)).reshape(-1)

    jacobian = torch.func.jacrev(outputs)(parameters).double()
    return jacobian @ jacobian.T


def test_the_drift_of_a_network_is_that_of_its_whole_jacobian(finished_context, mlp_candidate):
    context = finished_context(mlp_candidate)
    subject = context.subject
    generator = torch.Generator().manual_seed(subject.spec.seeds.measure)
    rows = torch.randperm(len(subject.trained.data), generator=generator)[:64]
    model, (x, _) = subject.trained.model.eval(), subject.trained.data.take(rows)
    ends = (subject.trained.snapshots[0].parameters, subject.points.end_point)
    first, last = (naive_kernel(model, end, x) for end in ends)
    expected = 1 - (first * last).sum() / (first.norm() * last.norm())
    found = run_companion("ntk", context).measures["ntk.drift"]
    assert found == pytest.approx(float(expected), rel=1e-3)
    assert found > 0.01


def test_samples_are_left_out_until_the_jacobian_fits(monkeypatch):
    """8 parameters of 4 bytes and 2 outputs are 64 bytes a sample."""
    monkeypatch.setattr(ntk, "JACOBIAN_BYTES", 64 * 3)
    assert kernel(replica_of(torch.nn.Linear(3, 2)), ASKED, torch.ones(5, 1, 3)).shape == (6, 6)


def test_a_model_too_large_for_one_sample_is_refused(monkeypatch):
    monkeypatch.setattr(ntk, "JACOBIAN_BYTES", 63)
    with pytest.raises(ValueError, match="the Jacobian of one sample takes 0 MiB"):
        kernel(replica_of(torch.nn.Linear(3, 2)), ASKED, torch.ones(5, 1, 3))


def test_of_many_outputs_evenly_spaced_ones_stand_for_all():
    model = torch.nn.Linear(3, 127)
    found = kernel(replica_of(model), ASKED, torch.ones(1, 1, 3))
    assert found.shape == (64, 64)
    np.testing.assert_allclose(found, 4 * np.eye(64), atol=1e-6)
