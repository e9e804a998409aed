"""What a manager is told to say is true of this run's numbers."""

from __future__ import annotations

import re

import pytest

from stablecheck.report.numbers import MINUS, NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.incumbent import against_incumbent
from stablecheck.report.view.meeting import meeting
from stablecheck.report.view.reasons import gap
from stablecheck.report.view.spoken import spoken
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario, at_factor
from tests.report.made_up.wide_checklists import comparisons_checklist

THIN = "\N{NARROW NO-BREAK SPACE}"
SEEDS = {"seeds": {"kind": "init_seeds", "seeds": 14}}
ERROR = {"score": {"callable": "examples/churn/model.py:error", "higher_is_better": False}}


def _said(run) -> tuple[str, ...]:
    return tuple(text.replace(NBSP, " ").replace(THIN, " ") for text in meeting(context_of(run)))


def test_the_incumbent_comes_before_a_minor_check_that_fails(run_of):
    run = run_of("comparisons")
    assert any(c.severity == "minor" and c.outcome == "fail" for c in run.result.checks)
    assert _said(run)[1].startswith(
        "Against the incumbent at the same seeds, we estimate a mean gain in accuracy of"
    )


def test_there_are_three_sentences_each_without_a_hole(any_run):
    said = _said(any_run)
    assert len(said) == (3 if len(any_run.result.checks) > 1 else 2)
    assert all(text.endswith(".") and "None" not in text and "nan" not in text for text in said)


def test_retrainings_that_reached_the_target_are_counted(any_run):
    """The number in the sentence is that of the scores in the trial files."""
    seeds = any_run.result.probes.get("seeds")
    if seeds is None:
        return
    ids = {trial for arm in seeds.arms for trial in arm.trials}
    trials = [any_run.trials[id_] for id_ in ids if id_ in any_run.trials]
    for text in _said(any_run):
        match = re.match(
            r"(\d+) of (\d+) retrainings(?: \([^)]+\))? reached accuracy (0\.\d+) ", text
        )
        if match:
            limit = float(match[3])
            reached = sum(t.status == "ok" and t.score >= limit for t in trials)
            assert (int(match[1]), int(match[2])) == (reached, len(trials))


@pytest.mark.parametrize(
    ("name", "first"),
    [
        (
            "go",
            "14 of 14 retrainings reached accuracy 0.95 on the held-out data; "
            "at least 90 % of future ones will, at 95 % confidence.",
        ),
        (
            "no_go",
            "10 of 49 trainings of all probes diverged; the share in future ones is at least 0.10 "
            "at 97.5 % confidence, more than the 0.06 that we accept.",
        ),
        (
            "inconclusive",
            "14 of 14 retrainings reached accuracy 0.95 on the held-out data; "
            "that does not yet show that 90 % of future ones will.",
        ),
    ],
)
def test_the_first_sentence_is_about_what_decides(run_of, name, first):
    assert _said(run_of(name))[0] == first


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (
            "go",
            "We can begin with 1 % of the traffic and be at 100 % in 6 d at the earliest, "
            "if every stage holds.",
        ),
        (
            "conditional",
            "Before we go ahead, one requirement that does not pass has to be settled or accepted: "
            "learning rate may be off by a factor of at least 1.4 at a cost of 0.01 in accuracy.",
        ),
        (
            "waived",
            "We can go ahead on one waiver, which says who accepts the failure and until when.",
        ),
        (
            "incomplete",
            "We do not know yet; the run still lacks 9 trainings, about 6 min of computing.",
        ),
    ],
)
def test_the_last_sentence_says_what_follows(run_of, name, last):
    assert _said(run_of(name))[-1] == last


def test_a_run_that_lacks_trainings_says_so_first(run_of):
    assert _said(run_of("incomplete"))[0] == (
        "9 of 49 planned trainings did not run, so the run decides nothing yet."
    )


def test_the_first_two_sentences_are_about_two_findings(any_run):
    context = context_of(any_run)
    about = {gap(context), *(spoken(check, context) for check in any_run.result.checks)}
    said = meeting(context)[:-1]
    assert len(set(said)) == len(said)
    assert set(said) <= about


def test_a_score_where_smaller_is_better_is_spoken_of_with_its_own_limit():
    text = checklist_of(
        probes={"seeds": {"kind": "init_seeds", "seeds": 14}},
        checks=[{"id": "loss", "require": "tolerance(seeds.loss, 0.9) <= 0.5"}],
    )
    run = finished(Scenario(checklist=text))
    within = sum(trial.loss is not None and trial.loss <= 0.5 for trial in run.trials.values())
    assert _said(run)[0].startswith(
        f"In {within} of 14 retrainings, held-out loss was at most 0.5; "
    )


