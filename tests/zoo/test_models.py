"""The models to start from: shapes, switches and parameter counts."""

import itertools

import pytest
import torch
from torch import nn

from stablecheck.zoo import cnn, mlp


def count(model, kind):
    return sum(isinstance(layer, kind) for layer in model.modules())


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("outputs", [1, 10])
@pytest.mark.parametrize("hidden", [(), (7,), (16, 8, 4)])
@pytest.mark.parametrize("shape", [(64,), (8, 8), (1, 8, 8)])
def test_mlp_gives_one_row_of_outputs_per_example(shape, hidden, outputs):
    model = mlp(64, outputs, hidden=hidden, dropout=0.2)
    assert model(torch.zeros(5, *shape)).shape == (5, outputs)


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("hidden", [(), (7,), (16, 8, 4)])
def test_mlp_has_the_parameters_its_widths_say(hidden, batch_norm):
    """A layer from a to b units has (a + 1)·b parameters, batch normalisation two per unit."""
    widths = (6, *hidden, 3)
    linear = sum((a + 1) * b for a, b in itertools.pairwise(widths))
    normalising = 2 * sum(hidden) if batch_norm else 0
    assert parameters(mlp(6, 3, hidden=hidden, batch_norm=batch_norm)) == linear + normalising


def test_mlp_normalises_and_drops_in_every_hidden_layer_only_when_asked():
    plain = mlp(6, 3, hidden=(5, 4), batch_norm=False, dropout=0.0)
    assert (count(plain, nn.BatchNorm1d), count(plain, nn.Dropout)) == (0, 0)
    full = mlp(6, 3, hidden=(5, 4), batch_norm=True, dropout=0.3)
    assert (count(full, nn.BatchNorm1d), count(full, nn.Dropout)) == (2, 2)
    assert {layer.p for layer in full.modules() if isinstance(layer, nn.Dropout)} == {0.3}


def test_mlp_without_hidden_layers_is_a_linear_map():
    model = mlp(4, 2, hidden=())
    a, b = torch.randn(2, 3, 4)
    torch.testing.assert_close(model(a) + model(b), model(a + b) + model(torch.zeros(3, 4)))


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize(
    ("side", "outputs", "channels", "inputs"),
    [(8, 10, (4, 8), 1), (9, 1, (3,), 1), (28, 5, (2, 4, 6), 1), (16, 10, (4, 8), 3)],
)
def test_cnn_takes_images_flat_or_square(side, outputs, channels, inputs, flat):
    model = cnn(side, outputs, channels=channels, inputs=inputs).eval()
    images = torch.randn(5, inputs, side, side)
    given = images.flatten(1) if flat else images
    assert model(given).shape == (5, outputs)
    torch.testing.assert_close(model(given), model(images))


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize(("channels", "inputs"), [((4,), 1), ((16, 32), 3)])
def test_cnn_has_the_parameters_its_channels_say(channels, inputs, batch_norm):
    """A 3 × 3 convolution from a to b channels has (9·a + 1)·b parameters, whatever the side."""
    chain = (inputs, *channels)
    convolving = sum((9 * a + 1) * b for a, b in itertools.pairwise(chain))
    normalising = 2 * sum(channels) if batch_norm else 0
    last = (channels[-1] + 1) * 10
    for side in (8, 12):
        model = cnn(side, 10, channels=channels, inputs=inputs, batch_norm=batch_norm)
        assert parameters(model) == convolving + normalising + last


def test_cnn_normalises_after_every_convolution_only_when_asked():
    assert count(cnn(8, 10, channels=(4, 8), batch_norm=False), nn.BatchNorm2d) == 0
    assert count(cnn(8, 10, channels=(4, 8), batch_norm=True), nn.BatchNorm2d) == 2


def test_cnn_reads_the_pixels_in_their_places():
    """Shuffled pixels are another image to a convolution, unlike to a mean over the image."""
    torch.manual_seed(0)
    model = cnn(8, 3).eval()
    image = torch.randn(1, 64)
    assert not torch.allclose(model(image), model(image[:, torch.randperm(64)]))
