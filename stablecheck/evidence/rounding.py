"""Scores that move in steps, such as accuracies on a small held-out set."""

from __future__ import annotations

import numpy as np

from stablecheck.evidence.sample import Array, as_sample

ROUNDING_CELL = 1.25


def unrounded(sample: Array) -> Array:
    """The sample with ties spread evenly over their rounding cell, as before rounding.

    An accuracy on m rows moves in steps of 1/m, and a test of normality takes the ties of such a
    grid for a departure; values pulled in to such a tie seem to have less spread than they have.
    The cell is the smallest gap between distinct values; where that is wider than 1.25 sd, or there
    are only two values, ties are clusters and no rounding, and stay.
    """
    distinct, group, counts = np.unique(sample, return_inverse=True, return_counts=True)
    if distinct.size < 3:
        return sample
    cell = float(np.diff(distinct).min())
    if cell > ROUNDING_CELL * sample.std(ddof=1):
        return sample
    rank = np.empty(sample.size)
    order = np.argsort(group, kind="stable")
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank[order] = np.arange(sample.size) - starts
    return as_sample(sample + cell * ((rank + 0.5) / counts[group] - 0.5))
