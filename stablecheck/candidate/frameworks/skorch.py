"""Nets of skorch.

What ``max_epochs``, ``batch_size``, ``train_split`` and iterators say, the checklist says here.
Callbacks are not run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.candidate.frameworks.base import Framework, made_by
from stablecheck.candidate.frameworks.optimized import Optimized
from stablecheck.candidate.loss import make_objective
from stablecheck.candidate.names import some
from stablecheck.candidate.objective import Model, Objective, check_outputs
from stablecheck.candidate.optimizer import Budget, Optimization, declared
from stablecheck.candidate.own_optimizer import OwnOptimization, check_optimizer
from stablecheck.candidate.samples import Inputs
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Candidate, Optimizer

_MODEL = ("candidate", "model")
_NOT_CALLED = ("train_step", "train_step_single", "fit_loop", "run_single_epoch")
_HOOKS = ("on_train_begin", "on_epoch_begin", "on_batch_begin", "on_grad_computed", "on_batch_end",
          "on_epoch_end", "on_train_end")  # fmt: skip


class Skorch(Framework):
    """A ``NeuralNet``, whose ``module_`` is trained.

    ``loss: own`` is its ``get_loss``, ``optimizer: {name: own}`` its optimiser with its ``lr`` and
    ``optimizer__`` arguments, whose rates ``lr`` multiplies.
    """

    def recognizes(self, built: object) -> bool:
        return made_by(built, "NeuralNet", "skorch")

    def module(self, built: Any) -> nn.Module:
        return _initialized(built).module_  # type: ignore[no-any-return]

    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        net = _initialized(built)
        _check_one_of_each(net)
        return Optimized(
            asked=_asked(net, candidate, folders),
            optimizing=_OwnOptimizer(net),
            alone=_alone(net, candidate),
            remarks=_remarks(net),
        )


def _initialized(net: Any) -> Any:
    """The net, its parts made on the CPU."""
    if not getattr(net, "initialized_", False):
        net.device = "cpu"
        net.initialize()
    return net


def _check_one_of_each(net: Any) -> None:
    """Refuse a net whose training is another one than what is done here.

    Raises:
        CandidateError: It has several parts of a kind, trains its criterion, or steps otherwise.
    """
    name = type(net).__name__
    for what, parts in {"modules": net._modules, "optimisers": net._optimizers}.items():
        if len(parts) > 1:
            raise CandidateError(
                _MODEL,
                f"{name} has several {what}, {', '.join(parts)}; expected one of each; put the "
                "modules into one",
            )
    trained = [n for n, p in _criterion_of(net).named_parameters() if p.requires_grad]
    if trained:
        raise CandidateError(
            _MODEL,
            f"the criterion of {name} has trainable parameters, {some(trained)}; expected them in "
            "the module, whose parameters alone are trained",
        )
    for method in _overridden(net, _NOT_CALLED):
        raise CandidateError(
            _MODEL,
            f"{name} overrides {method}, which is not called here; move what it does to infer or "
            "get_loss",
        )


def _criterion_of(net: Any) -> nn.Module:
    """The criterion, where it is a module; a plain function has no parameters either."""
    return net.criterion_ if isinstance(net.criterion_, nn.Module) else nn.Identity()


def _overridden(net: Any, names: Sequence[str]) -> list[str]:
    """Those of the methods that are not skorch's."""
    kind = type(net)
    return [n for n in names if getattr(kind, n).__module__.split(".")[0] != "skorch"]


