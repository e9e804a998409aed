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


@dataclass(frozen=True)
class InnerProducts:
    """Inner products of gradients G with displacements d = w − w*.

    Args:
        gd: ⟨G, d⟩, shape ``(snapshot, batch)``, or any shape that broadcasts.
        gg: ‖G‖², shape ``(snapshot, batch)``.
        dd: ‖d‖², shape ``(snapshot, 1)``.

    Raises:
        ZeroDisplacementError: where ‖d‖ = 0, at the reference point itself.
    """

    gd: Array
    gg: Array
    dd: Array

    def __post_init__(self) -> None:
        if (self.dd == 0).any():
            raise ZeroDisplacementError(
                "the displacement is zero: at the reference point itself RSI, EB and alignment are "
                "undefined; leave that snapshot out"
            )


@dataclass(frozen=True)
class MeasuredPath:
    """The inner products along one path, with what turns them into measures.

    Args:
        products: Inner products at the kept snapshots, shape ``(snapshot, batch)``.
        step: Step of each snapshot, shape ``(snapshot, 1)``.
        total_steps: T, the step of the end point.
        lr: Learning rate in force at each snapshot, shape ``(snapshot, 1)``.
    """

    products: InnerProducts
    step: Array
    total_steps: int
    lr: Array


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


@dataclass(frozen=True)
class CompanionMeasure:
    """One measure of a whole training that stands beside RSI and EB.

    Args:
        name: Its whole name in requirements, such as ``ntk.drift``.
        unit: Unit in words.
        definition: One sentence in plain words, with what it is measured on.
        formula: The formula.
        source: Where it comes from.
        companion: Group of costly measurements it needs, which are taken only where asked for;
            None where it costs next to nothing and is always taken.
    """

    name: str
    unit: str
    definition: str
    formula: str
    source: str
    companion: str | None = None
