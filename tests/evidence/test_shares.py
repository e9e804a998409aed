"""Shares against closed forms and SciPy's own exact interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stablecheck.evidence.shares import share

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@st.composite
def counts(draw):
    n = draw(st.integers(1, 200))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize(("n", "proves"), [(8, 0.69), (14, 0.80), (29, 0.90)])
def test_all_of_n_passing_proves_the_nth_root_of_alpha(n, proves):
    low = share(n, n, 0.95).low
    assert low == pytest.approx(0.05 ** (1 / n))
    assert low >= proves - 0.005


@given(counts(), LEVELS)
def test_the_bounds_are_those_of_the_exact_binomial_test(count, confidence):
    successes, n = count
    found = share(successes, n, confidence)
    lower = stats.binomtest(successes, n, alternative="greater").proportion_ci(confidence)
    upper = stats.binomtest(successes, n, alternative="less").proportion_ci(confidence)
    assert found.low == pytest.approx(lower.low, abs=1e-9)
    assert found.high == pytest.approx(upper.high, abs=1e-9)


@given(counts(), LEVELS)
def test_the_value_lies_between_its_bounds(count, confidence):
    found = share(*count, confidence)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(counts().filter(lambda count: count[0] < count[1]))
def test_one_more_success_never_lowers_a_bound(count):
    successes, n = count
    fewer, more = share(successes, n, 0.95), share(successes + 1, n, 0.95)
    assert more.low >= fewer.low
    assert more.high >= fewer.high


@given(counts())
def test_a_higher_level_never_narrows_the_interval(count):
    loose, strict = share(*count, 0.9), share(*count, 0.99)
    assert strict.low <= loose.low
    assert strict.high >= loose.high


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="3 of 2 is no share"):
        share(3, 2, 0.95)


def test_no_trials_are_refused():
    with pytest.raises(ValueError, match="n >= 1"):
        share(0, 0, 0.95)
