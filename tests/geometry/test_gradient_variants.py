"""PL ratio, updates and weight decay against closed forms and naive vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.base import InnerProducts, MeasuredPath
from stablecheck.geometry.pl_ratio import PL_RATIO, pl_ratio
from stablecheck.geometry.rsi import rsi
from stablecheck.geometry.summary import summarize
from stablecheck.geometry.update_alignment import UPDATE_ALIGNMENT, update_alignment
from stablecheck.geometry.weight_decay import decayed

ONE = np.ones((1, 1))
vectors = hnp.arrays(np.float64, 5, elements=st.floats(-10, 10).filter(lambda x: abs(x) > 1e-3))


def inner(a, b):
    return np.array([[a @ b]])


def products(gradient, d):
    return InnerProducts(gd=inner(gradient, d), gg=inner(gradient, gradient), dd=inner(d, d))


@given(vectors, hnp.arrays(np.float64, 5, elements=st.floats(0.1, 10)))
def test_on_a_quadratic_the_pl_ratio_lies_between_the_extreme_curvatures(w, curvatures):
    gap = inner(w, curvatures * w) / 2
    found = pl_ratio(inner(curvatures * w, curvatures * w), gap)[0, 0]
    assert curvatures.min() * (1 - 1e-12) <= found <= curvatures.max() * (1 + 1e-12)


@given(vectors, st.floats(0.01, 100))
def test_the_pl_ratio_grows_with_the_scale_of_the_loss(w, scale):
    gg, gap = inner(w, w), inner(w, w) / 2
    scaled = pl_ratio(scale**2 * gg, scale * gap)
    assert scaled == pytest.approx(scale * pl_ratio(gg, gap))


def test_the_pl_ratio_is_undefined_where_the_end_point_is_no_better():
    found = pl_ratio(np.ones((1, 3)), np.array([[0.0, -1.0, 0.5]]))
    np.testing.assert_array_equal(found, [[np.nan, np.nan, 1.0]])


def test_the_number_of_a_trial_is_the_median_of_what_is_defined():
    gap = np.array([[-1.0, 0.5, 0.25]])
    grid = np.ones((1, 3))
    path = MeasuredPath(InnerProducts(grid, grid, ONE), ONE, 9, ONE, loss_gap=gap)
    assert summarize(path, [PL_RATIO]) == {"pl_ratio": 1.5}


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (PL_RATIO, "needs the loss at the end point on every batch"),
        (UPDATE_ALIGNMENT, "needs the updates themselves"),
    ],
)
def test_what_was_not_measured_is_asked_for_by_name(measure, message):
    path = MeasuredPath(InnerProducts(ONE, ONE, ONE), ONE, 9, ONE)
    with pytest.raises(ValueError, match=message):
        measure.values(path)


@given(vectors, vectors, st.floats(1e-3, 1))
def test_the_update_of_gradient_descent_is_aligned_as_its_gradient(gradient, d, lr):
    update = -lr * gradient
    updates = products(-update, d)
    path = MeasuredPath(products(gradient, d), ONE, 9, ONE, updates=updates)
    assert update_alignment(path) == pytest.approx(alignment(path.products), abs=1e-9)


def test_a_step_straight_to_the_end_point_is_aligned_in_full_and_one_away_from_it_against():
    d = np.array([1.0, -2.0, 0.5])
    for update, expected in ((-d, 1.0), (0.1 * d, -1.0)):
        path = MeasuredPath(products(d, d), ONE, 9, ONE, updates=products(-update, d))
        assert update_alignment(path)[0, 0] == pytest.approx(expected)


def test_a_step_that_did_not_move_has_no_alignment():
    d = np.ones(3)
    path = MeasuredPath(products(d, d), ONE, 9, ONE, updates=products(np.zeros(3), d))
    assert np.isnan(update_alignment(path)[0, 0])


@given(vectors, vectors, vectors, st.floats(0, 2))
def test_weight_decay_gives_the_inner_products_of_the_decayed_gradient(gradient, w, d, decay):
    found = decayed(products(gradient, d), inner(gradient, w), inner(w, d), inner(w, w), decay)
    expected = products(gradient + decay * w, d)
    assert found.gd == pytest.approx(expected.gd, abs=1e-9)
    assert found.gg == pytest.approx(expected.gg, abs=1e-9)
    assert abs(alignment(found)[0, 0]) <= 1 + 1e-12


def test_weight_decay_adds_its_own_curvature_on_an_isotropic_quadratic():
    """Around w* = 0 the loss ½ a ‖w‖² becomes ½ (a + λ) ‖w‖²."""
    w = np.array([1.0, -2.0])
    found = decayed(products(3 * w, w), inner(3 * w, w), inner(w, w), inner(w, w), 0.5)
    assert rsi(found)[0, 0] == pytest.approx(3.5)
    assert alignment(found)[0, 0] == pytest.approx(1.0)


def test_where_gradient_and_decay_cancel_the_alignment_stays_a_cosine():
    w, d = np.array([1e4, 1.0]), np.array([1.0, 1.0])
    gradient = -0.1 * w * (1 + 1e-9)
    rounded = products(gradient, d)
    gg = rounded.gg.astype(np.float32).astype(np.float64)
    found = decayed(
        InnerProducts(rounded.gd, gg, rounded.dd), inner(gradient, w), inner(w, d), inner(w, w), 0.1
    )
    assert abs(alignment(found)[0, 0]) <= 1 + 1e-12
