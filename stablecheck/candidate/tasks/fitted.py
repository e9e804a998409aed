"""scikit-learn's scorers on predictions that are known already."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer
from torch import Tensor

from stablecheck.candidate.importing import explained
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "score")


class Classified(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted classifier whose probabilities on some rows are known."""

    def __init__(self, probabilities: NDArray[Any]) -> None:
        self.probabilities = probabilities
        self.classes_ = np.arange(probabilities.shape[1])

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        predicted: NDArray[Any] = self.probabilities[rows[:, 0]].argmax(axis=1)
        return predicted

    def predict_proba(self, rows: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.probabilities[rows[:, 0]]
        return chosen


class Labelled(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted classifier of several labels; a label is predicted above one half."""

    def __init__(self, probabilities: NDArray[Any]) -> None:
        self.probabilities = probabilities
        self.classes_ = [np.arange(2)] * probabilities.shape[1]

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        predicted: NDArray[Any] = (self.predict_proba(rows) > 0.5).astype(np.int64)
        return predicted

    def predict_proba(self, rows: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.probabilities[rows[:, 0]]
        return chosen


class Regressed(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted regressor whose predictions on some rows are known."""

    def __init__(self, predictions: NDArray[Any]) -> None:
        self.predictions = predictions

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.predictions[rows[:, 0]]
        return chosen


def of_being(outputs: Tensor, loss: str) -> Tensor:
    """Probability of each label from its output: a logit, but for the loss of probabilities.

    >>> of_being(torch.tensor([0.0, 0.9]), "binary_cross_entropy")
    tensor([0.0000, 0.9000])
    """
    return outputs if loss == "binary_cross_entropy" else torch.sigmoid(outputs)


def scorer(name: str) -> Callable[[BaseEstimator, NDArray[Any]], float]:
    """A scikit-learn scorer, from a stand-in and its targets to a number.

    Raises:
        CandidateError: There is none of that name.
    """
    try:
        found = get_scorer(name)
    except ValueError as error:
        raise CandidateError(
            _FIELD,
            f"scikit-learn has no scorer {name!r}; expected e.g. accuracy, balanced_accuracy, "
            "f1_macro, roc_auc, r2 or neg_mean_absolute_error",
        ) from error

    def score(stand_in: BaseEstimator, targets: NDArray[Any]) -> float:
        rows = np.arange(len(targets)).reshape(-1, 1)
        with explained(_FIELD, f"scorer {name}"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # undefined precision and the like: the number says it
            return float(found(stand_in, rows, targets))

    return score
