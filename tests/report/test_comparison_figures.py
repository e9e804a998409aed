"""Figures that compare arms say what the trainings gave, pair by pair."""

from __future__ import annotations

import itertools
import statistics
import xml.etree.ElementTree as ET

import pytest

from stablecheck.report.figures import comparison as figure
from stablecheck.report.numbers import MINUS, NBSP
from stablecheck.report.view import build_view
from stablecheck.report.view.compared import compared, differences_text, reference_of
from stablecheck.report.view.comparison_figure import comparison
from stablecheck.report.view.context import context_of
from stablecheck.report.view.interpolation_figure import interpolations
from stablecheck.report.view.pairs_figure import pairs
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario, diverged_in
from tests.report.made_up.wide_checklists import COMPARED, comparisons_checklist


def _arms(run, probe):
    context = context_of(run)
    reference = reference_of(run.result.probes[probe])
    others = [arm for arm in run.result.probes[probe].arms if not arm.reference]
    return context, [(arm, compared(arm, reference, context)) for arm in others]


def _scores(run, probe, arm):
    (ids,) = (one.trials for one in run.result.probes[probe].arms if one.name == arm)
    return {run.trials[id_].seed: run.trials[id_].score for id_ in ids}


@pytest.mark.parametrize("probe", [name for name in COMPARED if name != "incumbent"])
def test_every_arm_has_a_row_with_the_mean_of_its_paired_differences(run_of, probe):
    run = run_of("comparisons")
    context, arms = _arms(run, probe)
    rows = {row.name: row for row in comparison(probe, arms, context).rows}
    own = {arm.name: arm.reference for arm in run.result.probes[probe].arms}
    (reference,) = (name for name, is_reference in own.items() if is_reference)
    assert set(rows) == set(own) - {reference}
    base = _scores(run, probe, reference)
    for name, row in rows.items():
        arm = _scores(run, probe, name)
        known = [arm[seed] - base[seed] for seed in base if arm[seed] is not None]
        assert sorted(row.differences) == pytest.approx(sorted(known))
        assert row.mean == pytest.approx(statistics.fmean(known))
        assert row.low < row.mean < row.high
        assert f"n{NBSP}={NBSP}{len(known)}" in row.numbers


def test_trainings_without_a_score_are_counted_in_words(run_of):
    context, arms = _arms(run_of("comparisons"), "opt")
    rows = {row.name: row for row in comparison("opt", arms, context).rows}
    assert rows["plain-sgd"].lost == "3 diverged of 5"
    assert rows["adam"].lost == ""
    figures = {one.id: one for one in build_view(run_of("comparisons")).figures}
    assert "3 diverged of 5" in figures["comparison-opt"].svg
    assert "not in the mean: 3 diverged" in figures["comparison-opt"].caption
    assert "Every training finished" in figures["comparison-arch"].caption


def test_where_lower_scores_are_better_a_lower_one_stands_on_the_right():
    document = comparisons_checklist()
    score = {"callable": "score.py:error", "higher_is_better": False}
    document["candidate"] = document["candidate"] | {"score": score}
    run = finished(Scenario(checklist=document))
    context, arms = _arms(run, "labels")
    base = _scores(run, "labels", "0")
    for arm, one in arms:
        expected = [base[s] - v for s, v in _scores(run, "labels", arm.name).items()]
        assert sorted(one.gains) == pytest.approx(sorted(expected))
    assert "signs turned" in comparison("labels", arms, context).axis


def test_the_drop_that_a_check_accepts_is_a_line_left_of_the_candidate(run_of):
    run = run_of("comparisons")
    context, arms = _arms(run, "batch")
    assert comparison("batch", arms, context).limit == (
        -0.02,
        f"accepted: worse by at most{NBSP}0.02",
    )
    context, arms = _arms(run, "arch")
    assert comparison("arch", arms, context).limit is None


def test_an_arm_in_which_nothing_finished_says_so():
    run = finished(Scenario(checklist=comparisons_checklist(), status=diverged_in("adam", 1)))
    context, arms = _arms(run, "opt")
    row = {row.name: row for row in comparison("opt", arms, context).rows}["adam"]
    assert (row.mean, row.low, row.high, row.differences) == (None, None, None, ())
    assert row.numbers == "no pair with both scores"
    assert row.lost == "5 diverged of 5"


def test_a_run_that_ended_early_compares_the_pairs_it_has():
    run = finished(Scenario(checklist=comparisons_checklist(), drop=3))
    _, arms = _arms(run, "labels")
    assert [len(one.gains) for arm, one in arms if arm.name == "0.2"] == [2]
    assert build_view(run).figures


@pytest.mark.parametrize("rows", [1, 9])
def test_rows_without_any_number_can_be_drawn(rows):
    empty = figure.Row("arm", (), None, None, None, "no pair with both scores", "5 failed of 5")
    data = figure.Comparison((empty,) * rows, None, "difference")
    assert ET.fromstring(figure.draw(data, "name", "alternative text")) is not None


def test_pairs_are_those_of_one_seed_with_the_candidates_gain(run_of):
    run = run_of("comparisons")
    context, arms = _arms(run, "incumbent")
    (arm, _) = arms[0]
    data = pairs(
        "incumbent", compared(reference_of(run.result.probes["incumbent"]), arm, context), context
    )
    own, other = (_scores(run, "incumbent", name) for name in ("candidate", "incumbent"))
    assert list(data.scores) == [(other[seed], own[seed]) for seed in sorted(own)]
    gains = [own[seed] - other[seed] for seed in sorted(own)]
    assert list(data.gains) == pytest.approx(gains)
    summary = run.result.probes["incumbent"].summaries["incumbent.difference"]
    assert data.interval[:3] == pytest.approx((summary.estimate, summary.low, summary.high))
    assert data.limit == (-0.005, f"required ≥ {MINUS}0.005")


def test_the_caption_counts_the_pairs(run_of):
    run = run_of("comparisons")
    own, other = (_scores(run, "incumbent", name) for name in ("candidate", "incumbent"))
    better = sum(own[seed] > other[seed] for seed in own)
    worse = sum(own[seed] < other[seed] for seed in own)
    (shown,) = (one for one in build_view(run).figures if one.id == "pairs-incumbent")
    equal = len(own) - better - worse
    assert f"better in {better}, worse in {worse} and equal in {equal}" in shown.caption
    assert "Probability of beating it at the same seed" in shown.caption


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert differences_text(0.00001, -0.5, 0.5, None) == ("0.00", f"{MINUS}0.50", "+0.50", None)


def test_the_straight_line_is_shown_with_its_median(run_of):
    run = run_of("everything")
    trials = [run.trials[id_] for id_ in run.result.probes["seeds"].arms[0].trials]
    curves = [trial.path.interpolation for trial in trials]
    data = interpolations(curves, context_of(run))
    expected = [statistics.median(row) for row in zip(*(c.loss for c in curves), strict=True)]
    assert list(data.middle) == pytest.approx(expected)
    (shown,) = (one for one in build_view(run).figures if one.id == "interpolation")
    rises = [max(b - a for a, b in itertools.combinations(curve.loss, 2)) for curve in curves]
    assert f"{max(*rises, 0):.2f} at most" in shown.caption


def test_nobody_who_did_not_ask_sees_the_straight_line(run_of):
    assert "interpolation" not in {one.id for one in build_view(run_of("go")).figures}
