"""The training loop: order, subsets, schedules, divergence, against plain references."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.candidate.optimizer import make_multiplier, make_optimizer
from stablecheck.candidate.prepared import prepare
from stablecheck.errors import DivergedError
from stablecheck.recipe import Optimizer, Schedule
from stablecheck.trial.divergence import DivergenceWatch
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import begin, train
from stablecheck.trial.order import batches, nested_subset
from stablecheck.trial.run import run_trial
from stablecheck.trial.snapshots import snapshot_steps

CPU = torch.device("cpu")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=20, max_size=80), st.integers(0, 1000))
def test_subsets_are_nested_and_keep_the_classes_in_proportion(labels, seed):
    targets = torch.tensor(labels)
    subsets = {f: nested_subset(len(labels), f, seed, targets) for f in (0.25, 0.5, 1.0)}
    assert set(subsets[0.25].tolist()) <= set(subsets[0.5].tolist())
    assert sorted(subsets[1.0].tolist()) == list(range(len(labels)))
    for label in set(labels):
        expected = 0.5 * labels.count(label)
        assert abs(int((targets[subsets[0.5]] == label).sum()) - expected) <= 2


def test_every_epoch_visits_every_row_once_in_a_fresh_order():
    order = batches(12, 4, seed=5)
    epochs = [torch.cat([next(order) for _ in range(3)]) for _ in range(2)]
    assert all(sorted(epoch.tolist()) == list(range(12)) for epoch in epochs)
    assert epochs[0].tolist() != epochs[1].tolist()


def test_an_incomplete_last_batch_is_dropped():
    order = batches(10, 4, seed=0)
    assert {len(next(order)) for _ in range(10)} == {4}


@pytest.mark.parametrize(
    ("schedule", "reference"),
    [
        (Schedule(name="constant"), lambda t, n: 1.0),
        (Schedule(name="cosine"), lambda t, n: 0.5 * (1 + math.cos(math.pi * t / n))),
        (Schedule(name="linear"), lambda t, n: 1 - t / n),
        (Schedule(name="step"), lambda t, n: 1.0 if t < n / 2 else 0.1 if t < 0.75 * n else 0.01),
    ],
)
def test_schedules_follow_their_formula(schedule, reference):
    multiplier = make_multiplier(schedule, 100, ())
    assert [multiplier(t) for t in range(100)] == pytest.approx(
        [reference(t, 100) for t in range(100)]
    )


def test_the_cosine_schedule_agrees_with_pytorchs_own():
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    peer = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=50)
    multiplier = make_multiplier(Schedule(name="cosine"), 50, ())
    for step in range(50):
        assert multiplier(step) == pytest.approx(peer.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        peer.step()


def test_the_warm_up_rises_to_the_peak_and_then_the_shape_begins():
    multiplier = make_multiplier(Schedule(name="linear", warmup=0.1), 100, ())
    assert [multiplier(t) for t in (0, 4, 9, 10)] == pytest.approx([0.1, 0.5, 1.0, 1.0])
    assert multiplier(55) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("settings_", "kind"),
    [
        (Optimizer(name="sgd", lr=0.1, momentum=0.9, nesterov=True), torch.optim.SGD),
        (Optimizer(name="adam", lr=0.1, betas=(0.8, 0.99), weight_decay=0.1), torch.optim.Adam),
        (Optimizer(name="adamw", lr=0.1, weight_decay=0.1), torch.optim.AdamW),
    ],
)
def test_the_optimizer_is_pytorchs_own_with_the_recipes_settings(settings_, kind):
    optimizer = make_optimizer(settings_, [torch.nn.Parameter(torch.zeros(2))])
    group = optimizer.param_groups[0]
    assert type(optimizer) is kind
    assert group["lr"] == 0.1
    assert group["weight_decay"] == settings_.weight_decay
    if kind is torch.optim.SGD:
        assert group["nesterov"]
        assert group["momentum"] == 0.9
    else:
        assert tuple(group["betas"]) == settings_.betas


def test_the_learning_rate_of_each_snapshot_is_the_one_in_force(make_candidate, make_spec):
    candidate = make_candidate(schedule=Schedule(name="linear"))
    prepared, spec = prepare(candidate, ()), make_spec(candidate)
    trained = train(prepared, spec, begin(prepared, spec, CPU))
    steps = [snapshot.step for snapshot in trained.snapshots]
    assert [s.lr for s in trained.snapshots] == pytest.approx([0.05 * (1 - t / 40) for t in steps])


@given(st.integers(1, 500), st.integers(2, 60))
def test_snapshots_start_at_zero_are_distinct_and_evenly_spaced(total, count):
    steps = snapshot_steps(total, count)
    assert steps[0] == 0
    assert len(steps) == min(total, count)
    gaps = np.diff(steps)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1
    assert steps[-1] < total


def watch(losses):
    watcher = DivergenceWatch()
    for loss in losses:
        watcher.observe(torch.tensor(loss))
    watcher.flush()


def test_a_loss_that_is_not_finite_ends_the_training_at_its_step():
    with pytest.raises(DivergedError, match="became nan at step 3") as caught:
        watch([1.0, 1.0, 1.0, float("nan"), 1.0])
    assert caught.value.step == 3


def test_a_loss_that_runs_away_ends_the_training():
    with pytest.raises(DivergedError, match="10 times the first loss"):
        watch([1.0] * 5 + [100.0] * 30)


def test_one_spike_is_not_a_divergence():
    watch([1.0] * 30 + [80.0] + [1.0] * 30)


def test_a_diverging_trial_is_a_record_with_its_step_and_its_first_loss(
    make_candidate, make_spec, tmp_path
):
    candidate = make_candidate(optimizer=Optimizer(name="sgd", lr=1e6))
    candidate = candidate.model_copy(update={"loss": "mse.py:loss"})
    (tmp_path / "mse.py").write_text(
        "import torch\n"
        "def loss(outputs, targets):\n"
        "    return (outputs ** 2).mean() + 0 * targets.sum()\n"
    )
    trial = run_trial(
        prepare(candidate, (tmp_path,)), make_spec(candidate), CPU, EndPoints(tmp_path)
    )
    assert trial.status == "diverged"
    assert trial.score is None
    assert trial.path is None
    assert trial.steps < 40
    assert math.isfinite(trial.measures["initial_loss"])


def test_a_model_that_raises_midway_is_a_failed_record_that_names_the_line(
    make_candidate, make_spec, tmp_path
):
    (tmp_path / "flaky.py").write_text(
        "from torch import nn\n"
        "class Flaky(nn.Linear):\n"
        "    calls = 0\n"
        "    def forward(self, x):\n"
        "        self.calls += 1\n"
        "        if self.calls > 10:\n"
        "            raise RuntimeError('no more')\n"
        "        return super().forward(x)\n"
        "def build():\n"
        "    return Flaky(64, 10)\n"
    )
    candidate = make_candidate(model="flaky.py:build", model_args={})
    trial = run_trial(
        prepare(candidate, (tmp_path,)), make_spec(candidate), CPU, EndPoints(tmp_path)
    )
    assert trial.status == "failed"
    assert trial.message == "RuntimeError: no more (flaky.py:7)"


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_bf16_trains_and_keeps_single_precision_weights(make_candidate, make_spec, name):
    candidate = make_candidate(precision="bf16", optimizer=Optimizer(name=name, lr=0.01))
    prepared, spec = prepare(candidate, ()), make_spec(candidate)
    trained = train(prepared, spec, begin(prepared, spec, CPU))
    assert {p.dtype for p in trained.model.parameters()} == {torch.float32}
    plain = make_candidate(optimizer=Optimizer(name=name, lr=0.01))
    other = train(prepare(plain, ()), spec, begin(prepare(plain, ()), spec, CPU))
    assert not torch.equal(trained.snapshots[-1].parameters, other.snapshots[-1].parameters)


def test_regression_is_scored_in_the_targets_own_units(make_candidate, make_spec, tmp_path):
    from sklearn.datasets import load_diabetes
    from sklearn.metrics import mean_absolute_error
    from sklearn.model_selection import train_test_split

    candidate = make_candidate(
        model_args={"inputs": 10, "outputs": 1, "hidden": [8]},
        data="sklearn:diabetes",
        task="regression",
        loss="mse_loss",
        score="neg_mean_absolute_error",
    )
    prepared, spec = prepare(candidate, ()), make_spec(candidate)
    trial = run_trial(prepared, spec, CPU, EndPoints(tmp_path))
    trained = train(prepared, spec, begin(prepared, spec, CPU))
    x, y = load_diabetes(return_X_y=True)
    x_train, x_held, y_train, y_held = train_test_split(x, y, test_size=0.2, random_state=0)
    scaled = torch.tensor((x_held - x_train.mean(0)) / x_train.std(0), dtype=torch.float32)
    with torch.no_grad():
        predicted = trained.model.eval()(scaled).squeeze(1).numpy() * y_train.std() + y_train.mean()
    assert trial.score == pytest.approx(-mean_absolute_error(y_held, predicted), rel=1e-4)
