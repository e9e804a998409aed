"""A few equal values: enough to bound a median, not a mean."""

from __future__ import annotations

from stablecheck.checklist.requirement import Statistic
from tests.checks.made_up import SCORE, ratio_run, required, result_of, run_of


def test_five_equal_values_bound_their_median_for_every_distribution():
    found = required("median(seeds.sharpness.ratio) <= 0.15", ratio_run([0.1] * 5))
    assert (found.outcome, found.low, found.high) == ("pass", 0.1, 0.1)


def test_five_equal_values_say_nothing_of_their_mean():
    found = required("mean(seeds.sharpness.ratio) <= 0.15", ratio_run([0.1] * 5))
    assert found.outcome == "inconclusive"


def test_four_values_bound_no_median_at_95_percent():
    found = required("median(seeds.sharpness.ratio) <= 0.15", ratio_run([0.1] * 4))
    assert found.outcome == "inconclusive"


def test_few_equal_values_prove_no_mean():
    """A bad outcome in one training of five leaves 13 equal good ones in 0.8^13 = 5.5 % of runs."""
    found = result_of(Statistic("mean", SCORE), ">=", 0.9, run_of([0.95] * 13))
    assert (found.outcome, found.note, found.low) == ("inconclusive", "TOO_FEW", None)
    assert result_of(Statistic("mean", SCORE), ">=", 0.9, run_of([0.95] * 14)).outcome == "pass"
