"""Every task: what its targets are, which outputs it takes, and its scores against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn import metrics

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.examination import examine
from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.tasks import TASKS
from stablecheck.checklist.candidate_files import TASK_SCORES
from stablecheck.errors import CandidateError
from stablecheck.recipe import ScoreCallable
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.run import run_trial

CPU = torch.device("cpu")
SOURCE = """
import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)

def labels():
    x = rng.normal(size=(90, 5)).astype("float32")
    y = (x @ rng.normal(size=(5, 3)) > 0).astype("int64")
    return x[:60], y[:60], x[60:], y[60:]

def texts():
    tokens = rng.integers(0, 6, size=(90, 9))
    x, y = tokens[:, :-1], tokens[:, 1:].copy()
    y[::4, :3] = -100
    return x[:60], y[:60], x[60:], y[60:]

def images():
    x = rng.normal(size=(48, 1, 6, 6)).astype("float32")
    y = (x[:, 0] > 0).astype("int64") + (x[:, 0] > 1)
    y[:, 0, 0] = -100
    return x[:32], y[:32], x[32:], y[32:]

def several():
    x, y, xv, yv = labels()
    return {"one": x, "two": 2 * x}, y[:, 0], {"one": xv, "two": 2 * xv}, yv[:, 0]

class Next(nn.Module):
    def __init__(self, vocabulary=6):
        super().__init__()
        self.embed, self.out = nn.Embedding(6, 4), nn.Linear(4, vocabulary)
    def forward(self, x):
        return self.out(self.embed(x))

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 2)
    def forward(self, one, two):
        return self.layer(torch.cat([one, two], dim=1))

def linear(outputs=3):
    return nn.Linear(5, outputs)

def pixels(classes=3):
    return nn.Conv2d(1, classes, 3, padding=1)

def own_loss(model, batch):
    x, y = batch
    return (model(x) - y).square().mean()

def worst(model, batches):
    return -max(float((model(x) - y).abs().max()) for x, y in batches)
