"""Power iteration and Hessian products against numpy, closed forms and the whole Hessian."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.candidate.objective import Supervised
from stablecheck.candidate.randomness import seeded
from stablecheck.recipe import Optimizer
from stablecheck.trial.companions.power_iteration import largest_eigenvalue
from stablecheck.trial.companions.run import run_companion, run_companions
from stablecheck.trial.companions.sharpness import hessian, hessian_product
from stablecheck.trial.replica import replica_of
from tests.trial.rows import all_rows


def symmetric(eigenvalues, seed=0):
    """A matrix with these eigenvalues, and a start with the same share of each eigenvector."""
    rng = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
    matrix = torch.tensor(rotation @ np.diag(eigenvalues) @ rotation.T)
    return matrix, torch.tensor(rotation.sum(axis=1))


def largest(eigenvalues, seed=0):
    matrix, start = symmetric(np.asarray(eigenvalues, float), seed)
    return largest_eigenvalue(lambda vector: matrix @ vector, start)


@pytest.mark.parametrize(
    ("eigenvalues", "expected"),
    [
        ([5.0, 2.0, 1.0, -1.0], 5.0),
        ([-9.0, 3.0, 1.0, 0.0], 3.0),  # the dominant one is negative
        ([4.0, -4.0, 1.0, 0.5], 4.0),  # two of the same size and opposite signs
        ([-4.0, -2.0, -1.0, -3.0], -1.0),  # all negative
        ([2.0, 2.0, 2.0, 2.0], 2.0),
        ([0.0, 0.0, 0.0, 0.0], 0.0),
    ],
)
def test_the_largest_eigenvalue_is_found_with_its_sign(eigenvalues, expected):
    assert largest(eigenvalues) == pytest.approx(expected, rel=0.01, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-10, 10), min_size=3, max_size=8), st.integers(0, 10**6))
def test_the_estimate_never_exceeds_the_largest_and_comes_near_it(eigenvalues, seed):
    found, true = largest(eigenvalues, seed), max(eigenvalues)
    assert found <= true + 1e-6
    assert found >= true - 0.1 * max(map(abs, eigenvalues)) - 1e-9


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 10**6))
def test_the_estimate_grows_with_the_operator(scale, seed):
    eigenvalues = np.array([3.0, 1.0, -2.0, 0.1])
    assert largest(scale * eigenvalues, seed) == pytest.approx(scale * largest(eigenvalues, seed))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_product_that_is_not_finite_ends_the_search_undefined(value):
    products = []

    def operator(vector):
        products.append(vector)
        return value * vector if len(products) == 3 else vector * torch.tensor([3.0, -2.9])

    assert math.isnan(largest_eigenvalue(operator, torch.ones(2)))
    assert len(products) == 3


def test_hessian_products_are_the_gradients_own_differences(finished_context, mlp_candidate):
    """Central differences of the gradient in double precision."""
    subject = finished_context(mlp_candidate).subject
    x, y = subject.trained.data.take(torch.arange(50))
    precise, here = replica_of(subject.trained.model.double()), subject.points.end_point.double()

    def gradient(flat):
        precise.put(flat, {})
        precise.model.zero_grad()
        torch.nn.functional.cross_entropy(precise.model(x.double()), y).backward()
        return torch.cat([p.grad.reshape(-1) for p in precise.parameters])

    replica = replica_of(subject.trained.model.float())
    for vector in torch.randn(3, len(here), generator=torch.manual_seed(0)):
        found = hessian_product(replica, subject.prepared.objective, (x, y), vector)
        step = 1e-6 * vector.double()
        expected = (gradient(here + step) - gradient(here - step)) / 2e-6
        torch.testing.assert_close(found, expected.float(), rtol=1e-3, atol=1e-4)


def test_with_dropout_and_batch_normalisation_the_hessian_is_one_symmetric_matrix(
    finished_context, make_candidate
):
    """Three parts of the rows, each with masks that stay the same through all products."""
    arguments = {"inputs": 64, "outputs": 10, "hidden": [8], "dropout": 0.5}
    subject = finished_context(make_candidate(model_args=arguments)).subject
    replica = replica_of(subject.trained.model)
    one, other = torch.randn(2, len(subject.points.end_point), generator=torch.manual_seed(0))
    with seeded(0):
        operator = hessian(subject, replica, subject.points.snapshots[0])
        forth, back = other @ operator(one), one @ operator(other)
        assert torch.equal(operator(one), operator(one))
    assert float(forth) == pytest.approx(float(back), rel=1e-3)


def test_the_curvature_of_linear_regression_is_numpys(finished_context, linear_candidate, tmp_path):
    """Hessian of the mean squared error over 2 outputs: X'X/n with a column of ones, twice."""
    context = finished_context(linear_candidate, (tmp_path,))
    x = all_rows(context.subject.trained.data)[0].double().numpy()
    with_bias = np.column_stack([x, np.ones(len(x))])
    curvature = np.linalg.eigvalsh(2 * with_bias.T @ with_bias / len(x) / 2).max()
    found = run_companion("sharpness", context).measures
    assert found["sharpness.ratio"] == pytest.approx(curvature * 0.05 / 2, rel=5e-3)


@pytest.mark.parametrize(
    ("nesterov", "share"), [(False, 1 / 1.5), (True, 2 / 1.5)], ids=["plain", "nesterov"]
)
def test_momentum_moves_the_bound(finished_context, linear_candidate, tmp_path, nesterov, share):
    """A linear model's curvature is the same everywhere, so only the bound can differ."""
    momentum = Optimizer(name="sgd", lr=0.05, momentum=0.5, nesterov=nesterov)
    with_momentum = linear_candidate.model_copy(update={"optimizer": momentum})
    ratios = [
        run_companion("sharpness", finished_context(candidate, (tmp_path,))).measures
        for candidate in (linear_candidate, with_momentum)
    ]
    plain, moved = (ratio["sharpness.ratio"] for ratio in ratios)
    assert moved == pytest.approx(share * plain, rel=1e-3)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_for_adam_the_ratio_is_undefined_and_a_note_says_why(
    finished_context, linear_candidate, tmp_path, name
):
    adam = linear_candidate.model_copy(update={"optimizer": Optimizer(name=name, lr=0.01)})
    found = run_companions(finished_context(adam, (tmp_path,), companions=("sharpness",)))
    assert np.isnan(found.measures["sharpness.ratio"])
    assert found.notes == (
        f"sharpness was not measured: its bound is for SGD, and the recipe uses {name}",
    )


def test_a_loss_that_is_linear_in_the_parameters_has_no_curvature():
    model = torch.nn.Linear(3, 1)
    replica = replica_of(model)
    batch = (torch.ones(4, 3), torch.zeros(4))
    vector = torch.ones(4)
    linear = Supervised(lambda outputs, _: outputs.mean())
    found = hessian_product(replica, linear, batch, vector)
    assert torch.equal(found, torch.zeros(4))
