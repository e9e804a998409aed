"""Models of Hugging Face's transformers, with adapters of peft too.

Batches are passed by name where the data has several inputs, and targets as ``labels``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stablecheck.candidate.frameworks.base import Framework, made_by
from stablecheck.candidate.loss import make_objective
from stablecheck.candidate.objective import Model, Objective, Supervised, returned_by, told
from stablecheck.candidate.samples import Inputs
from stablecheck.candidate.tasks.base import Loss
from stablecheck.candidate.tasks.indices import IGNORED
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Candidate


class HuggingFace(Framework):
    """A ``PreTrainedModel``, or a ``PeftModel`` around one.

    ``loss: own`` is the model's ``loss`` on ``labels``; a declared loss judges its ``logits``.
    """

    def recognizes(self, built: object) -> bool:
        return made_by(built, "PreTrainedModel", "transformers") or made_by(
            built, "PeftModel", "peft"
        )

    def module(self, built: Any) -> nn.Module:
        module: nn.Module = built
        return module

    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        if candidate.task == "custom":
            return OwnLoss() if candidate.loss == OWN else make_objective(candidate, folders)
        places = NextPlace() if _predicts_the_next(built, candidate) else SamePlace()
        if candidate.loss == OWN:
            return OwnLossAndLogits(places)
        declared = make_objective(candidate, folders)
        assert isinstance(declared, Supervised)  # of every task but custom
        return DeclaredLoss(declared.function, places)


def _predicts_the_next(built: Any, candidate: Candidate) -> bool:
    """Whether the model is a causal one, whose own loss moves the labels by a place."""
    decoder = built.can_generate() and not getattr(built.config, "is_encoder_decoder", False)
    return candidate.task == "language_modelling" and bool(decoder)


class SamePlace:
    """Logits stand where their targets do."""

    def logits(self, logits: Tensor) -> Tensor:
        """Where the targets are."""
        return logits

    def targets(self, targets: Tensor) -> Tensor:
        """Those that there are logits for."""
        return targets

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        """What is wrong with targets that stand elsewhere."""
        return None


class NextPlace(SamePlace):
    """Logits of a causal language model are those of the next token.

    Targets are labels as transformers takes them: the tokens in their own places. There are no
    logits for the first.
    """

    def logits(self, logits: Tensor) -> Tensor:
        return torch.cat([logits[:, :1], logits[:, :-1]], dim=1)

    def targets(self, targets: Tensor) -> Tensor:
        return torch.cat([torch.full_like(targets[:, :1], IGNORED), targets[:, 1:]], dim=1)

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        tokens = inputs.get("input_ids") if isinstance(inputs, Mapping) else inputs
        if tokens is None or tokens.shape != targets.shape:
            return None
        counts = targets != IGNORED
        in_place = bool((targets == tokens)[counts].all())
        moved = bool((targets[:, :-1] == tokens[:, 1:])[counts[:, :-1]].all())
        if in_place or not moved:
            return None
        return (
            "y holds the tokens moved by one place, and a causal model of transformers moves them "
            f"again; expected y equal to the input tokens, with {IGNORED} where none counts"
        )


@dataclass(frozen=True)
class DeclaredLoss(Objective):
    """Logits are judged by a loss of logits and targets.

    Args:
        function: That loss.
        places: Where they stand.
    """

    function: Loss
    places: SamePlace

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return self.function(self.outputs(model, inputs), self.judged(targets))

    def outputs(self, model: Model, inputs: Inputs) -> Tensor:
        return self.places.logits(_logits(returned_by(model, inputs)))

    def evaluate(self, model: Model, inputs: Inputs, targets: Tensor) -> tuple[Tensor, Tensor]:
        outputs = self.outputs(model, inputs).float()
        return outputs, self.function(outputs, self.judged(targets))

    def judged(self, targets: Tensor) -> Tensor:
        return self.places.targets(targets)

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        return self.places.objection(inputs, targets)


class OwnLoss(Objective):
    """The loss is the model's own, and there are no outputs."""

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        return _loss(returned_by(model, inputs, labels=targets))

    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        return None

    def evaluate(
        self, model: Model, inputs: Inputs, targets: Tensor
    ) -> tuple[Tensor | None, Tensor]:
        return None, self.loss(model, inputs, targets)


@dataclass(frozen=True)
class OwnLossAndLogits(OwnLoss):
    """The loss is the model's own, the outputs are its logits.

    Args:
        places: Where they stand.
    """

    places: SamePlace

    def outputs(self, model: Model, inputs: Inputs) -> Tensor:
        return self.places.logits(_logits(returned_by(model, inputs)))

    def evaluate(self, model: Model, inputs: Inputs, targets: Tensor) -> tuple[Tensor, Tensor]:
        returned = returned_by(model, inputs, labels=targets)
        return self.places.logits(_logits(returned)).float(), _loss(returned)

    def judged(self, targets: Tensor) -> Tensor:
        return self.places.targets(targets)

    def objection(self, inputs: Inputs, targets: Tensor) -> str | None:
        return self.places.objection(inputs, targets)


def _logits(returned: Any) -> Tensor:
    logits = getattr(returned, "logits", None)
    if isinstance(logits, Tensor):
        return logits
    raise CandidateError(
        ("candidate", "model"),
        f"the model returned {told(returned)}; expected logits, as a model with a head such as "
        "AutoModelForSequenceClassification gives them, or task: custom",
    )


def _loss(returned: Any) -> Tensor:
    loss = getattr(returned, "loss", None)
    if isinstance(loss, Tensor):
        return loss
    raise CandidateError(
        ("candidate", "loss"),
        f"given labels, the model returned {told(returned)} and no loss; expected a declared loss, "
        "such as cross_entropy, or a model that has its own",
    )
