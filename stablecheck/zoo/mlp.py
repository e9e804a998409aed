"""Multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn


def mlp(
    inputs: int,
    outputs: int,
    hidden: Sequence[int] = (64, 64),
    batch_norm: bool = True,
    dropout: float = 0.0,
) -> nn.Module:
    """Fully connected layers with ReLU, for inputs ``[n, ...]`` with ``inputs`` numbers each.

    Args:
        inputs: Numbers per example.
        outputs: Classes, or regression targets.
        hidden: Width of each hidden layer.
        batch_norm: Whether each hidden layer normalises by batch statistics.
        dropout: Share of hidden units dropped while training.
    """
    layers: list[nn.Module] = [nn.Flatten()]
    width = inputs
    for units in hidden:
        layers.append(nn.Linear(width, units))
        if batch_norm:
            layers.append(nn.BatchNorm1d(units))
        layers.append(nn.ReLU())
        if dropout:
            layers.append(nn.Dropout(dropout))
        width = units
    return nn.Sequential(*layers, nn.Linear(width, outputs))
