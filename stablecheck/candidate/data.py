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
from torch import Tensor

from stablecheck.candidate.bundled import load_bundled
from stablecheck.candidate.callable_data import load_from_callable
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.scaling import scaled
from stablecheck.candidate.splitting import check_classes, split_rows
from stablecheck.candidate.table.declaration import Declaration, declaration_of
from stablecheck.candidate.table.encoding import Encoder
from stablecheck.candidate.tables import load_table
from stablecheck.candidate.validity import check_inputs, check_targets
from stablecheck.recipe import TABLES, Candidate, Missing

_SHOWN = 6
"""Names of inputs that a message lists."""


@dataclass(frozen=True)
class Dataset:
    """Tensors of one candidate, on the CPU.

    Args:
        x_train: Shape ``[n, ...]``, float32, or int64 where the data brought integers (tokens).
        y_train: Shape ``[n]`` int64 class indices, or ``[n]`` / ``[n, k]`` float32.
        x_heldout: As ``x_train``.
        y_heldout: As ``y_train``.
        classes: Names of the classes in the order of their indices; None for regression.
        target_mean: What a regression target was centred by before training; shape ``[k]`` where
            there are several.
        target_std: What it was divided by, likewise.
        inputs: Names of the inputs, where they have any.
    """

    x_train: Tensor
    y_train: Tensor
    x_heldout: Tensor
    y_heldout: Tensor
    classes: tuple[str, ...] | None
    target_mean: float | NDArray[np.float64] = 0.0
    target_std: float | NDArray[np.float64] = 1.0
    inputs: tuple[str, ...] = ()

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

    def inputs_in_words(self, x: Tensor) -> str:
        """Some inputs in a message: shape, type, and what they are where that has names."""
        shown = ", ".join(self.inputs[:_SHOWN]) + " …" * (len(self.inputs) > _SHOWN)
        named = f" ({shown})" if self.inputs else ""
        return f"inputs of shape {tuple(x.shape)}{named} and type {x.dtype}"

    @cached_property
    def _elsewhere(self) -> dict[torch.device, Dataset]:
        return {}


def load_dataset(candidate: Candidate, folders: Sequence[Path]) -> Dataset:
    """Load, check, split, encode and scale the candidate's data.

    A data callable finds the global generators seeded with ``validation.seed``.

    Raises:
        CandidateError: The data cannot be read, or cannot be trained on; says which part and why.
    """
    declared = declaration_of(candidate)
    with seeded(candidate.validation.seed):
        raw = load_raw(candidate.data, candidate.data_args, declared, folders)
    check_inputs(raw)
    targets, heldout_targets, classes = check_targets(raw, candidate.task)
    x, y, x_heldout, y_heldout = _split(raw, targets, heldout_targets, classes, candidate)
    x, x_heldout, inputs = _encoded(x, x_heldout, raw, candidate)
    mean, std = 0.0, 1.0
    if classes is None and raw.scalable and candidate.scaling != "none":
        mean, std = _scale_of(y)
        y, y_heldout = (y - mean) / std, (y_heldout - mean) / std
    return Dataset(
        _tensor(x), _tensor(y), _tensor(x_heldout), _tensor(y_heldout), classes, mean, std, inputs
    )


def load_raw(
    name: str, arguments: Mapping[str, Any], declared: Declaration, folders: Sequence[Path]
) -> RawData:
    """Read data as it is, unchecked; the arguments are those of a recipe's fields.

    Raises:
        CandidateError: It cannot be read.
    """
    if name.startswith("sklearn:"):
        return load_bundled(name.removeprefix("sklearn:"))
    if name.endswith(TABLES):
        return load_table(name, declared, folders)
    return load_from_callable(name, arguments, folders)


Parts = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _split(
    raw: RawData,
    y: NDArray[Any],
    y_heldout: NDArray[Any] | None,
    classes: tuple[str, ...] | None,
    candidate: Candidate,
) -> Parts:
    """Inputs and targets of the training part, then of the held-out part."""
    if raw.x_heldout is not None and y_heldout is not None:
        return raw.x, y, raw.x_heldout, y_heldout
    strata = None if classes is None else y
    split = split_rows(len(y), candidate.validation, strata, raw.keys)
    if classes is not None:
        check_classes(y[split.train], classes)
    return raw.x[split.train], y[split.train], raw.x[split.heldout], y[split.heldout]


def _encoded(
    x_train: NDArray[Any], x_heldout: NDArray[Any], raw: RawData, candidate: Candidate
) -> tuple[NDArray[Any], NDArray[Any], tuple[str, ...]]:
    """Both parts as the model takes them in, by what the training part holds; names of inputs."""
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


def _tensor(values: NDArray[Any]) -> Tensor:
    kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
    return torch.from_numpy(np.ascontiguousarray(values, dtype=kind))
