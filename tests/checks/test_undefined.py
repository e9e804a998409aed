"""Numbers that a training which ended well does not have decide nothing."""

from __future__ import annotations

import pytest

from tests.checks.made_up import ratio_run, required


@pytest.mark.parametrize("statistic", ["max", "median", "mean"])
def test_a_number_that_one_training_does_not_have_leaves_the_check_without_an_answer(statistic):
    found = required(
        f"{statistic}(seeds.sharpness.ratio) <= 1.5", ratio_run([0.1, 0.2, None, 0.1, 0.2, 0.1])
    )
    assert (found.outcome, found.error) == ("error", "UNDEFINED")


def test_a_training_that_diverged_still_counts_as_the_worst_value():
    found = required(
        "max(seeds.sharpness.ratio) <= 1.5", ratio_run([0.1, 0.2, None], missing="diverged")
    )
    assert found.outcome == "fail"
