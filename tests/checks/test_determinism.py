"""The same trials give the same results, in whatever order they are asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.checklist.requirement import Statistic, Tolerance
from tests.checks.made_up import SCORE, SCORES, evaluated, run_of

MIXED = [
    ("tolerance", "blocker", Tolerance(SCORE, 0.9), ">=", 0.95),
    ("mean", "blocker", Statistic("mean", SCORE), ">=", 0.954),
    ("iqm", "major", Statistic("iqm", SCORE), ">=", 0.9),
    ("tenth", "minor", Statistic("p", SCORE, 10.0), ">=", 0.9),
    ("cv", "blocker", Statistic("cv", SCORE), "<=", 0.05),
    ("largest", "blocker", Statistic("max", SCORE), "<=", 1.0),
]


@given(st.permutations(MIXED))
@settings(max_examples=15, deadline=None)
def test_the_order_of_checks_changes_nothing(checks):
    assert evaluated(checks, run_of(SCORES)) == evaluated(MIXED, run_of(SCORES))


def test_the_same_trials_give_the_same_results_and_leave_global_randomness_alone():
    before = np.random.get_state()[1].tolist()
    assert evaluated(MIXED, run_of(SCORES)) == evaluated(MIXED, run_of(SCORES))
    assert np.random.get_state()[1].tolist() == before
