"""The candidate: a small network over eight customer features."""

from torch import nn


def build(hidden=(32, 32), dropout=0.1):
    """Logits for stays and leaves, from inputs of shape [n, 8]."""
    layers, width = [], 8
    for units in hidden:
        layers += [nn.Linear(width, units), nn.BatchNorm1d(units), nn.ReLU(), nn.Dropout(dropout)]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 2))
