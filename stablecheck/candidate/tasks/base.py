"""What a task is: what its targets are, and how outputs are judged by them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.samples import Inputs
from stablecheck.errors import CandidateError

Loss = Callable[[Tensor, Tensor], Tensor]
"""Outputs and targets of a batch to its mean loss, a scalar."""


@dataclass(frozen=True)
class Targets:
    """Targets ready to train on.

    Args:
        train: Shape ``[n, ...]``.
        heldout: The same of the held-out part; None where the recipe's split makes it.
        classes: Names of the classes in the order of their indices; None where there are none.
    """

    train: NDArray[Any]
    heldout: NDArray[Any] | None
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Part:
    """Some rows of the held-out part, and what the model made of them.

    Args:
        inputs: As the model got them.
        targets: Shape ``[rows, ...]``.
        outputs: The model's outputs, float32; None where a candidate has a loss alone.
        loss: Their mean loss.
        weight: How much that counts in the mean over all parts.
    """

    inputs: Inputs
    targets: Tensor
    outputs: Tensor | None
    loss: float
    weight: float


Score = Callable[[nn.Module, Iterable[Part]], float]
"""The model, in evaluation mode, and all parts of the held-out part to one number."""

OwnScore = Callable[[NDArray[Any], NDArray[Any]], float]
"""A callable of the team's own: true and predicted values to one number."""


class Task(ABC):
    """One kind of problem.

    Attributes:
        name: As the checklist has it.
        standardized: Whether targets are centred and scaled where the inputs are.
        rows_at_once: Rows of the held-out part that are evaluated at once, at most; None: a batch.
        scores: Scores that it brings itself, by name.
        score_arguments: What a score of the team's own gets.
    """

    name: ClassVar[str]
    standardized: ClassVar[bool] = False
    rows_at_once: ClassVar[int | None] = 1024
    scores: ClassVar[Mapping[str, Score]] = MappingProxyType({})
    score_arguments: ClassVar[str] = "(targets, outputs)"

    @abstractmethod
    def targets(self, raw: RawData) -> Targets:
        """The data's targets, checked.

        Raises:
            CandidateError: They are not what the task predicts.
        """

    def strata(self, targets: NDArray[Any]) -> NDArray[Any] | None:
        """What a split keeps in proportion, shape ``[n]``; None for a plain random one."""
        return None

    @abstractmethod
    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        """Refuse outputs of a batch that do not fit its targets.

        Raises:
            CandidateError: Says what was expected.
        """

    def loss(self, name: str, function: Loss) -> Loss:
        """A function of ``torch.nn.functional`` as the loss of this task."""
        return function

    def weight(self, targets: Tensor) -> float:
        """How many targets the mean loss of a batch is over."""
        return len(targets)

    def score(self, name: str, dataset: Dataset, loss: str) -> Score:
        """The score of that name.

        Raises:
            CandidateError: There is none.
        """
        if name not in self.scores:
            raise CandidateError(
                ("candidate", "score"),
                f"{self.name} has no score {name!r}; expected one of "
                f"{', '.join(('neg_loss', *self.scores))}, or {{callable, higher_is_better}}",
            )
        return self.scores[name]

    def own_score(self, function: OwnScore, dataset: Dataset) -> Score:
        """A score from a callable that gets targets and raw outputs as arrays."""
        return lambda _model, parts: float(function(*gathered(parts)))


def gathered(parts: Iterable[Part]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Targets and outputs of all parts, as arrays."""
    pairs = [(p.targets.cpu().numpy(), raw_outputs(p).cpu().numpy()) for p in parts]
    targets, outputs = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return targets, outputs


def raw_outputs(part: Part) -> Tensor:
    """The outputs of a part.

    Raises:
        CandidateError: The candidate has a loss alone.
    """
    if part.outputs is None:
        raise CandidateError(
            ("candidate", "score"),
            "this candidate gives a loss and no outputs; expected score: neg_loss, or task: custom "
            "with a {callable, higher_is_better} that gets (model, batches)",
        )
    return part.outputs
