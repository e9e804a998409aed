"""Further trials needed, against answers worked out by hand and by walking up one by one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stablecheck.evidence import needs
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.interval import interval
from stablecheck.evidence.needs import Levels
from stablecheck.evidence.pivotal import mean_factor, quantile_factor
from stablecheck.evidence.shares import share
from stablecheck.evidence.tolerance import tolerance

PLAIN = Levels(0.95, 0.95)


@pytest.mark.parametrize(("n", "threshold", "total"), [(8, 0.8, 14), (14, 0.9, 29), (5, 0.69, 9)])
def test_a_perfect_share_needs_the_known_sample_sizes(n, threshold, total):
    assert needs.for_share(n, n, threshold, PLAIN, side="lower") == total - n


def test_a_share_clears_at_the_first_size_where_its_bound_does():
    further = needs.for_share(18, 20, 0.8, PLAIN, side="lower")
    assert share(18 * (20 + further) // 20, 20 + further, 0.95).low >= 0.8
    before = 20 + further - 1
    assert share(18 * before // 20, before, 0.95).low < 0.8


def test_a_share_below_its_threshold_needs_trials_until_it_misses():
    further = needs.for_share(5, 10, 0.7, PLAIN, side="lower")
    size = 10 + further
    assert share(-(-5 * size // 10), size, 0.95).high < 0.7


def test_a_share_that_must_stay_small_mirrors_one_that_must_be_large():
    assert needs.for_share(0, 14, 0.06, PLAIN, side="upper") == needs.for_share(
        14, 14, 0.94, PLAIN, side="lower"
    )


def test_a_share_on_its_threshold_is_never_settled():
    assert needs.for_share(8, 10, 0.8, PLAIN, side="lower") is None


def test_more_than_a_thousand_trials_are_not_worth_naming():
    assert needs.for_share(8001, 10_000, 0.8, PLAIN, side="lower") is None


def test_a_stricter_level_of_failure_needs_more_trials():
    strict = Levels(0.95, 0.99)
    assert needs.for_share(5, 10, 0.7, strict, side="lower") > needs.for_share(
        5, 10, 0.7, PLAIN, side="lower"
    )


@pytest.mark.parametrize(("threshold", "met"), [(-4.0, True), (1.0, False)])
def test_a_tolerance_is_settled_at_the_first_size_whose_bound_decides(threshold, met):
    """Half spreads of −2…2 are 1; walked up one by one below Wilks' 29."""
    values = [-2.0, -1.0, 0.0, 1.0, 2.0]
    further = needs.for_tolerance(values, 0.9, threshold, PLAIN, side="lower")
    settled = [
        -quantile_factor(0.1, n, 0.95) >= threshold
        if met
        else quantile_factor(0.9, n, 0.95) < threshold
        for n in range(6, 29)
    ]
    assert further == settled.index(True) + 1


def test_further_trials_like_those_there_are_settle_a_tolerance():
    """The same five scores over and over: their mean and half spreads stay."""
    values, threshold = [-2.0, -1.0, 0.0, 1.0, 2.0], -3.4
    further = needs.for_tolerance(values, 0.9, threshold, PLAIN, side="lower")
    assert 5 <= further <= 15
    repeated = [*values, *values, *values, *values]
    assert tolerance(values, 0.9, 0.95, side="lower").low < threshold
    assert tolerance(repeated, 0.9, 0.95, side="lower").low >= threshold


def test_a_tolerance_that_must_stay_small_mirrors_one_that_must_be_large():
    values = [1.0, 2.0, 3.0, 4.0, 5.5]
    mirrored = [-value for value in values]
    assert needs.for_tolerance(values, 0.9, 6.9, PLAIN, side="upper") == (
        needs.for_tolerance(mirrored, 0.9, -6.9, PLAIN, side="lower")
    )


def test_a_tolerance_near_its_threshold_needs_more_than_where_wilks_takes_over():
    """Beyond 28 trials the rule changes to order statistics, which need a larger margin."""
    values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    threshold = -1.5 * values.std(ddof=1)
    further = needs.for_tolerance(values, 0.9, threshold, PLAIN, side="lower")
    assert further is not None
    assert further > 100


def test_a_quantile_needs_what_the_share_beyond_it_needs():
    """No value of 7 below the threshold: 29 prove that 90 % lie above it."""
    assert needs.for_quantile(range(7), 0.1, -1.0, PLAIN, side="lower") == 22
    assert needs.for_quantile(range(7), 0.9, 9.0, PLAIN, side="upper") == 22


@pytest.mark.parametrize("threshold", [0.95, 0.97])
def test_an_interval_shrinks_as_that_of_a_mean(threshold):
    """To clear a gap of 0.01 a half-width of 0.02 must halve: 30 further trials like 1/√n, but the
    factor of few falls faster.
    """
    estimate = Estimate(0.96, 0.94, 0.98, 0.95, 10, "shape-family")
    further = needs.for_interval(estimate, threshold)
    walked = next(n for n in range(11, 60) if mean_factor(n, 0.95) <= mean_factor(10, 0.95) / 2)
    assert further == walked - 10
    assert 10 <= further <= 30


def test_a_bound_of_students_shrinks_as_his_does():
    """13 differences of 0 and one of 1: his t decides below, the half spread above."""
    found = interval([0.0] * 13 + [1.0], "mean", 0.95, np.random.default_rng(0))
    further = needs.for_interval(found, -0.01)
    reach = found.value - found.low
    students = [stats.t.ppf(0.95, n - 1) / n**0.5 for n in range(14, 99)]
    walked = next(
        n for n, t in enumerate(students) if t / students[0] * reach <= found.value + 0.01
    )
    assert further == walked


def test_an_interval_that_almost_clears_needs_one_more_trial():
    estimate = Estimate(0.96, 0.9501, 0.98, 0.95, 10, "shape-family")
    assert needs.for_interval(estimate, 0.95) == 1


@pytest.mark.parametrize("threshold", [0.96, 0.9601])
def test_an_interval_around_its_threshold_is_never_settled(threshold):
    estimate = Estimate(0.96, 0.94, 0.98, 0.95, 10, "shape-family")
    assert needs.for_interval(estimate, threshold) is None


def test_an_open_interval_says_nothing_about_further_trials():
    estimate = Estimate(1.4, 1.0, float("inf"), 0.95, 5, "fixed-sequence")
    assert needs.for_interval(estimate, 2.0) is None
