"""A table's columns as inputs of a model: filled, scaled and encoded as the training part says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from stablecheck.candidate.scaling import scaler
from stablecheck.candidate.table.layout import Layout
from stablecheck.candidate.table.reading import DATA
from stablecheck.errors import CandidateError
from stablecheck.recipe import LevelConstant, Missing, NumberConstant, level_text

Step = tuple[str, Any, list[int]]
"""Name, transformer, and the columns that it takes."""


class Encoder:
    """Made from a training part; the same for every further row.

    The inputs stand in this order: numbers, ordinal columns as 0, 1, 2 …, one 0/1 input for each
    level of the training part, one for each column with gaps in it where indicators are asked for.

    Args:
        layout: What the columns hold.
        missing: What fills their gaps.
        scaling: How the numbers are scaled.
        x_train: The training part, shape ``[n, columns]``: numbers, and codes of levels.

    Raises:
        CandidateError: A column has no value in the training part.
    """

    def __init__(
        self, layout: Layout, missing: Missing, scaling: str, x_train: NDArray[Any]
    ) -> None:
        _check_values(layout, x_train)
        self._layout = layout
        steps = list(_steps(layout, missing, scaling))
        self._fitted = ColumnTransformer(steps, sparse_threshold=0).fit(x_train)

    def transform(self, x: NDArray[Any]) -> NDArray[np.float64]:
        """Inputs of shape ``[n, len(names)]`` for rows of shape ``[n, columns]``.

        Raises:
            CandidateError: One is beyond single precision.
        """
        encoded: NDArray[np.float64] = self._fitted.transform(x)
        beyond = (np.abs(encoded) > np.finfo(np.float32).max).any(axis=0)
        if beyond.any():
            name = self.names[int(np.argmax(beyond))]
            raise CandidateError(
                DATA, f"input {name!r} holds numbers beyond single precision; scale it, or drop it"
            )
        return encoded

    @property
    def names(self) -> tuple[str, ...]:
        """What each input is: ``age``, ``country=FR``, ``age missing``."""
        return tuple(self._names())

    def _names(self) -> Iterator[str]:
        yield from self._layout.numeric
        yield from self._layout.ordinal
        fitted = self._fitted.named_transformers_
        if self._layout.categorical:
            found = fitted["categorical"][-1].categories_
            for (name, levels), kept in zip(self._layout.categorical.items(), found, strict=True):
                yield from (f"{name}={levels[int(code)]}" for code in kept)
        if "missing" in fitted:
            yield from (
                f"{self._layout.names[int(i)]} missing" for i in fitted["missing"].features_
            )


def _steps(layout: Layout, missing: Missing, scaling: str) -> Iterator[Step]:
    places = {name: place for place, name in enumerate(layout.names)}
    if layout.numeric:
        numeric = make_pipeline(_imputer(missing.numeric, ()), scaler(scaling))
        yield "numeric", numeric, [places[name] for name in layout.numeric]
    for name, levels in layout.ordinal.items():
        place = places[name]  # a step may not have every name that a column may
        yield f"ordinal {place}", _imputer(missing.ordinal, levels), [place]
    if layout.categorical:
        levels = next(iter(layout.categorical.values()))
        hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        categorical = make_pipeline(_imputer(missing.categorical, levels), hot)
        yield "categorical", categorical, [places[name] for name in layout.categorical]
    if missing.indicator:
        indicator = MissingIndicator(features="missing-only", error_on_new=False)
        yield "missing", indicator, list(places.values())


def _imputer(fill: str | NumberConstant | LevelConstant, levels: tuple[str, ...]) -> Any:
    if fill == "refuse":
        return "passthrough"
    if isinstance(fill, NumberConstant):
        return SimpleImputer(strategy="constant", fill_value=fill.constant)
    if isinstance(fill, LevelConstant):
        code = levels.index(level_text(fill.constant))
        return SimpleImputer(strategy="constant", fill_value=float(code))
    return SimpleImputer(strategy=fill)


def _check_values(layout: Layout, x_train: NDArray[Any]) -> None:
    empty = np.isnan(x_train).all(axis=0)
    if empty.any():
        name = layout.names[int(np.argmax(empty))]
        raise CandidateError(
            DATA,
            f"column {name!r} has no value in the training part, which nothing can be learnt from; "
            "list it under candidate.columns: drop, or split otherwise",
        )
