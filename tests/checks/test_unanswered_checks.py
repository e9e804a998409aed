"""Checks without an answer: left out where they are off, else an error that says why."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import Quantity, Share, Statistic
from tests.checks.made_up import SCORE, SCORES, evaluated, result_of, run_of


def test_the_spread_of_a_single_trial_is_undefined():
    found = result_of(Statistic("std", SCORE), "<=", 0.1, run_of([0.9]))
    assert (found.outcome, found.error, found.n) == ("error", "UNDEFINED", 1)


def test_trials_that_did_not_run_are_an_error():
    found = result_of(Statistic("mean", SCORE), ">=", 0.1, run_of(SCORES, unrun=["seeds-base-9"]))
    assert (found.outcome, found.error, found.n) == ("error", "TRIALS_MISSING", 7)


def test_a_probe_without_trials_is_an_error():
    found = result_of(Statistic("count", SCORE), "<=", 5.0, run_of([], unrun=["seeds-base-0"]))
    assert (found.outcome, found.error, found.n) == ("error", "NO_TRIALS", 0)


@pytest.mark.parametrize("status", ["failed", "timeout"])
def test_a_probe_in_which_every_trial_broke_is_an_error(status):
    found = result_of(Share(Quantity("all", "diverged")), "<=", 1.0, run_of([None] * 5, status))
    assert (found.outcome, found.error) == ("error", "NO_VALUES")


def test_a_measure_that_nobody_took_is_an_error():
    left = Statistic("median", Quantity("seeds", "path.heldout.alignment"))
    assert result_of(left, ">=", 0.1, run_of(SCORES)).error == "NO_VALUES"


def test_checks_that_are_off_are_left_out():
    assert evaluated([("a", "off", Statistic("mean", SCORE), ">=", 0.9)], run_of(SCORES)) == {}
