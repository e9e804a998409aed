"""Pivotal bounds: known distributions, coverage on samples of their own, invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablecheck.evidence.pivotal import (
    LARGEST,
    half_spreads,
    mean_factor,
    pivotal_interval,
    quantile_factor,
)

SCORES = np.array([0.951, 0.957, 0.949, 0.961, 0.955, 0.953, 0.959, 0.940])
NAMES = ["mean", "iqm", "std", "cv"]
SAMPLES = st.lists(st.integers(-30, 30).map(float), min_size=3, max_size=16).filter(
    lambda values: len(set(values)) > 1
)


def drawn(shape, n, count, seed=77):
    """Scores of a shape with mean 0 and sd 1, from SciPy's distributions."""
    generator = np.random.default_rng(seed)
    if shape == "two-mode":
        modes = generator.choice([-2.0, 2.0], size=(count, n))
        return (modes + generator.normal(size=(count, n))) / 5**0.5
    if shape == "normal":
        return generator.normal(size=(count, n))
    law = stats.lognorm(0.5)
    values = (law.rvs((count, n), random_state=generator) - law.mean()) / law.std()
    return values if shape == "right-skewed" else -values


SHAPES = ["normal", "left-skewed", "right-skewed", "two-mode"]


def test_half_spreads_are_the_two_halves_of_the_variance():
    below, above = half_spreads(SCORES, SCORES.mean())
    assert below**2 + above**2 == pytest.approx(SCORES.var())
    assert below > above


def test_half_spreads_of_few_values_are_those_worked_out_by_hand():
    """Mean 2: deviations −2, −1, 3 give √(5/3) below and √3 above."""
    below, above = half_spreads(np.array([0.0, 1.0, 5.0]), np.asarray(2.0))
    assert (below, above) == (pytest.approx((5 / 3) ** 0.5), pytest.approx(3**0.5))


def test_the_factor_of_two_values_is_at_least_students():
    """Of two values each half spread is sd/2, so a normal mean needs t·√2 of them: 8.93."""
    student = float(stats.t.ppf(0.95, 1)) * 2**0.5
    assert mean_factor(2, 0.95) >= 0.98 * student


@pytest.mark.parametrize("n", [3, 5, 14, 40, 80, 400])
def test_the_factor_is_wide_enough_for_each_shape_and_no_wider_than_for_the_worst(n):
    """20 000 samples drawn elsewhere; a level of 0.95 has a standard error of 0.0022 over both."""
    factor = mean_factor(n, 0.95)
    held = {}
    for shape in SHAPES:
        sample = drawn(shape, n, 20_000)
        below, _ = half_spreads(sample, sample.mean(axis=-1))
        held[shape] = np.mean(sample.mean(axis=-1) - factor * below <= 0)
    worst = min(held.values())
    assert worst == pytest.approx(0.95, abs=0.008)


@pytest.mark.parametrize("order", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("n", [5, 14, 100])
def test_the_factor_of_a_quantile_is_wide_enough_for_each_shape(order, n):
    factor = quantile_factor(order, n, 0.95)
    truths = {
        "normal": stats.norm.ppf(order),
        "right-skewed": (stats.lognorm(0.5).ppf(order) - stats.lognorm(0.5).mean())
        / stats.lognorm(0.5).std(),
        "left-skewed": (stats.lognorm(0.5).mean() - stats.lognorm(0.5).ppf(1 - order))
        / stats.lognorm(0.5).std(),
    }
    for shape, truth in truths.items():
        sample = drawn(shape, n, 20_000)
        below, _ = half_spreads(sample, sample.mean(axis=-1))
        assert np.mean(sample.mean(axis=-1) - factor * below <= truth) >= 0.95 - 0.008


@pytest.mark.parametrize("n", [5, 14])
def test_levels_beyond_the_drawn_ones_hold_nearly(n):
    """At 0.9995 of left-skewed scores, within a half of α: the last level drawn is 0.998."""
    factor, missed = mean_factor(n, 0.9995), 0
    for seed in range(8):
        sample = drawn("left-skewed", n, 50_000, seed)
        below, _ = half_spreads(sample, sample.mean(axis=-1))
        missed += int(np.sum(sample.mean(axis=-1) - factor * below > 0))
    assert missed / 400_000 <= 0.0005 * 1.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [5, 13])
def test_each_bound_holds_at_its_level(name, shape, n):
    """600 samples leave ±0.018 of sampling error at two standard errors."""
    shift = 10.0 if name == "cv" else 0.0
    law = stats.lognorm(0.5)
    middle = (np.exp(0.5 * stats.norm.ppf(np.linspace(0.25, 0.75, 4001))).mean() - law.mean()) / (
        law.std()
    )
    truth = {
        "mean": 0.0,
        "iqm": {"right-skewed": middle, "left-skewed": -middle}.get(shape, 0.0),
        "std": 1.0,
        "cv": 0.1,
    }[name]
    found = [pivotal_interval(row + shift, name, 0.95) for row in drawn(shape, n, 600)]
    assert np.mean([one.low <= truth for one in found]) >= 0.95 - 0.018
    assert np.mean([one.high >= truth for one in found]) >= 0.95 - 0.018


@pytest.mark.parametrize("n", [5, 8, 30])
def test_the_spread_is_bounded_no_closer_than_by_chi_square(n):
    """Normal values are one of the shapes, so the family's bounds contain theirs."""
    sample = drawn("normal", n, 1)[0]
    found, freedom = pivotal_interval(sample, "std", 0.95), n - 1
    assert found.high >= 0.97 * found.value * (freedom / stats.chi2.ppf(0.05, freedom)) ** 0.5
    assert found.low <= 1.03 * found.value * (freedom / stats.chi2.ppf(0.95, freedom)) ** 0.5


