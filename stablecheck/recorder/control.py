"""The other seed's end point, which the cross-seed control refers to."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from stablecheck.errors import RecorderError
from stablecheck.trial.protocol import TrialRequest
from stablecheck.trial.views import OtherEndPoint


def given(parameters: ArrayLike, own: Tensor) -> OtherEndPoint:
    """The end point that the caller gives.

    Args:
        parameters: Shape ``[D]``.
        own: End point of the training itself.

    Raises:
        RecorderError: It has another shape.
    """
    array = np.asarray(parameters, dtype=np.float32)
    if array.shape != tuple(own.shape):
        raise RecorderError(
            f"other_end_point has shape {array.shape}; expected {tuple(own.shape)}: the trained "
            "weights of the same model, from another seed"
        )
    return OtherEndPoint(None, torch.from_numpy(array.copy()).to(own.device))


def asked_for(request: TrialRequest, own: Tensor) -> OtherEndPoint | None:
    """The end point that a run names; None where it names none or that one is of no use."""
    file = request.cross_seed_end_point
    if file is None:
        return None
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError):  # that training left none
        return None
    if found.shape != tuple(own.shape):
        return None
    return OtherEndPoint(
        request.cross_seed_trial, torch.from_numpy(found.astype(np.float32)).to(own.device)
    )
