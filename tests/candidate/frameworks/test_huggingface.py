"""Models of transformers against plain loops of one's own."""

import math

import pytest
import torch

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import CandidateError, NotVectorizableError
from stablecheck.recipe import Optimizer
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import begin
from stablecheck.trial.snapshots import flat_parameters
from tests.candidate.frameworks.training import (
    CPU,
    assert_same_weights,
    batches_of,
    examined,
    prepared_here,
    recorded,
    trained,
)

pytestmark = [
    # peft 0.21 asks transformers 5 by an older name.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
    # PyTorch 2.13 computes attention for the copies one after the other on a CPU.
    pytest.mark.filterwarnings("ignore:There is a performance drop:UserWarning"),
]
IGNORED = -100
SGD = Optimizer(name="sgd", lr=0.1, momentum=0.9, weight_decay=0.01)
"""Not Adam: it makes a step of the noise in the gradient of a key's bias, which is zero."""


@pytest.fixture
def classifier(make_candidate):
    return _of(make_candidate, "bert", "classified", "classification", "accuracy")


@pytest.fixture
def language_model(make_candidate):
    return _of(make_candidate, "gpt2", "texts", "language_modelling", "token_accuracy")


def _of(make_candidate, model, data, task, score):
    def make(name=model, **changes):
        fields = {
            "model": f"huggingface_models.py:{name}",
            "model_args": {},
            "data": f"huggingface_models.py:{data}",
            "task": task,
            "loss": "own",
            "score": score,
            "optimizer": SGD,
            "batch_size": 20,
            "steps": 25,
        }
        return make_candidate(**(fields | changes))

    return make


def looped(spec):
    """The same training as one writes it for transformers."""
    prepared = prepared_here(spec.candidate)
    with seeded(0):
        model = begin(prepared, spec, CPU).model
    adapters = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.SGD(adapters, lr=0.1, momentum=0.9, weight_decay=0.01)
    for inputs, labels in batches_of(spec):
        named = inputs if isinstance(inputs, dict) else {"input_ids": inputs}
        optimizer.zero_grad()
        model(**named, labels=labels).loss.backward()
        optimizer.step()
    return model


@pytest.mark.parametrize("name", ["bert", "gpt2_classifier"])
def test_a_classifier_trains_as_in_a_plain_loop(classifier, make_spec, name):
    spec = make_spec(classifier(name), seed=2)
    assert_same_weights(trained(spec).model, looped(spec))


@pytest.mark.parametrize("name", ["gpt2", "masked", "t5", "low_rank", "adapted"])
def test_a_language_model_trains_as_in_a_plain_loop(language_model, make_spec, name):
    spec = make_spec(language_model(name), seed=1)
    assert_same_weights(trained(spec).model, looped(spec))


def test_inputs_may_be_one_array_of_tokens(language_model, make_spec):
    spec = make_spec(language_model(data="huggingface_models.py:token_array"))
    assert_same_weights(trained(spec).model, looped(spec))


def test_a_declared_loss_judges_the_logits_where_the_models_own_does(language_model, make_spec):
    own = trained(make_spec(language_model())).model
    for loss in ("cross_entropy", "huggingface_models.py:loss_of_logits"):
        declared = trained(make_spec(language_model(loss=loss))).model
        assert_same_weights(declared, own, tolerance=1e-5)


def test_a_declared_loss_judges_the_logits_of_a_classifier(classifier, make_spec):
    own, declared = (
        trained(make_spec(classifier(loss=loss))).model for loss in ("own", "cross_entropy")
    )
    assert_same_weights(declared, own, tolerance=1e-5)


def right_and_losses(model, data, moved):
    """What a naive loop over rows and places finds for each target that counts."""
    with torch.no_grad():
        logits = model(**data.inputs).logits if moved else None
        if logits is None:
            logits = model(**data.inputs, labels=data.targets).logits
    right, losses = [], []
    for row, target in enumerate(data.targets):
        for place in range(int(moved), len(target)):
            token = int(target[place])
            if token != IGNORED:
                scores = logits[row, place - int(moved)].double()
                right.append(int(scores.argmax()) == token)
                losses.append(float(scores.logsumexp(0) - scores[token]))
    return right, losses


