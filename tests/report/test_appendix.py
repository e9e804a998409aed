"""Further measures, data and dimension, looks, and the paragraphs of the method."""

from __future__ import annotations

import dataclasses
import statistics

import pytest

from stablecheck.checks.outcomes import value_of
from stablecheck.report.numbers import NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.data_facts import data_facts
from stablecheck.report.view.limits import limits
from stablecheck.report.view.looks import look_rows
from stablecheck.report.view.measures_table import measure_tables
from stablecheck.report.view.method import method
from stablecheck.report.view.page_one import page_one
from stablecheck.report.view.probes import probe_tables
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import FACTS, finished
from tests.report.made_up.trainings import Scenario
from tests.report.made_up.wide_checklists import comparisons_checklist

THIN = "\N{NARROW NO-BREAK SPACE}"


def _measures(run):
    return {one.id: one for one in measure_tables(context_of(run))}


def test_every_measure_that_is_asked_for_has_a_row_an_arm(run_of):
    run = run_of("everything")
    shown = _measures(run)
    assert tuple(shown) == run.checklist.report.measures
    for name, table in shown.items():
        probe = name.partition(".")[0]
        arms = run.result.probes[probe].arms if probe != "all" else ()
        assert [row.arm for row in table.rows] == ([arm.name for arm in arms] or ["all arms"])


@pytest.mark.parametrize("name", ["seeds.ntk.drift", "opt.path.update_alignment", "seeds.laziness"])
def test_the_median_is_that_of_the_arms_trainings(run_of, name):
    run = run_of("everything")
    probe, _, measure = name.partition(".")
    for row, arm in zip(_measures(run)[name].rows, run.result.probes[probe].arms, strict=True):
        values = [value_of(run.trials[id_], measure) for id_ in arm.trials]
        decimals = len(row.median.partition(".")[2])
        assert row.median == f"{statistics.median(values):.{decimals}f}"
        assert row.n == str(len(values))
        assert row.missing == ""


def test_all_stands_for_every_training_of_the_candidate_and_no_control(run_of):
    run = run_of("everything")
    (row,) = _measures(run)["all.path.heldout.positive_share"].rows
    candidate = [trial for trial in run.trials.values() if trial.probe != "controls"]
    assert row.n == str(len(candidate))


def test_what_is_not_measured_says_why(run_of):
    shown = _measures(run_of("everything"))
    adam = {row.arm: row for row in shown["opt.sharpness.ratio"].rows}["adam"]
    assert adam.n == "0"
    assert adam.missing == "5 of 5 not measured: Adam's bound is not on the Hessian itself"
    noise = {row.arm: row for row in shown["controls.path.heldout.positive_share"].rows}
    assert noise["noise-gradients"].missing == "1 of 3 not measured: the training did not finish"


def test_a_definition_is_one_sentence_where_nothing_is_missing(run_of):
    for table in measure_tables(context_of(run_of("everything"))):
        assert table.definition.endswith(".")
        gaps = any(row.missing for row in table.rows)
        assert gaps or ". " not in table.definition
        assert table.unit


def test_yes_or_no_is_shown_as_a_share_with_its_bound_rounded_up():
    """0 of 14: 1 - 0.05^(1/14) = 0.1926."""
    document = checklist_of(report={"measures": ["seeds.diverged"]})
    (row,) = _measures(finished(Scenario(checklist=document)))["seeds.diverged"].rows
    assert float(row.median) == 0
    assert row.n == "14"
    assert row.interval.endswith("0.20")


def test_the_first_seed_of_an_arm_counts_as_having_no_control_of_its_own():
    document = checklist_of(report={"measures": ["seeds.path.cross_seed.alignment"]})
    (row,) = _measures(finished(Scenario(checklist=document)))[
        "seeds.path.cross_seed.alignment"
    ].rows
    assert row.missing.startswith("13 of 13 not measured")


def test_the_ratios_of_data_to_dimension_are_told(run_of):
    data = data_facts(context_of(run_of("go")))
    assert dict(data.sizes)["training rows, n"] == f"1{THIN}437"
    ratios = {label: float(text) for label, text in data.ratios}
    n, d = FACTS.n_train, FACTS.dimension
    assert ratios["n/d"] == pytest.approx(n / d, rel=5e-3)
    assert ratios["n/d_eff"] == pytest.approx(n / FACTS.effective_dimension, rel=5e-3)
    assert ratios["n/D"] == pytest.approx(n / FACTS.parameters, rel=5e-3)
    assert ratios["n/(d·classes)"] == pytest.approx(n / (d * FACTS.classes), rel=5e-3)
    assert "not limits" in data.note


