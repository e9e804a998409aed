"""From the recipe's ``data`` to the tensors that are trained and validated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from torch import Tensor

from stablecheck.candidate.bundled import load_bundled
from stablecheck.candidate.callable_data import load_from_callable
from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.huggingface_folder import load_folder
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.raw import Arrays, RawData, Unread
from stablecheck.candidate.reading import items_of, read, streamed, streams
from stablecheck.candidate.samples import InMemory, Inputs
from stablecheck.candidate.tables import load_table
from stablecheck.candidate.tasks import TASKS, Task
from stablecheck.candidate.tasks.base import Targets
from stablecheck.candidate.validity import check_inputs
from stablecheck.errors import CandidateError
from stablecheck.recipe import TABLES, Candidate


def load_dataset(candidate: Candidate, folders: Sequence[Path]) -> Dataset:
    """Load, check, split, scale and encode the candidate's data.

    A data callable finds the global generators seeded with ``validation.seed``.

    Raises:
        CandidateError: The data cannot be read, or cannot be trained on; says which part and why.
    """
    with seeded(candidate.validation.seed):
        raw = load_raw(candidate.data, candidate.data_args, candidate.target, folders)
    if isinstance(raw, Unread):
        if streams(raw, candidate):
            return streamed(raw, candidate)
        raw = read(raw, items_of(candidate))
    check_inputs(raw)
    task = TASKS[candidate.task]
    targets = task.targets(raw)
    parts = _split(raw, targets, candidate)
    if raw.scalable and candidate.scaling == "standard":
        return _standardized(parts, targets.classes, task)
    return _dataset(parts, targets.classes)


def load_raw(
    name: str, arguments: Mapping[str, Any], target: str | None, folders: Sequence[Path]
) -> RawData | Unread:
    """Read data as it is, unchecked; the arguments are those of a recipe's fields.

    Raises:
        CandidateError: It cannot be read.
    """
    if name.startswith("sklearn:"):
        return load_bundled(name.removeprefix("sklearn:"))
    if name.endswith(TABLES):
        return load_table(name, target, folders)
    if name.endswith("/"):
        return load_folder(name, folders)
    return load_from_callable(name, arguments, folders)


Parts = tuple[Arrays, NDArray[Any], Arrays, NDArray[Any]]


def _split(raw: RawData, targets: Targets, candidate: Candidate) -> Parts:
    """Inputs and targets of the training part, then of the held-out part."""
    if raw.x_heldout is not None and targets.heldout is not None:
        return raw.x, targets.train, raw.x_heldout, targets.heldout
    try:
        train, heldout = train_test_split(
            np.arange(len(targets.train)),
            test_size=candidate.validation.fraction,
            random_state=candidate.validation.seed,
            stratify=TASKS[candidate.task].strata(targets.train),
        )
    except ValueError as error:
        raise CandidateError(
            ("candidate", "validation"),
            f"the data cannot be split: {error}; use another fraction or more rows per class",
        ) from error
    y = targets.train
    return raw.rows(train), y[train], raw.rows(heldout), y[heldout]


def _standardized(parts: Parts, classes: tuple[str, ...] | None, task: Task) -> Dataset:
    x_train, y_train, x_heldout, y_heldout = parts
    assert not isinstance(x_train, Mapping)  # tables and bundled sets are one array
    assert not isinstance(x_heldout, Mapping)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    std = np.where(std > 0, std, 1.0)
    scaled = (x_train - mean) / std, (x_heldout - mean) / std
    if not task.standardized:
        return _dataset((scaled[0], y_train, scaled[1], y_heldout), classes)
    centre, width = float(y_train.mean()), float(y_train.std()) or 1.0
    targets = (y_train - centre) / width, (y_heldout - centre) / width
    whole = _dataset((scaled[0], targets[0], scaled[1], targets[1]), classes)
    return replace(whole, target_mean=centre, target_std=width)


def _dataset(parts: Parts, classes: tuple[str, ...] | None) -> Dataset:
    x_train, y_train, x_heldout, y_heldout = parts
    return Dataset(
        InMemory(_tensors(x_train), _tensor(y_train)),
        InMemory(_tensors(x_heldout), _tensor(y_heldout)),
        classes,
    )


def _tensors(arrays: Arrays) -> Inputs:
    if isinstance(arrays, Mapping):
        return {name: _tensor(array) for name, array in arrays.items()}
    return _tensor(arrays)


def _tensor(values: NDArray[Any]) -> Tensor:
    kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
    return torch.from_numpy(np.ascontiguousarray(values, dtype=kind))
