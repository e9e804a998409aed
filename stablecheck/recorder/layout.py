"""What a model's numbers are called and shaped, which must stay the same along a path."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from stablecheck.errors import RecorderError

Layout = Mapping[str, tuple[int, ...]]
"""Shapes by name."""


def layout_of(*tensors: Mapping[str, Tensor]) -> Layout:
    """The layout of some parameters and buffers."""
    return {name: tuple(tensor.shape) for some in tensors for name, tensor in some.items()}


def check_same(first: Layout, now: Layout, step: int) -> None:
    """Refuse a model whose numbers are not those of the first step.

    Raises:
        RecorderError: They are others.
    """
    differing = [name for name in {**first, **now} if first.get(name) != now.get(name)]
    if differing:
        name = differing[0]
        raise RecorderError(
            f"the trained parameters or the buffers changed during the training: {name} "
            f"{_told(first.get(name))} at the first step, and {_told(now.get(name))} at step "
            f"{step}; expected the same throughout; freeze, unfreeze and replace before the first "
            "step, or make a new recorder afterwards"
        )


def _told(shape: tuple[int, ...] | None) -> str:
    return "was not among them" if shape is None else f"had shape {shape}"