def _asked(net: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
    if candidate.loss != OWN:
        return make_objective(candidate, folders)
    return GetLoss(net) if candidate.task == "custom" else GetLossAndOutputs(net)


def _alone(net: Any, candidate: Candidate) -> str | None:
    if candidate.optimizer.name == OWN:
        return "the optimiser is the net's own"
    own = _overridden(net, ("infer", "get_loss")) if candidate.loss == OWN else []
    return f"the net overrides {' and '.join(own)}" if own else None


def _remarks(net: Any) -> tuple[str, ...]:
    listed = net.callbacks if isinstance(net.callbacks, list | tuple) else ()
    callbacks = [one[1] if isinstance(one, tuple) else one for one in listed]
    names = [getattr(one, "__name__", type(one).__name__) for one in callbacks]
    names += _overridden(net, _HOOKS)
    if not names:
        return ()
    return (
        f"callbacks of the net are not run: {', '.join(names)}; a schedule belongs in the "
        "checklist, and what else changes a training in the module or in get_loss",
    )


@dataclass(frozen=True)
class GetLoss(Objective):
    """The loss is what ``get_loss`` makes of the module's outputs and the targets.

    Args:
        net: Asked with any module of its kind in the place of its own.
    """

    net: Any

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return self._loss(self._inferred(model, inputs, targets.device), inputs, targets)

    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        return None

    def evaluate(
        self, model: Model, inputs: Inputs, targets: Tensor
    ) -> tuple[Tensor | None, Tensor]:
        return None, self.loss(model, inputs, targets)

    def _inferred(self, model: Model, inputs: Inputs, device: torch.device) -> Any:
        self.net.device = device
        self.net.module_ = model
        return self.net.infer(inputs)

    def _loss(self, inferred: Any, inputs: Inputs, targets: Tensor) -> Tensor:
        training = getattr(self.net.module_, "training", True)
        _criterion_of(self.net).to(targets.device).train(training)
        fitting = self._fitting(_first(inferred), targets)
        loss: Tensor = self.net.get_loss(inferred, fitting, X=inputs, training=training)
        return loss

    def _fitting(self, outputs: Any, targets: Tensor) -> Tensor:
        """Targets in the shape and type that the criterion needs: it would broadcast silently."""
        if isinstance(self.net.criterion_, nn.BCEWithLogitsLoss | nn.BCELoss):
            targets = targets.to(outputs.dtype)
        if isinstance(outputs, Tensor) and outputs.shape == (*targets.shape, 1):
            return targets.unsqueeze(-1)
        return targets


class GetLossAndOutputs(GetLoss):
    """The same, with the first of what ``infer`` gives as outputs."""

    def outputs(self, model: Model, inputs: Inputs) -> Tensor:
        first = inputs if isinstance(inputs, Tensor) else next(iter(inputs.values()))
        return self._logits(self._inferred(model, inputs, first.device))

    def evaluate(self, model: Model, inputs: Inputs, targets: Tensor) -> tuple[Tensor, Tensor]:
        inferred = self._inferred(model, inputs, targets.device)
        return self._logits(inferred).float(), self._loss(inferred, inputs, targets)

    def _logits(self, inferred: Any) -> Tensor:
        """Outputs for the score; where the criterion takes probabilities, what gives these."""
        outputs = check_outputs(_first(inferred))
        if isinstance(self.net.criterion_, nn.BCELoss):
            return torch.logit(outputs, eps=torch.finfo(outputs.dtype).eps)
        if made_by(self.net, "NeuralNetClassifier", "skorch") and isinstance(
            self.net.criterion_, nn.NLLLoss
        ):
            return torch.log(outputs + torch.finfo(outputs.dtype).eps)
        return outputs


def _first(inferred: Any) -> Any:
    return inferred[0] if isinstance(inferred, tuple) else inferred


@dataclass(frozen=True)
class _OwnOptimizer:
    """Makes the optimiser that the net would train a module with.

    Args:
        net: Asked with the module in the place of its own.
    """

    net: Any

    def __call__(self, model: nn.Module, settings: Optimizer, budget: Budget) -> Optimization:
        if settings.name != OWN:
            return declared(settings, model)
        self.net.module_ = model
        self.net.initialize_optimizer()
        check_optimizer(self.net.optimizer_, model, "the net")
        return OwnOptimization(self.net.optimizer_, settings.lr)