def test_a_small_cv_has_the_bounds_of_its_spread():
    spread = pivotal_interval(SCORES, "std", 0.95)
    ratio = pivotal_interval(SCORES, "cv", 0.95)
    assert ratio.low == pytest.approx(spread.low / SCORES.mean(), rel=0.01)
    assert ratio.high == pytest.approx(spread.high / SCORES.mean(), rel=0.02)


def test_a_mean_that_could_be_zero_leaves_its_cv_open():
    assert pivotal_interval(np.array([-1.0, 2.0, 0.5, -0.7, 1.1]), "cv", 0.95).high == np.inf


def test_one_collapse_among_many_hardly_widens_the_interquartile_mean():
    many = np.concatenate([SCORES, SCORES + 0.001, SCORES - 0.001])
    plain = pivotal_interval(many, "iqm", 0.95)
    struck = pivotal_interval(np.append(many, 0.1), "iqm", 0.95)
    assert struck.low > plain.low - 0.002
    assert pivotal_interval(np.append(many, 0.1), "mean", 0.95).low < plain.low - 0.02


def test_equal_values_in_the_middle_do_not_make_the_interquartile_mean_certain():
    found = pivotal_interval(np.array([0.9] * 12 + [0.8, 0.95]), "iqm", 0.95)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("n", [8, 14, 30])
def test_the_interquartile_mean_of_rounded_scores_is_bounded_at_its_level(n):
    """Scores of sd one rounding step; 400 samples leave ±0.022 of sampling error."""
    generator = np.random.default_rng([n, 3])
    samples = np.round(generator.normal(size=(400, n)))
    found = [pivotal_interval(row, "iqm", 0.95) for row in samples]
    assert np.mean([one.low <= 1e-9 for one in found]) >= 0.95 - 0.022
    assert np.mean([one.high >= -1e-9 for one in found]) >= 0.95 - 0.022


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.sampled_from([0.9, 0.95, 0.99]))
def test_no_bound_of_a_mean_is_closer_than_students(values, confidence):
    peer = stats.ttest_1samp(values, 0.0).confidence_interval(2 * confidence - 1)
    found = pivotal_interval(np.array(values), "mean", confidence)
    assert found.low <= peer.low + 1e-9
    assert found.high >= peer.high - 1e-9


@pytest.mark.parametrize("n", [5, 8, 14, 30])
def test_no_bound_of_an_interquartile_mean_is_closer_than_the_trimmed_t(n):
    """SciPy's winsorised sample in Tukey and McLaughlin's formula, with one value far off."""
    sample = np.random.default_rng(n).normal(size=n)
    sample[0] = 99.0
    cut = n // 4
    squares = stats.mstats.winsorize(sample, (0.25, 0.25)).var() * n
    left = n - 2 * cut
    reach = stats.t.ppf(0.95, left - 1) * np.sqrt(squares / (left * (left - 1)))
    found = pivotal_interval(sample, "iqm", 0.95)
    assert min(found.value - found.low, found.high - found.value) >= reach * (1 - 1e-9)


@pytest.mark.parametrize("n", [5, 8, 14, 30, 100])
def test_a_stricter_level_never_lowers_a_factor(n):
    levels = [0.5, 0.8, 0.95, 0.983, 0.99, 0.995, 0.999, 0.9999]
    assert (np.diff([mean_factor(n, level) for level in levels]) >= 0).all()
    assert (np.diff([quantile_factor(0.1, n, level) for level in levels]) >= 0).all()


def test_factors_fall_with_n_across_the_end_of_the_simulated_sizes():
    sizes = [3, 5, 8, 14, 30, LARGEST, LARGEST + 1, 100, 1000]
    assert (np.diff([mean_factor(n, 0.95) for n in sizes]) < 0).all()
    assert (np.diff([quantile_factor(0.1, n, 0.95) for n in sizes]) < 0).all()


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.sampled_from(NAMES))
def test_the_value_lies_between_its_bounds(values, name):
    if name == "cv" and sum(values) == 0:
        return
    found = pivotal_interval(np.array(values), name, 0.95)
    assert found.low <= found.value <= found.high


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.sampled_from(["mean", "iqm"]), st.integers(-9, 9), st.integers(1, 7))
def test_locations_move_with_shift_and_scale(values, name, shift, scale):
    plain = pivotal_interval(np.array(values), name, 0.95)
    moved = pivotal_interval(scale * np.array(values) + shift, name, 0.95)
    for side in ("low", "value", "high"):
        assert getattr(moved, side) == pytest.approx(scale * getattr(plain, side) + shift)


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.sampled_from(["mean", "iqm"]))
def test_mirrored_scores_have_mirrored_bounds(values, name):
    plain = pivotal_interval(np.array(values), name, 0.95)
    mirrored = pivotal_interval(-np.array(values), name, 0.95)
    assert (mirrored.low, mirrored.high) == (pytest.approx(-plain.high), pytest.approx(-plain.low))


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.integers(-9, 9), st.integers(1, 7))
def test_a_spread_ignores_shift_and_follows_scale(values, shift, scale):
    plain = pivotal_interval(np.array(values), "std", 0.95)
    moved = pivotal_interval(scale * np.array(values) + shift, "std", 0.95)
    assert moved.low == pytest.approx(scale * plain.low)
    assert moved.high == pytest.approx(scale * plain.high)
