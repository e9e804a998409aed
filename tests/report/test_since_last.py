"""What changed since the last run, as the report tells it."""

from __future__ import annotations

from stablecheck.report.numbers import MINUS, NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.since_last import MOST_INPUTS, since_last
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished, following
from tests.report.made_up.trainings import Scenario


def _said(run) -> str:
    return " ".join(since_last(context_of(run)).said).replace(NBSP, " ")


def test_the_first_run_of_a_checklist_is_compared_with_nothing(run_of):
    assert since_last(context_of(run_of("go"))) is None


def test_the_verdicts_of_both_runs_are_told_with_the_date_of_the_last(run_of):
    run = run_of("follow_up")
    assert run.result.verdict.decision == "CONDITIONAL_GO"
    assert (
        "The last run of this checklist, 1.2.0, ended on 1 November 2026 with GO. "
        "Now it is CONDITIONAL GO, which is farther from a GO."
    ) in _said(run)


def test_an_edited_check_is_also_decided_by_the_earlier_requirement(run_of):
    run = run_of("follow_up")
    (change,) = [c for c in run.result.run.previous.changes.checks if c.id == "lr-headroom"]
    (row,) = [r for r in since_last(context_of(run)).came_out if r.what == "lr-headroom"]
    assert row.before.startswith("passes, ×")
    assert row.after.startswith("fails, ×")
    words = {"pass": "passes", "fail": "fails", "inconclusive": "undecided"}
    assert f"By the earlier requirement: {words[change.by_old_check]}." in row.remark


def test_what_went_in_is_listed_with_both_values(run_of):
    rows = {
        row.what: (row.before, row.after)
        for row in since_last(context_of(run_of("follow_up"))).went_in
    }
    assert rows["version"] == ("1.2.0", "1.3.0")
    assert rows["Code, SHA-256"] == ("41b7a6c2d9e8", "9f9f9f9f9f9f")
    assert rows["torch"] == ("2.13.0", "2.14.0")
    assert rows["checks.lr-headroom.require"] == (
        "lr.headroom(0.01) >= 1.4",
        "lr.headroom(0.01) >= 2",
    )


def test_the_gain_in_score_is_that_of_the_pairs(run_of):
    run = run_of("follow_up")
    score = run.result.run.previous.changes.score
    assert score.direction == "worse"
    assert f"went from {score.before:.3f} to {score.after:.3f}" in _said(run)


def test_a_run_that_repeats_the_last_one_is_no_new_evidence():
    run = finished(Scenario())
    said = _said(following(run, run))
    assert "Nothing that is recorded of what goes into a run differs" in said
    assert "The trainings that both runs have (49) came out alike to the last digit" in said


def test_what_does_not_fit_is_counted():
    args = {f"width{n}": n for n in range(MOST_INPUTS + 5)}
    text = checklist_of()
    text["candidate"] = text["candidate"] | {"model_args": args}
    view = since_last(
        context_of(following(finished(Scenario(checklist=text)), finished(Scenario())))
    )
    assert len(view.went_in) == MOST_INPUTS
    assert view.more_in == "and 5 more"


def test_a_score_where_less_is_better_has_a_negative_gain_when_it_rises():
    text = checklist_of(probes={"seeds": {"kind": "init_seeds", "seeds": 14}})
    text["checks"] = text["checks"][:2]
    score = {"callable": "examples/churn/model.py:error", "higher_is_better": False}
    text["candidate"] = text["candidate"] | {"score": score}
    low, high = (finished(Scenario(checklist=text, score=mean)) for mean in (0.10, 0.12))
    assert f"with the same seed: a gain of {MINUS}0.02" in _said(following(high, low))
    assert "with the same seed: a gain of +0.02" in _said(following(low, high))


def test_trainings_without_a_score_are_named_beside_means_that_leave_them_out():
    lost = finished(Scenario(status=lambda spec: "diverged" if spec.seed == 3 else "ok"))
    said = _said(following(finished(Scenario(score=0.97)), lost))
    assert "Trainings without a score, 1 in the last run and 0 in this one, are in neither" in said
