"""What the recorder finds in a loop of one's own is what the runner finds in its trial."""

from dataclasses import dataclass, field

import numpy as np
import pytest
import torch

from stablecheck import PathRecorder
from stablecheck.candidate.optimizer import make_optimizer
from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.plan import derive_seeds
from stablecheck.recipe import Optimizer
from stablecheck.trial.batches import Drawn, draw
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import begin
from stablecheck.trial.order import batches
from stablecheck.trial.run import run_trial
from tests.trial.rows import all_rows

CPU = torch.device("cpu")
MLP = {"inputs": 64, "outputs": 10, "hidden": [16], "batch_norm": True}
FROZEN = """
from torch import nn

def build():
    body = nn.Linear(64, 8)
    body.weight.requires_grad_(False)
    return nn.Sequential(nn.Flatten(), body, nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 10))
"""
KINDS = {
    "batch_norm": {},
    "dropout": {"model_args": MLP | {"batch_norm": False, "dropout": 0.3}},
    "frozen": {"model": "model.py:build", "model_args": {}},
    "weight_decay": {
        "optimizer": Optimizer(name="adamw", lr=0.003, weight_decay=0.1),
    },
}


@dataclass
class RunnersBatches:
    """A loader that gives the very batches on which the runner measures, one a pass.

    Args:
        drawn: The runner's batches.
        dataset: The rows that they are drawn from.
        batch_size: Their size.
    """

    drawn: Drawn
    dataset: object
    batch_size: int
    drop_last: bool = True
    place: int = field(default=0, init=False)

    def __len__(self):
        return 1

    def __iter__(self):
        each = len(self.drawn.rows[0])
        if self.place == each * len(self.drawn.rows):  # what follows is the loss on all rows
            return iter([all_rows(self.dataset)])
        batch = list(self.drawn.at(self.place // each))[self.place % each]
        self.place += 1
        return iter([batch])


def loss_of(model, batch):
    x, y = batch
    return torch.nn.functional.cross_entropy(model(x), y)


def own_loop(prepared, spec, other):
    """The trial's training as anybody would write it, recorded and measured."""
    torch.manual_seed(spec.seeds.init)
    model = prepared.build_model()
    data = begin(prepared, spec, CPU).data
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = make_optimizer(prepared.candidate.optimizer, trained)
    recorder = PathRecorder(
        model, optimizer, snapshots=spec.measuring.snapshots, total_steps=prepared.steps
    )
    torch.manual_seed(spec.seeds.dropout)
    x, y = all_rows(data)
    order = batches(len(x), 64, spec.seeds.order)
    for _ in range(prepared.steps):
        rows = next(order)
        optimizer.zero_grad()
        loss_of(model, (x[rows], y[rows])).backward()
        optimizer.step()

    def drawn(source):
        count, seed = spec.measuring.batches, spec.seeds.measure
        found = draw(source, 64, count, spec.measuring.snapshots, seed)
        return RunnersBatches(found, source, 64)

    return recorder.measure(
        loss_of,
        train=drawn(data),
        heldout=drawn(data.heldout),
        batches=spec.measuring.batches,
        other_end_point=other,
        seed=spec.seeds.measure,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_recorder_finds_what_the_runner_finds(kind, tmp_path, make_candidate, make_spec):
    (tmp_path / "model.py").write_text(FROZEN)
    candidate = make_candidate(**KINDS[kind])
    prepared, ends = prepare(candidate, (tmp_path,)), EndPoints(tmp_path)
    run_trial(prepared, make_spec(candidate, 3, keeps_end_point=True), CPU, ends)
    spec = make_spec(candidate, 4, cross_seed="seeds-base-s3", measuring={"batches": 3})
    trial = run_trial(prepared, spec, CPU, ends)
    with seeded(0):
        found = own_loop(prepared, spec, ends.find("seeds-base-s3"))

    expected = trial.path
    assert found.record.step == expected.step
    assert found.record.lr == expected.lr
    assert found.record.total_steps == expected.total_steps
    assert (found.record.weight_decay is None) == (kind != "weight_decay")
    for name in ("distance", "cross_seed_distance"):
        np.testing.assert_allclose(getattr(found.record, name), getattr(expected, name), rtol=1e-6)
    for source in ("train", "heldout", "cross_seed", "weight_decay"):
        one, other = getattr(found.record, source), getattr(expected, source)
        if other is None:
            assert one is None
            continue
        for grid in ("rsi", "eb", "alignment", "loss"):
            np.testing.assert_allclose(getattr(one, grid), getattr(other, grid), rtol=1e-6)
    numbers = trial.measures
    assert set(found.measures) == set(numbers)
    for name, value in numbers.items():
        assert found.measures[name] == pytest.approx(
            np.nan if value is None else value, rel=1e-6, nan_ok=True
        ), name
    assert numbers["noise_scale"] is not None


def test_a_recorded_path_is_that_of_training_twice():
    """Against gradients on the live model of a second training, in double precision."""
    torch.manual_seed(5)
    x = torch.randn(40, 3)
    y = (x @ torch.tensor([[1.0], [-2.0], [0.5]])).tanh()
    measured_on = [(x[:10], y[:10]), (x[10:30], y[10:30])]

    def loss(model, batch):
        return ((model(batch[0]) - batch[1]) ** 2).mean()

    def train(look):
        torch.manual_seed(derive_seeds(1).init)
        model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
        look(-1, model, optimizer)
        for step in range(12):
            look(step, model, optimizer)
            optimizer.zero_grad()
            loss(model, (x, y)).backward()
            optimizer.step()
        return torch.nn.utils.parameters_to_vector(model.parameters()).detach().double()

    recorders = []

    def attach(step, model, optimizer):
        if step < 0:
            recorders.append(PathRecorder(model, optimizer, snapshots=6))

    end = train(attach)
    rsi, eb, distances = [], [], []

    def look(step, model, optimizer):
        if step < 0 or step % 2:
            return
        way = torch.nn.utils.parameters_to_vector(model.parameters()).detach().double() - end
        distances.append(float(way.norm()))
        for batch in measured_on:
            gradient = torch.autograd.grad(loss(model, batch), list(model.parameters()))
            flat = torch.cat([g.reshape(-1) for g in gradient]).double()
            rsi.append(float(flat @ way / (way @ way)))
            eb.append(float(flat.norm() / way.norm()))

    train(look)
    found = recorders[0].measure(loss, train=measured_on, batches=2).record
    assert found.step == (0, 2, 4, 6, 8, 10)
    np.testing.assert_allclose(found.distance, distances, rtol=1e-5)
    np.testing.assert_allclose(np.ravel(found.train.rsi), rsi, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.ravel(found.train.eb), eb, rtol=1e-4)
