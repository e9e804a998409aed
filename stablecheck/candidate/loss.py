"""The loss that is trained on."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import torch.nn.functional

from stablecheck.candidate.importing import import_callable
from stablecheck.candidate.objective import Custom, Objective, Supervised
from stablecheck.candidate.tasks import TASKS
from stablecheck.candidate.tasks.base import Loss
from stablecheck.candidate.tasks.classification import BINARY_LOSSES
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Candidate

_FIELD = ("candidate", "loss")
_COMMON = (
    "cross_entropy",
    "nll_loss",
    *BINARY_LOSSES,
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
)


def make_objective(candidate: Candidate, folders: Sequence[Path]) -> Objective:
    """How the candidate's models are asked for their loss.

    Raises:
        CandidateError: There is no such loss.
    """
    task, name = TASKS[candidate.task], candidate.loss
    if name == OWN:
        raise CandidateError(
            _FIELD,
            f"{OWN} leaves the loss to the model, but {candidate.model} brings none; expected a "
            f"torch.nn.functional name such as {_COMMON[0]}, or file.py:callable",
        )
    if candidate.task == "custom" and ":" not in name:
        raise CandidateError(
            _FIELD,
            f"expected a file.py:callable of (model, batch) for task: custom, found {name!r}",
        )
    if candidate.task == "custom":
        return Custom(import_callable(name, folders, _FIELD))
    if ":" in name:
        return Supervised(import_callable(name, folders, _FIELD))
    return Supervised(task.loss(name, _of_torch(name)))


def _of_torch(name: str) -> Loss:
    function: Loss | None = getattr(torch.nn.functional, name, None)
    if function is None or name.startswith("_"):
        close = difflib.get_close_matches(name, _COMMON, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise CandidateError(
            _FIELD,
            f"torch.nn.functional has no {name!r}; expected e.g. {', '.join(_COMMON[:4])}{hint}",
        )
    return function
