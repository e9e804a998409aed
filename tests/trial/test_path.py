"""What a measured training leaves in its record."""

import json

import numpy as np
import pytest
import torch

from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.measures import MEASURES
from stablecheck.recipe import Optimizer
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import begin, train
from stablecheck.trial.path import measure_path
from stablecheck.trial.record import Trial
from stablecheck.trial.run import run_trial

CPU = torch.device("cpu")
EVERYTHING = {"sources": ("train", "heldout", "full"), "companions": tuple(GROUPS)}


@pytest.fixture
def complete_trial(make_candidate, make_spec, tmp_path):
    """A trial of which everything was measured, with another one as its control."""
    candidate = make_candidate(
        optimizer=Optimizer(name="sgd", lr=0.05, momentum=0.9, weight_decay=0.01)
    )
    prepared, points = prepare(candidate, ()), EndPoints(tmp_path)
    first = make_spec(candidate, 0, keeps_end_point=True)
    run_trial(prepared, first, CPU, points)
    spec = make_spec(candidate, 1, cross_seed=first.id, measuring=EVERYTHING)
    return run_trial(prepared, spec, CPU, points)


def test_a_trial_of_which_all_is_asked_has_every_measure_of_the_catalogue(complete_trial):
    outcomes = {"score", "loss", "diverged", "steps", "seconds"}  # fields of the record itself
    assert set(complete_trial.measures) == set(MEASURES) - outcomes
    assert complete_trial.notes == ()


def test_the_record_of_such_a_trial_survives_json(complete_trial):
    text = complete_trial.model_dump_json()
    assert Trial.model_validate_json(text) == complete_trial
    assert "NaN" not in text
    path = json.loads(text)["path"]
    assert all(path[name] is not None for name in path)
    assert np.shape(path["full"]["rsi"]) == (5, 1)
    assert np.shape(path["weight_decay"]["eb"]) == (5, 2)
    assert np.shape(path["update_alignment"]) == (5,)
    assert np.shape(path["interpolation"]["loss"]) == (50,)
    assert path["full"]["step"] == [0, 8, 16, 24, 32]


@pytest.mark.parametrize("name", ["train", "heldout", "weight_decay", "cross_seed", "full"])
def test_in_every_series_rsi_is_alignment_times_eb_and_alignment_a_cosine(complete_trial, name):
    series = getattr(complete_trial.path, name)
    rsi, eb, alignment = (np.array(getattr(series, key)) for key in ("rsi", "eb", "alignment"))
    np.testing.assert_allclose(rsi, alignment * eb, rtol=1e-9, atol=1e-15)
    assert np.abs(alignment).max() <= 1 + 1e-6


def test_what_was_not_asked_for_is_not_in_the_record(make_candidate, make_spec, tmp_path):
    candidate = make_candidate()
    spec = make_spec(candidate, measuring={"sources": ("heldout",)})
    trial = run_trial(prepare(candidate, ()), spec, CPU, EndPoints(tmp_path))
    absent = ("train", "weight_decay", "full", "update_alignment", "interpolation", "cross_seed")
    assert all(getattr(trial.path, name) is None for name in absent)
    measured = set(trial.measures) - {"initial_loss", "loss_ratio", "laziness"}
    assert all(name.startswith("path.heldout.") for name in measured)


def test_the_steps_taken_are_measured_whatever_batches_are(make_candidate, make_spec, tmp_path):
    candidate = make_candidate()
    measuring = {"sources": ("heldout",), "companions": ("updates",)}
    spec = make_spec(candidate, measuring=measuring)
    trial = run_trial(prepare(candidate, ()), spec, CPU, EndPoints(tmp_path))
    assert len(trial.path.update_alignment) == 5
    measure = MEASURES["path.update_alignment"]
    assert measure.batches is None
    assert trial.measures[measure.name] == pytest.approx(np.median(trial.path.update_alignment))
    assert trial.notes == ()


def test_a_training_that_never_moves_says_so(make_candidate, make_spec):
    arguments = {"inputs": 64, "outputs": 10, "hidden": [8], "batch_norm": False}
    candidate = make_candidate(model_args=arguments, optimizer=Optimizer(name="sgd", lr=1e-30))
    prepared, spec = prepare(candidate, ()), make_spec(candidate)
    with seeded(0):
        trained = train(prepared, spec, begin(prepared, spec, CPU))
        with pytest.raises(ValueError, match="the weights never moved"):
            measure_path(prepared, spec, trained, None)
