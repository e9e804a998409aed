"""A skip connection around layers that keep the shape of what passes through them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from torch import Tensor, nn


class Residual(nn.Sequential):
    """The layers' output plus their input, shape ``[n, ...]`` to ``[n, ...]``.

    Its parameters and their names are those of the plain ``nn.Sequential`` of the same layers, so
    that models with and without skip connections can be compared weight by weight.

    Source: He et al. 2016, Deep Residual Learning for Image Recognition, arXiv 1512.03385.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        branch: Tensor = super().forward(inputs)  # type: ignore[no-untyped-call]
        return inputs + branch


def chain(*, skip: bool) -> type[nn.Sequential]:
    """The class that puts layers in a row, with or without a skip connection around them."""
    return Residual if skip else nn.Sequential


def check_skips(widths: Sequence[int], name: str) -> None:
    """Refuse skip connections where no layer is as wide as the one before it.

    Raises:
        ValueError: No two neighbours in ``widths`` agree, so a skip connection would be nowhere.
    """
    if all(before != after for before, after in itertools.pairwise(widths)):
        raise ValueError(
            f"skip needs two neighbouring layers of one width, and {name} {list(widths)} has none; "
            "expected e.g. width and depth, which make all layers equally wide"
        )
