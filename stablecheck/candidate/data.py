"""From the recipe's ``data`` to what is trained and validated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.bundled import load_bundled
from stablecheck.candidate.callable_data import load_from_callable
from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.huggingface_folder import load_folder
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.raw import Arrays, RawData, Unread
from stablecheck.candidate.reading import items_of, read, streamed, streams
from stablecheck.candidate.samples import InMemory, Inputs
from stablecheck.candidate.scaling import scaled
from stablecheck.candidate.splitting import check_classes, split_rows
from stablecheck.candidate.table.declaration import Declaration, declaration_of
from stablecheck.candidate.table.encoding import Encoder
from stablecheck.candidate.tables import load_table
from stablecheck.candidate.tasks import TASKS
from stablecheck.candidate.tasks.base import Targets
from stablecheck.candidate.validity import check_inputs
from stablecheck.recipe import TABLES, Candidate, Missing


def load_dataset(candidate: Candidate, folders: Sequence[Path]) -> Dataset:
    """Load, check, split, encode and scale the candidate's data.

    A data callable, and the items that are read into memory, find the global generators seeded with
    ``validation.seed``: augmentation that draws from them is frozen there.

    Raises:
        CandidateError: The data cannot be read, or cannot be trained on; says which part and why.
    """
    with seeded(candidate.validation.seed):
        raw = load_raw(candidate.data, candidate.data_args, declaration_of(candidate), folders)
        if isinstance(raw, Unread):
            if streams(raw, candidate):
                return streamed(raw, candidate)
            raw = read(raw, items_of(candidate))
    check_inputs(raw)
    return _in_memory(raw, candidate)


def load_raw(
    name: str, arguments: Mapping[str, Any], declared: Declaration, folders: Sequence[Path]
) -> RawData | Unread:
    """Read data as it is, unchecked; the arguments are those of a recipe's fields.

    Raises:
        CandidateError: It cannot be read.
    """
    if name.startswith("sklearn:"):
        return load_bundled(name.removeprefix("sklearn:"))
    if name.endswith(TABLES):
        return load_table(name, declared, folders)
    if name.endswith("/"):
        return load_folder(name, folders)
    return load_from_callable(name, arguments, folders)


def _in_memory(raw: RawData, candidate: Candidate) -> Dataset:
    task = TASKS[candidate.task]
    targets = task.targets(raw)
    x, y, x_heldout, y_heldout = _split(raw, targets, candidate)
    x, x_heldout, inputs = _encoded(x, x_heldout, raw, candidate)
    mean, std = 0.0, 1.0
    if task.standardized and raw.scalable and candidate.scaling != "none":
        mean, std = _scale_of(y)
        y, y_heldout = (y - mean) / std, (y_heldout - mean) / std
    return Dataset(
        train=InMemory(_tensors(x), _tensor(y)),
        heldout=InMemory(_tensors(x_heldout), _tensor(y_heldout)),
        classes=targets.classes,
        target_mean=mean,
        target_std=std,
        inputs=inputs,
    )


Parts = tuple[Arrays, NDArray[Any], Arrays, NDArray[Any]]


def _split(raw: RawData, targets: Targets, candidate: Candidate) -> Parts:
    """Inputs and targets of the training part, then of the held-out part."""
    y = targets.train
    if raw.x_heldout is not None and targets.heldout is not None:
        return raw.x, y, raw.x_heldout, targets.heldout
    strata = TASKS[candidate.task].strata(y)
    split = split_rows(len(y), candidate.validation, strata, raw.keys)
    if targets.classes is not None:
        check_classes(y[split.train], targets.classes)
    return raw.rows(split.train), y[split.train], raw.rows(split.heldout), y[split.heldout]


def _encoded(
    x_train: Arrays, x_heldout: Arrays, raw: RawData, candidate: Candidate
) -> tuple[Arrays, Arrays, tuple[str, ...]]:
    """Both parts as the model takes them in, by what the training part holds; names of inputs."""
    if isinstance(x_train, Mapping) or isinstance(x_heldout, Mapping):
        return x_train, x_heldout, ()
    if raw.layout is not None:
        missing = candidate.missing or Missing()
        encoder = Encoder(raw.layout, missing, candidate.scaling, x_train)
        return encoder.transform(x_train), encoder.transform(x_heldout), encoder.names
    if raw.scalable:
        x_train, x_heldout = scaled(x_train, x_heldout, candidate.scaling)
    return x_train, x_heldout, tuple(raw.columns)


def _scale_of(y: NDArray[Any]) -> tuple[Any, Any]:
    """Mean and deviation of each target; a constant one is divided by 1."""
    mean, std = y.mean(axis=0), y.std(axis=0)
    std = np.where(std > 0, std, 1.0)
    return (float(mean), float(std)) if y.ndim == 1 else (mean, std)


def _tensors(arrays: Arrays) -> Inputs:
    if isinstance(arrays, Mapping):
        return {name: _tensor(array) for name, array in arrays.items()}
    return _tensor(arrays)


def _tensor(values: NDArray[Any]) -> Tensor:
    kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
    return torch.from_numpy(np.ascontiguousarray(values, dtype=kind))
