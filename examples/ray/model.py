"""The candidate: a small network over 8 × 8 pixels. The nodes get this file from Ray."""

from torch import nn


def build(hidden=48):
    """Logits of ten digits, from inputs of shape [n, 64]."""
    return nn.Sequential(
        nn.Linear(64, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, 10)
    )
