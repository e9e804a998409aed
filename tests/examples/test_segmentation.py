"""The pictures of the example: their truth is what is drawn."""

import numpy as np
import torch


def test_without_noise_a_picture_is_bright_where_its_truth_is_a_shape(code):
    pictures, truth, *_ = code("segmentation/data.py").shapes(train=5, heldout=1, noise=0)
    np.testing.assert_array_equal(pictures[:, 0], truth > 0)


def test_a_shape_that_nothing_covers_has_the_area_of_a_disc_or_a_square(code):
    """Points of the grid in a disc of radius 3 or 4, and in a square of 5 or 7 to a side."""
    data = code("segmentation/data.py")
    _, truth, *_ = data.shapes(train=200, heldout=1)
    discs, squares = ((truth == shape).sum(axis=(1, 2)) for shape in (data.DISC, data.SQUARE))
    assert discs.max() == 49
    assert squares.max() == 49
    assert {29, 49} <= set(discs)
    assert {25, 49} <= set(squares)


def test_noise_changes_the_pictures_and_not_their_truth(code):
    data = code("segmentation/data.py")
    quiet, loud = (data.shapes(train=1, heldout=1, noise=noise, seed=3) for noise in (0, 1))
    np.testing.assert_array_equal(quiet[1], loud[1])
    assert np.abs(loud[0] - quiet[0]).mean() > 0.5


def test_the_network_gives_logits_for_every_pixel_and_sees_round_it(code):
    torch.manual_seed(0)
    model = code("segmentation/model.py").UNet(classes=4, width=2)
    picture = torch.rand(1, 1, 8, 12, requires_grad=True)
    logits = model(picture)
    assert logits.shape == (1, 4, 8, 12)
    logits[0, 0, 4, 6].backward()
    assert int((picture.grad != 0).any(dim=1).sum()) > 49