"""

RECIPES = {
    "multi_label": {
        "model": "own.py:linear", "data": "own.py:labels", "task": "multi_label",
        "loss": "binary_cross_entropy_with_logits", "score": "f1_macro",
    },
    "language_modelling": {
        "model": "own.py:Next", "data": "own.py:texts", "task": "language_modelling",
        "loss": "cross_entropy", "score": "token_accuracy",
    },
    "segmentation": {
        "model": "own.py:pixels", "data": "own.py:images", "task": "segmentation",
        "loss": "cross_entropy", "score": "mean_iou",
    },
    "custom": {
        "model": "own.py:linear", "data": "own.py:labels", "task": "custom",
        "loss": "own.py:own_loss", "score": "neg_loss",
    },
    "several inputs": {
        "model": "own.py:Two", "data": "own.py:several", "task": "classification",
        "loss": "cross_entropy", "score": "accuracy",
    },
}  # fmt: skip


@pytest.fixture
def recipe_of(make_candidate, tmp_path):
    (tmp_path / "own.py").write_text(SOURCE)

    def make(name, **changes):
        fields = {"model_args": {}, "batch_size": 16, "steps": 12}
        return make_candidate(**(fields | RECIPES[name] | changes))

    return make


@pytest.fixture
def scored(recipe_of, tmp_path):
    """Score and loss of the untrained model, and its outputs and targets on the held-out part."""

    def evaluate_(name, **changes):
        prepared = prepare(recipe_of(name, **changes), (tmp_path,))
        torch.manual_seed(0)
        model = prepared.build_model()
        heldout = prepared.dataset.heldout
        score, loss = evaluate(prepared, model, heldout)
        with torch.no_grad():
            outputs = model(heldout.inputs)
        return score, loss, outputs, heldout.targets

    return evaluate_


@pytest.mark.parametrize("name", RECIPES)
def test_a_trial_of_every_task_is_trained_scored_and_measured(recipe_of, make_spec, tmp_path, name):
    candidate = recipe_of(name)
    prepared = prepare(candidate, (tmp_path,))
    examine(prepared)
    trial = run_trial(prepared, make_spec(candidate), CPU, EndPoints(tmp_path / "ends"))
    assert (trial.status, trial.message) == ("ok", None)
    assert trial.score is not None
    assert trial.loss < trial.measures["initial_loss"]
    assert len(trial.path.heldout.rsi) == len(trial.path.step)


@pytest.mark.parametrize(
    ("score", "reference"),
    [
        ("f1_macro", lambda y, p: metrics.f1_score(y, p > 0.5, average="macro")),
        ("accuracy", lambda y, p: metrics.accuracy_score(y, p > 0.5)),
        ("roc_auc", lambda y, p: metrics.roc_auc_score(y, p)),
        ("average_precision", lambda y, p: metrics.average_precision_score(y, p)),
    ],
)
def test_scores_of_several_labels_are_scikit_learns(scored, score, reference):
    found, loss, outputs, targets = scored("multi_label", score=score)
    probabilities = torch.sigmoid(outputs.double()).numpy()
    assert found == pytest.approx(reference(targets.numpy().astype(int), probabilities))
    expected = torch.nn.functional.binary_cross_entropy_with_logits(outputs, targets)
    assert loss == pytest.approx(expected.item(), rel=1e-6)


def test_language_modelling_counts_the_tokens_that_are_not_ignored(scored):
    accuracy, loss, outputs, targets = scored("language_modelling")
    kept = targets != -100
    assert 0 < kept.sum() < targets.numel()
    hits = (outputs.argmax(-1) == targets)[kept]
    assert accuracy == pytest.approx(
        metrics.accuracy_score(targets[kept], outputs.argmax(-1)[kept])
    )
    assert accuracy == pytest.approx(hits.double().mean().item())
    expected = torch.nn.functional.cross_entropy(outputs[kept], targets[kept]).item()
    assert loss == pytest.approx(expected, rel=1e-6)
    perplexity, *_ = scored("language_modelling", score="neg_perplexity")
    assert perplexity == pytest.approx(-math.exp(expected), rel=1e-6)


def test_segmentation_scores_are_scikit_learns_over_all_pixels(scored):
    found, loss, outputs, targets = scored("segmentation")
    kept = targets != -100
    y, predicted = targets[kept].numpy(), outputs.argmax(1)[kept].numpy()
    assert found == pytest.approx(metrics.jaccard_score(y, predicted, average="macro"))
    accuracy, *_ = scored("segmentation", score="pixel_accuracy")
    assert accuracy == pytest.approx(metrics.accuracy_score(y, predicted))
    assert loss == pytest.approx(torch.nn.functional.cross_entropy(outputs, targets).item())


def test_a_custom_score_gets_the_model_and_the_batches(scored):
    own = ScoreCallable(callable="own.py:worst", higher_is_better=True)
    found, loss, outputs, targets = scored("custom", score=own)
    assert found == pytest.approx(-float((outputs - targets).abs().max()))
    assert loss == pytest.approx((outputs - targets).square().mean().item(), rel=1e-6)


def test_tasks_bring_the_scores_that_a_checklist_is_held_to():
    own = {name: tuple(task.scores) for name, task in TASKS.items() if task.scores}
    assert own | {"custom": ()} == TASK_SCORES


def test_neg_loss_is_minus_the_mean_loss_in_every_task(scored):
    for name in ("multi_label", "language_modelling", "segmentation", "custom"):
        score, loss, *_ = scored(name, score="neg_loss")
        assert score == pytest.approx(-loss)


@pytest.mark.parametrize(
    ("name", "changes", "field", "message"),
    [
        ("multi_label", {"data": "own.py:texts"}, "data", "y holds -100; expected 0 or 1 for each"),
        ("multi_label", {"data": "own.py:several"}, "data", "a column for each label"),
        ("multi_label", {"model_args": {"outputs": 2}}, "model", "there are 3 labels a row"),
        ("language_modelling", {"data": "own.py:several"}, "data", "for every token of every row"),
        ("language_modelling", {"model_args": {"vocabulary": 5}}, "model",
         r"y holds class 5, but the model returned 5 classes, 0 to 4; change its last layer"),
        ("language_modelling", {"model": "own.py:linear", "data": "own.py:labels"}, "model",
         r"returned shape \(16, 3\); expected \(16, 3, vocabulary\)"),
        ("language_modelling", {"score": "f1"}, "score",
         "no score 'f1'; expected one of neg_loss, token_accuracy, neg_perplexity"),
        ("segmentation", {"model_args": {"classes": 2}}, "model", "y holds class 2"),
        ("segmentation", {"score": "iou"}, "score", "neg_loss, pixel_accuracy, mean_iou"),
        ("custom", {"loss": "mse_loss"}, "loss", r"file.py:callable of \(model, batch\)"),
        ("custom", {"score": "accuracy"}, "score", "custom has no score 'accuracy'"),
        ("custom", {"score": ScoreCallable(callable="own.py:linear", higher_is_better=True)},
         "score", r"calling own.py:linear with \(model, batches\) raised TypeError"),
        ("segmentation", {"score": ScoreCallable(callable="own.py:labels", higher_is_better=True)},
         "score", r"calling own.py:labels with \(targets, outputs\) raised TypeError"),
        ("language_modelling", {"task": "classification", "score": "accuracy"}, "data",
         "for a class at every place of a row segmentation or language_modelling"),
        ("several inputs", {"model": "own.py:linear"}, "model", "unexpected keyword argument"),
        ("several inputs", {"loss": "own"}, "loss", "own leaves the loss to the model"),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_task_gets_one_line(recipe_of, tmp_path, name, changes, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examine(prepare(recipe_of(name, **changes), (tmp_path,)))
    assert caught.value.field == ("candidate", field)


def test_targets_that_are_all_ignored_weigh_nothing(recipe_of, tmp_path):
    """A part without a target that counts would make the mean loss no number."""
    prepared = prepare(recipe_of("language_modelling", batch_size=1), (tmp_path,))
    heldout = prepared.dataset.heldout
    heldout.targets[0] = -100
    model = prepared.build_model()
    _, loss = evaluate(prepared, model, heldout)
    kept = heldout.targets != -100
    with torch.no_grad():
        outputs = model(heldout.inputs)
    expected = torch.nn.functional.cross_entropy(outputs[kept], heldout.targets[kept])
    assert loss == pytest.approx(expected.item(), rel=1e-6)


def test_a_model_without_gradient_or_with_sparse_or_complex_ones_is_refused(
    make_candidate, tmp_path
):
    sources = {
        "parameter weight is complex64": "return nn.Linear(64, 10, dtype=torch.complex64)",
        "gradient of parameter 0.weight is sparse": (
            "embedding = nn.Embedding(17, 4, sparse=True)\n"
            "    return nn.Sequential(embedding, nn.Flatten(), nn.Linear(256, 10))"
        ),
        "gives no trainable parameter a gradient": "return Detached(64, 10)",
    }
    for message, body in sources.items():
        folder = tmp_path / message.split()[-1]
        folder.mkdir()
        (folder / "own.py").write_text(
            "import torch\nfrom torch import nn\nfrom sklearn.datasets import load_digits\n"
            "class Detached(nn.Linear):\n    def forward(self, x):\n"
            "        return super().forward(x).detach().requires_grad_()\n"
            f"def build():\n    {body}\n"
            "def data():\n    x, y = load_digits(return_X_y=True)\n    x = x.astype('int64')\n"
            "    return x[:900], y[:900], x[900:], y[900:]\n"
            "def loss(outputs, targets):\n    return outputs.abs().mean()\n"
        )
        dense = {"data": "own.py:data"} if "sparse" in message else {"data": "sklearn:digits"}
        recipe = {"model": "own.py:build", "model_args": {}, "loss": "own.py:loss"} | dense
        with pytest.raises(CandidateError, match=message):
            examine(prepare(make_candidate(**recipe), (folder,)))


def test_class_indices_of_binary_targets_fit_one_output(make_candidate):
    candidate = make_candidate(
        data="sklearn:breast_cancer", loss="binary_cross_entropy_with_logits", score="roc_auc",
        model_args={"inputs": 30, "outputs": 1, "hidden": [4]},
    )  # fmt: skip
    prepared = prepare(candidate, ())
    torch.manual_seed(0)
    model = prepared.build_model()
    score, _ = evaluate(prepared, model, prepared.dataset.heldout)
    with torch.no_grad():
        outputs = model.eval()(prepared.dataset.heldout.inputs)[:, 0]
    expected = metrics.roc_auc_score(prepared.dataset.heldout.targets, np.asarray(outputs))
    assert score == pytest.approx(expected)


PROBABILITIES = """
import numpy as np
import torch
from torch import nn

x = np.random.default_rng(0).normal(size=(90, 3)).astype("float32")
y = (x > 0).astype("int64")

class Sure(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.scale, self.columns = nn.Parameter(torch.tensor(20.0)), columns
    def forward(self, x):
        return torch.sigmoid(self.scale * x[:, : self.columns])

def labels(): return x[:60], y[:60], x[60:], y[60:]
def classes(): return x[:60], y[:60, 0], x[60:], y[60:, 0]
"""


@pytest.mark.parametrize(
    ("task", "data", "columns"),
    [("classification", "classes", 1), ("multi_label", "labels", 3)],
)
def test_outputs_of_a_loss_of_probabilities_are_scored_as_such(
    make_candidate, tmp_path, task, data, columns
):
    """A model that knows the answer, and says so in probabilities."""
    (tmp_path / "own.py").write_text(PROBABILITIES)
    candidate = make_candidate(
        model="own.py:Sure", model_args={"columns": columns}, data=f"own.py:{data}", task=task,
        loss="binary_cross_entropy", score="accuracy",
    )  # fmt: skip
    prepared = prepare(candidate, (tmp_path,))
    score, loss = evaluate(prepared, prepared.build_model(), prepared.dataset.heldout)
    assert score == 1.0
    assert loss < 0.1
