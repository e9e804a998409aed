"""Every group on every kind of model; none of them changes the training or another group."""

import math
import re

import pytest
import torch

from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.measures import MEASURES
from stablecheck.recipe import Candidate, Optimizer
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.context import Context, make_context
from stablecheck.trial.companions.run import measures_of, run_companion, run_companions
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import begin, train
from stablecheck.trial.run import run_trial

CPU = torch.device("cpu")

MODELS = """
import numpy as np
import torch
from torch import nn

class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 6)
        self.lstm = nn.LSTM(6, 5, batch_first=True)
        self.head = nn.Linear(5, 3)

    def forward(self, tokens):
        return self.head(self.lstm(self.embedding(tokens))[0][:, -1])

class Attentive(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 8)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.head = nn.Linear(8, 3)

    def forward(self, tokens):
        return self.head(self.layer(self.embedding(tokens)).mean(1))

class Partly(nn.Module):
    def __init__(self):
        super().__init__()
        self.frozen = nn.Embedding(7, 4).requires_grad_(False)
        self.unused = nn.Linear(4, 4)
        self.body = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.2), nn.ReLU())
        self.head = nn.Linear(6, 3)

    def forward(self, tokens):
        return self.head(self.body(self.frozen(tokens).mean(1)))

class Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.tanh()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        return g

class NoSecondDerivative(Partly):
    def forward(self, tokens):
        return Once.apply(super().forward(tokens))

class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(5, 3)

    def forward(self, tokens):
        if not self.training and len(tokens) == 1:
            raise RuntimeError("a single row")
        return self.head(tokens.float())

def data():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 7, size=(120, 5))
    y = x.sum(1) % 3
    return x[:90], y[:90], x[90:], y[90:]
"""


@pytest.fixture
def token_candidate(tmp_path):
    """A candidate on integer inputs; its files are in ``tmp_path``."""
    (tmp_path / "tokens.py").write_text(MODELS)

    def make(model, **changes):
        fields = {
            "model": f"tokens.py:{model}",
            "data": "tokens.py:data",
            "task": "classification",
            "loss": "cross_entropy",
            "score": "accuracy",
            "optimizer": Optimizer(name="sgd", lr=0.1, momentum=0.5, weight_decay=0.01),
            "batch_size": 16,
            "steps": 20,
        }
        return Candidate(**(fields | changes))

    return make


def lacks_recurrence_in(precision):
    """Whether this processor cannot compute PyTorch's LSTM so: oneDNN needs AVX-512 for that."""
    if precision == "fp32":
        return False
    try:
        with torch.autocast("cpu", torch.bfloat16):
            torch.nn.LSTM(2, 2)(torch.ones(1, 1, 2))
    except RuntimeError as error:
        return "primitive" in str(error)
    return False


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("model", ["Recurrent", "Attentive", "Partly"])
def test_every_group_measures_every_kind_of_model(
    token_candidate, finished_context, tmp_path, model, precision
):
    if model == "Recurrent" and lacks_recurrence_in(precision):
        pytest.skip("no LSTM in bfloat16 on this processor")
    candidate = token_candidate(model, precision=precision)
    found = run_companions(finished_context(candidate, (tmp_path,)))
    assert found.notes == ()
    assert {name: value for name, value in found.measures.items() if not math.isfinite(value)} == {}
    assert set(found.measures) == {name for name, m in MEASURES.items() if m.companion is not None}


def test_the_catalogue_and_the_groups_name_each_other():
    named = {measure.companion for measure in MEASURES.values() if measure.companion is not None}
    assert named == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_gives_exactly_its_measures(finished_context, make_candidate, group):
    found = run_companion(group, finished_context(make_candidate()))
    assert set(found.measures) == set(measures_of(group))


@pytest.mark.parametrize(
    ("model", "group", "why"),
    [
        ("NoSecondDerivative", "sharpness", "once_differentiable"),
        ("Odd", "ntk", r"RuntimeError: a single row \(tokens.py:\d+\)"),
    ],
)
def test_a_group_that_fails_costs_only_its_own_measures(
    token_candidate, make_spec, tmp_path, model, group, why
):
    candidate = token_candidate(model)
    spec = make_spec(candidate, measuring={"companions": ("averaging", group, "loss_gap")})
    trial = run_trial(prepare(candidate, (tmp_path,)), spec, CPU, EndPoints(tmp_path))
    assert trial.status == "ok"
    assert len(trial.notes) == 1
    assert re.match(f"{group} was not measured: .*{why}", trial.notes[0])
    assert {name: trial.measures[name] for name in measures_of(group)} == dict.fromkeys(
        measures_of(group)
    )
    assert trial.measures["averaging.design_effect"] is not None
    assert trial.measures["path.alignment"] is not None


def test_the_pl_ratio_asks_for_the_batches_it_needs(make_finished, make_candidate):
    prepared, spec, trained = make_finished(make_candidate(), companions=("loss_gap",))
    subject = make_context(prepared, spec, trained).subject
    found = run_companions(Context(subject, None))
    assert found.notes == (
        "loss_gap was not measured: ValueError: it needs train batches; add train to "
        "measure.sources",
    )
    assert math.isnan(found.measures["path.pl_ratio"])


def test_updates_that_were_not_kept_are_missed(make_finished, make_candidate):
    prepared, spec, trained = make_finished(make_candidate(), companions=())
    with pytest.raises(ValueError, match="the training kept no updates"):
        run_companion("updates", make_context(prepared, spec, trained))


@pytest.mark.parametrize("group", GROUPS)
def test_no_group_changes_training_model_or_random_state(make_spec, make_candidate, group):
    """Weights, buffers, mode and the global generator are bitwise as without it."""
    arguments = {"inputs": 64, "outputs": 10, "hidden": [16], "dropout": 0.3}
    candidate = make_candidate(model_args=arguments)
    prepared = prepare(candidate, ())

    def left(companions):
        spec = make_spec(candidate, measuring={"companions": companions})
        with seeded(0):
            trained = train(prepared, spec, begin(prepared, spec, CPU))
            model = trained.model
            before = [b.clone() for b in model.state_dict().values()]
            for name in companions:
                run_companion(name, make_context(prepared, spec, trained))
            after = list(model.state_dict().values())
            assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
            assert all(module.training for module in model.modules())
            assert all(p.requires_grad for p in model.parameters())
            parts = [value.double().reshape(-1) for value in after]
            return torch.cat([*parts, torch.rand(3).double()])

    assert torch.equal(left(()), left((group,)))


def test_a_group_finds_the_same_whatever_else_is_measured(finished_context, make_candidate):
    arguments = {"inputs": 64, "outputs": 10, "hidden": [16], "dropout": 0.3}
    context = finished_context(make_candidate(model_args=arguments))
    together = run_companions(context).measures
    for group in reversed(GROUPS):
        alone = run_companion(group, context).measures
        assert {name: together[name] for name in alone} == alone


@pytest.mark.parametrize("group", GROUPS)
def test_the_work_of_a_group_grows_with_what_is_asked(make_spec, make_candidate, group):
    work = GROUPS[group].work
    less = make_spec(make_candidate(), measuring={"snapshots": 2, "batches": 1}).measuring
    more = make_spec(make_candidate(), measuring={"snapshots": 40, "batches": 8}).measuring
    assert 1 <= work(less) <= work(more)
