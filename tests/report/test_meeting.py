"""What a manager is told to say is true of this run's numbers."""

from __future__ import annotations

import re

import pytest

from stablecheck.report.numbers import NBSP, THIN
from stablecheck.report.view.context import context_of
from stablecheck.report.view.meeting import meeting
from stablecheck.report.view.reasons import gap
from stablecheck.report.view.spoken import spoken
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario


def _said(run) -> tuple[str, ...]:
    return tuple(text.replace(NBSP, " ").replace(THIN, " ") for text in meeting(context_of(run)))


def test_the_incumbent_comes_before_a_minor_check_that_fails(run_of):
    run = run_of("comparisons")
    assert any(c.severity == "minor" and c.outcome == "fail" for c in run.result.checks)
    assert _said(run)[1].startswith("Against the incumbent at the same seeds, accuracy changes by")


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
        match = re.match(r"(\d+) of (\d+) retrainings reached accuracy (0\.\d+);", text)
        if match:
            limit = float(match[3])
            reached = sum(t.status == "ok" and t.score >= limit for t in trials)
            assert (int(match[1]), int(match[2])) == (reached, len(trials))


@pytest.mark.parametrize(
    ("name", "first"),
    [
        (
            "go",
            "14 of 14 retrainings reached accuracy 0.95; at least 90 % of future ones will, "
            "at 95 % confidence.",
        ),
        (
            "no_go",
            "10 of 49 trainings diverged; the share in future ones is at least 0.10, "
            "more than the 0.06 that we accept.",
        ),
        (
            "inconclusive",
            "14 of 14 retrainings reached accuracy 0.95; "
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
            "We can begin with 1 % of the traffic and be at 100 % in 6 d, if every stage holds.",
        ),
        (
            "conditional",
            "Before we go ahead, one point has to be settled or accepted: "
            "learning rate may be off by a factor of at least 1.4 at a cost of 0.01 in accuracy.",
        ),
        ("waived", "We go ahead on one waiver, which somebody has signed and which ends."),
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
    assert _said(run)[0].startswith(f"{within} of 14 retrainings had held-out loss of at most 0.5;")


def test_a_share_is_told_as_a_count_and_its_bound():
    text = checklist_of(
        probes={"seeds": {"kind": "init_seeds", "seeds": 14}},
        checks=[{"id": "reached", "require": "share(seeds.score >= 0.95) >= 0.8"}],
    )
    run = finished(Scenario(checklist=text))
    (check,) = run.result.checks
    assert check.low == pytest.approx(0.05 ** (1 / 14))
    assert _said(run)[0] == (
        "14 of 14 trainings had accuracy ≥ 0.95; the share in future ones is at least 0.807, "
        "at 95 % confidence."
    )
