"""Shares of trials: exact bounds, and trials without a value counted against the requirement."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import Quantity, Share
from stablecheck.evidence.shares import share
from tests.checks.made_up import SCORE, SCORES, result_of, run, run_of, trial


def test_a_share_is_decided_on_its_exact_bound():
    left = Share(SCORE, ">=", 0.95)
    found = result_of(left, ">=", 0.45, run_of(SCORES))
    assert (found.estimate, found.n, found.unit) == (6 / 7, 7, "share")
    assert found.low == pytest.approx(share(6, 7, 0.95).low)
    assert found.outcome == "pass"
    assert (found.place, found.column) == ("churn.yaml:31", 14)


def test_fourteen_of_fourteen_prove_four_fifths_and_thirteen_do_not():
    left = Share(SCORE, ">=", 0.9)
    assert result_of(left, ">=", 0.8, run_of([0.95] * 14)).outcome == "pass"
    found = result_of(left, ">=", 0.8, run_of([0.95] * 13))
    assert (found.outcome, found.needs) == ("inconclusive", 1)


@pytest.mark.parametrize("status", ["diverged", "failed", "timeout"])
def test_a_trial_without_a_score_does_not_reach_a_score(status):
    found = result_of(Share(SCORE, ">=", 0.9), ">=", 0.5, run_of([0.95] * 6 + [None], status))
    assert (found.estimate, found.n) == (6 / 7, 7)


def test_a_trial_without_a_loss_never_counts_as_a_small_loss():
    left = Share(Quantity("seeds", "loss"), "<=", 0.1)
    assert result_of(left, ">=", 0.5, run_of([0.95] * 6 + [None])).estimate == 6 / 7


def test_a_trial_without_a_value_counts_as_the_event_that_must_be_rare():
    left = Share(SCORE, "<", 0.5)
    assert result_of(left, "<=", 0.5, run_of([0.95] * 6 + [None])).estimate == 1 / 7


def test_divergences_are_counted_and_failures_count_against_the_requirement():
    trials = [trial(0, 0.9), trial(1, None, "diverged"), trial(2, None, "failed"), trial(3, 0.9)]
    left = Share(Quantity("all", "diverged"))
    assert result_of(left, "<=", 0.1, run(trials)).estimate == 0.5
