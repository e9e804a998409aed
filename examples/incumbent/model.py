"""Candidate and incumbent are the same network at two sizes."""

from torch import nn


def build(hidden=(8,)):
    """Logits for malignant and benign, from 30 measurements of a sample, shape [n, 30]."""
    layers, width = [], 30
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 2))
