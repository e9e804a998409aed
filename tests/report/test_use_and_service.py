"""Findings, rollout, monitoring, validity and the comparison with the incumbent."""

from __future__ import annotations

import datetime

import pytest

from stablecheck.report.numbers import NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.findings import findings
from stablecheck.report.view.incumbent import against_incumbent
from stablecheck.report.view.meeting import meeting
from stablecheck.report.view.monitoring import declared_watches, suggested_watches
from stablecheck.report.view.page_one import page_one
from stablecheck.report.view.reasons import rests_on
from stablecheck.report.view.rollout import rollout_plan
from stablecheck.report.view.steps import conditions
from stablecheck.report.view.validity import holds_until, triggers
from tests.report.made_up.checklists import checklist_of, waived_checklist
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario


def _run(**sections):
    return finished(Scenario(checklist=checklist_of(**sections)))


def test_findings_are_all_that_does_not_pass_and_nothing_else(any_run):
    found = [one.check for one in findings(context_of(any_run)) if one.check]
    expected = [
        check.id
        for check in any_run.result.checks
        if check.outcome != "pass" and check.severity != "off"
    ]
    assert sorted(found) == sorted(expected)


def test_gaps_of_the_whole_run_are_findings_too(run_of):
    (gap, *_) = [one for one in findings(context_of(run_of("incomplete"))) if not one.check]
    assert gap.line.detail == "9 of 49 planned trainings did not run."


def test_a_finding_names_the_owner_and_the_day_that_the_checklist_gives(run_of):
    """The run ended on 23 November 2026, and the check is to be settled within 14 days."""
    (finding,) = findings(context_of(run_of("conditional")))
    assert (finding.owner, finding.due) == ("training-platform", "7 December 2026")


def test_a_waived_finding_names_who_accepts_it_and_until_when(run_of):
    (finding,) = findings(context_of(run_of("waived")))
    assert (finding.owner, finding.due) == ("j.doe", "31 March 2027")


def test_a_finding_without_an_owner_of_its_own_falls_to_the_owner_of_the_checklist(run_of):
    (finding,) = findings(context_of(run_of("inconclusive")))
    assert (finding.owner, finding.due) == ("ml-platform@example.com", "")


@pytest.fixture(scope="module")
def two_majors_open():
    """An undecided major check stands before one that fails and that names no owner of its own."""
    checks = checklist_of()["checks"]
    headroom = {**checks[2], "require": "lr.headroom(0.001) >= 1.4"}
    median = {
        "id": "median",
        "require": "median(seeds.score) >= 0.999",
        "severity": "major",
        "because": "Sales promised it.",
        "settle_within": "10d",
    }
    waiver = {"check": "lr-headroom", "owner": "j.doe", "reason": "Ours.", "expires": "2027-03-31"}
    return context_of(_run(checks=[*checks[:2], headroom, median], waivers=[waiver]))


def test_a_condition_names_owner_and_day_and_what_fails_stands_first(two_majors_open):
    """The run ended on 23 November 2026; a waiver covers a failure alone."""
    first, second = (text.replace(NBSP, " ") for text in conditions(two_majors_open))
    assert first == (
        "Settle or accept median, which fails (owner ml-platform@example.com, by 3 December 2026): "
        "median accuracy, at least 0.999."
    )
    assert second.startswith(
        "Settle or accept lr-headroom, which is undecided (owner training-platform, "
        "by 7 December 2026; the waiver by j.doe covers a failure alone): learning rate"
    )


def test_sentence_and_meeting_name_the_check_that_fails_before_an_undecided_one(two_majors_open):
    said = (rests_on(two_majors_open), meeting(two_majors_open)[-1])
    assert all("first of all: median accuracy" in text for text in said)


def test_a_condition_asks_for_the_owner_and_the_day_that_are_not_declared():
    document = checklist_of(checks=[*checklist_of()["checks"][:2]])
    document["checks"].append(
        {"id": "m", "require": "median(seeds.score) >= 0.999", "severity": "major", "because": "x"}
    )
    del document["owner"]
    (condition,) = conditions(context_of(finished(Scenario(checklist=document))))
    assert condition.startswith("Settle or accept m, which fails (owner and date to be named): ")


def test_a_go_holds_for_the_time_that_the_checklist_gives():
    run = _run(report={"valid_for": "30d"})
    assert holds_until(context_of(run)) == datetime.date(2026, 12, 23)


def test_a_go_holds_a_quarter_unless_the_checklist_says_otherwise(run_of):
    assert holds_until(context_of(run_of("go"))) == datetime.date(2027, 2, 21)


def test_a_waiver_that_ends_earlier_ends_the_verdict():
    text = waived_checklist()
    text["waivers"][0]["expires"] = "2026-12-01"
    run = finished(Scenario(checklist=text, edge=1.05))
    assert holds_until(context_of(run)) == datetime.date(2026, 12, 1)


