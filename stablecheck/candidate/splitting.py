"""Which rows are trained on and which are held out, where the data brings no split of its own."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold, train_test_split

from stablecheck.errors import CandidateError
from stablecheck.recipe import Validation

_FIELD = ("candidate", "validation")
_FOLDS = 20
"""Folds at most, where the fraction does not need more."""
_SHUFFLES = 20
"""Random divisions of the groups, of which the one nearest to the fraction is taken."""


@dataclass(frozen=True)
class Split:
    """Row numbers of both parts."""

    train: NDArray[np.intp]
    heldout: NDArray[np.intp]


def split_rows(
    rows: int,
    validation: Validation,
    classes: NDArray[np.int64] | None,
    keys: NDArray[Any] | None,
) -> Split:
    """Divide rows by chance, by group or by time.

    Args:
        rows: How many there are.
        validation: How they are divided.
        classes: Class of each row, shape ``[n]``, where the parts should hold them in equal shares.
        keys: Group or time of each row, shape ``[n]``, where the split goes by one.

    Raises:
        CandidateError: There is no such split.
    """
    if keys is None:
        return _by_chance(rows, validation, classes)
    split = _RULES[validation.by](keys, validation, classes)
    _check_share(split, validation, keys)
    return split


def check_classes(y_train: NDArray[np.int64], classes: Sequence[str]) -> None:
    """Refuse a training part that lacks a class.

    Args:
        y_train: Class indices, shape ``[n]``.
        classes: Names of all classes, in the order of their indices.

    Raises:
        CandidateError: It has no row of a class.
    """
    rows = np.bincount(y_train, minlength=len(classes))
    if not rows.all():
        raise CandidateError(
            _FIELD,
            f"class {classes[int(np.argmin(rows))]} is in the held-out part alone; use another "
            "split, or leave its rows out",
        )


def _by_chance(rows: int, validation: Validation, classes: NDArray[np.int64] | None) -> Split:
    try:
        train, heldout = train_test_split(
            np.arange(rows),
            test_size=validation.fraction,
            random_state=validation.seed,
            stratify=classes,
        )
    except ValueError as error:
        raise CandidateError(
            _FIELD,
            f"the data cannot be split: {error}; use another fraction or more rows per class",
        ) from error
    return Split(train, heldout)


def _by_group(
    keys: NDArray[Any], validation: Validation, classes: NDArray[np.int64] | None
) -> Split:
    groups = len(np.unique(keys))
    if groups < 2:
        raise CandidateError(
            (*_FIELD, "column"),
            f"column {validation.column!r} holds one group only; a split by group needs at least "
            "two; name another column, or use by: random",
        )
    if classes is None:
        return _shuffled_groups(keys, validation)
    return _stratified_groups(keys, validation, classes, groups)


def _shuffled_groups(keys: NDArray[Any], validation: Validation) -> Split:
    """Groups are divided by their number; of several divisions, that nearest in rows counts."""
    splitter = GroupShuffleSplit(
        _SHUFFLES, test_size=validation.fraction, random_state=validation.seed
    )
    try:
        found = [Split(*parts) for parts in splitter.split(keys, groups=keys)]
    except ValueError as error:
        raise CandidateError(_FIELD, f"the groups cannot be split: {error}") from error
    return min(found, key=lambda split: abs(_share(split) - validation.fraction))


def _stratified_groups(
    keys: NDArray[Any], validation: Validation, classes: NDArray[np.int64], groups: int
) -> Split:
    """Some of several folds of whole groups, each with about the classes' shares of the whole."""
    share = _in_folds(validation.fraction, groups)
    splitter = StratifiedGroupKFold(share.denominator, shuffle=True, random_state=validation.seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # classes of few rows: what that leads to is checked
            folds = [heldout for _, heldout in splitter.split(classes, classes, keys)]
    except ValueError as error:
        raise CandidateError(
            _FIELD,
            f"the groups cannot be split: {error}; use another fraction or more rows per class",
        ) from error
    return _divided(np.isin(np.arange(len(keys)), np.concatenate(folds[: share.numerator])))


def _in_folds(fraction: float, groups: int) -> Fraction:
    """The share nearest to a fraction that is a number of folds out of so many at most.

    >>> _in_folds(0.2, 1000), _in_folds(0.3, 1000), _in_folds(0.2, 2), _in_folds(0.02, 1000)
    (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2), Fraction(1, 50))
    """
    folds = min(groups, max(_FOLDS, math.ceil(1 / min(fraction, 1 - fraction))))
    share = Fraction(fraction).limit_denominator(folds)
    return min(max(share, Fraction(1, folds)), Fraction(folds - 1, folds))


def _by_time(
    keys: NDArray[Any], validation: Validation, _classes: NDArray[np.int64] | None
) -> Split:
    """The latest rows; those of the time where the cut falls go where the fraction is nearer."""
    held = math.ceil(validation.fraction * len(keys))
    cut = np.sort(keys)[-held]
    found = [_divided(late) for late in (keys >= cut, keys > cut)]
    possible = [split for split in found if len(split.train) and len(split.heldout)]
    if not possible:
        raise CandidateError(
            (*_FIELD, "column"),
            f"column {validation.column!r} holds one time only; a split by time needs at least "
            "two; name another column, or use by: random",
        )
    return min(possible, key=lambda split: abs(_share(split) - validation.fraction))


def _divided(heldout: NDArray[np.bool_]) -> Split:
    return Split(np.flatnonzero(~heldout), np.flatnonzero(heldout))


def _check_share(split: Split, validation: Validation, keys: NDArray[Any]) -> None:
    """Refuse a split that is far from what was asked, as large groups and few times may make it."""
    asked, found = validation.fraction, _share(split)
    if abs(found - asked) <= min(asked, 1 - asked) / 2:
        return
    _, counts = np.unique(keys, return_counts=True)
    largest = f"{_LARGEST[validation.by]} holds {counts.max():,} of {len(keys):,}"
    raise CandidateError(
        (*_FIELD, "column"),
        f"column {validation.column!r} cannot be cut near {asked:g} of the rows, of which its "
        f"{largest}: the nearest split holds out {found:.2f}; use another fraction or column",
    )


def _share(split: Split) -> float:
    return len(split.heldout) / (len(split.heldout) + len(split.train))


_Rule = Callable[[NDArray[Any], Validation, "NDArray[np.int64] | None"], Split]
_LARGEST = {"group": "largest group", "time": "most frequent time"}
_RULES: dict[str, _Rule] = {"group": _by_group, "time": _by_time}
