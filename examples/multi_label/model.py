"""The candidate: a small network over counts of words."""

from torch import nn


def build(words=40, topics=5, hidden=32):
    """A logit for each topic, from counts of shape [n, words]."""
    return nn.Sequential(
        nn.BatchNorm1d(words), nn.Linear(words, hidden), nn.ReLU(), nn.Linear(hidden, topics)
    )
