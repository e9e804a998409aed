"""A trial that ended badly counts as the worst value for the requirement."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import Quantity, Share, Statistic, Tolerance
from tests.checks.made_up import SCORE, SCORES, result_of, run_of


@pytest.mark.parametrize(
    ("left", "operator", "estimate"),
    [
        (Statistic("mean", SCORE), ">=", None),
        (Statistic("min", SCORE), ">=", None),
        (Statistic("max", SCORE), ">=", 0.961),
        (Statistic("median", SCORE), ">=", 0.954),
        (Statistic("median", SCORE), "<=", 0.956),
        (Statistic("count", SCORE), ">=", 7),
        (Statistic("count", SCORE), "<=", 8),
        (Statistic("std", SCORE), "<=", None),
        (Statistic("spread", SCORE), "<=", None),
        (Tolerance(SCORE, 0.9), ">=", None),
    ],
)
def test_a_missing_value_is_the_worst_one_for_the_requirement(left, operator, estimate):
    """None stands for an infinite estimate."""
    found = result_of(left, operator, 0.5, run_of([*SCORES, None]))
    assert found.estimate == (None if estimate is None else pytest.approx(estimate))
    assert found.n == 8


def test_a_single_divergence_fails_a_requirement_on_the_smallest_score():
    found = result_of(Statistic("min", SCORE), ">=", 0.5, run_of([*SCORES, None]))
    assert (found.outcome, found.method) == ("fail", "exact")


def test_a_trial_that_did_not_end_well_has_no_time_to_show():
    found = result_of(
        Statistic("max", Quantity("seeds", "seconds")), "<=", 60.0, run_of([0.9, None])
    )
    assert found.outcome == "fail"


@pytest.mark.parametrize(
    ("left", "operator"),
    [
        (Statistic("mean", SCORE), "=="),
        (Share(SCORE, ">=", 0.9), "!="),
        (Statistic("std", SCORE), ">="),
        (Statistic("spread", SCORE), ">"),
    ],
)
def test_requirements_without_a_worst_value_are_undefined_on_missing_ones(left, operator):
    found = result_of(left, operator, 0.1, run_of([*SCORES, None]))
    assert (found.outcome, found.error) == ("error", "UNDEFINED")


def test_a_recipe_that_always_diverges_fails():
    assert result_of(Statistic("mean", SCORE), ">=", 0.5, run_of([None] * 5)).outcome == "fail"


def test_a_lost_score_never_turns_a_check_into_a_pass():
    for left, operator in [
        (Tolerance(SCORE, 0.9), ">="),
        (Statistic("mean", SCORE), ">="),
        (Statistic("p", SCORE, 10.0), ">="),
        (Share(SCORE, ">=", 0.95), ">="),
        (Statistic("std", SCORE), "<="),
    ]:
        whole = result_of(left, operator, 0.9, run_of(SCORES))
        lost = result_of(left, operator, 0.9, run_of([None, *SCORES[1:]]))
        assert not (lost.outcome == "pass" and whole.outcome != "pass")
