"""What a waiver covers, until when, and who reviews it."""

from __future__ import annotations

import datetime

import pytest

from stablecheck.verdict import apply_waivers, decide
from tests.verdict.made_up import TODAY, check, circumstances, waiver


def test_a_waiver_counts_through_its_last_day():
    failing = check("b", "blocker", "fail")
    (waived,) = apply_waivers([failing], [waiver("b")], TODAY)
    assert (waived.outcome, waived.waived_from) == ("waived", "fail")
    late = apply_waivers([failing], [waiver("b")], TODAY + datetime.timedelta(days=1))
    assert late == (failing,)


@pytest.mark.parametrize("outcome", ["pass", "inconclusive", "error"])
def test_a_waiver_covers_a_failure_alone(outcome):
    one = check("b", "blocker", outcome)
    assert apply_waivers([one], [waiver("b")], TODAY) == (one,)


def test_a_waiver_of_another_check_changes_nothing():
    one = check("b", "blocker", "fail")
    assert apply_waivers([one], [waiver("other")], TODAY) == (one,)


def test_a_waived_check_is_to_be_reviewed_by_its_owner():
    waivers = [
        waiver("b", TODAY - datetime.timedelta(days=9), "former.owner"),
        waiver("b", TODAY + datetime.timedelta(days=9)),
    ]
    (waived,), verdict = decide([check("b", "blocker", "fail")], waivers, circumstances())
    assert waived.outcome == "waived"
    assert verdict.decision == "CONDITIONAL_GO"
    assert [step.code for step in verdict.next_steps] == ["REVIEW_WAIVER", "DEPLOY"]
    assert verdict.next_steps[0].values == {"owner": "j.doe", "expires": "2026-12-03"}
