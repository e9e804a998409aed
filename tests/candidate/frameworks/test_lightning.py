"""LightningModules: trained as Lightning's own Trainer trains them, or refused in one line."""

import logging
import warnings

import pytest
import torch
from lightning import Trainer
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import CandidateError, NotVectorizableError
from stablecheck.recipe import Optimizer, Schedule
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import begin
from stablecheck.trial.sources import gradients_of
from stablecheck.trial.subject import make_subject
from tests.candidate.frameworks import lightning_modules as modules
from tests.candidate.frameworks.training import (
    CPU,
    assert_same_weights,
    batches_of,
    examined,
    prepared_here,
    recorded,
    trained,
)

STEPS_PER_EPOCH = 1437 // 64
OWN = Optimizer(name="own", lr=1.0)
DECLARED = {"loss": "cross_entropy", "optimizer": Optimizer(lr=0.1)}


@pytest.fixture
def lightning(make_candidate):
    """A candidate whose model is one of the modules, with its own loss and optimiser."""

    def make(name="Classifier", **changes):
        fields = {
            "model": f"lightning_modules.py:{name}",
            "model_args": changes.pop("args", {}),
            "loss": "own",
            "optimizer": OWN,
            "steps": 3 * STEPS_PER_EPOCH,
        }
        return make_candidate(**(fields | changes))

    return make


class InOrder(Dataset):
    """Batches of the epochs, one after the other."""

    def __init__(self, batches):
        self.batches = batches
        self.epoch = -1

    def __len__(self):
        return min(STEPS_PER_EPOCH, len(self.batches))

    def __getitem__(self, index):
        if index == 0:
            self.epoch += 1
        return self.batches[self.epoch * STEPS_PER_EPOCH + index]


