"""Intervals of location and spread: which method decides, missing values, determinism."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.exact import describe
from stablecheck.evidence.interval import interval
from stablecheck.evidence.pivotal import pivotal_interval
from stablecheck.evidence.sample import STATISTICS

SCORES = [0.951, 0.957, 0.949, 0.961, 0.955, 0.953, 0.959, 0.940]
NAMES = ["mean", "median", "iqm", "std", "cv"]


def fresh():
    return np.random.default_rng(5)


@pytest.mark.parametrize("n", [5, 8])
def test_the_median_rests_on_order_statistics(n):
    """Smallest of five: all above the median with probability 1/32; second of eight: 9/256."""
    found = interval(SCORES[:n], "median", 0.95, fresh())
    ordered, rank = sorted(SCORES[:n]), {5: 1, 8: 2}[n]
    assert stats.binom.cdf(rank - 1, n, 0.5) <= 0.05 < stats.binom.cdf(rank, n, 0.5)
    assert found.method == "order-statistics"
    assert (found.low, found.high) == (ordered[rank - 1], ordered[-rank])


def test_four_values_do_not_bound_a_median():
    found = interval(SCORES[:4], "median", 0.95, fresh())
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert found.note == "TOO_FEW"


@pytest.mark.parametrize("name", ["mean", "iqm", "std", "cv"])
def test_other_statistics_rest_on_the_family_of_shapes(name):
    found = interval(SCORES, name, 0.95, fresh())
    assert found == pivotal_interval(np.array(SCORES), name, 0.95)
    assert (found.method, found.note) == ("shape-family", None)


@pytest.mark.parametrize("name", NAMES)
def test_the_value_is_the_plain_statistic(name):
    plain = {
        "mean": np.mean(SCORES),
        "median": np.median(SCORES),
        "iqm": stats.trim_mean(SCORES, 0.25),
        "std": np.std(SCORES, ddof=1),
        "cv": stats.variation(SCORES, ddof=1),
    }
    assert interval(SCORES, name, 0.95, fresh()).value == pytest.approx(plain[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_inputs_give_the_same_interval(name):
    assert interval(SCORES, name, 0.95, fresh()) == interval(SCORES, name, 0.95, fresh())


@pytest.mark.parametrize("values", [SCORES, [*SCORES, -math.inf]])
def test_the_global_random_state_is_left_alone(values):
    before = np.random.get_state()[1].tolist()
    interval(values, "mean", 0.95, fresh())
    assert np.random.get_state()[1].tolist() == before


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.one_of(st.floats(-10, 10), st.just(-math.inf)), min_size=2, max_size=12),
    name=st.sampled_from(NAMES),
)
def test_the_value_lies_between_its_bounds(values, name):
    found = interval(values, name, 0.95, fresh())
    assert found.low <= found.value <= found.high


@settings(max_examples=20, deadline=None)
@given(
    values=st.lists(st.integers(-20, 20).map(float), min_size=4, max_size=9),
    name=st.sampled_from(["mean", "median", "iqm"]),
    shift=st.integers(-8, 8),
)
def test_a_shift_moves_value_and_bounds_alike(values, name, shift):
    plain = interval(values, name, 0.95, fresh())
    moved = interval([value + shift for value in values], name, 0.95, fresh())
    for side in ("low", "value", "high"):
        assert getattr(moved, side) == pytest.approx(getattr(plain, side) + shift, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(
    values=st.lists(st.integers(-20, 20).map(float), min_size=5, max_size=9),
    name=st.sampled_from(["mean", "iqm"]),
    data=st.data(),
)
def test_raising_a_value_never_lowers_a_percentile_bound(values, name, data):
    raised = [*values, -math.inf]
    index = data.draw(st.integers(0, len(values) - 1))
    raised[index] += data.draw(st.integers(1, 10))
    before = interval([*values, -math.inf], name, 0.95, fresh())
    after = interval(raised, name, 0.95, fresh())
    assert after.low >= before.low
    assert after.high >= before.high


@pytest.mark.parametrize("name", NAMES)
def test_a_stricter_level_never_narrows_the_interval(name):
    loose, strict = (interval(SCORES, name, level, fresh()) for level in (0.9, 0.99))
    assert strict.low <= loose.low
    assert strict.high >= loose.high


def test_one_missing_value_makes_the_mean_infinite_but_not_its_upper_bound():
    found = interval([*SCORES, -math.inf], "mean", 0.95, fresh())
    assert (found.value, found.low) == (-math.inf, -math.inf)
    assert math.isfinite(found.high)
    assert found.note == "MISSING_VALUES"


def test_mostly_missing_values_settle_the_mean():
    found = interval([0.9, 0.9, -math.inf, -math.inf, -math.inf], "mean", 0.95, fresh())
    assert found.high == -math.inf


def test_a_median_with_missing_values_rests_on_order_statistics():
    found = interval([*SCORES, -math.inf], "median", 0.95, fresh())
    assert found.method == "order-statistics"
    assert found.value == np.median([*SCORES, -math.inf])


@pytest.mark.parametrize("name", ["std", "cv"])
def test_a_spread_with_a_missing_value_is_infinite(name):
    found = interval([*SCORES, math.inf], name, 0.95, fresh())
    assert (found.value, found.high) == (math.inf, math.inf)


@pytest.mark.parametrize(("confidence", "n"), [(0.95, 14), (0.99, 21), (0.9999, 42)])
@pytest.mark.parametrize("name", ["mean", "iqm", "std", "cv"])
def test_equal_values_are_certainty_once_four_trainings_in_five_would_show_another(
    name, confidence, n
):
    """0.8^n first falls to α at these sizes."""
    assert 0.8**n <= 1 - confidence < 0.8 ** (n - 1)
    enough, few = (interval([0.9] * size, name, confidence, fresh()) for size in (n, n - 1))
    assert enough.low == enough.value == enough.high
    assert (enough.method, enough.note) == ("equal-values", "NO_VARIATION")
    assert (few.low, few.high, few.note) == (-math.inf, math.inf, "TOO_FEW")


def test_small_steps_on_large_numbers_are_variation():
    found = interval([1e12 + 0.1 * k for k in range(5)], "std", 0.95, fresh())
    assert found.method == "shape-family"
    assert found.value == pytest.approx(0.1 * 2.5**0.5, rel=1e-3)


def test_a_cv_around_a_mean_of_zero_may_have_any_value():
    found = interval([-1.0, 1.0, -2.0, 2.0], "cv", 0.95, fresh())
    assert (found.low, found.value, found.high) == (0.0, math.inf, math.inf)


@pytest.mark.parametrize("numbers", [(math.nan, 0, 1), (0, math.nan, 1), (0, 0, math.nan)])
def test_an_estimate_that_is_no_number_is_refused(numbers):
    with pytest.raises(UndefinedEstimateError, match="estimate of 5 trials is NaN"):
        Estimate(*numbers, 0.95, 5, "shape-family")


@pytest.mark.parametrize("values", [[0.9], [0.9, 0.9], [-math.inf], [0.9, -math.inf]])
def test_one_or_two_values_without_variation_leave_everything_open(values):
    found = interval(values, "mean", 0.95, fresh())
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert found.note == "TOO_FEW"


def test_the_spread_of_one_trial_is_undefined():
    with pytest.raises(UndefinedEstimateError, match="std is undefined for 1 trials"):
        interval([0.9], "std", 0.95, fresh())


@pytest.mark.parametrize("name", NAMES)
def test_statistics_work_along_any_axis(name):
    table = np.arange(24.0).reshape(4, 6) ** 1.5
    rows = [float(STATISTICS[name](row, -1)) for row in table]
    assert STATISTICS[name](table, 1) == pytest.approx(rows)


@pytest.mark.parametrize(
    ("name", "value"), [("min", 0.940), ("max", 0.961), ("spread", 0.021), ("count", 8)]
)
def test_numbers_about_the_trials_that_ran_have_no_interval(name, value):
    found = describe(SCORES, name, 0.95)
    assert found.method == "exact"
    assert found.low == found.value == found.high == pytest.approx(value)


def test_a_missing_value_counts_against_a_count():
    assert describe([0.9, -math.inf], "count", 0.95).value == 1
    assert describe([0.9, math.inf], "count", 0.95).value == 2
