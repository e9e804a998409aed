"""What the report says is what the result holds."""

from __future__ import annotations

import re

import pytest

from stablecheck.report.numbers import MINUS, NBSP, above, below
from stablecheck.report.view import build_view
from stablecheck.report.view.compared import differences_text
from stablecheck.report.view.context import context_of
from stablecheck.report.view.page_one import MOST_CHECKS, page_one
from stablecheck.report.view.reasons import line_of, rests_on
from stablecheck.report.view.steps import step_of
from stablecheck.report.view.strip import WIDTH, strip_of
from stablecheck.report.view.values import level, values_of, with_bounds
from stablecheck.result import NextStep


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("go", "GO"),
        ("conditional", "CONDITIONAL_GO"),
        ("waived", "CONDITIONAL_GO"),
        ("no_go", "NO_GO"),
        ("inconclusive", "INCONCLUSIVE"),
        ("incomplete", "INCONCLUSIVE"),
        ("one", "INCONCLUSIVE"),
        ("all_failed", "INCONCLUSIVE"),
    ],
)
def test_the_verdict_is_the_one_in_the_result(run_of, name, decision):
    run = run_of(name)
    assert run.result.verdict.decision == decision
    assert page_one(context_of(run)).decision == decision


def test_every_check_is_shown_once_with_its_own_outcome(any_run):
    view = build_view(any_run)
    shown = {row.id: row.outcome for group in view.check_groups for row in group.rows}
    assert shown == {check.id: check.outcome for check in any_run.result.checks}


def test_page_one_shows_what_does_not_pass_before_what_does(any_run):
    outcomes = [row.outcome == "pass" for row in page_one(context_of(any_run)).checks]
    assert outcomes == sorted(outcomes)


def test_page_one_keeps_its_limits_and_says_what_is_left_out(run_of):
    page = page_one(context_of(run_of("many")))
    left_out = len(run_of("many").result.checks) - MOST_CHECKS
    assert len(page.checks) == MOST_CHECKS
    assert page.more_checks == f"and {left_out} more checks, listed under Checks"


def test_sentences_about_bounds_are_true_of_the_numbers(any_run):
    """Each sentence names the bound that decided, and it lies on the side that it says."""
    context = context_of(any_run)
    for reason in any_run.result.verdict.reasons:
        detail = line_of(reason, context).detail
        check = context.check(reason.check) if reason.check else None
        if "even the upper bound" in detail:
            assert check.operator in (">", ">=")
            assert check.high < check.threshold
        if "even the lower bound" in detail:
            assert check.operator in ("<", "<=")
            assert check.low > check.threshold
        if "; the lower bound" in detail:
            assert check.low >= check.threshold
        if "; the upper bound" in detail:
            assert check.high <= check.threshold


def test_no_sentence_has_a_hole(any_run):
    page = page_one(context_of(any_run))
    texts = [page.rests_on, *page.meeting, *(step.text for step in page.steps)]
    assert all(text and "None" not in text and "nan" not in text for text in texts)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("go", "Every blocking and every major requirement holds."),
        ("all_failed", "No training ended well, so the recipe could not be judged."),
        ("incomplete", "9 of 49 planned trainings did not run, so the run decides nothing yet."),
        (
            "no_go",
            "1 of 2 blocking requirements fails: "
            "share of trainings that diverged, at most 0.06 (all probes).",
        ),
        (
            "inconclusive",
            "No blocking requirement fails, but 1 of 2 could not be decided: "
            "at least 90 % of future trainings reach accuracy 0.95.",
        ),
    ],
)
def test_one_sentence_says_what_the_verdict_rests_on(run_of, name, sentence):
    assert rests_on(context_of(run_of(name))).replace(NBSP, " ") == sentence


def test_a_waiver_is_a_condition_with_owner_reason_and_last_day(run_of):
    page = page_one(context_of(run_of("waived")))
    assert page.conditions == (
        "lr-headroom is waived by j.doe until 31 March 2027: "
        "The learning rate is fixed by the vendor's training service",
    )


def test_further_trainings_carry_their_cost(run_of):
    steps = page_one(context_of(run_of("inconclusive"))).steps
    (more,) = re.findall(r"Add about (\d+) trainings to probe seeds", steps[0].text)
    assert steps[0].cost.startswith(f"{more} trainings, about ")