@pytest.mark.parametrize("name", ["no_go", "inconclusive", "incomplete"])
def test_a_verdict_that_clears_nothing_holds_until_no_day(run_of, name):
    context = context_of(run_of(name))
    assert holds_until(context) is None
    assert ("Cleared for rollout", "no") in [
        (fact.label, fact.value) for fact in page_one(context).facts
    ]


def test_what_calls_for_a_new_run_is_on_page_one(run_of):
    context = context_of(run_of("go"))
    assert triggers(context)[1:] == ("a new season of customer data",)
    assert "a new season of customer data" in page_one(context).retest


def test_stages_begin_one_hold_after_another_and_fall_back_to_the_one_before(run_of):
    plan = rollout_plan(context_of(run_of("go")))
    rows = [tuple(text.replace(NBSP, " ") for text in vars(one).values()) for one in plan.stages]
    assert [(share, back) for share, _, back in rows] == [
        ("1 %", "withdraw the candidate"),
        ("5 %", "back to 1 %"),
        ("25 %", "back to 5 %"),
        ("100 %", "back to 25 %"),
    ]
    assert [begins for _, begins, _ in rows[1:]] == [
        "after 2 d at the earliest",
        "after 4 d at the earliest",
        "after 6 d at the earliest",
    ]


def test_a_checklist_without_stages_has_no_plan():
    text = checklist_of()
    del text["rollout"]
    assert rollout_plan(context_of(finished(Scenario(checklist=text)))) is None


def test_declared_watches_are_shown_as_declared(run_of):
    (watch,) = declared_watches(context_of(run_of("go")))
    assert (watch.alarm, watch.owner) == ("below 31 % in any week", "retention team")


def test_suggested_alarms_rest_on_the_bounds_that_were_proven(run_of):
    """Two of two diverge with a chance of 0.193² = 3.8 % where the share is the highest left."""
    run = run_of("go")
    checks = {check.id: check for check in run.result.checks}
    alarms = [watch.alarm for watch in suggested_watches(context_of(run))]
    assert alarms[0] == f"below {checks['reproducible'].low:.3f}"
    assert checks["no-divergence"].high ** 2 < 0.05 < checks["no-divergence"].high
    assert alarms[1] == "2 in a row"
    assert checks["lr-headroom"].low == pytest.approx(1 / 0.7)
    assert alarms[2] == "outside 0.035 to 0.0714"


def test_one_low_score_is_repeated_before_it_counts(run_of):
    """A tenth of good retrainings may lie below what nine tenths clear."""
    watch = suggested_watches(context_of(run_of("go")))[0]
    assert "up to 10 % of retrainings may fall below" in watch.action.replace(NBSP, " ")
    assert "or one misses 0.95, release none" in watch.action.replace(NBSP, " ")


def test_as_many_divergences_in_a_row_are_an_alarm_as_chance_rarely_gives():
    """59 of 59 leave 4.95 %, so one is an alarm; 5 of 5 leave 45.1 %, and 0.451^4 = 4.1 %."""
    alarms = []
    for seeds, limit in ((59, 0.05), (5, 0.5)):
        run = _run(
            probes={"seeds": {"kind": "init_seeds", "seeds": seeds}},
            checks=[{"id": "stable", "require": f"share(seeds.diverged) <= {limit}"}],
        )
        alarms += [watch.alarm for watch in suggested_watches(context_of(run))]
    assert alarms == ["one that diverges", "4 in a row"]


def test_a_learning_rate_that_was_only_raised_is_watched_from_itself_upwards():
    run = _run(
        probes={"lr": {"kind": "lr_jitter", "factors": [1, 1.4, 2], "seeds": 5}},
        checks=[{"id": "headroom", "require": "lr.headroom(0.02) >= 1.4"}],
    )
    assert run.result.checks[0].low == 2
    (watch,) = suggested_watches(context_of(run))
    assert watch.alarm == "outside 0.05 to 0.1"


def test_trainings_that_are_varied_on_purpose_suggest_no_alarm():
    run = _run(
        checks=[
            {"id": "stable", "require": "share(all.diverged) <= 0.2"},
            {"id": "rates", "require": "tolerance(lr.score, 0.9) >= 0.5"},
        ]
    )
    assert {check.outcome for check in run.result.checks} == {"pass"}
    assert suggested_watches(context_of(run)) == ()


def test_nothing_is_suggested_from_a_check_that_does_not_pass(run_of):
    run = run_of("inconclusive")
    assert run.result.checks[0].outcome == "inconclusive"
    assert not any("below" in watch.alarm for watch in suggested_watches(context_of(run)))


def test_what_differs_from_the_incumbent_is_listed_with_both_values(run_of):
    run = run_of("comparisons")
    view = against_incumbent(context_of(run))
    declared = run.checklist.incumbent.model_dump(mode="json", exclude_defaults=True)
    assert {row.setting.partition(".")[0] for row in view.differences} == set(declared)
    assert all(row.candidate != row.incumbent for row in view.differences)
    assert view.found[0].startswith(
        "Against the incumbent at the same seeds, we estimate a mean gain in accuracy of"
    )


def test_without_an_incumbent_nothing_is_compared(run_of):
    assert against_incumbent(context_of(run_of("go"))) is None
