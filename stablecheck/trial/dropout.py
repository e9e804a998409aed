"""Dropout of many trainings at once, each with the masks that it would have drawn alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from stablecheck.errors import NotVectorizableError

_BY_UNIT = (functional.dropout,)
_BY_CHANNEL = (functional.dropout1d, functional.dropout2d, functional.dropout3d)
_UNKNOWN = (functional.alpha_dropout, functional.feature_alpha_dropout, functional.rrelu)


@dataclass(frozen=True)
class Call:
    """One place where a forward pass draws a mask.

    Args:
        shape: Of the mask, for one training.
        strides: Its order in memory, in which it is drawn.
        dtype: Its type.
        p: Share that is dropped.
    """

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: torch.dtype
    p: float

    def draw(self, generators: Sequence[torch.Generator], device: torch.device) -> Tensor:
        """A mask for each generator, shape ``[lanes, *shape]``, scaled as PyTorch's dropout is."""
        numbers = max(1, torch.Size(self.shape).numel())
        size = (len(generators), *self.shape)
        masks = torch.empty_strided(size, (numbers, *self.strides), dtype=self.dtype, device=device)
        for mask, generator in zip(masks, generators, strict=True):
            mask.bernoulli_(1 - self.p, generator=generator)
        return masks.div_(1 - self.p)


@dataclass
class Calls:
    """The masks that one forward pass draws, in its order."""

    found: list[Call] = field(default_factory=list)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Take down every mask that is drawn inside."""
        with _Interception(self._take_down):
            yield

    def _take_down(self, inputs: Tensor, by_channel: bool, p: float) -> Tensor:
        shape = list(inputs.shape)
        if by_channel:
            shape[2:] = [1] * (inputs.ndim - 2)
        like = inputs.new_empty(shape) if by_channel else torch.empty_like(inputs)
        self.found.append(Call(tuple(like.shape), like.stride(), like.dtype, p))
        return inputs

    def draw(
        self, generators: Sequence[torch.Generator], device: torch.device
    ) -> tuple[Tensor, ...]:
        """Masks of every call for each lane; a lane's generator draws for its calls in order."""
        if len(self.found) == 1 or len({id(one) for one in generators}) == len(generators):
            return tuple(call.draw(generators, device) for call in self.found)
        lanes = [[call.draw([one], device)[0] for call in self.found] for one in generators]
        return tuple(torch.stack(masks) for masks in zip(*lanes, strict=True))


@contextmanager
def replaying(masks: Sequence[Tensor]) -> Iterator[None]:
    """Use these masks, one a call, instead of drawing any."""
    left = iter(masks)

    def masked(inputs: Tensor, _by_channel: bool, _p: float) -> Tensor:
        mask = next(left, None)
        if mask is None:
            raise NotVectorizableError("it does not draw the same dropout masks in every step")
        return inputs * mask

    with _Interception(masked):
        yield


class _Interception(TorchFunctionMode):
    """Hands every dropout that draws to a function of input, kind and share."""

    def __init__(self, handle: Callable[[Tensor, bool, float], Tensor]) -> None:
        super().__init__()
        self._handle = handle

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        if func in _UNKNOWN and given.get("training"):
            raise NotVectorizableError(f"it draws random numbers in {func.__name__}")
        if func in _BY_UNIT or func in _BY_CHANNEL:
            return self._dropout(func, *args, **given)
        return func(*args, **given)

    def _dropout(
        self, func: Any, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
    ) -> Tensor:
        if not training or p == 0.0:
            return input
        if p == 1.0:
            return input * 0.0
        if func in _BY_CHANNEL and input.ndim < 3:
            raise NotVectorizableError(f"it gives {func.__name__} an input without a batch")
        return self._handle(input, func in _BY_CHANNEL, p)