@pytest.mark.parametrize(("name", "moved"), [("gpt2", True), ("adapted", True), ("masked", False)])
def test_scores_are_those_of_the_token_that_is_predicted(language_model, make_spec, name, moved):
    for score in ("token_accuracy", "neg_perplexity"):
        candidate = language_model(name, score=score)
        model, prepared = trained(make_spec(candidate)).model, prepared_here(candidate)
        found, loss = evaluate(prepared, model, prepared.dataset.heldout)
        right, losses = right_and_losses(model.eval(), prepared.dataset.heldout, moved)
        mean = sum(losses) / len(losses)
        expected = sum(right) / len(right) if score == "token_accuracy" else -math.exp(mean)
        assert found == pytest.approx(expected, rel=1e-5)
        assert loss == pytest.approx(mean, rel=1e-5)
    assert len(right) == 60 * 8 - 30 - 60 * moved


def test_a_causal_model_learns_what_follows_and_no_copy(language_model, make_spec, tmp_path):
    trial = recorded(make_spec(language_model(steps=150)), tmp_path)
    assert trial.status == "ok"
    assert 0.6 < trial.score < 0.9  # four in five tokens follow from the one before them


@pytest.mark.parametrize("name", ["low_rank", "adapted"])
def test_only_what_is_trained_counts(language_model, make_spec, tmp_path, name):
    adapters = 2 * 16 + 48 * 2
    assert examined(language_model(name)).facts.parameters == adapters
    spec = make_spec(language_model(name))
    done = trained(spec)
    assert {one.parameters.numel() for one in done.snapshots} == {adapters}
    assert flat_parameters(done.model).numel() == adapters
    trial = recorded(spec, tmp_path)
    assert (trial.status, trial.message) == ("ok", None)
    assert trial.measures["path.alignment"] > 0


def together(specs):
    prepared = [prepared_here(spec.candidate) for spec in specs]
    trainings = []
    for one, spec in zip(prepared, specs, strict=True):
        with seeded(0):
            trainings.append(begin(one, spec, CPU))
    return train_together(prepared, specs, trainings)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize("kind", ["classifier", "language_model"])
def test_models_without_a_mask_may_be_computed_together(request, make_spec, kind, attention):
    make = request.getfixturevalue(kind)
    data = {"classifier": "unmasked", "language_model": "token_array"}[kind]
    changes = {
        "model_args": {"attn_implementation": attention},
        "data": f"huggingface_models.py:{data}",
    }
    specs = [make_spec(make(**changes), seed) for seed in (0, 1)]
    for found, spec in zip(together(specs), specs, strict=True):
        assert_same_weights(found.model, trained(spec).model, tolerance=1e-5)


@pytest.mark.parametrize("kind", ["classifier", "language_model"])
def test_a_model_that_looks_at_its_mask_is_trained_alone(request, make_spec, kind):
    specs = [make_spec(request.getfixturevalue(kind)(), seed) for seed in (0, 1)]
    with pytest.raises(NotVectorizableError, match="its forward pass branches on data"):
        together(specs)


def test_a_model_without_a_head_is_refused(classifier):
    message = r"returned a BaseModelOutput.* of last_hidden_state.*expected logits, as a model with"
    with pytest.raises(CandidateError, match=message) as caught:
        examined(classifier("headless"))
    assert caught.value.field == ("candidate", "model")


@pytest.mark.parametrize("loss", ["cross_entropy", "own"])
@pytest.mark.parametrize("labels", [1, 2, 5])
def test_a_head_of_another_width_is_refused(classifier, labels, loss):
    found = f"{labels} outputs a row" if labels > 1 else "one number a row"
    message = f"returned {found}, but y has 3 classes"
    with pytest.raises(CandidateError, match=message) as caught:
        examined(classifier(model_args={"labels": labels}, loss=loss))
    assert caught.value.field == ("candidate", "model")


def test_labels_that_are_moved_already_are_refused(language_model):
    for loss in ("own", "cross_entropy"):
        with pytest.raises(
            CandidateError, match=r"tokens moved by one place.*moves them again"
        ) as c:
            examined(language_model(data="huggingface_models.py:moved", loss=loss))
        assert c.value.field == ("candidate", "data")


def test_tokens_beyond_the_vocabulary_are_refused(language_model):
    with pytest.raises(CandidateError, match="raised IndexError: index out of range") as caught:
        examined(language_model(model_args={"vocab_size": 5}))
    assert caught.value.field == ("candidate", "model")


def test_such_models_bring_no_optimiser(classifier):
    with pytest.raises(CandidateError, match="BertForSequenceClassification brings none; expected"):
        examined(classifier(optimizer=Optimizer(name="own", lr=1.0)))
