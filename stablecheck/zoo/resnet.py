"""Small residual network."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import pad

from stablecheck.zoo.residual import chain


def resnet(
    side: int,
    outputs: int,
    width: int = 16,
    depth: int = 4,
    inputs: int = 1,
    batch_norm: bool = True,
    skip: bool = True,
) -> nn.Module:
    """Blocks of two convolutions, for square images, flat or ``[n, inputs, side, side]``.

    The blocks of the second half see the image at half its side with twice the channels. Shortcuts
    have no parameters (the paper's option A), so that without ``skip`` the layers are the same ones
    and only the additions are gone.

    Args:
        side: Height and width of an image in pixels.
        outputs: Classes, or regression targets.
        width: Channels of the first half of the blocks.
        depth: Number of blocks; the network has ``2 · depth + 2`` layers with weights.
        inputs: Channels of an image.
        batch_norm: Whether each convolution normalises by batch statistics; it has a bias where
            it does not.
        skip: Whether each block adds its input to its output.

    Raises:
        ValueError: A number makes no network.

    Source: He et al. 2016, arXiv 1512.03385, section 4.2; weights drawn as in He et al. 2015,
    arXiv 1502.01852, by fan-out.
    """
    if width < 1 or depth < 1:
        raise ValueError(f"width {width} and depth {depth} make no blocks; expected at least 1")
    wide = depth // 2
    blocks = [_block(width, batch_norm, skip) for _ in range(depth - wide)]
    if wide:
        blocks.append(_halving_block(width, batch_norm, skip))
        blocks += [_block(2 * width, batch_norm, skip) for _ in range(wide - 1)]
    last = 2 * width if wide else width
    return nn.Sequential(
        nn.Flatten(),
        nn.Unflatten(1, (inputs, side, side)),
        nn.Sequential(*_convolution(inputs, width, 1, batch_norm), nn.ReLU()),
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(last, outputs),
    )


class _HalvingResidual(nn.Sequential):
    """As ``Residual`` for layers that halve the image and double its channels.

    The shortcut takes every second pixel and fills the new channels with zeros.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        branch: Tensor = super().forward(inputs)  # type: ignore[no-untyped-call]
        kept = inputs[:, :, ::2, ::2]
        return branch + pad(kept, (0, 0, 0, 0, 0, branch.shape[1] - kept.shape[1]))


def _block(channels: int, batch_norm: bool, skip: bool) -> nn.Module:
    layers = _two_convolutions(channels, channels, 1, batch_norm)
    return nn.Sequential(chain(skip=skip)(*layers), nn.ReLU())


def _halving_block(channels: int, batch_norm: bool, skip: bool) -> nn.Module:
    layers = _two_convolutions(channels, 2 * channels, 2, batch_norm)
    kind = _HalvingResidual if skip else nn.Sequential
    return nn.Sequential(kind(*layers), nn.ReLU())


def _two_convolutions(before: int, after: int, stride: int, batch_norm: bool) -> list[nn.Module]:
    first = _convolution(before, after, stride, batch_norm)
    return [*first, nn.ReLU(), *_convolution(after, after, 1, batch_norm)]


def _convolution(before: int, after: int, stride: int, batch_norm: bool) -> list[nn.Module]:
    # Nothing but the weights is drawn, so that they do not depend on whether there is a bias.
    layer = nn.Conv2d(
        before, after, kernel_size=3, stride=stride, padding=1, bias=not batch_norm, device="meta"
    ).to_empty(device="cpu")
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return [layer, nn.BatchNorm2d(after)] if batch_norm else [layer]
