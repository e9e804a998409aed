"""The models to start from: shapes, switches and parameter counts."""

import itertools
import math

import pytest
import torch
from sklearn.datasets import load_digits
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


def test_width_and_depth_say_the_same_as_equal_widths_one_by_one():
    torch.manual_seed(0)
    listed = mlp(6, 3, hidden=(5, 5, 5)), cnn(8, 3, channels=(4, 4))
    torch.manual_seed(0)
    said = mlp(6, 3, width=5, depth=3), cnn(8, 3, width=4, depth=2)
    for one, other in zip(listed, said, strict=True):
        assert str(one) == str(other)
        assert all(map(torch.equal, one.parameters(), other.parameters()))


@pytest.mark.parametrize(
    ("said", "listed"), [({"width": 7}, (7, 7)), ({"depth": 3}, (64, 64, 64)), ({}, (64, 64))]
)
def test_what_is_not_said_of_width_and_depth_is_as_in_the_default(said, listed):
    assert parameters(mlp(6, 3, **said)) == parameters(mlp(6, 3, hidden=listed))


@pytest.mark.parametrize("said", [{"width": 8}, {"depth": 2}, {"width": 8, "depth": 2}])
def test_widths_said_in_two_ways_are_refused(said):
    with pytest.raises(ValueError, match=r"expected hidden alone, or width and depth without it"):
        mlp(6, 3, hidden=(8, 8), **said)
    with pytest.raises(ValueError, match=r"expected channels alone, or width and depth without it"):
        cnn(8, 3, channels=(8, 8), **said)


def test_sizes_that_make_no_layers_are_refused():
    with pytest.raises(ValueError, match=r"width 0 and depth 2 make no layers"):
        mlp(6, 3, width=0)
    with pytest.raises(ValueError, match=r"width 16 and depth -1 make no layers"):
        cnn(8, 3, depth=-1)


@pytest.mark.parametrize("channels", [(), (4, 4, 4, 4)])
def test_convolutions_that_do_not_fit_the_image_are_refused(channels):
    with pytest.raises(ValueError, match=r"do not fit a side of 8 pixels; expected 1 to 3"):
        cnn(8, 3, channels=channels)


def test_skip_connections_that_would_be_nowhere_are_refused():
    with pytest.raises(ValueError, match=r"skip needs .* hidden \[8, 4\] has none"):
        mlp(8, 3, hidden=(8, 4), skip=True)
    with pytest.raises(ValueError, match=r"skip needs .* channels \[16, 32\] has none"):
        cnn(8, 3, skip=True)


def test_layers_that_keep_the_width_add_their_input_and_others_do_not():
    """With silent maps only the second layer, 4 to 4, passes anything on."""
    torch.manual_seed(0)
    model = mlp(4, 2, hidden=(4, 4), batch_norm=False, skip=True)
    x = torch.rand(3, 4)
    nn.init.zeros_(model[3][0].weight), nn.init.zeros_(model[3][0].bias)
    torch.testing.assert_close(model(x), model[-1](torch.relu(model[1][0](x))))
    nn.init.zeros_(model[1][0].weight), nn.init.zeros_(model[1][0].bias)
    torch.testing.assert_close(model(x), model[-1].bias.expand(3, 2))


def train_on_digits(model, steps=150):
    """The loss on all digits after some steps of plain SGD."""
    digits = load_digits()
    x = torch.tensor(digits.data, dtype=torch.float32)
    x = (x - x.mean()) / x.std()
    y = torch.tensor(digits.target)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(steps):
        rows = torch.randperm(len(x))[:64]
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    return float(nn.functional.cross_entropy(model(x), y).detach())


@pytest.mark.parametrize("seed", range(3))
def test_twenty_plain_layers_fail_on_digits_and_skip_connections_mend_it(seed):
    """A model that knows nothing of the digits has a loss of log 10."""
    losses = {}
    for skip in (False, True):
        torch.manual_seed(seed)
        deep = mlp(64, 10, width=64, depth=20, batch_norm=False, skip=skip)
        losses[skip] = train_on_digits(deep)
    assert losses[False] > 0.99 * math.log(10)
    assert losses[True] < 0.5
