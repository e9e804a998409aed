"""Products G_i d_i of each coordinate, added up over neurons, channels and tensors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from stablecheck.geometry.design_effect import DESIGN_EFFECT, LAYER_DESIGN_EFFECT, design_effect
from stablecheck.geometry.effective_dimension import EFFECTIVE_DIMENSION, effective_dimension
from stablecheck.geometry.summary import defined_median
from stablecheck.geometry.wrong_way_share import WRONG_WAY_SHARE, wrong_way_share
from stablecheck.trial.batches import draw
from stablecheck.trial.companions.context import Companion, Context, Findings
from stablecheck.trial.loop import trainable
from stablecheck.trial.precision import in_double
from stablecheck.trial.sources import gradients_of

SNAPSHOTS = 10

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Blocks:
    """Structured blocks of the coordinates, in the order of the flat vectors.

    Args:
        shapes: For each parameter tensor its blocks and the coordinates in each: one block for
            each place on its first axis (a neuron, an output channel), one in all for a vector.
    """

    shapes: tuple[tuple[int, int], ...]

    @property
    def sizes(self) -> Array:
        """Coordinates of each block, shape ``[blocks]``."""
        return np.array([size for count, size in self.shapes for _ in range(count)], dtype=float)

    @property
    def starts(self) -> list[int]:
        """Place of each tensor's first block."""
        counts = [count for count, _ in self.shapes]
        return list(itertools.accumulate(counts[:-1], initial=0))

    def sums(self, vector: Tensor) -> Tensor:
        """Sums over the blocks of a vector of shape ``[D]``, shape ``[blocks]``."""
        parts = torch.split(vector, [count * size for count, size in self.shapes])
        rows = zip(parts, self.shapes, strict=True)
        return torch.cat([p.view(shape).sum(1) for p, shape in rows])


def structure(model: nn.Module) -> Blocks:
    """The blocks of a model's trainable parameters."""
    shapes = []
    for parameter in trainable(model):
        count = parameter.shape[0] if parameter.ndim > 1 else 1
        shapes.append((count, parameter.numel() // count))
    return Blocks(tuple(shapes))


def _measure(context: Context) -> Findings:
    """Gradients anew at up to 10 snapshots, which costs about what a look at all of them would."""
    blocks = structure(context.subject.trained.model)
    sums, squares, wrong = _tables(context, blocks)
    if not np.isfinite(squares).all():  # what is not a number counts as no wrong way
        raise ValueError("a gradient is not finite")
    layer_sums = np.add.reduceat(sums, blocks.starts, axis=-1)
    layer_sizes = np.add.reduceat(blocks.sizes, blocks.starts)
    effect = design_effect(sums, blocks.sizes, squares)
    layer_effect = design_effect(layer_sums, layer_sizes, squares)
    dimension = effective_dimension(blocks.sizes.sum(), effect)
    return Findings(
        {
            WRONG_WAY_SHARE.name: defined_median(wrong),
            DESIGN_EFFECT.name: defined_median(effect),
            EFFECTIVE_DIMENSION.name: defined_median(dimension),
            LAYER_DESIGN_EFFECT.name: defined_median(layer_effect),
        }
    )


def _tables(context: Context, blocks: Blocks) -> tuple[Array, Array, Array]:
    """For each gradient its block sums, shape ``[gradients, blocks]``, Σ p² and wrong-way share."""
    subject = context.subject
    asked, training = subject.spec.measuring, subject.trained.training
    points = subject.points.before_tail(asked.exclude_tail, SNAPSHOTS)
    size, seed = training.batch_size, subject.spec.seeds.measure
    batches = draw(training.data, size, asked.batches, len(points.snapshots), seed)
    gradients = gradients_of(subject)
    rows = []
    for place, snapshot in enumerate(points.snapshots):
        displacement = snapshot.parameters - points.end_point
        for batch in batches.at(place):
            gradient, _ = gradients.at(snapshot, batch)
            products = in_double(gradient.mul_(displacement))
            rows.append(_row(products, blocks).tolist())
    table = np.array(rows)
    return table[:, :-2], table[:, -2], table[:, -1]


def _row(products: Tensor, blocks: Blocks) -> Tensor:
    extra = torch.stack([products @ products, wrong_way_share(products).to(products)])
    return torch.cat([blocks.sums(products), extra])


AVERAGING = Companion(_measure, work=lambda asked: min(SNAPSHOTS, asked.snapshots) * asked.batches)
