"""Deliveries whose true distribution is known.

How many minutes a delivery comes after its planned time is normal; mean and standard deviation grow
with the distance, and rain adds to both. The other two inputs tell nothing.
"""

import numpy as np

INPUTS = ("distance", "rain", "weekday", "items")


def mean_and_deviation(x):
    """Of each delivery's minutes, from inputs of shape [n, 4]."""
    distance, rain = x[:, 0], x[:, 1]
    return 4 * distance + 4 * distance * rain, 1 + 3 * distance + 2 * rain


def deliveries(train=2000, heldout=2000, seed=0):
    """Inputs between 0 and 1, shape [n, 4], and minutes, shape [n]."""
    rng = np.random.default_rng(seed)
    x = rng.random((train + heldout, len(INPUTS)))
    minutes = rng.normal(*mean_and_deviation(x))
    return x[:train], minutes[:train], x[train:], minutes[train:]