def test_what_two_checks_found_alike_is_said_once():
    """A margin and an improvement are two limits on one difference."""
    document = comparisons_checklist()
    better = {"id": "better", "require": "incumbent.difference > -0.1", "severity": "blocker"}
    document["checks"] = [check for check in document["checks"] if check["id"] == "as-good"]
    document["checks"][0]["require"] = "incumbent.difference >= -0.2"
    run = finished(Scenario(checklist=document | {"checks": [*document["checks"], better]}))
    assert {check.outcome for check in run.result.checks} == {"pass"}
    difference, last = _said(run)
    assert difference.startswith("Against the incumbent")
    assert not last.startswith("Against the incumbent")
    assert len(against_incumbent(context_of(run)).found) == 1


def test_a_share_is_told_as_a_count_and_its_bound():
    text = checklist_of(
        probes={"seeds": {"kind": "init_seeds", "seeds": 14}},
        checks=[{"id": "reached", "require": "share(seeds.score >= 0.95) >= 0.8"}],
    )
    run = finished(Scenario(checklist=text))
    (check,) = run.result.checks
    assert check.low == pytest.approx(0.05 ** (1 / 14))
    assert _said(run)[0] == (
        "14 of 14 retrainings had accuracy ≥ 0.95; the share in future ones is at least 0.807, "
        "at 95 % confidence."
    )


def _of(require: str, candidate=None, **scenario):
    """What is said of one check, and the check."""
    text = checklist_of(
        probes=scenario.pop("probes", checklist_of()["probes"]),
        checks=[{"id": "asked", "require": require, "severity": "blocker"}],
    )
    text["candidate"] = text["candidate"] | (candidate or {})
    run = finished(Scenario(checklist=text, **scenario))
    (check,) = run.result.checks
    return spoken(check, context_of(run)).replace(NBSP, " "), check


def _half(status: str):
    return lambda spec: status if spec.seed % 2 else "ok"


def test_trainings_of_unknown_outcome_are_counted_as_the_evidence_counts_them():
    """Seven failed: none is known to have diverged, and all seven count against the limit."""
    said, check = _of("share(seeds.diverged) <= 0.2", probes=SEEDS, status=_half("failed"))
    assert (check.outcome, check.estimate) == ("fail", 0.5)
    assert said == (
        "7 of 14 retrainings (7 failed) diverged or ended without a value; the share in future "
        "ones is at least 0.26 at 95 % confidence, more than the 0.2 that we accept."
    )
    said, _ = _of("share(seeds.score >= 0.9) >= 0.8", probes=SEEDS, status=_half("timeout"))
    assert said.startswith("7 of 14 retrainings (7 timed out) had accuracy ≥ 0.9; ")


def test_trainings_that_did_not_diverge_are_said_to_have_not():
    said, _ = _of("share(seeds.diverged == 0) >= 0.9", probes=SEEDS, status=_half("diverged"))
    assert said == (
        "7 of 14 retrainings did not diverge; the share in future ones is at most 0.74 at 95 % "
        "confidence, less than the 0.9 that we ask for."
    )


def test_a_target_missed_through_lost_trainings_says_that_they_were_lost():
    said, check = _of("tolerance(seeds.score, 0.9) >= 0.9", probes=SEEDS, status=_half("failed"))
    assert (check.outcome, check.estimate) == ("fail", None)
    assert said.startswith("7 of 14 retrainings (7 failed) reached accuracy 0.9 on the held-out")


def test_trainings_at_other_settings_are_not_called_retrainings():
    said, _ = _of("tolerance(lr.score, 0.9) >= 0.5")
    assert said.startswith("25 of 25 trainings of probe lr reached accuracy 0.5")
    said, _ = _of("share(all.diverged) <= 0.06", status=at_factor(1.4, "diverged", 1))
    assert said.startswith("10 of 49 trainings of all probes diverged;")


def test_a_lost_headroom_is_placed_no_farther_out_than_it_was_found():
    """It is lost at ×1.4 already; of ×2 itself no claim is needed."""
    said, check = _of("lr.headroom(0.01) >= 2", edge=1.0)
    assert (check.outcome, round(check.high, 3)) == ("fail", 1.4)
    assert said == (
        "Somewhere within ×2 of the learning rate, accuracy gets worse by more than 0.01 on "
        "average, at 95 % confidence."
    )


def test_a_headroom_lost_by_trainings_without_a_score_is_no_mere_loss_of_score():
    said, _ = _of("lr.headroom(0.01) >= 1.4", status=at_factor(1.4, "diverged", 1))
    assert "trainings end without a score or accuracy gets worse" in said


