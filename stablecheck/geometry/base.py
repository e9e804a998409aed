"""What a path measure is, and the inner products that all of them are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stablecheck.errors import ZeroDisplacementError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class InnerProducts:
    """Inner products of gradients G with displacements d = w − w*.

    Args:
        gd: ⟨G, d⟩, shape ``(snapshot, batch)``.
        gg: ‖G‖², shape ``(snapshot, batch)``.
        dd: ‖d‖², shape ``(snapshot, 1)``.

    Raises:
        ValueError: where the shapes are others.
        ZeroDisplacementError: where ‖d‖ = 0, at the reference point itself.
    """

    gd: Array
    gg: Array
    dd: Array

    def __post_init__(self) -> None:
        if self.gd.ndim != 2:
            raise ValueError(f"gd has shape {self.gd.shape}; expected (snapshot, batch)")
        _check_shape("gg", self.gg, self.gd.shape)
        _check_shape("dd", self.dd, (len(self.gd), 1))
        if (self.dd == 0).any():
            raise ZeroDisplacementError(
                "the displacement is zero: at the reference point itself RSI, EB and alignment are "
                "undefined; leave that snapshot out"
            )

    def at(self, kept: Rows) -> InnerProducts:
        """The same at some of the snapshots, a mask of shape ``[snapshot]``."""
        return InnerProducts(gd=self.gd[kept], gg=self.gg[kept], dd=self.dd[kept])


@dataclass(frozen=True)
class MeasuredPath:
    """The inner products along one path, with what turns them into measures.

    Args:
        products: Inner products at the kept snapshots, shape ``(snapshot, batch)``.
        step: Step of each snapshot, shape ``(snapshot, 1)``.
        total_steps: T, the step of the end point.
        lr: Learning rate in force at each snapshot, shape ``(snapshot, 1)``.
        loss_gap: f − f*, loss at the snapshot less that at w* on the same batch, shape
            ``(snapshot, batch)``; None where it was not asked for.
        updates: Inner products of −u, u = w_{t+1} − w_t, with d, shape ``(snapshot, 1)``; None
            where the updates were not kept.

    Raises:
        ValueError: where the shapes are others.
    """

    products: InnerProducts
    step: Array
    total_steps: int
    lr: Array
    loss_gap: Array | None = None
    updates: InnerProducts | None = None

    def __post_init__(self) -> None:
        column = (len(self.products.gd), 1)
        _check_shape("step", self.step, column)
        _check_shape("lr", self.lr, column)
        if self.loss_gap is not None:
            _check_shape("loss_gap", self.loss_gap, self.products.gd.shape)
        if self.updates is not None:
            _check_shape("updates", self.updates.gd, column)

    def at(self, kept: Rows) -> MeasuredPath:
        """The same at some of the snapshots, a mask of shape ``[snapshot]``."""
        return MeasuredPath(
            products=self.products.at(kept),
            step=self.step[kept],
            total_steps=self.total_steps,
            lr=self.lr[kept],
            loss_gap=None if self.loss_gap is None else self.loss_gap[kept],
            updates=None if self.updates is None else self.updates.at(kept),
        )


def _check_shape(name: str, array: Array, expected: tuple[int, ...]) -> None:
    if array.shape != expected:
        raise ValueError(f"{name} has shape {array.shape}; expected {expected}")


@dataclass(frozen=True)
class PathMeasure:
    """One measure of path geometry.

    Args:
        name: Last part of the name in requirements: ``rsi`` in ``path.heldout.rsi``.
        unit: Unit in words.
        definition: One sentence in plain words.
        formula: The formula.
        source: Where it comes from.
        values: The path's inner products to one value per snapshot and batch.
        reduction: How those become the trial's one number, the path's tail left out.
        end_point: ``own`` where the measure only makes sense towards the trial's own end point.
        companion: Group of costly measurements it needs, which are taken only where asked for.
        vectors: What is multiplied with the way still to go: gradients, which are taken on
            batches, or the training's own updates, which belong to no batches measured.
    """

    name: str
    unit: str
    definition: str
    formula: str
    source: str
    values: Callable[[MeasuredPath], Array]
    reduction: Literal["median", "share of positive values"] = "median"
    end_point: Literal["any", "own"] = "any"
    companion: str | None = None
    vectors: Literal["gradients", "updates"] = "gradients"


@dataclass(frozen=True)
class Measure:
    """One named number of a trial.

    Args:
        name: Its whole name in requirements, such as ``ntk.drift``.
        unit: Unit in words.
        definition: One sentence in plain words, with what it is measured on.
        formula: The formula.
        source: Where it comes from.
        batches: Entry of ``measure.sources`` that it needs; None for none.
        companion: Group of costly measurements it needs, which are taken only where asked for;
            None where it costs next to nothing and is always taken.
    """

    name: str
    unit: str
    definition: str
    formula: str
    source: str
    batches: str | None = None
    companion: str | None = None
