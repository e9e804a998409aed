"""Path measures against closed forms on quadratics, and against naive vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stablecheck.errors import ZeroDisplacementError
from stablecheck.geometry import ALWAYS, ANY_END_POINT, COMPANIONS, MEASURES
from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.alignment_vs_null import alignment_vs_null, null_alignment
from stablecheck.geometry.base import InnerProducts, MeasuredPath
from stablecheck.geometry.eb import eb
from stablecheck.geometry.linear_rate import linear_rate
from stablecheck.geometry.lr_margin import lr_margin
from stablecheck.geometry.optimal_lr import optimal_lr
from stablecheck.geometry.rsi import rsi
from stablecheck.geometry.summary import before_tail, summarize

components = st.floats(-1e3, 1e3, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-3)
vectors = hnp.arrays(np.float64, 7, elements=components)


def products(gradient, displacement):
    """Naive inner products of one gradient with one displacement."""
    return InnerProducts(
        gd=np.array([[gradient @ displacement]]),
        gg=np.array([[gradient @ gradient]]),
        dd=np.array([[displacement @ displacement]]),
    )


def quadratic(curvatures, displacement):
    """Inner products on ½ Σ a_i w_i² with the minimum as reference point."""
    return products(np.asarray(curvatures) * displacement, np.asarray(displacement))


def test_isotropic_quadratic_has_its_curvature_as_rsi_and_eb():
    found = quadratic([3.0, 3.0], np.array([1.0, -2.0]))
    assert rsi(found)[0, 0] == pytest.approx(3.0)
    assert eb(found)[0, 0] == pytest.approx(3.0)
    assert alignment(found)[0, 0] == pytest.approx(1.0)
    assert optimal_lr(found)[0, 0] == pytest.approx(1 / 3)


def test_diagonal_quadratic_matches_the_formulas_written_out():
    a, d = np.array([1.0, 4.0]), np.array([2.0, 1.0])
    found = quadratic(a, d)
    assert rsi(found)[0, 0] == pytest.approx((1 * 4 + 4 * 1) / 5)
    assert eb(found)[0, 0] == pytest.approx(np.sqrt((4 + 16) / 5))
    assert optimal_lr(found)[0, 0] == pytest.approx(8 / 20)


def test_the_optimal_learning_rate_brings_the_step_closest_to_the_end_point():
    """η* minimises ‖d − ηG‖ over a fine grid, and the best factor is 1 − γ²."""
    d = np.array([1.0, -0.5, 2.0])
    gradient = np.array([1.0, 1.0, 3.0])
    found = products(gradient, d)
    grid = np.linspace(0, 2, 20001)
    squared = ((d - grid[:, None] * gradient) ** 2).sum(axis=1)
    assert grid[squared.argmin()] == pytest.approx(optimal_lr(found)[0, 0], abs=1e-4)
    assert squared.min() / (d @ d) == pytest.approx(1 - alignment(found)[0, 0] ** 2, abs=1e-6)


@given(vectors, vectors, st.floats(1e-3, 10))
def test_margin_below_one_is_exactly_when_a_step_comes_nearer(gradient, d, lr):
    if not d.any() or not gradient.any():
        return
    margin = lr_margin(products(gradient, d), np.array([[lr]]))[0, 0]
    if abs(margin - 1) < 1e-6:
        return
    nearer = np.linalg.norm(d - lr * gradient) < np.linalg.norm(d)
    assert (margin < 1) == nearer


@given(vectors, vectors)
def test_alignment_is_a_cosine_and_rsi_is_alignment_times_eb(gradient, d):
    if not d.any() or not gradient.any():
        return
    found = products(gradient, d)
    gamma = alignment(found)[0, 0]
    assert abs(gamma) <= 1 + 1e-12
    assert rsi(found)[0, 0] == pytest.approx(gamma * eb(found)[0, 0], rel=1e-9, abs=1e-9)


@given(vectors, vectors, st.floats(0.01, 100), st.integers(0, 2**32 - 1))
def test_alignment_ignores_the_scale_of_the_loss_and_rotations_of_the_coordinates(
    gradient, d, scale, seed
):
    if not d.any() or not gradient.any():
        return
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(7, 7)))
    before = alignment(products(gradient, d))
    assert alignment(products(scale * gradient, d)) == pytest.approx(before, abs=1e-9)
    assert alignment(products(rotation @ gradient, rotation @ d)) == pytest.approx(before, abs=1e-7)


@given(vectors, vectors, st.floats(0.01, 100), st.floats(0.01, 100))
def test_rsi_and_eb_are_losses_over_squared_lengths(gradient, d, loss_scale, length_scale):
    """Under loss × c and w → s·w, the gradient becomes G·c/s and the displacement d·s."""
    if not d.any() or not gradient.any():
        return
    before = products(gradient, d)
    after = products(gradient * loss_scale / length_scale, d * length_scale)
    factor = loss_scale / length_scale**2
    assert rsi(after) == pytest.approx(factor * rsi(before), rel=1e-9, abs=1e-12)
    assert eb(after) == pytest.approx(factor * eb(before), rel=1e-9)
    assert optimal_lr(after) == pytest.approx(optimal_lr(before) / factor, rel=1e-9, abs=1e-12)
    assert alignment(after) == pytest.approx(alignment(before), abs=1e-9)


@given(vectors, vectors, st.permutations(range(7)))
def test_relabelling_the_coordinates_changes_no_path_measure(gradient, d, order):
    if not d.any() or not gradient.any():
        return
    column, order = np.ones((1, 1)), list(order)
    before = summarize(MeasuredPath(products(gradient, d), 0 * column, 9, column), ALWAYS)
    relabelled = products(gradient[order], d[order])
    after = summarize(MeasuredPath(relabelled, 0 * column, 9, column), ALWAYS)
    assert after == pytest.approx(before, rel=1e-6, abs=1e-9, nan_ok=True)


def test_the_linear_rate_bounds_gradient_descent_on_a_quadratic():
    """With η = μ/L² every step shrinks ‖d‖² at least by 1 − (μ/L)²."""
    a = np.array([1.0, 3.0])
    points = [np.array([1.0, 1.0]), np.array([0.3, -2.0]), np.array([2.0, 0.1])]
    gd = np.array([[(a * p) @ p] for p in points])
    gg = np.array([[(a * p) @ (a * p)] for p in points])
    dd = np.array([[p @ p] for p in points])
    path = InnerProducts(gd=gd, gg=gg, dd=dd)
    bound = linear_rate(path)[0, 0]
    mu, big = rsi(path).min(), eb(path).max()
    for point in points:
        after = point - mu / big**2 * a * point
        assert after @ after / (point @ point) <= bound + 1e-12


def test_the_linear_rate_is_undefined_where_any_rsi_is_negative():
    path = InnerProducts(
        gd=np.array([[1.0], [-0.1]]), gg=np.ones((2, 1)), dd=np.array([[1.0], [1.0]])
    )
    assert np.isnan(linear_rate(path)[0, 0])


@pytest.mark.parametrize("name", ["gd", "gg"])
def test_the_linear_rate_is_undefined_where_any_gradient_is(name):
    grids = {"gd": np.ones((2, 1)), "gg": np.ones((2, 1))}
    grids[name][1] = np.nan
    assert np.isnan(linear_rate(InnerProducts(**grids, dd=np.ones((2, 1))))[0, 0])


def test_a_path_of_orthogonal_equal_steps_has_the_null_alignment():
    """Simulated in coordinates: step t moves along axis t, its gradient points the other way."""
    total = 50
    weights = np.cumsum(np.eye(total), axis=0) - np.eye(total)  # w_t before step t
    end = np.ones(total)
    for t in (0, 10, 49):
        d = weights[t] - end
        gradient = -np.eye(total)[t]
        expected = null_alignment(np.array([float(t)]), total)[0]
        assert alignment(products(gradient, d))[0, 0] == pytest.approx(expected)


def test_alignment_against_the_null_is_one_on_that_path():
    d = -np.ones(25)
    gradient = -np.eye(25)[0]
    path = MeasuredPath(products(gradient, d), np.array([[75.0]]), 100, np.array([[0.1]]))
    assert alignment_vs_null(path)[0, 0] == pytest.approx(1.0)


def test_the_reference_point_itself_is_refused():
    with pytest.raises(ZeroDisplacementError, match="undefined; leave that snapshot out"):
        products(np.ones(3), np.zeros(3))


def test_a_zero_gradient_has_no_alignment():
    found = products(np.zeros(3), np.ones(3))
    assert np.isnan(alignment(found)[0, 0])
    assert eb(found)[0, 0] == 0.0


def path_with(gd, step, total=100):
    gd = np.asarray(gd, dtype=float)
    products_ = InnerProducts(gd=gd, gg=np.ones_like(gd), dd=np.ones((len(gd), 1)))
    return MeasuredPath(
        products_, np.asarray(step, float).reshape(-1, 1), total, np.ones((len(gd), 1))
    )


def test_summaries_are_medians_and_shares_over_all_snapshots_and_batches():
    path = path_with([[0.1, 0.3], [-0.2, 0.5]], [0, 50])
    numbers = summarize(path, ALWAYS)
    assert numbers["alignment"] == pytest.approx(np.median([0.1, 0.3, -0.2, 0.5]))
    assert numbers["positive_share"] == 0.75
    assert set(numbers) == {measure.name for measure in ALWAYS}


def test_towards_any_end_point_only_four_measures_make_sense():
    numbers = summarize(path_with([[0.1]], [0]), ANY_END_POINT)
    assert set(numbers) == {"rsi", "eb", "alignment", "positive_share"}


def test_the_tail_is_left_out_by_step_not_by_snapshot():
    path = path_with([[1.0]] * 4, [0, 94, 95, 96])
    kept = before_tail(path.step, path.total_steps, 0.05)
    assert path.at(kept).step[:, 0].tolist() == [0, 94, 95]
    assert not before_tail(np.array([[99.0]]), 100, 0.05).any()


def test_every_measure_names_formula_unit_and_source():
    for measure in (*MEASURES, *COMPANIONS):
        assert all((measure.definition, measure.formula, measure.unit, measure.source))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gd": np.ones(3)}, r"gd has shape \(3,\); expected \(snapshot, batch\)"),
        ({"gg": np.ones((3, 1))}, r"gg has shape \(3, 1\); expected \(3, 2\)"),
        ({"dd": np.ones((1, 3))}, r"dd has shape \(1, 3\); expected \(3, 1\)"),
    ],
)
def test_inner_products_of_another_shape_are_refused(changed, message):
    arrays = {"gd": np.ones((3, 2)), "gg": np.ones((3, 2)), "dd": np.ones((3, 1))}
    with pytest.raises(ValueError, match=message):
        InnerProducts(**(arrays | changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"step": np.ones(3)}, r"step has shape \(3,\); expected \(3, 1\)"),
        ({"lr": np.ones((1, 1))}, r"lr has shape \(1, 1\); expected \(3, 1\)"),
        ({"loss_gap": np.ones((3, 1))}, r"loss_gap has shape \(3, 1\); expected \(3, 2\)"),
    ],
)
def test_a_path_with_columns_of_another_shape_is_refused(changed, message):
    column, grid = np.ones((3, 1)), np.ones((3, 2))
    fields = {
        "products": InnerProducts(grid, grid, column),
        "step": column,
        "total_steps": 9,
        "lr": column,
    }
    with pytest.raises(ValueError, match=message):
        MeasuredPath(**(fields | changed))


def test_updates_with_more_than_one_value_a_snapshot_are_refused():
    column, grid = np.ones((3, 1)), np.ones((3, 2))
    several = InnerProducts(grid, grid, column)
    with pytest.raises(ValueError, match=r"updates has shape \(3, 2\); expected \(3, 1\)"):
        MeasuredPath(several, column, 9, column, updates=several)
