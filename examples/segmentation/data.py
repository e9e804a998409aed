"""Pictures with a known truth: a bright disc and a bright square, one over the other, under noise.

Both are equally bright, so that nothing but their shape tells them apart.
"""

import numpy as np

SIDE = 16
BACKGROUND, DISC, SQUARE = 0, 1, 2


def draw(rng):
    """The class of every pixel of one picture, shape [SIDE, SIDE]."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    truth = np.full((SIDE, SIDE), BACKGROUND)
    for shape in rng.permutation([DISC, SQUARE]):
        size = rng.integers(3, 5)
        row, column = rng.integers(size, SIDE - size, size=2)
        down, right = abs(rows - row), abs(columns - column)
        inside = down**2 + right**2 <= size**2 if shape == DISC else np.maximum(down, right) < size
        truth[inside] = shape
    return truth


def shapes(train=300, heldout=100, noise=0.2, seed=0):
    """Pictures, shape [n, 1, SIDE, SIDE], and the class of each pixel, [n, SIDE, SIDE]."""
    rng = np.random.default_rng(seed)
    truth = np.stack([draw(rng) for _ in range(train + heldout)])
    pictures = (truth != BACKGROUND) + rng.normal(scale=noise, size=truth.shape)
    pictures = pictures[:, None]
    return pictures[:train], truth[:train], pictures[train:], truth[train:]
