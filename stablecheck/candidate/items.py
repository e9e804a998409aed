"""From the items of a ``torch.utils.data.Dataset`` to batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stablecheck.candidate.samples import Batch, Inputs
from stablecheck.errors import CandidateError

_DATA, _TARGET, _INPUTS = (("candidate", name) for name in ("data", "target", "inputs"))
_USUAL_TARGETS = ("labels", "label")


@dataclass(frozen=True)
class Items:
    """How an item is read: a pair of input and target, or a mapping that holds both.

    Args:
        target: Key of the target in a mapping; None for labels or label.
        inputs: Keys of the inputs, or the one key whose value is passed alone; None for all but the
            target.
    """

    target: str | None
    inputs: str | tuple[str, ...] | None

    def batch(self, items: Sequence[Any]) -> Batch:
        """Items as one batch, numbers as ``numbers`` has them.

        Raises:
            CandidateError: They are neither pairs nor mappings, or lack a key.
        """
        pairs = [self._pair(item) for item in items]
        return _stacked([inputs for inputs, _ in pairs]), _targets([one for _, one in pairs])

    def _pair(self, item: Any) -> tuple[Any, Any]:
        if isinstance(item, Mapping):
            target = self._target_of(item)
            return self._inputs_of(item, target), item[target]
        if isinstance(item, tuple | list) and len(item) == 2:
            return item[0], item[1]
        found = f"{type(item).__name__}" + (f" of {len(item)}" if hasattr(item, "__len__") else "")
        raise CandidateError(
            _DATA,
            f"an item of the data set is a {found}; expected a pair (input, target) or a mapping "
            "that holds both",
        )

    def _target_of(self, item: Mapping[str, Any]) -> str:
        names = (self.target,) if self.target else _USUAL_TARGETS
        found = next((name for name in names if name in item), None)
        if found is None:
            raise CandidateError(
                _TARGET,
                f"an item of the data set has no {' and no '.join(map(repr, names))}; it has "
                f"{', '.join(map(str, item))}; name the target's key, e.g. target: labels",
            )
        return found

    def _inputs_of(self, item: Mapping[str, Any], target: str) -> Any:
        if isinstance(self.inputs, str):
            return self._value(item, self.inputs)
        names = self.inputs or tuple(name for name in item if name != target)
        return {name: self._value(item, name) for name in names}

    def _value(self, item: Mapping[str, Any], name: str) -> Any:
        if name not in item:
            raise CandidateError(
                _INPUTS,
                f"an item of the data set has no {name!r}; it has {', '.join(map(str, item))}",
            )
        return item[name]


def _stacked(inputs: Sequence[Any]) -> Inputs:
    first = inputs[0]
    if isinstance(first, Mapping):
        return {name: _stack([one[name] for one in inputs], name) for name in first}
    return _stack(inputs, "input")


def _targets(values: Sequence[Any]) -> Tensor:
    if isinstance(values[0], str):
        raise CandidateError(
            _TARGET, f"the target {values[0]!r} is text; expected numbers, e.g. a class's index"
        )
    return numbers(torch.stack([torch.as_tensor(value) for value in values]))


def _stack(values: Sequence[Any], name: str) -> Tensor:
    if isinstance(values[0], str):
        raise CandidateError(
            _INPUTS,
            f"{name!r} holds text; expected numbers; tokenise it first, or name the inputs, e.g. "
            "inputs: [input_ids, attention_mask]",
        )
    tensors = [torch.as_tensor(value) for value in values]
    shapes = {tuple(tensor.shape) for tensor in tensors}
    if len(shapes) > 1:
        raise CandidateError(
            _DATA,
            f"items differ in the shape of {name!r}, {' and '.join(map(str, sorted(shapes)[:2]))}; "
            "pad them to one length",
        )
    return numbers(torch.stack(tensors))


def numbers(tensor: Tensor) -> Tensor:
    """Whole numbers as int64, all others as float32.

    Raises:
        CandidateError: They are complex.
    """
    if tensor.is_complex():
        raise CandidateError(
            _DATA, "items hold complex numbers; expected real ones; see torch.view_as_real"
        )
    real = tensor.is_floating_point() or tensor.dtype == torch.bool
    return tensor.to(torch.float32 if real else torch.int64)


def arrays_of(inputs: Inputs) -> Any:
    """Inputs as arrays."""
    if isinstance(inputs, Tensor):
        return inputs.numpy()
    return {name: np.asarray(tensor) for name, tensor in inputs.items()}
