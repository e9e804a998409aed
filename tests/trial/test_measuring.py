"""Snapshots measured after the training, against training twice; measuring changes nothing."""

import math

import numpy as np
import pytest
import torch

from stablecheck.candidate.optimizer import make_optimizer
from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.trial.batches import draw
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import begin, train
from stablecheck.trial.order import batches
from stablecheck.trial.path import measure_path
from stablecheck.trial.run import run_trial
from stablecheck.trial.snapshots import flat_parameters, snapshot_steps
from stablecheck.trial.views import OtherEndPoint
from tests.trial.rows import all_rows

CPU = torch.device("cpu")


def train_again(prepared, spec, visit):
    """The plainest loop, calling ``visit(step, model)`` before every step; returns the model."""
    with seeded(0):
        torch.manual_seed(spec.seeds.init)
        model = prepared.build_model()
        torch.manual_seed(spec.seeds.dropout)
        optimizer = make_optimizer(prepared.candidate.optimizer, model.parameters())
        data = begin(prepared, spec, CPU).data
        torch.manual_seed(spec.seeds.dropout)
        x, y = all_rows(data)
        order = batches(len(x), 64, spec.seeds.order)
        for step in range(prepared.steps):
            visit(step, model)
            rows = next(order)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model, data


def naive_gradient(model, x, y):
    """Gradient by ``backward`` on the live model, whose running statistics are put back."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    model.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x), y)
    loss.backward()
    gradient = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    model.load_state_dict(state)
    return gradient, loss.item()


def naive_quantities(gradient, here, end):
    """RSI, EB and alignment by sums over the coordinates in double precision."""
    dot = distance = norm = 0.0
    for g, w, w_end in zip(gradient, here, end, strict=True):
        d = w.double() - w_end.double()
        dot += float((g.double() * d).sum())
        distance += float((d * d).sum())
        norm += float((g.double() ** 2).sum())
    return dot / distance, math.sqrt(norm / distance), dot / math.sqrt(norm * distance)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_snapshots_give_what_training_twice_gives(kind, make_candidate, cnn_candidate, make_spec):
    candidate = cnn_candidate if kind == "cnn" else make_candidate()
    spec = make_spec(candidate, seed=3)
    prepared = prepare(candidate, ())
    with seeded(0):
        trained = train(prepared, spec, begin(prepared, spec, CPU))
        path = measure_path(prepared, spec, trained, None).record

    first, data = train_again(prepared, spec, lambda step, model: None)
    end = [p.detach().clone() for p in first.parameters()]
    asked = snapshot_steps(prepared.steps, 5)
    drawn = draw(data, 64, 2, len(asked), spec.seeds.measure)
    seen = []

    def measure(step, model):
        if step in asked:
            here = [p.detach().clone() for p in model.parameters()]
            for x, y in drawn.at(asked.index(step)):
                gradient, loss = naive_gradient(model, x, y)
                seen.append((*naive_quantities(gradient, here, end), loss))

    second, _ = train_again(prepared, spec, measure)
    assert torch.equal(flat_parameters(first), flat_parameters(second))
    found = [path.train.rsi, path.train.eb, path.train.alignment, path.train.loss]
    expected = np.array(seen).reshape(5, 2, 4)
    np.testing.assert_allclose(np.stack(found, axis=-1), expected, rtol=2e-4, atol=1e-6)
    assert path.step == asked


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_measuring_does_not_change_the_training(make_candidate, make_spec, dropout):
    """The trained weights are bitwise equal with snapshots and measuring on and off."""
    arguments = {"inputs": 64, "outputs": 10, "hidden": [16], "dropout": dropout}
    candidate = make_candidate(model_args=arguments)
    prepared = prepare(candidate, ())

    def trained_weights(snapshots, measured):
        measuring = {"snapshots": snapshots, "sources": ("train", "heldout", "full")}
        spec = make_spec(candidate, measuring=measuring | {"companions": measured})
        with seeded(0):
            trained = train(prepared, spec, begin(prepared, spec, CPU))
            if measured:
                measure_path(prepared, spec, trained, None)
        state = trained.model.state_dict()
        return torch.cat([value.double().reshape(-1) for value in state.values()])

    plain = trained_weights(2, measured=())
    assert torch.equal(plain, trained_weights(40, measured=("updates",)))
    assert torch.equal(plain, trained_weights(7, measured=tuple(GROUPS)))


def test_measuring_gives_back_every_random_state_and_the_models_mode(
    make_candidate, make_spec, tmp_path
):
    candidate = make_candidate()
    prepared = prepare(candidate, ())
    import random

    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    expected = (torch.rand(3), np.random.rand(3), random.random())
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    spec = make_spec(candidate, measuring={"companions": tuple(GROUPS)})
    run_trial(prepared, spec, CPU, EndPoints(tmp_path))
    assert torch.equal(torch.rand(3), expected[0])
    assert np.array_equal(np.random.rand(3), expected[1])
    assert random.random() == expected[2]


def test_the_same_specification_gives_the_same_record_twice(make_candidate, make_spec, tmp_path):
    candidate = make_candidate()
    everything = {"sources": ("train", "heldout", "full"), "companions": tuple(GROUPS)}
    spec = make_spec(candidate, measuring=everything)
    times = {"seconds", "measuring_seconds"}
    first, second = (
        run_trial(prepare(candidate, ()), spec, CPU, EndPoints(tmp_path)).model_dump(exclude=times)
        for _ in range(2)
    )
    assert first == second
    assert first["status"] == "ok"


def test_the_control_takes_the_other_trials_end_point(make_candidate, make_spec, tmp_path):
    candidate = make_candidate()
    prepared = prepare(candidate, ())
    points = EndPoints(tmp_path)
    first = run_trial(prepared, make_spec(candidate, 0, keeps_end_point=True), CPU, points)
    spec = make_spec(candidate, 1, cross_seed=first.id)
    second = run_trial(prepared, spec, CPU, points)
    assert second.path.cross_seed_trial == first.id
    with seeded(0):
        trained = train(prepared, spec, begin(prepared, spec, CPU))
        other = OtherEndPoint("x", flat_parameters(trained.model))
        against_itself = measure_path(prepared, spec, trained, other).record
    assert against_itself.cross_seed.rsi == against_itself.train.rsi
    assert second.path.cross_seed.rsi != second.path.train.rsi
    assert {"path.cross_seed.rsi", "path.cross_seed.positive_share"} <= set(second.measures)


def test_without_the_other_end_point_the_control_is_left_out(make_candidate, make_spec, tmp_path):
    candidate = make_candidate()
    spec = make_spec(candidate, 1, cross_seed="seeds-base-s0")
    trial = run_trial(prepare(candidate, ()), spec, CPU, EndPoints(tmp_path))
    assert trial.status == "ok"
    assert trial.path.cross_seed is None
    assert not any(name.startswith("path.cross_seed") for name in trial.measures)


def test_frozen_parameters_are_not_part_of_the_path(tmp_path, make_candidate, make_spec):
    source = tmp_path / "model.py"
    source.write_text(
        "from torch import nn\n"
        "def build():\n"
        "    body = nn.Linear(64, 8)\n"
        "    body.requires_grad_(False)\n"
        "    return nn.Sequential(nn.Flatten(), body, nn.ReLU(), nn.Linear(8, 10))\n"
    )
    candidate = make_candidate(model="model.py:build", model_args={})
    prepared = prepare(candidate, (tmp_path,))
    spec = make_spec(candidate)
    with seeded(0):
        training = begin(prepared, spec, CPU)
        frozen = training.model[1].weight.clone()
        trained = train(prepared, spec, training)
    assert trained.snapshots[0].parameters.shape == (8 * 10 + 10,)
    assert torch.equal(trained.model[1].weight, frozen)
    assert run_trial(prepared, spec, CPU, EndPoints(tmp_path)).status == "ok"
