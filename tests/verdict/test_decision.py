"""The decision: what one check, the run around it and the kind of evidence make of it."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import ProbeSummary, Quantity, Share, Statistic
from stablecheck.verdict import decide
from tests.verdict.made_up import BLOCKER, RATES, check, circumstances, decision, settled, waiver


@pytest.mark.parametrize(
    ("severity", "outcome", "expected"),
    [
        ("blocker", "pass", "GO"),
        ("blocker", "fail", "NO_GO"),
        ("blocker", "inconclusive", "INCONCLUSIVE"),
        ("blocker", "error", "INCONCLUSIVE"),
        ("blocker", "waived", "CONDITIONAL_GO"),
        ("major", "pass", "GO"),
        ("major", "fail", "CONDITIONAL_GO"),
        ("major", "inconclusive", "CONDITIONAL_GO"),
        ("major", "error", "CONDITIONAL_GO"),
        ("major", "waived", "CONDITIONAL_GO"),
        ("minor", "fail", "GO"),
        ("minor", "error", "GO"),
        ("minor", "waived", "CONDITIONAL_GO"),
    ],
)
def test_one_check_beside_a_passing_blocker_decides_as_the_contract_says(
    severity, outcome, expected
):
    waivers = [waiver("c")] if outcome == "waived" else []
    given = check("c", severity, "fail" if outcome == "waived" else outcome)
    assert decision(BLOCKER, given, waivers=waivers) == expected


def test_a_failing_blocker_outweighs_an_inconclusive_one():
    failing, unknown = check("a", "blocker", "fail"), check("c", "blocker", "error")
    assert decision(failing, unknown) == decision(unknown, failing) == "NO_GO"


@pytest.mark.parametrize("checks", [(), (check("m", "major", "pass"), check("n", "minor", "pass"))])
def test_a_checklist_without_a_blocker_earns_no_go(checks):
    verdict = settled(checks)
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "NO_OUTCOME_BLOCKER"
    assert "ADD_BLOCKER" in [step.code for step in verdict.next_steps]


def test_a_run_with_missing_trials_earns_no_go():
    verdict = settled([BLOCKER], seeds=("ok", "ok", None))
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "RUN_INCOMPLETE"
    assert verdict.reasons[0].values == {"missing": 1, "planned": 3}
    assert verdict.next_steps[0].code == "RESUME_RUN"
    assert verdict.next_steps[0].values == {"missing": 1}


def test_a_run_in_which_nothing_began_is_incomplete_and_not_called_failed():
    verdict = settled([BLOCKER], seeds=(None, None))
    assert verdict.decision == "INCONCLUSIVE"
    codes = [reason.code for reason in verdict.reasons]
    assert codes[0] == "RUN_INCOMPLETE"
    assert "NO_TRIAL_SUCCEEDED" not in codes


@pytest.mark.parametrize("statuses", [("diverged", "failed"), ("timeout",), ("failed", None), ()])
def test_a_run_in_which_no_trial_succeeded_earns_no_go(statuses):
    verdict = settled([BLOCKER], seeds=statuses)
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "NO_TRIAL_SUCCEEDED"


def test_a_failing_blocker_is_a_no_go_even_where_the_run_is_incomplete():
    verdict = settled([check("b", "blocker", "fail")], seeds=("ok", None))
    assert verdict.decision == "NO_GO"
    assert [reason.code for reason in verdict.reasons] == ["CHECK_FAILS", "RUN_INCOMPLETE"]


def test_the_same_inputs_give_the_same_verdict():
    checks = [BLOCKER, check("m", "major", "inconclusive", needs=3)]
    assert settled(checks, rates=RATES) == settled(checks, rates=RATES)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (Statistic("median", Quantity("seeds", "path.positive_share")), "INCONCLUSIVE"),
        (Share(Quantity("seeds", "path.heldout.alignment"), ">", 0.0), "INCONCLUSIVE"),
        (Statistic("count", Quantity("seeds", "score")), "INCONCLUSIVE"),
        (Statistic("mean", Quantity("seeds", "seconds")), "INCONCLUSIVE"),
        (Statistic("mean", Quantity("seeds", "score")), "GO"),
        (Share(Quantity("seeds", "loss_ratio"), "<=", 0.9), "GO"),
        (Share(Quantity("all", "diverged")), "GO"),
    ],
)
def test_geometry_alone_never_earns_a_go(left, expected):
    """A run that never learns has the best geometry of all."""
    blocker = check("b", "blocker", "pass")
    assert decide([blocker], [], circumstances(left=left))[1].decision == expected


def test_sizes_known_without_training_earn_no_go():
    left = ProbeSummary("data", "n_per_dimension")
    blocker = check("b", "blocker", "pass", method="exact")
    assert decide([blocker], [], circumstances(left=left))[1].decision == "INCONCLUSIVE"
