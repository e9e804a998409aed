"""The loss that is trained on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path

import torch.nn.functional
from torch import Tensor

from stablecheck.candidate.importing import import_callable
from stablecheck.errors import CandidateError

Loss = Callable[[Tensor, Tensor], Tensor]

_FIELD = ("candidate", "loss")
_BINARY = ("binary_cross_entropy_with_logits", "binary_cross_entropy")
_COMMON = (
    "cross_entropy",
    "nll_loss",
    *_BINARY,
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
)


def make_loss(name: str, folders: Sequence[Path]) -> Loss:
    """The mean loss of a batch: ``loss(outputs, targets) -> scalar``.

    A trailing axis of length one is dropped where the targets have none, and binary losses get
    floating-point targets, so that neither broadcasts silently.
    """
    if ":" in name:
        return import_callable(name, folders, _FIELD)
    function = getattr(torch.nn.functional, name, None)
    if function is None or name.startswith("_"):
        close = difflib.get_close_matches(name, _COMMON, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise CandidateError(
            _FIELD,
            f"torch.nn.functional has no {name!r}; expected e.g. {', '.join(_COMMON[:4])}{hint}",
        )

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        if name in _BINARY:
            targets = targets.to(outputs.dtype)
        if outputs.ndim == targets.ndim + 1 and outputs.shape[-1] == 1:
            outputs = outputs.squeeze(-1)
        value: Tensor = function(outputs, targets)
        return value

    return loss
