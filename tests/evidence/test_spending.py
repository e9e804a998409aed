"""Looks at the evidence while seeds are added: what they spend, against what they may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stablecheck.evidence.spending import looks

ranges = st.tuples(st.integers(1, 200), st.integers(0, 800)).map(
    lambda found: (found[0], sum(found))
)
confidences = st.sampled_from([0.5, 0.9, 0.95, 0.99])


@given(ranges, confidences)
def test_the_looks_spend_the_error_exactly_and_none_of_it_twice(sizes, confidence):
    found = looks(*sizes, confidence)
    costs = [1 - look.confidence for look in found]
    assert sum(costs) == pytest.approx(1 - confidence)
    assert np.cumsum(costs) == pytest.approx([look.spent for look in found])
    assert min(costs) > 0


@given(ranges, confidences)
def test_what_is_spent_is_proportional_to_the_trials_seen(sizes, confidence):
    for look in looks(*sizes, confidence):
        assert look.spent == pytest.approx((1 - confidence) * look.n / sizes[1])


@given(ranges, confidences)
def test_the_first_and_the_last_look_are_where_they_were_asked_to_be(sizes, confidence):
    numbers = [look.n for look in looks(*sizes, confidence)]
    assert (numbers[0], numbers[-1]) == sizes
    assert numbers == sorted(set(numbers))
    assert len(numbers) <= 5


def test_between_eight_and_forty_trials_there_are_five_looks_half_as_large_again_each():
    found = looks(8, 40, 0.95)
    assert [look.n for look in found] == [8, 12, 18, 27, 40]
    assert [1 - look.confidence for look in found] == pytest.approx(
        [0.01, 0.005, 0.0075, 0.01125, 0.01625]
    )


def test_without_room_to_grow_there_is_one_look_at_the_full_level():
    (look,) = looks(14, 14, 0.95)
    assert (look.n, look.confidence) == (14, pytest.approx(0.95))


def test_looking_five_times_errs_no_more_often_than_once_and_peeking_does():
    """Means of 40 normal values on their threshold; 4000 runs leave 0.0034 of sampling error."""
    scores = np.random.default_rng(5).normal(size=(4000, 40))
    found = looks(8, 40, 0.95)

    def wrong(levels):
        passed = np.zeros(len(scores), dtype=bool)
        for look, level in zip(found, levels, strict=True):
            seen = scores[:, : look.n]
            reach = stats.t.ppf(level, look.n - 1) * seen.std(axis=1, ddof=1) / look.n**0.5
            passed |= seen.mean(axis=1) - reach >= 0
        return passed.mean()

    assert wrong([look.confidence for look in found]) <= 0.05
    assert wrong([0.95] * len(found)) >= 0.10
