"""The score on the held-out part, by scikit-learn's scorers or a callable of the team's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer
from torch import Tensor

from stablecheck.candidate.data import Dataset
from stablecheck.candidate.importing import explained, import_callable
from stablecheck.errors import CandidateError
from stablecheck.recipe import Candidate, ScoreCallable

Score = Callable[[Tensor], float]
"""Outputs on the held-out part, in its order, to one number."""

_FIELD = ("candidate", "score")


class _Classified(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted classifier whose predictions on the held-out part are known."""

    def __init__(self, probabilities: NDArray[Any]) -> None:
        self.probabilities = probabilities
        self.classes_ = np.arange(probabilities.shape[1])

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        predicted: NDArray[Any] = self.probabilities[rows[:, 0]].argmax(axis=1)
        return predicted

    def predict_proba(self, rows: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.probabilities[rows[:, 0]]
        return chosen


class _Regressed(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted regressor whose predictions on the held-out part are known."""

    def __init__(self, predictions: NDArray[Any]) -> None:
        self.predictions = predictions

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.predictions[rows[:, 0]]
        return chosen


def make_score(candidate: Candidate, dataset: Dataset, folders: Sequence[Path]) -> Score:
    """The score as a function of the model's raw outputs on the held-out part.

    A callable of the team's own gets ``(y_true, y_pred)`` as arrays: class indices and raw outputs
    for classification, target units for regression.
    """
    targets = dataset.y_heldout.numpy() * (dataset.target_std if dataset.classes is None else 1)
    if dataset.classes is None:
        targets = targets + dataset.target_mean
    if isinstance(candidate.score, ScoreCallable):
        return _own_score(candidate.score.callable, targets, dataset, folders)
    return _sklearn_score(candidate.score, targets, dataset)


def _own_score(
    name: str, targets: NDArray[Any], dataset: Dataset, folders: Sequence[Path]
) -> Score:
    function = import_callable(name, folders, _FIELD)

    def score(outputs: Tensor) -> float:
        predictions = outputs.numpy() if dataset.classes else _in_units(outputs, dataset)
        with explained(_FIELD, f"calling {name}"):
            return float(function(targets, predictions))

    return score


def _sklearn_score(name: str, targets: NDArray[Any], dataset: Dataset) -> Score:
    try:
        scorer = get_scorer(name)
    except ValueError as error:
        raise CandidateError(
            _FIELD,
            f"scikit-learn has no scorer {name!r}; expected e.g. accuracy, balanced_accuracy, "
            "f1_macro, roc_auc, r2 or neg_mean_absolute_error",
        ) from error
    rows = np.arange(len(targets)).reshape(-1, 1)

    def score(outputs: Tensor) -> float:
        fitted = (
            _Classified(_probabilities(outputs))
            if dataset.classes
            else _Regressed(_in_units(outputs, dataset))
        )
        with explained(_FIELD, f"scorer {name}"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # undefined precision and the like: the number says it
            return float(scorer(fitted, rows, targets))

    return score


def _probabilities(outputs: Tensor) -> NDArray[Any]:
    flat = outputs.double().reshape(len(outputs), -1)
    if flat.shape[1] == 1:
        positive = torch.sigmoid(flat)
        return torch.cat([1 - positive, positive], dim=1).numpy()
    return torch.softmax(flat, dim=1).numpy()


def _in_units(outputs: Tensor, dataset: Dataset) -> NDArray[Any]:
    values = outputs.double().numpy() * dataset.target_std + dataset.target_mean
    return values.reshape(dataset.y_heldout.shape)