def test_an_arm_that_does_better_is_named_without_false_precision(run_of):
    values = {"probe": "opt", "arm": "adam", "gain": 0.0123456789, "low": 0.00214159}
    step = step_of(NextStep(code="TRY_ARM", values=values), context_of(run_of("go")))
    assert step.text.startswith("Arm adam of probe opt")
    assert "by at least 0.002142 (0.01235 in these trainings)" in step.text


def test_a_strip_keeps_its_marks_inside_and_in_order(any_run):
    for check in any_run.result.checks:
        strip = strip_of(check, "")
        marks = [m for m in (strip.low, strip.estimate, strip.high) if m is not None]
        assert marks == sorted(marks)
        assert all(0 <= mark <= WIDTH for mark in (*marks, strip.limit))
        if check.low is not None and check.low > check.threshold:
            assert strip.low > strip.limit


def test_a_side_without_a_bound_is_open(run_of):
    check = next(c for c in run_of("one").result.checks if c.id == "reproducible")
    strip = strip_of(check, "")
    assert strip.low_open
    assert strip.high_open
    assert values_of(check).interval == ""


def test_a_value_just_below_the_limit_is_not_shown_as_the_limit(run_of):
    check = (
        run_of("go")
        .result.checks[0]
        .model_copy(
            update={"high": 1.9999999999999998, "low": 1.0, "estimate": 1.2, "threshold": 2.0}
        )
    )
    assert values_of(check).high == f"<{NBSP}2.00"


def test_a_whole_number_is_not_confused_with_a_limit_that_rounds_to_it(run_of):
    check = (
        run_of("go")
        .result.checks[2]
        .model_copy(update={"high": None, "low": 1.0, "estimate": 1.0, "threshold": 1.4})
    )
    values = values_of(check)
    assert (values.estimate, values.interval) == ("1.0", f"≥{NBSP}1.0")


def test_bounds_are_rounded_outwards_and_a_counted_number_to_the_nearest(run_of):
    """14 of 14 prove a share of 0.8074, which is less than the 0.81 that it would round to."""
    check = (
        run_of("go")
        .result.checks[0]
        .model_copy(
            update={"low": 0.05 ** (1 / 14), "high": 0.9912, "estimate": 0.95, "threshold": 0.5}
        )
    )
    assert values_of(check).interval == "0.80–1.00"
    counted = check.model_copy(update=dict.fromkeys(("low", "high", "estimate"), 0.8074))
    assert (values_of(counted).estimate, values_of(counted).interval) == ("0.81", "")
    assert with_bounds(0.95, 0.8074, 0.9912) == "0.95 (0.80–1.00)"
    assert differences_text(0.1, -0.2, 0.301) == ("+0.10", f"{MINUS}0.20", "+0.31")


@pytest.mark.parametrize("value", [0.95, 0.29, 0.1 + 0.2 - 0.01])
def test_rounding_outwards_does_not_add_a_step_for_the_noise_of_floating_point(value):
    assert below(value, 2) == above(value, 2) == round(value, 2)


def test_a_level_of_confidence_is_never_told_as_certainty():
    assert level(0.999975) == f"99.99{NBSP}%"
    assert level(1 - 0.05 / 3) == f"98.33{NBSP}%"


def test_the_view_of_a_run_without_heldout_batches_says_nothing_of_them(run_of):
    figures = {figure.id: figure for figure in build_view(run_of("no_heldout")).figures}
    assert "held-out batches" not in figures["path"].caption


def test_a_run_in_which_nothing_finished_has_no_figures_and_lists_what_failed(run_of):
    view = build_view(run_of("all_failed"))
    assert view.figures == ()
    assert len(view.environment.failed) + int(view.environment.more_failed.split()[0]) == 49


def test_no_divergence_is_told_with_the_rate_that_could_have_hidden(run_of):
    """None of 14 retrainings leaves up to 1 - 0.05^(1/14) = 19.26 %, rounded up, at 95 %."""
    limits = " ".join(entry["text"] for entry in build_view(run_of("go")).explanations.limits)
    assert f"up to 19.3{NBSP}%" in limits
