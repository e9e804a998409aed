"""Small convolutional network."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn


def cnn(
    side: int,
    outputs: int,
    channels: Sequence[int] = (16, 32),
    inputs: int = 1,
    batch_norm: bool = True,
) -> nn.Module:
    """Convolutions with ReLU and pooling, for square images, flat or ``[n, inputs, side, side]``.

    Args:
        side: Height and width of an image in pixels; halved after each convolution.
        outputs: Classes, or regression targets.
        channels: Channels of each convolution.
        inputs: Channels of an image.
        batch_norm: Whether each convolution normalises by batch statistics.
    """
    layers: list[nn.Module] = [nn.Flatten(), nn.Unflatten(1, (inputs, side, side))]
    for before, after in zip((inputs, *channels), channels, strict=False):
        layers.append(nn.Conv2d(before, after, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(after))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels[-1], outputs)
    )