def fitted(spec, module=None):
    """The same training with Lightning's Trainer; ``module`` in the place of a fresh one."""
    if module is None:
        prepared = prepared_here(spec.candidate)
        with seeded(0):
            module = begin(prepared, spec, CPU).model
        module.trainer = None
        for name in ("log", "log_dict"):
            delattr(module, name)
    steps = spec.candidate.steps
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    with warnings.catch_warnings(), seeded(spec.seeds.init):
        warnings.simplefilter("ignore")
        trainer = Trainer(
            accelerator="cpu", max_epochs=-(-steps // STEPS_PER_EPOCH), max_steps=steps,
            logger=False, enable_checkpointing=False, enable_progress_bar=False,
            enable_model_summary=False,
        )  # fmt: skip
        loader = DataLoader(InOrder(batches_of(spec)), batch_size=None, shuffle=False)
        trainer.fit(module, loader)
    assert trainer.global_step == steps
    return module


@pytest.mark.parametrize("form", modules.FORMS)
def test_the_trained_weights_are_those_of_lightnings_trainer(lightning, make_spec, form):
    spec = make_spec(lightning(args={"form": form}), seed=3)
    assert_same_weights(trained(spec).model, fitted(spec))


@pytest.mark.parametrize("name", ["Dict", "Changing", "ByValue", "Annealed", "Queue"])
def test_so_they_are_with_hooks_and_other_ways_to_give_a_loss(lightning, make_spec, name):
    spec = make_spec(lightning(name, steps=2 * STEPS_PER_EPOCH + 5), seed=1)
    assert_same_weights(trained(spec).model, fitted(spec))


def test_layers_may_come_from_setup_and_configure_model(lightning, make_spec):
    spec = make_spec(lightning("LaterLayers", score="neg_loss", steps=9))
    assert_same_weights(trained(spec).model, fitted(spec, modules.LaterLayers()))


def test_hooks_are_called_when_lightning_calls_them(lightning, make_spec):
    spec = make_spec(lightning("Telling", steps=STEPS_PER_EPOCH + 4))
    found = trained(spec).model.told
    assert {name for name, *_ in found} == {*modules.HOOKS, "training_step"}
    assert found == fitted(spec).told


@pytest.mark.parametrize("form", ["one_cycle", "every_third_step", "warm_up_then_decay"])
def test_twice_the_factor_doubles_every_rate(lightning, make_spec, form):
    rates = {}
    for factor in (1.0, 2.0):
        optimizer = Optimizer(name="own", lr=factor)
        spec = make_spec(lightning("Recording", args={"form": form}, optimizer=optimizer))
        done = trained(spec)
        rates[factor] = torch.tensor(done.model.rates)
        assert [one.lr for one in done.snapshots] == pytest.approx(
            [done.model.rates[one.step][0] for one in done.snapshots]
        )
    assert rates[1.0].shape == (3 * STEPS_PER_EPOCH, 2)
    assert rates[1.0][:, 0].unique().numel() > 5
    torch.testing.assert_close(rates[2.0], 2 * rates[1.0], rtol=1e-12, atol=0)


def test_a_factor_trains_as_a_module_with_that_rate(lightning, make_spec):
    factor = lightning("ByValue", args={"form": "one_in_a_list"}, optimizer=OWN)
    spec = make_spec(factor.model_copy(update={"optimizer": Optimizer(name="own", lr=3.0)}))
    found = trained(spec).model

    class Faster(modules.ByValue):
        def configure_optimizers(self):
            (optimizer,) = super().configure_optimizers()
            for group in optimizer.param_groups:
                group["lr"] *= 3
            return optimizer

    with seeded(spec.seeds.init):
        expected = Faster("one_in_a_list")
    assert_same_weights(found, fitted(spec, expected))


def test_the_held_out_loss_is_the_training_step_in_evaluation_mode(lightning):
    prepared = prepared_here(lightning(args={"dropout": 0.5}))
    model, heldout = prepared.build_model().train(), prepared.dataset.heldout
    score, loss = evaluate(prepared, model, heldout)
    with torch.no_grad():
        outputs = model.eval()(heldout.inputs)
    expected = functional.cross_entropy(outputs, heldout.targets)
    assert loss == pytest.approx(float(expected), rel=1e-6)
    assert score == (outputs.argmax(1) == heldout.targets).double().mean()


def test_a_declared_loss_and_optimiser_train_the_same_as_the_modules_own(lightning, make_spec):
    own = make_spec(lightning(args={"form": "plain"}))
    declared = make_spec(lightning(loss="cross_entropy", optimizer=Optimizer(name="sgd", lr=0.1)))
    assert_same_weights(trained(declared).model, trained(own).model)


def test_so_does_a_module_whose_outputs_rest_on_the_step(lightning, make_spec):
    sgd = Optimizer(name="sgd", lr=0.1)
    spec = make_spec(lightning("FadingIn", loss="cross_entropy", optimizer=sgd, steps=30))
    reference = make_spec(lightning("FadingIn", args={"form": "plain"}, steps=30))
    assert_same_weights(trained(spec).model, fitted(reference))


@pytest.mark.parametrize(
    ("name", "loss"), [("FadingIn", "cross_entropy"), ("FadingIn", "own"), ("Annealed", "own")]
)
def test_gradients_along_the_path_are_those_of_the_module_that_was_trained(
    lightning, make_spec, name, loss
):
    spec = make_spec(lightning(name, loss=loss, args={"form": "plain"}, steps=30))
    prepared, done = prepared_here(spec.candidate), trained(spec)
    subject, snapshot = make_subject(prepared, spec, done), done.snapshots[0]
    batch = prepared.dataset.train.take(torch.arange(16))
    found, at = gradients_of(subject).at(snapshot, batch)
    assert done.model.global_step == 30
    torch.nn.utils.vector_to_parameters(snapshot.parameters, done.model.parameters())
    expected = prepared.objective.loss(done.model.train(), *batch)
    gradients = torch.autograd.grad(expected, list(done.model.parameters()))
    torch.testing.assert_close(at, expected.detach())
    torch.testing.assert_close(found, torch.cat([g.reshape(-1) for g in gradients]))


def test_the_path_is_measured_on_copies_of_the_module(lightning, make_spec, tmp_path):
    trial = recorded(make_spec(lightning("Annealed"), measuring={"companions": ()}), tmp_path)
    assert (trial.status, trial.message) == ("ok", None)
    assert trial.score > 0.9
    assert trial.measures["path.positive_share"] > 0.9


def test_a_module_as_in_tutorials_is_trained_and_measured(lightning, make_spec, tmp_path, capsys):
    spec = make_spec(lightning("Tutorial"))
    means = trained(spec).model.epoch_means
    assert len(means) == 3
    assert means == sorted(means, reverse=True)
    assert f"loss {means[0]:.3f} on cpu" in capsys.readouterr().out
    trial = recorded(spec, tmp_path)
    assert (trial.status, trial.message) == ("ok", None)


def test_with_a_declared_loss_and_optimiser_trainings_may_be_computed_together(
    lightning, make_spec
):
    sgd = Optimizer(name="sgd", lr=0.1, momentum=0.9)
    specs = [
        make_spec(lightning(loss="cross_entropy", optimizer=sgd, steps=30), s) for s in (0, 1, 2)
    ]
    prepared = [prepared_here(spec.candidate) for spec in specs]
    trainings = []
    for one, spec in zip(prepared, specs, strict=True):
        with seeded(0):
            trainings.append(begin(one, spec, CPU))
    for found, spec in zip(train_together(prepared, specs, trainings), specs, strict=True):
        assert_same_weights(found.model, trained(spec).model, tolerance=1e-5)


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("Classifier", {}, "the loss is a training_step"),
        ("Classifier", {"loss": "cross_entropy"}, "that of configure_optimizers"),
        (
            "ByValue",
            {"loss": "cross_entropy", "optimizer": Optimizer(lr=0.1)},
            "hooks at its steps: configure_gradient_clipping",
        ),
        ("FadingIn", DECLARED, "its forward may read the step or the epoch"),
        ("AskedByName", DECLARED, "its forward may read the step or the epoch"),
    ],
)
def test_why_they_are_computed_one_by_one_otherwise(lightning, make_spec, name, changes, reason):
    spec = make_spec(lightning(name, **changes))
    prepared = prepared_here(spec.candidate)
    with seeded(0):
        training = begin(prepared, spec, CPU)
    with pytest.raises(NotVectorizableError, match=reason):
        train_together([prepared] * 2, [spec] * 2, [training] * 2)


