"""One step of a candidate, tried before anything trains, and what is known of it then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stablecheck.candidate.dimensions import dimensions
from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.importing import explained
from stablecheck.candidate.names import some
from stablecheck.candidate.objective import check_loss
from stablecheck.candidate.optimizer import Optimization
from stablecheck.candidate.prepared import MODEL, Prepared
from stablecheck.candidate.samples import Inputs
from stablecheck.errors import CandidateError
from stablecheck.recipe import CandidateFacts

LOSS = ("candidate", "loss")
DATA = ("candidate", "data")
OPTIMIZER = ("candidate", "optimizer", "name")
_NAMES_SHOWN = 6


@dataclass(frozen=True)
class Examined:
    """A candidate of which one step was tried.

    Args:
        facts: What is known of it.
        remarks: What somebody should be told of how it trains.
    """

    facts: CandidateFacts
    remarks: tuple[str, ...]


def examine(prepared: Prepared) -> Examined:
    """Try one step of the candidate and gather what is known of it.

    Raises:
        CandidateError: Model, data, loss and optimiser do not fit each other.
    """
    model = prepared.build_model()
    prepared.build_model()  # another one: a callable that gives the same twice is refused
    facts = _facts(prepared, model)
    _try_schedule(prepared)
    unused = _try_one_step(prepared, model)
    return Examined(facts, (*prepared.objective.remarks, *unused))


def _facts(prepared: Prepared, model: nn.Module) -> CandidateFacts:
    dataset = prepared.dataset
    dimension, effective = dimensions(dataset.train, model)
    return CandidateFacts(
        n_train=len(dataset.train),
        n_heldout=len(dataset.heldout),
        dimension=dimension,
        effective_dimension=effective,
        parameters=sum(p.numel() for p in model.parameters() if p.requires_grad),
        classes=len(dataset.classes) if dataset.classes else None,
        batch_norm=any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in model.modules()),
        steps=prepared.steps,
        batch_size=prepared.batch_size,
        data_sha256=dataset.sha256,
    )


def _try_one_step(prepared: Prepared, model: nn.Module) -> tuple[str, ...]:
    """One step in training mode, the untrained model's score before it; remarks on it."""
    _check_parameters(model)
    batch = prepared.dataset.train.take(torch.arange(prepared.batch_size))
    optimization = _optimization(prepared, model)
    model.train()
    with explained(MODEL, "the model, before its first step,"):
        optimization.set_rate(prepared.multiplier(prepared.steps)(0))
        optimization.begin(batch)
    loss = _try_loss(prepared, model, *batch)
    with explained(LOSS, f"the gradient of {prepared.candidate.loss}"):
        optimization.backward(loss)
    _check_gradients(model)
    with explained(MODEL, "the model, in evaluation mode on the held-out part,"):
        evaluate(prepared, model, prepared.dataset.heldout)
    with explained(OPTIMIZER, "a step of the optimiser"):
        optimization.step()
        optimization.end()
    return _unused(model)


def _optimization(prepared: Prepared, model: nn.Module) -> Optimization:
    settings, budget = prepared.candidate.optimizer, prepared.budget(prepared.steps)
    with explained(OPTIMIZER, "making the optimiser"):
        return prepared.objective.optimization(model, settings, budget)


def _try_loss(prepared: Prepared, model: nn.Module, inputs: Inputs, targets: Tensor) -> Tensor:
    """The loss of a batch, once outputs and targets are known to fit."""
    candidate, objective = prepared.candidate, prepared.objective
    objection = objective.objection(inputs, targets)
    if objection is not None:
        raise CandidateError(DATA, objection)
    seen = described(inputs, prepared.dataset.inputs)
    with explained(MODEL, f"the model, on {seen},"):
        outputs = objective.outputs(model, inputs)
    if outputs is not None:
        judged = objective.judged(targets)
        prepared.task.check_outputs(outputs, judged, prepared.dataset, candidate.loss)
    on = seen if outputs is None else f"outputs {tuple(outputs.shape)}"
    with explained(LOSS, f"{candidate.loss}, on {on} and targets {tuple(targets.shape)},"):
        loss = objective.loss(model, inputs, targets)
    return check_loss(loss, candidate.loss)


def _unused(model: nn.Module) -> tuple[str, ...]:
    """A remark on parameters that the loss does not depend on, if there are any."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    names = [name for name, parameter in trained if parameter.grad is None]
    if not names:
        return ()
    return (
        f"{len(names)} of {len(trained)} parameters get no gradient, so that they stay as they "
        f"were initialised: {some(names)}",
    )


def described(inputs: Inputs, names: Sequence[str]) -> str:
    """Shapes and types of the inputs, the range of whole numbers, and names there are, in words.

    >>> described(torch.zeros(2, 3), ["age"]), described({"ids": torch.arange(6)}, [])
    ('inputs of shape (2, 3) (age) and type float32', 'inputs ids (6,) int64 from 0 to 5')
    """
    if isinstance(inputs, Tensor):
        shown = ", ".join(names[:_NAMES_SHOWN]) + " …" * (len(names) > _NAMES_SHOWN)
        named = f" ({shown})" if names else ""
        return f"inputs of shape {tuple(inputs.shape)}{named} and type {_content(inputs)}"
    each = (f"{name} {tuple(one.shape)} {_content(one)}" for name, one in inputs.items())
    return f"inputs {', '.join(each)}"


def _content(tensor: Tensor) -> str:
    """Type, and for whole numbers their range: an embedding does not tell which one it lacks."""
    if tensor.is_floating_point() or tensor.dtype == torch.bool or not tensor.numel():
        return _kind(tensor)
    return f"{_kind(tensor)} from {int(tensor.min())} to {int(tensor.max())}"


def _kind(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _check_parameters(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if parameter.is_complex():
            raise CandidateError(
                MODEL,
                f"parameter {name} is {_kind(parameter)}; expected real parameters; keep real and "
                "imaginary parts, as torch.view_as_real gives them",
            )


def _check_gradients(model: nn.Module) -> None:
    """Refuse gradients that no path can be measured with: sparse ones, or none at all."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    for name, parameter in trained:
        if parameter.grad is not None and parameter.grad.is_sparse:
            raise CandidateError(
                MODEL,
                f"the gradient of parameter {name} is sparse; expected a dense one; build the "
                "embedding with sparse=False",
            )
    if all(parameter.grad is None for _, parameter in trained):
        raise CandidateError(
            LOSS,
            "the loss gives no trainable parameter a gradient; expected one that depends on the "
            "model's weights; look for a detach() or a no_grad()",
        )


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
