"""The candidate: a small network over what a customer's columns become."""

from torch import nn


def build(inputs=15, hidden=(32, 32), dropout=0.1):
    """Logits for stays and leaves, from inputs of shape [n, inputs]."""
    layers, width = [], inputs
    for units in hidden:
        layers += [nn.Linear(width, units), nn.BatchNorm1d(units), nn.ReLU(), nn.Dropout(dropout)]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 2))
