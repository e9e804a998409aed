"""The residual network: blocks, shortcuts and parameter counts."""

import pytest
import torch
from torch import nn

from stablecheck.zoo import resnet


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize(("side", "inputs", "depth"), [(8, 1, 1), (9, 1, 2), (7, 3, 3), (2, 1, 5)])
def test_images_come_flat_or_square_with_any_side(side, inputs, depth, flat):
    model = resnet(side, 5, width=4, depth=depth, inputs=inputs).eval()
    images = torch.randn(6, inputs, side, side)
    given = images.flatten(1) if flat else images
    assert model(given).shape == (6, 5)
    torch.testing.assert_close(model(given), model(images))


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize(("width", "depth"), [(4, 1), (4, 2), (6, 3), (3, 4)])
def test_the_parameters_are_those_the_widths_say(width, depth, batch_norm, skip):
    """A 3 × 3 convolution from a to b channels has 9·a·b weights, and with its normalisation 2·b

    or, without, its bias, b more; shortcuts have none.
    """
    wide = depth // 2
    narrow = depth - wide
    pairs = [(1, width)] + 2 * narrow * [(width, width)]
    if wide:
        pairs += [(width, 2 * width)] + (2 * wide - 1) * [(2 * width, 2 * width)]
    extra = 2 if batch_norm else 1
    convolving = sum(9 * a * b + extra * b for a, b in pairs)
    last = (pairs[-1][1] + 1) * 10
    model = resnet(8, 10, width=width, depth=depth, batch_norm=batch_norm, skip=skip)
    assert parameters(model) == convolving + last
    assert sum(isinstance(layer, nn.Conv2d) for layer in model.modules()) == 2 * depth + 1


def silence_branches(model):
    """Set the convolutions of every block to zero, so that only the shortcuts are left."""
    for block in model[3:-3]:
        for parameter in block.parameters():
            nn.init.zeros_(parameter)


def test_a_silent_block_passes_its_input_on():
    torch.manual_seed(0)
    model = resnet(8, 3, width=4, depth=1, batch_norm=False)
    silence_branches(model)
    x = torch.randn(5, 64)
    stem = model[:3](x)
    torch.testing.assert_close(model(x), model[-1](stem.mean(dim=(2, 3))))


def test_a_silent_halving_block_passes_every_second_pixel_on_and_adds_empty_channels():
    torch.manual_seed(0)
    model = resnet(8, 3, width=4, depth=2, batch_norm=False)
    silence_branches(model)
    x = torch.randn(5, 64)
    kept = model[:3](x)[:, :, ::2, ::2].mean(dim=(2, 3))
    expected = model[-1](torch.cat([kept, torch.zeros(5, 4)], dim=1))
    torch.testing.assert_close(model(x), expected)


def test_without_skip_connections_silent_blocks_pass_nothing_on():
    torch.manual_seed(0)
    model = resnet(8, 3, width=4, depth=2, batch_norm=False, skip=False)
    silence_branches(model)
    torch.testing.assert_close(model(torch.randn(5, 64)), model[-1].bias.expand(5, 3))


def test_the_second_half_of_the_blocks_sees_half_the_side():
    seen = []
    model = resnet(8, 3, width=4, depth=4)
    for block in model[3:-3]:
        block.register_forward_hook(lambda _block, _given, states: seen.append(states.shape[1:]))
    model(torch.randn(2, 64))
    assert seen == [(4, 8, 8), (4, 8, 8), (8, 4, 4), (8, 4, 4)]


@pytest.mark.parametrize("sizes", [{"width": 0}, {"depth": 0}, {"depth": -1}])
def test_sizes_that_make_no_network_are_refused(sizes):
    with pytest.raises(ValueError, match=r"make no blocks; expected at least 1"):
        resnet(8, 10, **sizes)
