"""One training in plain PyTorch, with snapshots on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stablecheck.candidate.optimizer import make_optimizer
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seed_everything
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.trial.divergence import DivergenceWatch
from stablecheck.trial.order import batches, nested_subset, on_device
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits
from stablecheck.trial.snapshots import Recorder, Snapshot, make_recorder
from stablecheck.trial.treatment import gradient_rule, shuffled_targets


@dataclass(frozen=True)
class TrainingData:
    """The rows one trial trains on and is scored on, on its device.

    Args:
        inputs: Inputs of the whole training part, the same tensor for every trial there.
        rows: Those of them that the trial sees, in its order.
        y: Targets of these rows.
        x_heldout: Inputs of the held-out part.
        y_heldout: Targets of the held-out part.
    """

    inputs: Tensor
    rows: Tensor
    y: Tensor
    x_heldout: Tensor
    y_heldout: Tensor

    @property
    def x(self) -> Tensor:
        """Inputs of its rows, a new copy."""
        return self.inputs[self.rows]


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


def training_data(prepared: Prepared, spec: TrialSpec, device: torch.device) -> TrainingData:
    """The trial's training rows as it is to see them, and the whole held-out part."""
    dataset, treatment = prepared.dataset, spec.treatment
    rows = nested_subset(
        dataset.y_train,
        treatment.data_fraction,
        spec.seeds.subset,
        stratified=dataset.classes is not None,
    )
    targets = shuffled_targets(dataset.y_train[rows], treatment.label_noise, spec.seeds.labels)
    there = dataset.on(device)
    return TrainingData(
        inputs=there.x_train,
        rows=rows.to(device),
        y=targets.to(device),
        x_heldout=there.x_heldout,
        y_heldout=there.y_heldout,
    )


def begin(prepared: Prepared, spec: TrialSpec, device: torch.device) -> Training:
    """Build model and data of one trial; the caller gives the random state back afterwards."""
    data = training_data(prepared, spec, device)
    seed_everything(spec.seeds.init)
    model = prepared.build_model().to(device).train()
    return Training(
        model=model,
        data=data,
        steps=prepared.steps_of(spec.treatment),
        batch_size=min(prepared.candidate.batch_size, len(data.rows)),
        initial_loss=heldout_loss(prepared, model, data),
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
    model, x, y = training.model, training.data.x, training.data.y
    settings = prepared.candidate.optimizer
    parameters = trainable(model)
    optimizer = make_optimizer(settings, parameters)
    multiplier = prepared.multiplier(training.steps)
    order = batches(len(x), training.batch_size, spec.seeds.order)
    blocks = on_device(order, x.device, training.steps)
    treat = gradient_rule(spec.treatment, spec.seeds.noise, x.device)
    for step, rows in enumerate(blocks):
        lr = settings.lr * multiplier(step)
        for group in optimizer.param_groups:
            group["lr"] = lr
        recorder.observe(step, lr, model)
        optimizer.zero_grad()
        loss = batch_loss(prepared, model, x[rows], y[rows])
        loss.backward()  # type: ignore[no-untyped-call]
        treat(parameters)
        optimizer.step()
        recorder.observe_update(step, model)
        yield loss.detach()


def trainable(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that are trained, in the model's own order."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def batch_loss(
    prepared: Prepared, model: Callable[[Tensor], Tensor], x: Tensor, y: Tensor
) -> Tensor:
    """Mean loss of one batch in the recipe's precision, a scalar."""
    with torch.autocast(
        x.device.type, torch.bfloat16, enabled=prepared.candidate.precision == "bf16"
    ):
        return prepared.loss(model(x), y)


def heldout_outputs(prepared: Prepared, model: nn.Module, data: TrainingData) -> Tensor:
    """Outputs on the held-out part in evaluation mode; the model's mode is given back."""
    was_training = model.training
    model.eval()
    with (
        torch.no_grad(),
        torch.autocast(
            data.inputs.device.type, torch.bfloat16, enabled=prepared.candidate.precision == "bf16"
        ),
    ):
        outputs = [model(part) for part in torch.split(data.x_heldout, 1024)]
    model.train(was_training)
    return torch.cat(outputs).float()


def heldout_loss(prepared: Prepared, model: nn.Module, data: TrainingData) -> float:
    """Mean loss on the held-out part in evaluation mode."""
    with torch.no_grad():
        return float(prepared.loss(heldout_outputs(prepared, model, data), data.y_heldout))


def check_parameters(training: Training) -> None:
    """Refuse weights that are not finite.

    Raises:
        DivergedError: Some are not.
    """
    if not all(bool(torch.isfinite(p).all()) for p in training.model.parameters()):
        raise DivergedError(training.steps, "the weights were not finite after the last step")
