"""Tolerance bounds: their direction, their guard and what would settle them."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import Quantity, Tolerance
from tests.checks.made_up import SCORE, SCORES, result_of, run_of


def test_tolerance_bounds_follow_the_direction_of_the_requirement():
    lower = result_of(Tolerance(SCORE, 0.9), ">=", 0.9, run_of(SCORES))
    upper = result_of(Tolerance(Quantity("seeds", "loss"), 0.9), "<=", 0.1, run_of(SCORES))
    assert lower.method == upper.method == "shape-tolerance"
    assert upper.high == pytest.approx(1 - lower.low)
    assert lower.outcome == upper.outcome == "pass"


def test_the_guard_of_a_tolerance_bound_is_on_record():
    found = result_of(Tolerance(SCORE, 0.9), ">=", 0.9, run_of([*SCORES, 0.2]))
    assert (found.method, found.note, found.low) == ("order-statistics", "OUTLIER", None)
    assert found.outcome == "inconclusive"


def test_an_open_tolerance_says_how_many_trials_would_settle_it():
    found = result_of(Tolerance(SCORE, 0.9), ">=", 0.944, run_of(SCORES))
    assert found.outcome == "inconclusive"
    assert 1 <= found.needs <= 21
