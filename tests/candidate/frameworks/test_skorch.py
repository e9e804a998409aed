"""Nets of skorch against skorch's own training steps."""

import pytest
import torch
from sklearn.metrics import log_loss

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import CandidateError, NotVectorizableError
from stablecheck.recipe import Optimizer, Schedule
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import begin
from tests.candidate.frameworks import skorch_nets as nets
from tests.candidate.frameworks.training import (
    CPU,
    assert_same_weights,
    batches_of,
    examined,
    prepared_here,
    recorded,
    trained,
)

OWN = Optimizer(name="own", lr=1.0)


@pytest.fixture
def skorch(make_candidate):
    def make(name="logits", **changes):
        fields = {
            "model": f"skorch_nets.py:{name}",
            "model_args": {},
            "loss": "own",
            "optimizer": OWN,
            "steps": 30,
        }
        return make_candidate(**(fields | changes))

    return make


@pytest.fixture
def two_classes(skorch):
    return skorch("binary", data="skorch_nets.py:two_classes", score="roc_auc")


@pytest.fixture
def diabetes(skorch):
    return skorch("regressor", data="sklearn:diabetes", task="regression", score="r2")


def fitted(spec, shaped=lambda targets: targets):
    """The same training in skorch's own steps."""
    prepared, name = prepared_here(spec.candidate), spec.candidate.model.split(":")[1]
    with seeded(0):
        module = begin(prepared, spec, CPU).model
    net = getattr(nets, name)().initialize()
    net.module_.load_state_dict(module.state_dict())
    for inputs, targets in batches_of(spec):
        net.train_step((inputs, shaped(targets)))
    return net


@pytest.mark.parametrize(
    "name", ["logits", "probabilities", "weighted", "grouped", "initialized", "penalized", "pair"]
)
def test_the_trained_weights_are_those_of_skorchs_steps(skorch, make_spec, name):
    spec = make_spec(skorch(name), seed=4)
    assert_same_weights(trained(spec).model, fitted(spec).module_)


def test_a_regressor_gets_its_targets_as_a_column(diabetes, make_spec):
    spec = make_spec(diabetes)
    expected = fitted(spec, shaped=lambda targets: targets[:, None])
    assert_same_weights(trained(spec).model, expected.module_)


def test_a_binary_classifier_gets_its_targets_as_numbers(two_classes, make_spec, tmp_path):
    spec = make_spec(two_classes)
    expected = fitted(spec, shaped=lambda targets: targets.float())
    assert_same_weights(trained(spec).model, expected.module_)
    assert recorded(spec, tmp_path).score > 0.95


def test_inputs_may_be_several_by_name(skorch, make_spec):
    spec = make_spec(skorch(data="skorch_nets.py:columns_by_name"))
    assert_same_weights(trained(spec).model, fitted(spec).module_)


def test_a_score_of_probabilities_takes_them_as_skorch_does(skorch, make_spec):
    candidate = skorch("probabilities", score="neg_log_loss")
    spec = make_spec(candidate)
    done, prepared = trained(spec), prepared_here(candidate)
    score, loss = evaluate(prepared, done.model, prepared.dataset.heldout)
    heldout = prepared.dataset.heldout
    with torch.no_grad():
        found = done.model(heldout.inputs).double()
    expected = log_loss(heldout.targets, found / found.sum(1, keepdim=True))
    assert -score == pytest.approx(expected, rel=1e-4)
    assert loss == pytest.approx(expected, rel=1e-4)


def test_the_path_of_a_net_is_measured(skorch, make_spec, tmp_path):
    trial = recorded(make_spec(skorch("penalized", steps=100)), tmp_path)
    assert (trial.status, trial.message) == ("ok", None)
    assert trial.measures["path.positive_share"] > 0.9


def rates_of(candidate):
    """The rates of both groups in each of 30 steps."""
    prepared, found = prepared_here(candidate), []
    optimization = prepared.objective.optimization(
        prepared.build_model(), candidate.optimizer, prepared.budget(30)
    )
    optimization.optimizer.register_step_pre_hook(
        lambda optimizer, *_: found.append([group["lr"] for group in optimizer.param_groups])
    )
    multiplier = prepared.multiplier(30)
    for step in range(30):
        optimization.set_rate(multiplier(step))
        optimization.step()
    return torch.tensor(found)


def test_twice_the_factor_doubles_every_rate(skorch):
    once, twice = (
        rates_of(skorch("grouped", optimizer=Optimizer(name="own", lr=factor)))
        for factor in (1.0, 2.0)
    )
    torch.testing.assert_close(once, torch.tensor([[0.003, 0.1]] * 30))
    assert torch.equal(twice, 2 * once)


def test_the_checklists_schedule_multiplies_the_nets_rates(skorch):
    found = rates_of(skorch("grouped", schedule=Schedule(name="linear")))
    progress = torch.arange(30)[:, None] / 30
    torch.testing.assert_close(found, torch.tensor([[0.003, 0.1]]) * (1 - progress))


def together(specs):
    prepared = [prepared_here(spec.candidate) for spec in specs]
    trainings = []
    for one, spec in zip(prepared, specs, strict=True):
        with seeded(0):
            trainings.append(begin(one, spec, CPU))
    return train_together(prepared, specs, trainings)


@pytest.mark.parametrize("name", ["logits", "probabilities"])
def test_nets_with_skorchs_own_loss_may_be_computed_together(skorch, make_spec, name):
    sgd = Optimizer(name="sgd", lr=0.1, momentum=0.9)
    specs = [make_spec(skorch(name, optimizer=sgd), seed) for seed in (0, 1, 2)]
    for found, spec in zip(together(specs), specs, strict=True):
        assert_same_weights(found.model, trained(spec).model, tolerance=1e-5)


@pytest.mark.parametrize(
    ("name", "optimizer", "reason"),
    [
        ("logits", OWN, "the optimiser is the net's own"),
        ("penalized", Optimizer(lr=0.1), "the net overrides get_loss"),
    ],
)
def test_why_they_are_computed_one_by_one_otherwise(skorch, make_spec, name, optimizer, reason):
    specs = [make_spec(skorch(name, optimizer=optimizer), seed) for seed in (0, 1)]
    with pytest.raises(NotVectorizableError, match=reason):
        together(specs)


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        ("trained_criterion", "model", "the criterion of NeuralNet has trainable parameters, cent"),
        ("two_modules", "model", "has several modules, module, second; expected one of each"),
        ("own_step", "model", "overrides train_step_single, which is not called here; move"),
        ("misnamed", "model", "TypeError: .*unexpected keyword argument 'depth'"),
        ("frugal", "optimizer", "the net leaves out first.weight, first.bias"),
        (
            "pipeline",
            "model",
            "a Pipeline of StandardScaler, NeuralNetClassifier; expected the net alone; put",
        ),
        ("forest", "model", "a RandomForestClassifier of scikit-learn, which is not trained in gr"),
    ],
)
def test_what_cannot_be_trained_here_is_refused(skorch, name, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examined(skorch(name))
    assert caught.value.field[:2] == ("candidate", field)


def test_callbacks_that_are_not_run_are_named(skorch):
    assert examined(skorch()).remarks == ()
    (remark,) = examined(skorch("with_callbacks")).remarks
    assert "callbacks of the net are not run: LRScheduler, GradientNormClipping" in remark
