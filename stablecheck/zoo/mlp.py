"""Multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from stablecheck.zoo.residual import chain, check_skips
from stablecheck.zoo.widths import layer_widths


def mlp(
    inputs: int,
    outputs: int,
    hidden: Sequence[int] | None = None,
    batch_norm: bool = True,
    dropout: float = 0.0,
    skip: bool = False,
    width: int | None = None,
    depth: int | None = None,
) -> nn.Module:
    """Fully connected layers with ReLU, for inputs ``[n, ...]`` with ``inputs`` numbers each.

    Args:
        inputs: Numbers per example.
        outputs: Classes, or regression targets.
        hidden: Width of each hidden layer; two of 64 when nothing else is said.
        batch_norm: Whether each hidden layer normalises by batch statistics.
        dropout: Share of hidden units dropped while training.
        skip: Whether a hidden layer as wide as the one before it adds its input before its ReLU.
        width: Width of every hidden layer, in place of ``hidden``.
        depth: Number of hidden layers, in place of ``hidden``.

    Raises:
        ValueError: ``hidden`` comes with ``width`` or ``depth``, or ``skip`` has no place.
    """
    widths = layer_widths(hidden, "hidden", width, depth, default=(64, 64))
    if skip:
        check_skips(widths, "hidden")
    layers: list[nn.Module] = [nn.Flatten()]
    before = inputs
    for position, units in enumerate(widths):
        kept = position > 0 and before == units
        normalising = [nn.BatchNorm1d(units)] if batch_norm else []
        layers.append(chain(skip=skip and kept)(nn.Linear(before, units), *normalising))
        layers.append(nn.ReLU())
        if dropout:
            layers.append(nn.Dropout(dropout))
        before = units
    return nn.Sequential(*layers, nn.Linear(before, outputs))
