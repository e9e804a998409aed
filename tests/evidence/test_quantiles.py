"""Order statistics against a brute-force search and their dual, the binomial share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stablecheck.evidence.quantiles import lower_rank, quantile, upper_rank
from stablecheck.evidence.shares import share

VALUES = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=40)
ORDERS = st.sampled_from([0.05, 0.1, 0.25, 0.5, 0.75, 0.9])


def naive_lower_rank(n, order, confidence):
    proven = [
        rank for rank in range(1, n + 1) if stats.binom.sf(rank - 1, n, order) >= confidence - 1e-12
    ]
    return max(proven, default=0)


def naive_upper_rank(n, order, confidence):
    proven = [
        rank
        for rank in range(1, n + 1)
        if stats.binom.cdf(rank - 1, n, order) >= confidence - 1e-12
    ]
    return min(proven, default=n + 1)


@given(st.integers(1, 80), ORDERS, st.sampled_from([0.5, 0.75, 0.9, 0.95]))
def test_the_ranks_are_the_tightest_that_hold(n, order, confidence):
    assert lower_rank(n, order, confidence) == naive_lower_rank(n, order, confidence)
    assert upper_rank(n, order, confidence) == naive_upper_rank(n, order, confidence)


@given(VALUES, ORDERS)
def test_the_value_lies_between_its_bounds(values, order):
    found = quantile(values, order, 0.95)
    assert found.low <= found.value <= found.high


@given(VALUES, ORDERS)
def test_the_value_is_numpys_quantile(values, order):
    assert quantile(values, order, 0.95).value == pytest.approx(np.quantile(values, order))


@given(VALUES, ORDERS, st.integers(-60, 60).map(lambda threshold: threshold + 0.5))
def test_the_lower_bound_clears_where_the_share_above_is_proven(values, order, threshold):
    """The dual of Clopper–Pearson; thresholds between values, so that ties decide nothing."""
    clears = quantile(values, order, 0.95).low >= threshold
    above = sum(value >= threshold for value in values)
    assert clears == (share(above, len(values), 0.95).low >= 1 - order)


@given(VALUES, ORDERS, st.integers(-20, 20))
def test_a_shift_moves_value_and_bounds_alike(values, order, shift):
    plain = quantile(values, order, 0.95)
    moved = quantile([value + shift for value in values], order, 0.95)
    assert moved.low == plain.low + shift
    assert moved.high == plain.high + shift
    assert moved.value == pytest.approx(plain.value + shift)


@given(VALUES, ORDERS, st.data())
def test_raising_a_value_never_lowers_a_bound(values, order, data):
    raised = list(values)
    index = data.draw(st.integers(0, len(values) - 1))
    raised[index] += data.draw(st.integers(1, 30))
    before, after = quantile(values, order, 0.95), quantile(raised, order, 0.95)
    assert after.low >= before.low
    assert after.high >= before.high


def test_too_few_values_leave_a_bound_open():
    found = quantile([1.0, 2.0, 3.0], 0.1, 0.95)
    assert found.low == -math.inf
    assert found.high == 2.0


def test_a_quantile_next_to_a_missing_value_is_infinite():
    found = quantile([-math.inf, 1.0, 2.0, 3.0], 0.1, 0.95)
    assert found.value == -math.inf
    assert not math.isnan(found.high)