@pytest.mark.parametrize(
    ("name", "args", "field", "message"),
    [
        ("Manual", {}, "model", "sets automatic_optimization = False; expected a training_step"),
        ("Classifier", {"form": "two"}, "optimizer", "returned 2 optimisers; expected one"),
        ("Classifier", {"form": "plateau"}, "optimizer", "waits for a validation metric"),
        ("Classifier", {"form": "nothing"}, "optimizer", "gave a NoneType; expected a torch.optim"),
        ("Classifier", {"form": "no_scheduler"}, "optimizer", "returned the scheduler str"),
        ("Classifier", {"form": "weekly"}, "optimizer", "ExponentialLR with interval 'week'"),
        (
            "Classifier",
            {"form": "without_the_head"},
            "optimizer",
            "leaves out head.weight, head.bias, which are to be trained; add them to a group",
        ),
        ("Classifier", {"form": "needs_a_closure"}, "optimizer", "a step of the optimiser raised"),
        ("Skipping", {}, "loss", "returned None, which skips the step; expected the loss"),
        ("Lossless", {}, "loss", "returned a dict of logits; expected the loss"),
        ("Stepless", {}, "loss", "Stepless has no training_step"),
        ("OwnStep", {}, "model", "overrides optimizer_step, which is not called here; move"),
        ("Augmenting", {}, "model", "overrides on_after_batch_transfer.*training_step and forward"),
        ("OldStyle", {}, "model", "takes optimizer_idx; expected .batch. or .batch, batch_idx."),
        ("Asking", {}, "loss", "asks for trainer.strategy, but trains without a Trainer here"),
        ("AskingEarly", {}, "model", "not known before configure_optimizers; ask there"),
        ("Ending", {}, "model", "returned -1, which ends an epoch early"),
        ("FrozenInside", {}, "model", "builds net.2 in evaluation mode, but"),
        ("HalfFrozen", {}, "model", "builds net in evaluation mode.*call train.. there too"),
    ],
)
def test_what_cannot_be_trained_here_is_refused(lightning, name, args, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examined(lightning(name, args=args))
    assert caught.value.field[:2] == ("candidate", field)


def test_a_schedule_beside_the_modules_own_is_refused(lightning):
    for schedule in (Schedule(name="cosine"), Schedule(warmup=0.1)):
        with pytest.raises(CandidateError, match="the checklist has a schedule too; expected") as c:
            examined(lightning(schedule=schedule))
        assert c.value.field == ("candidate", "schedule")


def test_a_score_needs_a_forward(lightning):
    with pytest.raises(CandidateError, match="gives a loss and no outputs; expected score: neg_l"):
        examined(lightning("LaterLayers"))


def test_callbacks_that_are_not_run_are_spoken_of(lightning):
    assert examined(lightning()).remarks == ()
    (remark,) = examined(lightning("WithCallbacks")).remarks
    assert remark.startswith("the callbacks of configure_callbacks are not run")


def test_the_older_package_is_known_too(lightning, make_spec):
    spec = make_spec(lightning())
    older = lightning().model_copy(update={"model": "pytorch_lightning_module.py:Classifier"})
    assert_same_weights(trained(make_spec(older)).model, trained(spec).model)
