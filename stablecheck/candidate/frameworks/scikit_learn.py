"""Estimators of scikit-learn, which are named and refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from torch import nn

from stablecheck.candidate.frameworks.base import Framework, made_by
from stablecheck.candidate.objective import Objective
from stablecheck.errors import CandidateError
from stablecheck.recipe import Candidate


class ScikitLearn(Framework):
    """An estimator, which takes no gradient steps of its own that could be looked at."""

    def recognizes(self, built: object) -> bool:
        return made_by(built, "BaseEstimator", "sklearn") and not isinstance(built, nn.Module)

    def module(self, built: Any) -> NoReturn:
        _refuse(built)

    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        _refuse(built)


def _refuse(built: Any) -> NoReturn:
    if made_by(built, "Pipeline", "sklearn"):
        steps = ", ".join(type(step).__name__ for _, step in built.steps)
        raise CandidateError(
            ("candidate", "model"),
            f"the model callable returned a Pipeline of {steps}; expected the net alone; put what "
            "stands before it into the data: scaling: standard, or a data callable",
        )
    raise CandidateError(
        ("candidate", "model"),
        f"the model callable returned a {type(built).__name__} of scikit-learn, which is not "
        "trained in gradient steps; expected a torch.nn.Module, a LightningModule, a model of "
        "transformers or a net of skorch",
    )