def test_a_regression_has_no_ratio_to_classes(run_of):
    run = run_of("go")
    candidate = run.result.candidate.model_copy(update={"classes": None})
    result = run.result.model_copy(update={"candidate": candidate})
    data = data_facts(context_of(dataclasses.replace(run, result=result)))
    assert [label for label, _ in data.ratios] == ["n/d", "n/d_eff", "n/D"]
    assert "classes" not in data.note


def test_a_run_that_grew_lists_its_looks_after_page_one_alone(run_of):
    run = run_of("everything")
    context = context_of(run)
    looks = look_rows(context)
    assert [(row.look, row.trials, row.confidence) for row in looks] == [
        ("1", "seeds 8", f"97.8{NBSP}%"),
        ("2", "seeds 14", f"97.1{NBSP}%"),
    ]
    assert [row.decision for row in looks] == ["INCONCLUSIVE", "CONDITIONAL GO"]
    assert any("2 looks" in paragraph["text"] for paragraph in method(context))
    assert "look" not in repr(page_one(context)).lower()


def test_a_run_that_did_not_grow_says_nothing_of_looks(run_of):
    context = context_of(run_of("go"))
    assert look_rows(context) == ()
    assert not any("looks" in paragraph["text"] for paragraph in method(context))


def test_the_method_explains_what_the_run_used(run_of):
    used = {name: _leads(run_of(name)) for name in ("bare", "comparisons", "everything")}
    assert "Trainings that learn nothing that lasts." in used["everything"]
    assert "Trainings that learn nothing that lasts." not in used["comparisons"]
    assert {"Comparisons", "Against the incumbent"} <= used["comparisons"]
    assert not {"Comparisons", "Against the incumbent"} & used["bare"]
    assert "How to read γ." in used["bare"]


def _leads(run):
    return {paragraph["lead"] for paragraph in method(context_of(run))}


def test_only_an_incumbent_that_nobody_trained_was_not_looked_at(run_of):
    named = checklist_of(incumbent={"model_args": {"hidden": [64]}})
    assert _says_not_looked_at(finished(Scenario(checklist=named)))
    assert not _says_not_looked_at(run_of("comparisons"))
    assert not _says_not_looked_at(run_of("go"))


def test_an_incumbent_whose_trainings_did_not_start_was_not_looked_at():
    document = comparisons_checklist()
    planned = {name: document["probes"][name] for name in ("seeds", "incumbent")}
    document |= {"probes": planned, "checks": document["checks"][:2]}
    assert _says_not_looked_at(finished(Scenario(checklist=document, drop=14)))


def _says_not_looked_at(run):
    return any(
        "not looked at" in e["lead"] and "incumbent" in e["lead"] for e in limits(context_of(run))
    )


def test_how_a_control_ended_is_not_told_on_page_one(run_of):
    run = run_of("everything")
    assert any(trial.status == "diverged" for trial in run.trials.values())
    notes = [fact.note for fact in page_one(context_of(run)).facts]
    assert "all finished" in notes


def test_known_sizes_of_the_data_are_not_repeated_as_summaries(run_of):
    (table,) = (one for one in probe_tables(context_of(run_of("go"))) if one.id == "data")
    assert [name for name, _ in table.summaries] == ["predicted gain from twice the data"]


@pytest.mark.parametrize(
    ("by", "said", "error"),
    [
        ("random", None, True),
        ("group", "All rows of one value of customer are on one side of the split", False),
        ("time", "The held-out rows are the latest by customer", True),
    ],
)
def test_the_limits_say_how_the_held_out_rows_were_chosen(by, said, error):
    """Rows of one group are no independent ones, so their number gives no standard error."""
    checklist = checklist_of()
    validation = {"by": by} | ({"column": "customer"} if by != "random" else {})
    table = {"data": "customers.csv", "target": "left", "validation": validation}
    checklist["candidate"] = checklist["candidate"] | table
    (text,) = (
        entry["text"]
        for entry in limits(context_of(finished(Scenario(checklist=checklist))))
        if entry["lead"] == "One held-out part."
    )
    assert (said or "Every score is on the same") == text[
        : len(said or "Every score is on the same")
    ]
    assert ("one standard error" in text) == error
