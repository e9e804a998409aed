"""The catalogue of measures that requirements may name."""

import re

import pytest

from stablecheck.geometry import COMPANIONS
from stablecheck.geometry import MEASURES as PATH_MEASURES
from stablecheck.geometry.base import Measure
from stablecheck.measures import MEASURES
from stablecheck.probes import PROBES

OUTCOMES = {"score", "loss", "initial_loss", "loss_ratio", "diverged", "steps", "seconds"}
# Claims about the step taken, the noise of the own path or its convergence need the own end point.
ANY_REFERENCE_POINT = {"rsi", "eb", "alignment", "positive_share"}
# What takes more than the gradients themselves is taken on training batches alone.
COSTLY = {"pl_ratio", "update_alignment"}


def last_parts(prefix):
    return {name.removeprefix(prefix) for name in MEASURES if name.startswith(prefix)}


def test_every_name_is_unique():
    """A mapping would swallow a second one, so the names that go into it are looked at."""
    names = [measure.name for measure in (*PATH_MEASURES, *COMPANIONS)]
    assert len(set(names)) == len(names)
    path = {f"path.{measure.name}" for measure in PATH_MEASURES}
    other = {
        f"{prefix}{measure.name}"
        for prefix in ("path.heldout.", "path.full.")
        for measure in PATH_MEASURES
        if measure.name not in COSTLY
    }
    control = {
        f"{prefix}{name}"
        for prefix in ("path.cross_seed.", "path.weight_decay.")
        for name in ANY_REFERENCE_POINT
    }
    companions = {measure.name for measure in COMPANIONS}
    assert set(MEASURES) == OUTCOMES | path | other | control | companions
    assert all(name == measure.name for name, measure in MEASURES.items())


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_explained_in_full(name):
    measure = MEASURES[name]
    assert re.fullmatch(r"[A-Z].+\.", measure.definition)
    assert all((measure.unit, measure.formula, measure.source))
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", name)


@pytest.mark.parametrize("probe", PROBES)
def test_every_summary_of_a_probe_is_explained_in_full(probe):
    assert probe.question.endswith("?")
    for name, summary in probe.summaries.items():
        assert re.fullmatch(r"[a-z_]+", name)
        assert re.fullmatch(r"[A-Z].+\.", summary.definition)
        assert all((summary.unit, summary.source))


@pytest.mark.parametrize("prefix", ["path.heldout.", "path.full."])
def test_what_the_gradients_alone_give_can_be_taken_on_every_source(prefix):
    every = {measure.name for measure in PATH_MEASURES}
    assert last_parts(prefix) == every - COSTLY
    assert every <= last_parts("path.")


@pytest.mark.parametrize("prefix", ["path.cross_seed.", "path.weight_decay."])
def test_with_another_end_point_or_gradient_only_what_still_holds_is_offered(prefix):
    assert last_parts(prefix) == ANY_REFERENCE_POINT


@pytest.mark.parametrize(
    ("name", "batches", "companion"),
    [
        ("path.rsi", "train", None),
        ("path.full.rsi", "full", None),
        ("path.pl_ratio", "train", "loss_gap"),
        ("path.update_alignment", None, "updates"),
        ("averaging.design_effect", None, "averaging"),
        ("noise_scale", "train", None),
        ("laziness", None, None),
        ("score", None, None),
    ],
)
def test_a_measure_says_what_it_needs(name, batches, companion):
    assert (MEASURES[name].batches, MEASURES[name].companion) == (batches, companion)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("path.rsi", "on fresh batches of the training part"),
        ("path.heldout.rsi", "on batches of the held-out part"),
        ("path.full.rsi", "on the whole training part"),
        ("path.cross_seed.rsi", "towards another seed's end point"),
        ("path.weight_decay.rsi", "with the weight decay's own gradient"),
        ("path.update_alignment", "on the step that the training then took, on its own batch"),
    ],
)
def test_the_definition_says_where_a_path_measure_is_taken(name, where):
    assert where in MEASURES[name].definition
    assert "tail left out" in MEASURES[name].definition


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("path.rsi", "median over snapshots and batches,"),
        ("path.positive_share", "share of positive values over snapshots and batches,"),
        ("path.update_alignment", "median over snapshots,"),
    ],
)
def test_the_definition_says_over_what_a_path_measure_is_reduced(name, over):
    assert over in MEASURES[name].definition


def test_what_is_measured_of_the_path_and_what_beside_it_is_of_one_kind():
    assert {type(measure) for measure in MEASURES.values()} == {Measure}
    assert all(MEASURES[measure.name] is measure for measure in COMPANIONS)
