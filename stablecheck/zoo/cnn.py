"""Small convolutional network."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from stablecheck.zoo.residual import chain, check_skips
from stablecheck.zoo.widths import layer_widths


def cnn(
    side: int,
    outputs: int,
    channels: Sequence[int] | None = None,
    inputs: int = 1,
    batch_norm: bool = True,
    skip: bool = False,
    width: int | None = None,
    depth: int | None = None,
) -> nn.Module:
    """Convolutions with ReLU and pooling, for square images, flat or ``[n, inputs, side, side]``.

    Args:
        side: Height and width of an image in pixels; halved after each convolution.
        outputs: Classes, or regression targets.
        channels: Channels of each convolution; 16 and 32 when nothing else is said.
        inputs: Channels of an image.
        batch_norm: Whether each convolution normalises by batch statistics.
        skip: Whether a convolution with as many channels as the one before adds its input before
            its ReLU.
        width: Channels of every convolution, in place of ``channels``.
        depth: Number of convolutions, in place of ``channels``.

    Raises:
        ValueError: ``channels`` comes with ``width`` or ``depth``, ``skip`` has no place, or the
            image is too small to be halved that often.
    """
    widths = layer_widths(channels, "channels", width, depth, default=(16, 32))
    _check_side(side, len(widths))
    if skip:
        check_skips(widths, "channels")
    layers: list[nn.Module] = [nn.Flatten(), nn.Unflatten(1, (inputs, side, side))]
    before = inputs
    for position, after in enumerate(widths):
        kept = position > 0 and before == after
        normalising = [nn.BatchNorm2d(after)] if batch_norm else []
        convolution = nn.Conv2d(before, after, kernel_size=3, padding=1)
        layers.append(chain(skip=skip and kept)(convolution, *normalising))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        before = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, outputs))


def _check_side(side: int, convolutions: int) -> None:
    if convolutions < 1 or side >> convolutions == 0:
        raise ValueError(
            f"{convolutions} convolutions, each of which halves the image, do not fit a side of "
            f"{side} pixels; expected 1 to {side.bit_length() - 1}"
        )
