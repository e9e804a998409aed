"""The candidate as a net of skorch, as it is fitted elsewhere."""

import torch
from skorch import NeuralNetClassifier
from torch import nn


class Network(nn.Module):
    """Logits of the cultivars, from inputs of shape [n, inputs]."""

    def __init__(self, inputs=13, hidden=16, cultivars=3):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, cultivars)
        )

    def forward(self, x):
        return self.layers(x)


def build(hidden=16):
    """A net that takes logits, for its criterion is the cross-entropy."""
    return NeuralNetClassifier(
        Network,
        module__hidden=hidden,
        criterion=nn.CrossEntropyLoss,
        criterion__label_smoothing=0.05,
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=0.01,
        lr=0.01,
    )
