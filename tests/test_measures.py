"""The catalogue of measures that requirements may name."""

import re

import pytest

from stablecheck.geometry import MEASURES as PATH_MEASURES
from stablecheck.measures import MEASURES
from stablecheck.probes import PROBES

OUTCOMES = {"score", "loss", "initial_loss", "loss_ratio", "diverged", "steps", "seconds"}
# Claims about the step taken, the noise of the own path or its convergence need the own end point.
ANY_REFERENCE_POINT = {"rsi", "eb", "alignment", "positive_share"}


def last_parts(prefix):
    return {name.removeprefix(prefix) for name in MEASURES if name.startswith(prefix)}


def test_every_name_is_unique():
    """A mapping would swallow a second one, so the names that go into it are looked at."""
    names = [measure.name for measure in PATH_MEASURES]
    assert len(set(names)) == len(names)
    path = {f"{prefix}{name}" for prefix in ("path.", "path.heldout.") for name in names}
    control = {f"path.cross_seed.{name}" for name in ANY_REFERENCE_POINT}
    assert set(MEASURES) == OUTCOMES | path | control
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


def test_every_path_measure_can_be_taken_on_training_and_held_out_batches():
    every = {measure.name for measure in PATH_MEASURES}
    assert every == last_parts("path.heldout.")
    assert every <= last_parts("path.")


def test_towards_another_seeds_end_point_only_what_holds_for_any_reference_point_is_offered():
    assert last_parts("path.cross_seed.") == ANY_REFERENCE_POINT


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("path.rsi", "on fresh batches of the training part"),
        ("path.heldout.rsi", "on batches of the held-out part"),
        ("path.cross_seed.rsi", "towards another seed's end point"),
    ],
)
def test_the_definition_says_where_a_path_measure_is_taken(name, where):
    assert where in MEASURES[name].definition
    assert "tail left out" in MEASURES[name].definition
