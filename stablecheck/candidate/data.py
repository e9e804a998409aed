"""From the recipe's ``data`` to the tensors that are trained and validated on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from torch import Tensor

from stablecheck.candidate.bundled import load_bundled
from stablecheck.candidate.callable_data import load_from_callable
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tables import load_table
from stablecheck.candidate.validity import check_inputs, check_targets
from stablecheck.errors import CandidateError
from stablecheck.recipe import TABLES, Candidate


@dataclass(frozen=True)
class Dataset:
    """Tensors of one candidate, on the CPU.

    Args:
        x_train: Shape ``[n, ...]``, float32, or int64 where the data brought integers (tokens).
        y_train: Shape ``[n]`` int64 class indices, or ``[n]`` / ``[n, k]`` float32.
        x_heldout: As ``x_train``.
        y_heldout: As ``y_train``.
        classes: Names of the classes in the order of their indices; None for regression.
        target_mean: What a regression target was centred by before training.
        target_std: What it was divided by.
    """

    x_train: Tensor
    y_train: Tensor
    x_heldout: Tensor
    y_heldout: Tensor
    classes: tuple[str, ...] | None
    target_mean: float = 0.0
    target_std: float = 1.0

    @cached_property
    def sha256(self) -> str:
        """Digest of all four arrays, shapes and types included."""
        digest = hashlib.sha256()
        for tensor in (self.x_train, self.y_train, self.x_heldout, self.y_heldout):
            digest.update(f"{tensor.dtype}{tuple(tensor.shape)}".encode())
            digest.update(np.ascontiguousarray(tensor.numpy()).tobytes())
        return digest.hexdigest()

    def on(self, device: torch.device) -> Dataset:
        """The same data on a device, moved there once."""
        if device.type == "cpu":
            return self
        if device not in self._elsewhere:
            names = ("x_train", "y_train", "x_heldout", "y_heldout")
            moved = {name: getattr(self, name).to(device) for name in names}
            self._elsewhere[device] = replace(self, **moved)
        return self._elsewhere[device]

    @cached_property
    def _elsewhere(self) -> dict[torch.device, Dataset]:
        return {}


def load_dataset(candidate: Candidate, folders: Sequence[Path]) -> Dataset:
    """Load, check, split, scale and encode the candidate's data.

    A data callable finds the global generators seeded with ``validation.seed``.

    Raises:
        CandidateError: The data cannot be read, or cannot be trained on; says which part and why.
    """
    with seeded(candidate.validation.seed):
        raw = load_raw(candidate.data, candidate.data_args, candidate.target, folders)
    check_inputs(raw)
    targets, heldout_targets, classes = check_targets(raw, candidate.task)
    parts = _split(raw, targets, heldout_targets, candidate)
    if raw.scalable and candidate.scaling == "standard":
        return _standardized(parts, classes, candidate.task)
    x, y, x_heldout, y_heldout = (_tensor(part) for part in parts)
    return Dataset(x, y, x_heldout, y_heldout, classes)


def load_raw(
    name: str, arguments: Mapping[str, Any], target: str | None, folders: Sequence[Path]
) -> RawData:
    """Read data as it is, unchecked; the arguments are those of a recipe's fields.

    Raises:
        CandidateError: It cannot be read.
    """
    if name.startswith("sklearn:"):
        return load_bundled(name.removeprefix("sklearn:"))
    if name.endswith(TABLES):
        return load_table(name, target, folders)
    return load_from_callable(name, arguments, folders)


Parts = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _split(
    raw: RawData, y: NDArray[Any], y_heldout: NDArray[Any] | None, candidate: Candidate
) -> Parts:
    """Inputs and targets of the training part, then of the held-out part."""
    if raw.x_heldout is not None and y_heldout is not None:
        return raw.x, y, raw.x_heldout, y_heldout
    classification = candidate.task == "classification"
    try:
        x_train, x_heldout, y_train, y_held = train_test_split(
            raw.x,
            y,
            test_size=candidate.validation.fraction,
            random_state=candidate.validation.seed,
            stratify=y if classification else None,
        )
    except ValueError as error:
        raise CandidateError(
            ("candidate", "validation"),
            f"the data cannot be split: {error}; use another fraction or more rows per class",
        ) from error
    return x_train, y_train, x_heldout, y_held


def _standardized(parts: Parts, classes: tuple[str, ...] | None, task: str) -> Dataset:
    x_train, y_train, x_heldout, y_heldout = parts
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    std = np.where(std > 0, std, 1.0)
    scaled = [(x_train - mean) / std, (x_heldout - mean) / std]
    if task == "classification":
        return Dataset(
            _tensor(scaled[0]), _tensor(y_train), _tensor(scaled[1]), _tensor(y_heldout), classes
        )
    centre, width = float(y_train.mean()), float(y_train.std()) or 1.0
    targets = [(y_train - centre) / width, (y_heldout - centre) / width]
    return Dataset(
        _tensor(scaled[0]), _tensor(targets[0]), _tensor(scaled[1]), _tensor(targets[1]),
        classes, centre, width,
    )  # fmt: skip


def _tensor(values: NDArray[Any]) -> Tensor:
    kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
    return torch.from_numpy(np.ascontiguousarray(values, dtype=kind))
