"""Companion formulas against closed forms, simulation and PyTorch's own optimiser."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stablecheck.geometry.laziness import laziness
from stablecheck.geometry.max_rise import max_rise
from stablecheck.geometry.noise_scale import noise_scale
from stablecheck.geometry.ntk_drift import ntk_drift
from stablecheck.geometry.sharpness_ratio import momentum_bound, nesterov_bound, sharpness_ratio

losses = hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(-100, 100))
jacobians = hnp.arrays(
    np.float64, (4, 6), elements=st.floats(-10, 10).filter(lambda x: abs(x) > 1e-3)
)


@given(losses)
def test_the_largest_rise_is_the_worst_of_all_pairs(values):
    pairs = [b - a for i, a in enumerate(values) for b in values[i:]]
    assert max_rise(values) == max(pairs)


@given(losses)
def test_a_loss_that_only_falls_never_rises(values):
    assert max_rise(np.sort(values)[::-1]) == 0


def test_an_undefined_loss_on_the_line_makes_the_rise_undefined():
    assert math.isnan(max_rise(np.array([1.0, math.nan, 0.5])))


@given(jacobians, jacobians, st.floats(0.01, 100), st.integers(0, 2**32 - 1))
def test_the_drift_ignores_the_scale_of_a_kernel_and_a_rotation_of_both(first, last, scale, seed):
    k_first, k_last = first @ first.T, last @ last.T
    before = ntk_drift(k_first, k_last)
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))
    turned = ntk_drift(rotation @ k_first @ rotation.T, rotation @ k_last @ rotation.T)
    assert 0 <= before <= 1
    assert ntk_drift(k_last, k_first) == pytest.approx(before, abs=1e-9)
    assert ntk_drift(scale * k_first, k_last) == pytest.approx(before, abs=1e-9)
    assert turned == pytest.approx(before, abs=1e-7)


def test_kernels_without_anything_in_common_drift_by_one():
    assert ntk_drift(np.diag([1.0, 0.0]), np.diag([0.0, 3.0])) == 1.0
    assert math.isnan(ntk_drift(np.zeros((2, 2)), np.eye(2)))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_kernel_that_is_not_finite_has_no_drift_rather_than_none(value):
    broken = np.eye(3)
    broken[0, 1] = value
    assert math.isnan(ntk_drift(broken, np.eye(3)))
    assert math.isnan(ntk_drift(np.eye(3), broken))


def test_a_training_from_zero_has_no_laziness():
    assert laziness(2.0, 8.0) == 0.25
    assert math.isnan(laziness(1.0, 0.0))


def drawn(gradients, batch_size, batches, snapshots, rng):
    """‖G_b‖² and ‖Ḡ‖² of batches drawn without replacement from the rows' own gradients."""
    order = np.argsort(rng.random((snapshots, batches, len(gradients))), axis=-1)
    means = gradients[order[..., :batch_size]].mean(axis=2)
    together = means.mean(axis=1, keepdims=True)
    return (means**2).sum(-1), (together**2).sum(-1)


@pytest.mark.parametrize("batch_size", [2, 12, 19])
def test_the_noise_scale_is_that_of_the_rows_own_gradients(batch_size):
    """Also where a batch is most of the data: the correction for it is in the estimate."""
    rng = np.random.default_rng(batch_size)
    gradients = rng.normal(size=(20, 6)) + 1.5
    expected = gradients.var(axis=0, ddof=1).sum() / (gradients.mean(axis=0) ** 2).sum()
    gg, mean_gg = drawn(gradients, batch_size, 4, 4000, rng)
    assert noise_scale(gg, mean_gg, batch_size, 20) == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("together", [4, 2])
def test_the_noise_scale_is_the_same_from_batches_that_share_a_pass(together):
    """Batches of 4 rows of one shuffled pass share no row; of 4 so many are of one pass."""
    rng = np.random.default_rng(together)
    gradients = rng.normal(size=(20, 6)) + 1.5
    expected = gradients.var(axis=0, ddof=1).sum() / (gradients.mean(axis=0) ** 2).sum()
    gg, mean_gg = [], []
    for _ in range(6000):
        passes = [gradients[rng.permutation(20)[: 4 * together]] for _ in range(4 // together)]
        batches = np.concatenate(passes).reshape(4, 4, 6).mean(axis=1)
        gg.append((batches**2).sum(axis=1))
        mean_gg.append([(batches.mean(axis=0) ** 2).sum()])
    found = noise_scale(np.array(gg), np.array(mean_gg), 4, 20, in_one_pass=together)
    assert found == pytest.approx(expected, rel=0.06)
    assert found != pytest.approx(noise_scale(np.array(gg), np.array(mean_gg), 4, 20), rel=0.06)


def test_without_noise_the_noise_scale_is_zero():
    assert noise_scale(np.full((3, 4), 2.0), np.full((3, 1), 2.0), 8, 100) == 0


@given(st.floats(0.01, 100))
def test_the_noise_scale_ignores_the_scale_of_the_loss(scale):
    gg, mean_gg = np.array([[1.0, 5.0, 3.0]]), np.array([[2.0]])
    assert noise_scale(scale**2 * gg, scale**2 * mean_gg, 10, 200) == pytest.approx(
        noise_scale(gg, mean_gg, 10, 200)
    )


@pytest.mark.parametrize(
    ("gg", "mean_gg", "batch_size"),
    [
        (np.ones((3, 1)), np.ones((3, 1)), 10),  # a single batch
        (np.ones((3, 2)), np.ones((3, 1)), 100),  # all rows in each
        (np.ones((3, 2)), np.full((3, 1), 0.4), 10),  # noise alone
    ],
)
def test_where_it_cannot_be_told_the_noise_scale_is_undefined(gg, mean_gg, batch_size):
    assert math.isnan(noise_scale(gg, mean_gg, batch_size, 100))


def distance_after(curvature, lr, momentum, nesterov, steps=4000):
    """How far from the minimum of ½ a w² PyTorch's own SGD is in the end, from w = 1."""
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    sgd = torch.optim.SGD([w], lr=lr, momentum=momentum, nesterov=nesterov)
    for _ in range(steps):
        w.grad = curvature * w.detach()
        sgd.step()
        if abs(w.item()) > 1e6:
            break
    return abs(w.item())


@pytest.mark.parametrize(
    ("momentum", "nesterov"), [(0.0, False), (0.5, False), (0.9, False), (0.5, True), (0.9, True)]
)
def test_below_the_bound_sgd_comes_to_rest_on_a_quadratic_and_above_it_does_not(momentum, nesterov):
    bound = nesterov_bound(momentum) if nesterov else momentum_bound(momentum)
    lr = 0.1
    assert distance_after(0.99 * bound / lr, lr, momentum, nesterov) < 1e-3
    assert distance_after(1.01 * bound / lr, lr, momentum, nesterov) > 1e6


def test_the_ratio_is_one_at_the_edge_of_stability():
    lr = np.array([0.1, 0.05])
    assert sharpness_ratio(2 / lr, lr, momentum_bound(0.0)).tolist() == [1.0, 1.0]
