"""The score on the held-out part, by name or by a callable of the team's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.tasks import TASKS
from stablecheck.candidate.tasks.base import Part, Score
from stablecheck.recipe import Candidate, ScoreCallable

_FIELD = ("candidate", "score")


def make_score(candidate: Candidate, dataset: Dataset, folders: Sequence[Path]) -> Score:
    """The score as a function of the model and of what it made of the held-out part.

    A callable of the team's own gets ``(y_true, y_pred)`` as arrays: raw outputs, but for
    regression both in the units of the data. For a custom task it gets ``(model, batches)``.

    Raises:
        CandidateError: There is no such score.
    """
    task = TASKS[candidate.task]
    if candidate.score == "neg_loss":
        return neg_loss
    if not isinstance(candidate.score, ScoreCallable):
        return task.score(candidate.score, dataset, candidate.loss)
    name = candidate.score.callable
    function = import_callable(name, folders, _FIELD)

    def own(*arguments: Any) -> float:
        with explained(_FIELD, f"calling {name} with {task.score_arguments}"):
            return float(function(*arguments))

    return task.own_score(own, dataset)


def neg_loss(_model: object, parts: Iterable[Part]) -> float:
    """Minus the mean loss on the held-out part."""
    pairs = [(part.weight, part.loss) for part in parts]
    total = sum(weight for weight, _ in pairs)
    return -sum(weight * loss for weight, loss in pairs) / total if total else math.nan
