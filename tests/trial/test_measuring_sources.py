"""Each batch source against plain loops: full gradient, weight decay, noise scale, laziness."""

import numpy as np
import pytest
import torch

from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.plan import derive_seeds
from stablecheck.recipe import Optimizer
from stablecheck.trial.batches import cut, draw, some_rows, taken
from stablecheck.trial.loop import begin, train
from stablecheck.trial.path import measure_path
from stablecheck.trial.replica import replica_of
from tests.trial.rows import all_rows

CPU = torch.device("cpu")


@pytest.fixture
def measured(make_spec):
    """Train and measure a candidate; give the training and what was measured."""

    def make(candidate, **measuring):
        prepared, spec = prepare(candidate, ()), make_spec(candidate, measuring=measuring)
        with seeded(0):
            trained = train(prepared, spec, begin(prepared, spec, CPU))
            return trained, measure_path(prepared, spec, trained, None)

    return make


@pytest.fixture
def plain_candidate(make_candidate):
    """Without batch normalisation, so that a gradient is the mean of its rows' gradients."""
    arguments = {"inputs": 64, "outputs": 10, "hidden": [8], "batch_norm": False}
    return make_candidate(model_args=arguments, optimizer=Optimizer(name="sgd", lr=0.1))


def naive(trained, snapshot, x, y):
    """Loss, gradient and the way still to go, by ``backward`` on a copy, in double precision."""
    replica = replica_of(trained.model)
    replica.put(snapshot.parameters, snapshot.buffers)
    loss = torch.nn.functional.cross_entropy(replica.model(x), y)
    loss.backward()
    gradient = torch.cat([p.grad.reshape(-1) for p in replica.parameters]).double()
    end = torch.cat([p.detach().reshape(-1) for p in trained.model.parameters()])
    return loss.item(), gradient, (snapshot.parameters - end).double()


def test_the_full_gradient_is_that_of_all_training_rows_at_once(measured, plain_candidate):
    trained, found = measured(plain_candidate, snapshots=20, sources=("train", "full"))
    full, data = found.record.full, trained.data
    assert full.step == (0, 10, 20, 28, 38)  # 5 of the 20, evenly spaced up to step 0.95 · 40
    by_step = {s.step: s for s in trained.snapshots}
    for place, step in enumerate(full.step):
        loss, gradient, d = naive(trained, by_step[step], *all_rows(data))
        assert full.loss[place] == (pytest.approx(loss, rel=1e-5),)
        assert full.distance[place] == pytest.approx(float(d.norm()), rel=1e-6)
        assert full.lr[place] == by_step[step].lr
        assert full.rsi[place] == (pytest.approx(float(gradient @ d / (d @ d)), rel=1e-3),)
        assert full.eb[place] == (pytest.approx(float(gradient.norm() / d.norm()), rel=1e-4),)
    assert found.measures["path.full.rsi"] == pytest.approx(np.median(full.rsi))
    assert found.record.heldout is None


def test_the_full_gradient_normalises_by_parts_of_the_recipes_batch_size(measured, make_candidate):
    candidate = make_candidate()
    trained, found = measured(candidate, sources=("full",))
    data, snapshot = trained.data, trained.snapshots[0]
    spread = []
    for seed in range(20):
        parts = taken(data, cut(some_rows(data, len(data), seed), 64))
        losses = [naive(trained, snapshot, x, y)[0] * len(x) / len(data) for x, y in parts]
        spread.append(sum(losses))
    assert min(spread) * 0.999 <= found.record.full.loss[0][0] <= max(spread) * 1.001
    assert found.record.train is None
    assert "noise_scale" not in found.measures


def test_weight_decay_is_that_of_the_regularised_loss(measured, make_candidate):
    """Against autograd on loss + ½ λ ‖w‖²."""
    candidate = make_candidate(optimizer=Optimizer(name="sgd", lr=0.05, weight_decay=0.1))
    trained, found = measured(candidate)
    data, series = trained.data, found.record.weight_decay
    batches = draw(data, 64, 2, 5, derive_seeds(0).measure)
    for place, snapshot in enumerate(trained.snapshots):
        for column, (x, y) in enumerate(batches.at(place)):
            loss, gradient, d = naive(trained, snapshot, x, y)
            w = snapshot.parameters.double()
            decayed = gradient + 0.1 * w
            expected = float(decayed @ d / (decayed.norm() * d.norm()))
            assert series.alignment[place][column] == pytest.approx(expected, rel=1e-3)
            assert series.loss[place][column] == pytest.approx(loss + 0.05 * float(w @ w), rel=1e-5)
    alignments = np.array(series.alignment)[np.array(found.record.step) <= 38]
    assert found.measures["path.weight_decay.alignment"] == pytest.approx(np.median(alignments))


def test_without_weight_decay_its_measures_are_the_gradients_own(measured, plain_candidate):
    _, found = measured(plain_candidate)
    assert found.record.weight_decay is None
    for name in ("rsi", "eb", "alignment", "positive_share"):
        assert found.measures[f"path.weight_decay.{name}"] == found.measures[f"path.{name}"]


def test_the_noise_scale_is_that_of_the_rows_own_gradients(measured, plain_candidate):
    """Many batches at the first snapshots against one gradient for every row."""
    candidate = plain_candidate.model_copy(update={"steps": 2, "batch_size": 100})
    trained, found = measured(candidate, snapshots=2, batches=60, exclude_tail=0.6)
    data, snapshot = trained.data, trained.snapshots[0]
    rows = torch.stack(
        [naive(trained, snapshot, *data.take(torch.tensor([row])))[1] for row in range(len(data))]
    )
    expected = float(rows.var(dim=0).sum() / rows.mean(dim=0).square().sum())
    assert found.measures["noise_scale"] == pytest.approx(expected, rel=0.15)


def test_laziness_is_the_way_from_the_initial_weights_over_their_norm(measured, make_candidate):
    trained, found = measured(make_candidate())
    first = trained.snapshots[0].parameters
    last = torch.cat([p.detach().reshape(-1) for p in trained.model.parameters()])
    expected = float((last - first).norm() / first.norm())
    assert found.measures["laziness"] == pytest.approx(expected, rel=1e-5)


def test_a_source_finds_the_same_whatever_else_is_measured(measured, make_candidate):
    arguments = {"inputs": 64, "outputs": 10, "hidden": [8], "dropout": 0.3}
    candidate = make_candidate(model_args=arguments)
    _, together = measured(candidate, sources=("train", "heldout", "full"))
    for source in ("train", "heldout", "full"):
        _, alone = measured(candidate, sources=(source,))
        assert getattr(alone.record, source) == getattr(together.record, source)
