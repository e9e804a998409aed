"""One training in plain PyTorch, with snapshots on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stablecheck.candidate.evaluation import heldout_loss
from stablecheck.candidate.objective import Model
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seed_everything
from stablecheck.candidate.samples import Inputs
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.trial.divergence import DivergenceWatch
from stablecheck.trial.order import batches, on_device
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits
from stablecheck.trial.snapshots import Recorder, Snapshot, make_recorder
from stablecheck.trial.training_data import TrainingData, training_data
from stablecheck.trial.treatment import gradient_rule


@dataclass(frozen=True)
class Training:
    """A training about to begin.

    Args:
        model: Freshly initialised, in training mode, on its device.
        data: The rows it sees.
        steps: Gradient steps to take.
        batch_size: Rows per step.
        initial_loss: Held-out loss before the first step.
        limits: What its snapshots may take.
    """

    model: nn.Module
    data: TrainingData
    steps: int
    batch_size: int
    initial_loss: float
    limits: SnapshotLimits = DEFAULT


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind.

    Args:
        training: What it began with; its model is now trained.
        snapshots: Instants along the way, the first at step 0.
    """

    training: Training
    snapshots: tuple[Snapshot, ...]

    @property
    def model(self) -> nn.Module:
        """The trained model."""
        return self.training.model

    @property
    def data(self) -> TrainingData:
        """The rows it saw."""
        return self.training.data


def begin(prepared: Prepared, spec: TrialSpec, device: torch.device) -> Training:
    """Build model and data of one trial; the caller gives the random state back afterwards."""
    data = training_data(prepared, spec, device)
    seed_everything(spec.seeds.init)
    model = prepared.build_model().to(device).train()
    return Training(
        model=model,
        data=data,
        steps=prepared.steps_of(spec.treatment),
        batch_size=min(prepared.candidate.batch_size, len(data)),
        initial_loss=heldout_loss(prepared, model, data.heldout),
    )


def train(prepared: Prepared, spec: TrialSpec, training: Training) -> Trained:
    """Train to the end of the budget, keeping snapshots on the way.

    Raises:
        DivergedError: The loss stopped being finite or ran away.
    """
    seed_everything(spec.seeds.dropout)
    recorder = make_recorder(spec.measuring, training.steps, training.limits)
    watch = DivergenceWatch()
    for loss in _descend(prepared, spec, training, recorder):
        watch.observe(loss)
    watch.flush()
    check_parameters(training)
    return Trained(training, tuple(recorder.taken))


def _descend(
    prepared: Prepared, spec: TrialSpec, training: Training, recorder: Recorder
) -> Iterator[Tensor]:
    """Take the steps one by one, yielding each one's training loss."""
    model, data = training.model, training.data
    budget = prepared.budget(training.steps, spec.treatment)
    optimization = prepared.objective.optimization(model, prepared.candidate.optimizer, budget)
    parameters, multiplier = trainable(model), prepared.multiplier(training.steps)
    order = batches(len(data), training.batch_size, spec.seeds.order)
    places = on_device(order, data.rows.device, training.steps)
    treat = gradient_rule(spec.treatment, spec.seeds.noise, data.device)
    for step, batch in enumerate(data.batches(places)):
        recorder.observe(step, optimization.set_rate(multiplier(step)), model)
        optimization.begin(batch)
        loss = batch_loss(prepared, model, *batch)
        optimization.backward(loss)
        treat(parameters)
        optimization.step()
        recorder.observe_update(step, model)
        yield loss.detach()
    optimization.end()


def trainable(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that are trained, in the model's own order."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def batch_loss(prepared: Prepared, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
    """Mean loss of one batch in the recipe's precision, a scalar."""
    with prepared.arithmetic(targets.device):
        return prepared.objective.loss(model, inputs, targets)


def check_parameters(training: Training) -> None:
    """Refuse weights that are not finite.

    Raises:
        DivergedError: Some are not.
    """
    if not all(bool(torch.isfinite(p).all()) for p in training.model.parameters()):
        raise DivergedError(training.steps, "the weights were not finite after the last step")
