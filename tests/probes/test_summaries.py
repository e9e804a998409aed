"""What probes say as a whole: comparisons with the reference, and the n/d family."""

from __future__ import annotations

import pytest

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.paired import difference, probability_of_improvement, worst_drop
from stablecheck.probes import PROBES
from stablecheck.probes.base import ArmOutcomes, ProbeOutcomes
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.probes.incumbent import AgainstIncumbent
from stablecheck.recipe import CandidateFacts

FACTS = CandidateFacts(
    n_train=1200,
    n_heldout=300,
    dimension=20,
    effective_dimension=7.5,
    parameters=480,
    classes=4,
    batch_norm=False,
    steps=100,
    batch_size=32,
    data_sha256="0" * 64,
)
OWN = dict(enumerate([0.95, 0.93, 0.96, 0.94, 0.97]))
FIRST = dict(enumerate([0.94, 0.94, 0.93, 0.92, 0.93]))
SECOND = dict(enumerate([0.90, 0.91, 0.89, 0.92, 0.90]))
WITH_DROP = [probe for probe in PROBES if "worst_drop" in probe.summaries]


def outcomes(*others, facts=FACTS, higher_is_better=True):
    arms = [ArmOutcomes(f"arm{i}", None, False, score=scores) for i, scores in enumerate(others)]
    arms.insert(len(arms) // 2, ArmOutcomes("own", None, True, score=OWN))
    return ProbeOutcomes(arms, facts, higher_is_better)


def summary(probe, name, found, confidence=0.95):
    return probe.summaries[name].compute(found, (), confidence)


def test_every_probe_that_changes_one_thing_tells_its_worst_drop():
    kinds = {probe.model_fields["kind"].annotation.__args__[0] for probe in WITH_DROP}
    assert kinds == {
        "batch_size",
        "architecture",
        "optimizer",
        "schedule",
        "precision",
        "label_noise",
    }


@pytest.mark.parametrize("probe", WITH_DROP)
@pytest.mark.parametrize("higher_is_better", [True, False])
def test_the_worst_drop_compares_every_arm_with_the_reference(probe, higher_is_better):
    found = summary(
        probe, "worst_drop", outcomes(FIRST, SECOND, higher_is_better=higher_is_better), 0.9
    )
    arms = {"arm0": FIRST, "arm1": SECOND}
    assert found == worst_drop(arms, OWN, 0.9, higher_is_better=higher_is_better)
    assert found.value == pytest.approx(0.046 if higher_is_better else -0.018)


@pytest.mark.parametrize(
    ("name", "statistic", "value"),
    [("difference", "mean", 0.018), ("median_difference", "median", 0.02)],
)
def test_the_difference_is_the_candidates_score_minus_the_incumbents(name, statistic, value):
    found = summary(AgainstIncumbent, name, outcomes(FIRST))
    assert found == difference(OWN, FIRST, statistic, 0.95, higher_is_better=True)
    assert found.value == pytest.approx(value)


def test_the_probability_of_improvement_is_that_of_the_candidate():
    found = summary(AgainstIncumbent, "probability_of_improvement", outcomes(FIRST))
    assert found == probability_of_improvement(OWN, FIRST, 0.95, higher_is_better=True)
    assert found.value == 0.8


@pytest.mark.parametrize("name", AgainstIncumbent.summaries)
def test_without_an_incumbent_there_is_nothing_to_say(name):
    with pytest.raises(UndefinedEstimateError, match="no other arm to compare"):
        summary(AgainstIncumbent, name, outcomes())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dimension", 20),
        ("effective_dimension", 7.5),
        ("n_per_dimension", 60),
        ("n_per_dimension_class", 15),
        ("n_per_effective_dimension", 160),
        ("n_per_parameter", 2.5),
    ],
)
def test_the_n_over_d_family_follows_from_the_facts_alone(name, value):
    found = summary(DataRatio, name, outcomes())
    assert (found.low, found.value, found.high) == (value, value, value)
    assert (found.method, found.n) == ("exact", 1200)


def test_there_are_no_rows_per_class_where_classes_are_not_counted():
    regression = FACTS.model_copy(update={"classes": None})
    with pytest.raises(
        UndefinedEstimateError, match="has no number of classes: a regression has none, and"
    ):
        summary(DataRatio, "n_per_dimension_class", outcomes(facts=regression))
