"""Tolerance bounds against published factors, an independent integral, and simulated coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.tolerance import normal_factor, tolerance, unrounded, wilks_n

NORMAL = [0.951, 0.957, 0.949, 0.961, 0.955, 0.953, 0.959]


@pytest.mark.parametrize(
    ("n", "factor"),
    [(5, 3.407), (7, 2.755), (10, 2.355), (14, 2.109), (20, 1.926), (50, 1.646)],
)
def test_the_factor_is_the_tabulated_one(n, factor):
    """Share 90 %, confidence 95 %: Odeh and Owen 1980, table 1."""
    assert float(normal_factor(n, 0.9, 0.95)) == pytest.approx(factor, abs=6e-4)


@pytest.mark.parametrize("n", [3, 8, 30, 120])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("confidence", [0.95, 0.05])
def test_the_factor_solves_its_defining_integral(n, share, confidence):
    """P(Z + z·√n ≤ k·√n·√(χ²/(n−1))) integrated over χ², without any noncentral t."""
    factor = float(normal_factor(n, share, confidence))
    shift, freedom = stats.norm.ppf(share) * math.sqrt(n), n - 1

    def integrand(v):
        return stats.norm.cdf(factor * math.sqrt(n * v / freedom) - shift) * stats.chi2.pdf(
            v, freedom
        )

    ends = stats.chi2.ppf([1e-12, 1 - 1e-12], freedom)
    covered, _ = integrate.quad(integrand, *ends, limit=200)
    assert covered == pytest.approx(confidence, abs=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.75, 0.9, 0.95, 0.99, 0.999])
def test_the_factor_is_finite_and_falls_with_n(share):
    factors = normal_factor(np.arange(2, 501), share, 0.95)
    assert np.isfinite(factors).all()
    assert (np.diff(factors) < 0).all()


@pytest.mark.parametrize(
    ("share", "confidence", "n"),
    [(0.9, 0.95, 29), (0.95, 0.95, 59), (0.99, 0.95, 299), (0.5, 0.75, 2)],
)
def test_wilks_sample_size_is_the_published_one(share, confidence, n):
    assert wilks_n(share, confidence) == n


def test_normal_scores_give_mean_minus_k_sd():
    found = tolerance(NORMAL, 0.9, 0.95, side="lower")
    mean, sd = np.mean(NORMAL), np.std(NORMAL, ddof=1)
    assert found.method == "normal-tolerance"
    assert found.note is None
    assert found.low == pytest.approx(mean - 2.7554 * sd, abs=1e-6)
    assert found.value == pytest.approx(mean - 1.2816 * sd, abs=1e-6)
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


@given(st.integers(-5, 5))
def test_a_shift_moves_value_and_bounds_alike(shift):
    plain = tolerance(NORMAL, 0.9, 0.95, side="lower")
    moved = tolerance([value + shift for value in NORMAL], 0.9, 0.95, side="lower")
    assert moved.low == pytest.approx(plain.low + shift)
    assert moved.high == pytest.approx(plain.high + shift)


@pytest.mark.parametrize("n", [5, 14])
def test_each_bound_holds_at_its_level_on_normal_scores(n):
    """The guard included; 600 samples leave ±0.018 of sampling error at two standard errors."""
    generator = np.random.default_rng(11)
    truth = stats.norm.ppf(0.1)
    found = [tolerance(generator.normal(size=n), 0.9, 0.95, side="lower") for _ in range(600)]
    assert np.mean([one.low <= truth for one in found]) >= 0.95 - 0.018
    assert np.mean([one.high >= truth for one in found]) >= 0.95 - 0.018


def test_scores_rounded_to_the_rows_of_a_validation_set_still_count_as_normal():
    """Accuracies of 14 retrainings on 360 rows, from a sound recipe: seven and six of them tie."""
    correct = [350, *[351] * 6, *[352] * 6, 354]
    found = tolerance([c / 360 for c in correct], 0.9, 0.95, side="lower")
    assert found.method == "normal-tolerance"
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
