"""What holds of a training whatever it is written in."""

import pytest
import torch

from stablecheck.recipe import Optimizer
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.run import measures_of
from tests.candidate.frameworks.training import assert_same_weights, recorded, trained

KINDS = {
    "lightning": {
        "model": "lightning_modules.py:Classifier",
        "model_args": {"dropout": 0.3, "form": "one_cycle"},
        "optimizer": Optimizer(name="own", lr=1.0),
    },
    "transformers": {
        "model": "huggingface_models.py:bert",
        "model_args": {"hidden_dropout_prob": 0.2, "attention_probs_dropout_prob": 0.2},
        "data": "huggingface_models.py:classified",
        "optimizer": Optimizer(name="adam", lr=0.003),
        "batch_size": 20,
    },
    "skorch": {
        "model": "skorch_nets.py:dropped",
        "model_args": {},
        "optimizer": Optimizer(name="own", lr=1.0),
    },
}


@pytest.fixture(params=KINDS)
def make(request, make_candidate):
    return lambda **changes: make_candidate(
        **({"loss": "own", "steps": 60} | KINDS[request.param] | changes)
    )


def test_a_seed_determines_the_training_bitwise(make, make_spec):
    one, again, other = (trained(make_spec(make(), seed)).model for seed in (1, 1, 2))
    assert_same_weights(again, one, tolerance=0)
    with pytest.raises(AssertionError, match="not close"):
        assert_same_weights(other, one)


def test_snapshots_do_not_change_the_training(make, make_spec):
    many = trained(make_spec(make(), measuring={"snapshots": 20})).model
    few = trained(make_spec(make(), measuring={"snapshots": 2})).model
    assert_same_weights(many, few, tolerance=0)


def test_bfloat16_is_the_arithmetic_of_its_steps_and_not_of_its_weights(make, make_spec, tmp_path):
    spec = make_spec(make(precision="bf16"))
    mixed, single = trained(spec).model, trained(make_spec(make())).model
    assert {one.dtype for one in mixed.parameters()} == {torch.float32}
    with pytest.raises(AssertionError, match="not close"):
        assert_same_weights(mixed, single)
    trial = recorded(spec, tmp_path)
    assert (trial.status, trial.message) == ("ok", None)
    assert trial.score > 0.5


def test_every_measure_can_be_taken(make, make_spec, tmp_path):
    measuring = {"companions": tuple(GROUPS), "sources": ("train", "heldout", "full")}
    candidate = make(optimizer=Optimizer(name="sgd", lr=0.1))
    trial = recorded(make_spec(candidate, measuring=measuring), tmp_path)
    assert (trial.status, trial.message, trial.notes) == ("ok", None, ())
    asked = {name for group in GROUPS for name in measures_of(group)}
    assert len(asked) > 5
    assert asked <= {name for name, value in trial.measures.items() if value is not None}


def test_the_weight_decay_of_an_optimiser_of_its_own_is_not_guessed(
    make_candidate, make_spec, tmp_path
):
    declared = Optimizer(name="adamw", lr=0.01, weight_decay=0.1)
    for optimizer, known in ((declared, True), (Optimizer(name="own", lr=1.0), False)):
        spec = make_spec(make_candidate(**(KINDS["lightning"] | {"optimizer": optimizer})))
        trial = recorded(spec, tmp_path)
        assert trial.status == "ok"
        assert ("path.weight_decay.rsi" in trial.measures) == known
