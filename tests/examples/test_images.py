"""The images of the example: the bundled digits, each once, read as numbers from 0 to 1."""

import numpy as np
import torch
from sklearn.datasets import load_digits


def test_both_parts_together_are_the_bundled_digits(code):
    train, heldout = code("images/data.py").digits(heldout=0.25)
    assert (len(train), len(heldout)) == (1347, 450)
    items = [part[place] for part in (train, heldout) for place in range(len(part))]
    read = np.stack([np.append(image.flatten() * 16, digit) for image, digit in items])
    pixels, digits = load_digits(return_X_y=True)
    bundled = np.column_stack([pixels, digits])
    np.testing.assert_array_equal(np.unique(read, axis=0), np.unique(bundled, axis=0))


def test_an_image_has_one_channel_and_values_from_0_to_1(code):
    image, _ = code("images/data.py").digits()[0][0]
    assert image.shape == (1, 8, 8)
    assert image.min() == 0
    assert image.max() <= 1


def test_the_network_gives_a_logit_for_each_class(code):
    model = code("images/model.py").build(channels=(4,), classes=7)
    assert model(torch.zeros(3, 1, 8, 8)).shape == (3, 7)
