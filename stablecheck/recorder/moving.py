"""Batches of any structure, moved to a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch


def moved(batch: Any, device: torch.device) -> Any:
    """The batch with everything in it that knows how to move, moved; the rest as it is.

    >>> moved({"x": torch.ones(1), "names": ["a"]}, torch.device("meta"))
    {'x': tensor(..., device='meta', size=(1,)), 'names': ['a']}
    """
    if callable(to := getattr(batch, "to", None)):
        return to(device)
    if isinstance(batch, Mapping):
        return {key: moved(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(moved(value, device) for value in batch))
    if isinstance(batch, tuple | list):
        return type(batch)(moved(value, device) for value in batch)
    return batch
