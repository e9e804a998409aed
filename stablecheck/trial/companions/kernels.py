"""Implementations of layers that can be differentiated in every way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel


@contextmanager
def plain_kernels() -> Iterator[None]:
    """Inside the block attention and recurrent layers use what has a second derivative.

    The fused attention kernels have none, nor has cuDNN's recurrent one, which also refuses
    gradients in evaluation mode.
    """
    with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False):
        yield
