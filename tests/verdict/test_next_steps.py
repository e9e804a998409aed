"""What to do about checks that do not pass and trials that did not end well."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import ProbeSummary, Quantity, Share
from stablecheck.verdict import decide
from tests.verdict.made_up import BLOCKER, RATES, check, circumstances, steps

DIVERGED = Share(Quantity("all", "diverged"))


@pytest.mark.parametrize("left", [DIVERGED, ProbeSummary("lr", "headroom", (0.01,))])
def test_divergence_at_high_rates_asks_for_a_lower_rate(left):
    found = steps(check("b", "blocker", "fail"), rates=RATES, left=left)
    step = found["LOWER_LEARNING_RATE"]
    assert step.check == "b"
    assert step.values == {"factor": 1.0, "lr": 0.05}
    assert "INVESTIGATE_CHECK" not in found


def test_a_lower_rate_is_no_remedy_for_other_checks():
    found = steps(check("b", "blocker", "fail"), rates=RATES)
    assert "LOWER_LEARNING_RATE" not in found
    assert found["INVESTIGATE_CHECK"].check == "b"


def test_a_passing_check_asks_for_no_lower_rate():
    assert "LOWER_LEARNING_RATE" not in steps(BLOCKER, rates=RATES, left=DIVERGED)


@pytest.mark.parametrize(
    "rates", [{0.5: ("diverged",), 1.0: ("ok",)}, {1.0: ("ok",), 2.0: ("ok",)}]
)
def test_without_a_stable_factor_below_a_broken_one_no_rate_is_named(rates):
    found = steps(check("b", "blocker", "fail"), rates=rates, left=DIVERGED)
    assert "LOWER_LEARNING_RATE" not in found
    assert "INVESTIGATE_CHECK" in found


def test_a_training_that_failed_asks_for_no_lower_rate():
    """A device that broke at x1.4 says nothing of the learning rate."""
    rates = {0.5: ("ok",), 1.0: ("ok",), 1.4: ("failed",)}
    found = steps(check("b", "blocker", "fail"), rates=rates, left=DIVERGED)
    assert "LOWER_LEARNING_RATE" not in found
    assert found["MEND_FAILED_TRIALS"].values["count"] == 1


def test_an_open_check_asks_for_the_trials_that_would_settle_it():
    found = steps(check("b", "blocker", "inconclusive", needs=10))
    assert found["MORE_TRIALS"].values == {"probe": "seeds", "trials": 10, "seconds": 30.0}
    assert "INVESTIGATE_CHECK" not in found


def test_an_open_check_without_a_number_of_trials_is_to_be_narrowed():
    assert steps(check("b", "blocker", "inconclusive"))["NARROW_CHECK"].check == "b"


def test_where_most_trainings_diverge_there_is_one_thing_to_do():
    surroundings = circumstances(seeds=("diverged", "diverged", "ok"))
    checks = [check("b", "blocker", "fail"), check("m", "major", "error")]
    _, verdict = decide(checks, [], surroundings)
    (step,) = verdict.next_steps
    assert step.code == "STOP_DIVERGENCE"
    assert step.values == {"diverged": 2, "trials": 3, "step": 0, "lr": 0.05}


def test_a_single_divergence_leaves_the_other_advice():
    surroundings = circumstances(seeds=("diverged", "ok", "ok"))
    _, verdict = decide([check("b", "blocker", "fail")], [], surroundings)
    assert [step.code for step in verdict.next_steps] == ["INVESTIGATE_CHECK"]


def test_failed_and_late_trials_are_counted_and_the_commonest_message_given():
    found = steps(
        check("b", "blocker", "error", error="NO_VALUES"), seeds=("failed", "failed", "timeout")
    )
    assert found["MEND_FAILED_TRIALS"].values == {"count": 2, "message": "what stopped failed"}
    assert found["RAISE_TIMEOUT"].values == {"count": 1}
    assert "INVESTIGATE_CHECK" not in found


def test_a_check_without_its_trials_asks_only_to_resume():
    found = steps(check("b", "blocker", "error", error="TRIALS_MISSING"), seeds=("ok", None))
    assert set(found) == {"RESUME_RUN"}


def test_an_undefined_check_is_to_be_investigated():
    found = steps(check("b", "blocker", "error", error="UNDEFINED"))
    assert found["INVESTIGATE_CHECK"].check == "b"


def test_two_open_checks_on_one_probe_ask_for_its_trials_once():
    checks = [
        check("few", "major", "inconclusive", needs=3),
        check("many", "blocker", "inconclusive", needs=10),
        check("some", "blocker", "inconclusive", needs=5),
    ]
    _, verdict = decide(checks, [], circumstances())
    (step,) = [one for one in verdict.next_steps if one.code == "MORE_TRIALS"]
    assert (step.check, step.values["trials"]) == ("many", 10)
    assert not {"NARROW_CHECK", "INVESTIGATE_CHECK"} & {one.code for one in verdict.next_steps}


def test_what_blocks_is_looked_into_first_wherever_it_stands_in_the_checklist():
    checks = [
        check("minor", "minor", "fail"),
        check("undecided", "major", "inconclusive"),
        check("failing", "major", "fail"),
        check("blocker", "blocker", "fail"),
    ]
    _, verdict = decide(checks, [], circumstances())
    assert [step.check for step in verdict.next_steps] == [
        "blocker",
        "failing",
        "undecided",
        "minor",
    ]
