"""A candidate that is ready to train: data loaded, parts made, one step tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.candidate.data import Dataset, load_dataset
from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.loss import Loss, make_loss
from stablecheck.candidate.optimizer import Multiplier, make_multiplier
from stablecheck.candidate.score import Score, make_score
from stablecheck.errors import CandidateError
from stablecheck.recipe import PLAIN, Candidate, CandidateFacts, Treatment

_MODEL = ("candidate", "model")
DATA_FIELDS = {
    "data", "data_args", "target", "columns", "missing", "validation", "scaling", "task",
}  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """The parts of one candidate, in the process that trains it.

    Args:
        candidate: The recipe.
        dataset: Its data, on the CPU.
        build_model: Makes a freshly initialised model from the current random state.
        loss: Mean loss of a batch.
        score: Score of the model's outputs on the held-out part.
        folders: Where the candidate's files are looked up.
    """

    candidate: Candidate
    dataset: Dataset
    build_model: Callable[[], nn.Module]
    loss: Loss
    score: Score
    folders: tuple[Path, ...]

    @property
    def batch_size(self) -> int:
        """Rows per step; the whole training part where that is smaller."""
        return min(self.candidate.batch_size, len(self.dataset.x_train))

    @property
    def steps(self) -> int:
        """Gradient steps of one training on all rows; incomplete last batches are dropped."""
        return self.steps_of(PLAIN)

    def steps_of(self, treatment: Treatment) -> int:
        """Gradient steps of one training under a treatment, at least one."""
        return treatment.steps(self.candidate, len(self.dataset.x_train))

    def multiplier(self, steps: int) -> Multiplier:
        """The learning-rate schedule over ``steps``."""
        return make_multiplier(self.candidate.schedule, steps, self.folders)


def prepare(candidate: Candidate, folders: Sequence[Path]) -> Prepared:
    """Load data and code of a candidate.

    Raises:
        CandidateError: Something in it cannot be loaded or used.
    """
    dataset = _dataset(candidate, tuple(folders))
    make = import_callable(candidate.model, folders, _MODEL)
    return Prepared(
        candidate=candidate,
        dataset=dataset,
        build_model=lambda: _built(make, candidate),
        loss=make_loss(candidate.loss, folders),
        score=make_score(candidate, dataset, folders),
        folders=tuple(folders),
    )


_loaded: dict[tuple[str, tuple[Path, ...]], Dataset] = {}
"""The data set of the last recipe: arms that differ in anything else share it loaded."""


def _dataset(candidate: Candidate, folders: tuple[Path, ...]) -> Dataset:
    key = (candidate.model_dump_json(include=DATA_FIELDS), folders)
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = load_dataset(candidate, folders)
    return _loaded[key]


def _built(make: Callable[..., Any], candidate: Candidate) -> nn.Module:
    with explained(_MODEL, f"calling {candidate.model}"):
        model = make(**candidate.model_args)
    if not isinstance(model, nn.Module):
        raise CandidateError(
            _MODEL, f"{candidate.model} returned {type(model).__name__}; expected a torch.nn.Module"
        )
    if not any(p.requires_grad for p in model.parameters()):
        raise CandidateError(
            _MODEL, f"{candidate.model} returned a model without trainable parameters"
        )
    return model


def examine(prepared: Prepared) -> CandidateFacts:
    """Try one step of the candidate and gather what is known of it, without training it.

    Raises:
        CandidateError: Model, data and loss do not fit each other.
    """
    model = prepared.build_model()
    _try_one_step(prepared, model)
    _try_schedule(prepared)
    dataset = prepared.dataset
    inputs = dataset.x_train.reshape(len(dataset.x_train), -1)
    return CandidateFacts(
        n_train=len(inputs),
        n_heldout=len(dataset.x_heldout),
        dimension=inputs.shape[1],
        effective_dimension=participation_ratio(inputs.double()),
        parameters=sum(p.numel() for p in model.parameters() if p.requires_grad),
        classes=len(dataset.classes) if dataset.classes else None,
        batch_norm=any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in model.modules()),
        steps=prepared.steps,
        batch_size=prepared.batch_size,
        data_sha256=dataset.sha256,
    )


def _try_one_step(prepared: Prepared, model: nn.Module) -> None:
    dataset = prepared.dataset
    x, y = dataset.x_train[: prepared.batch_size], dataset.y_train[: prepared.batch_size]
    with explained(_MODEL, f"the model, on {dataset.inputs_in_words(x)},"):
        outputs = model(x)
    if not isinstance(outputs, Tensor):
        raise CandidateError(
            _MODEL, f"the model returned {type(outputs).__name__}; expected one tensor of outputs"
        )
    _check_outputs(outputs, dataset, prepared.candidate)
    with explained(
        ("candidate", "loss"),
        f"{prepared.candidate.loss}, on outputs {tuple(outputs.shape)} "
        f"and targets {tuple(y.shape)},",
    ):
        loss = prepared.loss(outputs, y)
        loss.backward()  # type: ignore[no-untyped-call]
    if loss.ndim or not torch.isfinite(loss):
        found = f"a tensor of shape {tuple(loss.shape)}" if loss.ndim else f"{loss.item()}"
        raise CandidateError(
            ("candidate", "loss"),
            f"{prepared.candidate.loss} gave {found} before any training; "
            "expected one finite number",
        )
    model.eval()
    with torch.no_grad(), explained(_MODEL, "the model, in evaluation mode on the held-out part,"):
        held_outputs = torch.cat([model(part) for part in torch.split(dataset.x_heldout, 1024)])
    prepared.score(held_outputs.float())


def _try_schedule(prepared: Prepared) -> None:
    field = ("candidate", "schedule", "name")
    multiplier = prepared.multiplier(prepared.steps)
    for step in (0, prepared.steps // 2, prepared.steps - 1):
        with explained(field, f"calling {prepared.candidate.schedule.name}"):
            factor = multiplier(step)
        if not math.isfinite(factor) or factor < 0:
            raise CandidateError(
                field,
                f"{prepared.candidate.schedule.name} gave {factor} at step {step}; expected a "
                "factor of 0 or more on the peak rate",
            )


def _check_outputs(outputs: Tensor, dataset: Dataset, candidate: Candidate) -> None:
    if dataset.classes is None:
        expected = dataset.y_train.shape[1:].numel()
        if outputs.shape[1:].numel() != expected:
            raise CandidateError(
                _MODEL,
                f"the model returned shape {tuple(outputs.shape)}, but there "
                f"{'is' if expected == 1 else 'are'} {expected} target{'s'[: expected != 1]} a row"
                "; change its last layer",
            )
        return
    classes = len(dataset.classes)
    if candidate.loss in ("cross_entropy", "nll_loss") and outputs.shape[1] != classes:
        raise CandidateError(
            _MODEL,
            f"the model returned {outputs.shape[1]} outputs a row, but y has {classes} classes; "
            "change its last layer",
        )


def participation_ratio(inputs: Tensor) -> float:
    """Effective dimension ``(Σλ)² / Σλ²`` of the covariance of inputs, shape ``[n, d]``.

    Equal to d for isotropic inputs and 1 when all variance lies in one direction. Computed from
    traces, ``tr(C)² / tr(C²)``, on the smaller of the two Gram matrices.
    """
    centred = inputs - inputs.mean(dim=0)
    n, d = centred.shape
    gram = centred.T @ centred if d <= n else centred @ centred.T
    squares = float((gram * gram).sum())
    return float(gram.trace()) ** 2 / squares if squares > 0 else 0.0
