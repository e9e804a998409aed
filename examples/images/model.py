"""The candidate: a small convolutional network for images of 8 × 8 pixels."""

from torch import nn


def build(channels=(8, 16), classes=10):
    """Logits of the classes, from images of shape [n, 1, 8, 8]; each block halves the side."""
    layers, width = [], 1
    for filters in channels:
        layers += [
            nn.Conv2d(width, filters, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
        width = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes))
