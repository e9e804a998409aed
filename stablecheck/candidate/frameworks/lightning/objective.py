"""How a LightningModule is asked for its loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from stablecheck.candidate.frameworks.lightning.progress import progress_of
from stablecheck.candidate.objective import Model, Objective, outputs_of
from stablecheck.candidate.samples import Inputs
from stablecheck.errors import CandidateError


@dataclass(frozen=True)
class TrainingStep(Objective):
    """The loss is what ``training_step`` returns on ``(inputs, targets)``.

    In evaluation mode too, where it is the held-out loss. Gradients along the path are those of the
    loss as it is at the end of the training, where it depends on the step.

    Args:
        takes_batch_idx: Whether it takes the number of the batch too.
    """

    takes_batch_idx: bool

    def loss(self, model: Any, inputs: Inputs, targets: Tensor) -> Tensor:
        progress = progress_of(model)
        number = (progress.batch_idx,) if self.takes_batch_idx else ()
        return _loss(model.training_step((inputs, targets), *number))

    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        return None

    def evaluate(self, model: Any, inputs: Inputs, targets: Tensor) -> tuple[Tensor | None, Tensor]:
        outputs = self.outputs(model, inputs)
        with _buffers_kept(model):
            loss = self.loss(model, inputs, targets)
        return None if outputs is None else outputs.float(), loss


class TrainingStepAndForward(TrainingStep):
    """The same, with the outputs of ``forward`` for the score."""

    def outputs(self, model: Any, inputs: Inputs) -> Tensor:
        progress_of(model)
        return outputs_of(model, inputs)


@dataclass(frozen=True)
class Placed(Objective):
    """Another objective, asked of modules that find their progress, copies too.

    Args:
        asked: How they are asked; functions that compute what a module does are asked as they are.
    """

    asked: Objective

    def loss(self, model: Model, inputs: Inputs, targets: Tensor) -> Tensor:
        _place(model)
        return self.asked.loss(model, inputs, targets)

    def outputs(self, model: Model, inputs: Inputs) -> Tensor | None:
        _place(model)
        return self.asked.outputs(model, inputs)

    def evaluate(
        self, model: Model, inputs: Inputs, targets: Tensor
    ) -> tuple[Tensor | None, Tensor]:
        _place(model)
        return self.asked.evaluate(model, inputs, targets)


def _place(model: Model) -> None:
    if isinstance(model, nn.Module):
        progress_of(model)


@contextmanager
def _buffers_kept(module: nn.Module) -> Iterator[None]:
    """Give buffers back as they were: a training step may count or store in them, in any mode."""
    before = [buffer.clone() for buffer in module.buffers()]
    yield
    for buffer, kept in zip(module.buffers(), before, strict=True):
        buffer.copy_(kept)


def _loss(returned: object) -> Tensor:
    """The loss among what ``training_step`` returned.

    Raises:
        CandidateError: It returned none.
    """
    found = returned.get("loss") if isinstance(returned, Mapping) else returned
    if isinstance(found, Tensor):
        return found
    if isinstance(returned, Mapping):
        what = f"a dict of {', '.join(map(str, returned)) or 'nothing'}"
    else:
        what = "None, which skips the step" if returned is None else f"a {type(returned).__name__}"
    raise CandidateError(
        ("candidate", "loss"),
        f"training_step returned {what}; expected the loss as a tensor, or a dict with it as "
        "'loss', at every step",
    )