@pytest.mark.parametrize(
    ("factors", "way"),
    [
        ([0.7, 1, 1.4], "either way"),
        ([1, 1.4], "upwards (less was not tried)"),
        ([0.7, 1], "downwards (more was not tried)"),
    ],
)
def test_headroom_is_claimed_only_in_the_directions_that_were_tried(factors, way):
    probes = {"lr": {"kind": "lr_jitter", "factors": factors, "seeds": 5}}
    said, check = _of("lr.headroom(0.02) >= 1.4", probes=probes)
    assert check.outcome == "pass"
    assert said == (
        f"With the learning rate off by ×1.4 {way}, accuracy gets worse by no more than 0.02 on "
        "average, at 95 % confidence."
    )


def test_a_gain_in_a_score_where_less_is_better_has_the_sign_of_a_gain():
    """The incumbent's numbers are lower, which is better here: the candidate gains less than 0."""
    text = comparisons_checklist()
    text["candidate"] = text["candidate"] | ERROR
    run = finished(Scenario(checklist=text))
    arms = {arm.reference: arm.trials for arm in run.result.probes["incumbent"].arms}
    own, other = ([run.trials[id_].score for id_ in arms[key]] for key in (True, False))
    assert sum(own) > sum(other)
    check = next(c for c in run.result.checks if "incumbent.difference" in c.require)
    assert check.estimate == pytest.approx((sum(other) - sum(own)) / len(own))
    assert f"a mean gain in error of {MINUS}{abs(check.estimate):.4f};" in spoken(
        check, context_of(run)
    )


def test_what_rests_on_bounds_is_said_with_their_confidence_and_a_count_is_not():
    said, _ = _of("mean(seeds.score) >= 0.95", probes=SEEDS)
    assert said == (
        "Mean accuracy, at least 0.95: that holds at 95 % confidence, our estimate is 0.968."
    )
    said, _ = _of("min(seeds.score) >= 0.9", probes=SEEDS)
    assert "confidence" not in said


def test_a_prediction_is_not_called_a_measurement_or_a_certainty():
    said, check = _of("data.gain_from_doubling <= 0.02")
    assert check.outcome == "pass"
    assert said == (
        "Gain in accuracy predicted from twice the data, at most 0.02: so the fitted curve "
        "predicts, with 0.009; beyond the data nothing was measured."
    )


def test_more_of_the_same_trainings_are_no_next_try_after_a_failure():
    """The undecided major check asks for trainings; the failed blocker is not helped by them."""
    text = checklist_of(
        probes=SEEDS,
        checks=[
            {"id": "low", "require": "mean(seeds.score) >= 0.98"},
            {"id": "open", "require": "mean(seeds.score) >= 0.9675", "severity": "major"},
        ],
    )
    run = finished(Scenario(checklist=text))
    assert "MORE_TRIALS" in [step.code for step in run.result.verdict.next_steps]
    assert _said(run)[-1] == "We should not roll this out as it is."


def test_the_price_of_knowing_is_that_of_every_open_blocker():
    score, data = "mean(seeds.score) >= 0.9675", "mean(data.score) >= 0.93"
    text = checklist_of(
        checks=[{"id": "score", "require": score}, {"id": "data", "require": data}],
    )
    run = finished(Scenario(checklist=text))
    needs = [check.needs for check in run.result.checks]
    assert [check.outcome for check in run.result.checks] == ["inconclusive"] * 2
    assert None not in needs
    assert _said(run)[-1].startswith(f"We do not know yet; {sum(needs)} trainings, about ")


def test_trainings_are_not_said_to_settle_a_blocker_that_they_may_not():
    """The grid ends at ×2, so no number of seeds can show a headroom of 4."""
    text = checklist_of(
        checks=[
            {"id": "score", "require": "mean(seeds.score) >= 0.9675"},
            {"id": "headroom", "require": "lr.headroom(0.02) >= 4"},
        ],
    )
    run = finished(Scenario(checklist=text))
    assert "MORE_TRIALS" in [step.code for step in run.result.verdict.next_steps]
    assert _said(run)[-1] == "We do not know yet, and more of the same trainings may not tell."


def test_a_rollout_of_one_stage_is_no_deployment_to_all():
    text = checklist_of(rollout={"stages": [5], "hold": "48h", "guard": "outcome.mean >= 0.9"})
    assert _said(finished(Scenario(checklist=text)))[-1] == (
        "We can go to 5 % of the traffic, the only stage that is planned."
    )
