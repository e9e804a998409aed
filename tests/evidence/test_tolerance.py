"""Tolerance bounds: their formula, the guard, published sample sizes, simulated coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablecheck.evidence.pivotal import half_spreads, quantile_factor
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.rounding import unrounded
from stablecheck.evidence.tolerance import tolerance, wilks_n

NORMAL = [0.951, 0.957, 0.949, 0.961, 0.955, 0.953, 0.959]


@pytest.mark.parametrize(
    ("share", "confidence", "n"),
    [(0.9, 0.95, 29), (0.95, 0.95, 59), (0.99, 0.95, 299), (0.5, 0.75, 2)],
)
def test_wilks_sample_size_is_the_published_one(share, confidence, n):
    assert wilks_n(share, confidence) == n


def test_scores_of_one_hump_give_the_mean_less_half_spreads():
    found = tolerance(NORMAL, 0.9, 0.95, side="lower")
    mean, sd = np.mean(NORMAL), np.std(NORMAL, ddof=1)
    below = np.sqrt(np.mean([min(score - mean, 0) ** 2 for score in NORMAL]))
    above = np.sqrt(np.mean([max(score - mean, 0) ** 2 for score in NORMAL]))
    assert (found.method, found.note) == ("shape-tolerance", None)
    assert found.value == pytest.approx(mean - 1.2816 * sd, abs=1e-6)
    assert found.low == pytest.approx(mean - quantile_factor(0.1, 7, 0.95) * below)
    assert found.high == pytest.approx(mean + quantile_factor(0.9, 7, 0.95) * above)
    assert found.low < found.value < found.high


def test_the_upper_side_mirrors_the_lower_one():
    lower = tolerance([-value for value in NORMAL], 0.9, 0.95, side="lower")
    upper = tolerance(NORMAL, 0.9, 0.95, side="upper")
    assert (upper.value, upper.low, upper.high) == (-lower.value, -lower.high, -lower.low)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([*NORMAL, -math.inf], "MISSING_VALUES"),
        ([0.9, 0.8], "TOO_FEW"),
        ([0.95] * 7, "NO_VARIATION"),
        ([*NORMAL, 0.3], "OUTLIER"),
        (
            [0.90, 0.9001, 0.9002, 0.9003, 0.9004, 0.96, 0.9601, 0.9602, 0.9603, 0.9604],
            "NOT_NORMAL",
        ),
        (list(np.linspace(0.9, 1.0, 29)), "WILKS"),
    ],
)
def test_the_guard_turns_to_order_statistics_and_says_why(values, note):
    found = tolerance(values, 0.9, 0.95, side="lower")
    assert found.method == "order-statistics"
    assert found.note == note
    plain = quantile(values, 1 - 0.9, 0.95)
    assert (found.low, found.value, found.high) == (plain.low, plain.value, plain.high)


def test_equal_scores_in_few_trials_prove_nothing_about_the_tail():
    assert tolerance([0.95] * 14, 0.9, 0.95, side="lower").low == -math.inf


def test_a_missing_value_on_the_upper_side_counts_as_the_worst():
    found = tolerance([*NORMAL, math.inf], 0.9, 0.95, side="upper")
    assert found.value == math.inf
    assert found.high == math.inf


@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=35),
    st.sampled_from([0.5, 0.8, 0.9, 0.99]),
    st.sampled_from(["lower", "upper"]),
)
def test_the_value_lies_between_its_bounds(values, share, side):
    found = tolerance(values, share, 0.95, side=side)
    assert found.low <= found.value <= found.high


LOGNORMAL = stats.lognorm(0.5)
SHAPES = {
    "normal": (lambda g, n: g.normal(size=n), stats.norm.ppf(0.1)),
    "left-skewed": (lambda g, n: -LOGNORMAL.rvs(n, random_state=g), -LOGNORMAL.ppf(0.9)),
    "right-skewed": (lambda g, n: LOGNORMAL.rvs(n, random_state=g), LOGNORMAL.ppf(0.1)),
    # A quantile at which each mode has its 0.1 · 2 below: that of the lower one, the other far off.
    "two-mode": (
        lambda g, n: g.normal(size=n) + g.choice([-2.0, 2.0], size=n),
        -2 + stats.norm.ppf(0.2),
    ),
}


@pytest.mark.parametrize("n", [5, 14])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_bound_holds_at_its_level_on_every_shape(shape, n):
    """The guard included; 600 samples leave ±0.018 of sampling error at two standard errors."""
    draw, truth = SHAPES[shape]
    generator = np.random.default_rng(11)
    found = [tolerance(draw(generator, n), 0.9, 0.95, side="lower") for _ in range(600)]
    assert np.mean([one.low <= truth for one in found]) >= 0.95 - 0.018
    assert np.mean([one.high >= truth for one in found]) >= 0.95 - 0.018


@given(st.integers(1, 9), st.integers(-5, 5))
def test_value_and_bounds_follow_shift_and_scale(scale, shift):
    plain = tolerance(NORMAL, 0.9, 0.95, side="lower")
    moved = tolerance([scale * value + shift for value in NORMAL], 0.9, 0.95, side="lower")
    assert moved.low == pytest.approx(scale * plain.low + shift)
    assert moved.high == pytest.approx(scale * plain.high + shift)


def test_a_stricter_level_widens_both_sides():
    loose, strict = (tolerance(NORMAL, 0.9, level, side="lower") for level in (0.9, 0.99))
    assert strict.low < loose.low
    assert strict.high > loose.high


@settings(max_examples=150, deadline=None)
@given(
    st.integers(3, 60),
    st.integers(0, 10_000),
    st.sampled_from(["normal", "skewed", "rounded"]),
    st.sampled_from([0.5, 0.8, 0.9]),
    st.sampled_from(["lower", "upper"]),
    st.lists(st.sampled_from([0.8, 0.9, 0.95, 0.96, 0.99, 0.999]), min_size=2, max_size=2),
)
def test_a_stricter_level_never_moves_a_bound_inwards(n, seed, kind, share, side, levels):
    scores = np.random.default_rng(seed).normal(size=n)
    scores = {"normal": scores, "skewed": -np.exp(scores), "rounded": scores.round(1)}[kind]
    loose, strict = (tolerance(scores, share, level, side=side) for level in sorted(levels))
    assert strict.low <= loose.low
    assert strict.high >= loose.high


def test_a_level_beyond_every_rank_leaves_the_outermost_value_or_the_familys_bound():
    """29 values have a rank at 0.95 and none at 0.99."""
    scores = np.random.default_rng(2).normal(size=29)
    below = half_spreads(scores, scores.mean())[0]
    family = scores.mean() - quantile_factor(0.1, 29, 0.99) * below
    found = tolerance(scores, 0.9, 0.99, side="lower")
    assert found.low == pytest.approx(min(scores.min(), family))
    assert (found.method, found.note) == ("order-statistics", "WILKS")
    assert tolerance([*scores, 90.0], 0.9, 0.99, side="lower").low == -math.inf


def test_scores_rounded_to_the_rows_of_a_validation_set_still_count_as_normal():
    """Accuracies of 14 retrainings on 360 rows, from a sound recipe: seven and six of them tie."""
    correct = [350, *[351] * 6, *[352] * 6, 354]
    found = tolerance([c / 360 for c in correct], 0.9, 0.95, side="lower")
    assert found.method == "shape-tolerance"
    assert found.low > 0.96


@pytest.mark.parametrize(
    "values",
    [[0.1] * 3 + [0.97] * 11, [0.5] * 7 + [0.9] * 7, [0.1, 0.1, *[0.975] * 6, *[0.978] * 6]],
)
def test_ties_that_are_clusters_are_not_taken_for_rounding(values):
    found = tolerance(values, 0.9, 0.95, side="lower")
    assert found.method == "order-statistics"
    assert found.low == -np.inf


def test_spreading_ties_keeps_the_mean_and_moves_no_value_out_of_its_cell():
    sample = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0])
    smooth = unrounded(sample)
    assert smooth.mean() == pytest.approx(sample.mean())
    assert np.abs(smooth - sample).max() < 0.5
    assert len(set(smooth.tolist())) == len(sample)
