"""What the numbers of a measured path rest on beside its gradients."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from stablecheck.trial.waypoints import Waypoints


@dataclass(frozen=True)
class Drawing:
    """How the training batches of a snapshot were drawn.

    Args:
        batch_size: b, rows a batch.
        rows: n, the rows they are drawn from; infinite where nobody knows how many there are.
        in_one_pass: q, with how many of the snapshot's batches a batch shares no row, itself
            included, on average; 1 where each was drawn by itself.
    """

    batch_size: float
    rows: float
    in_one_pass: float = 1.0


@dataclass(frozen=True)
class Course:
    """One training, as far as its path's numbers need it.

    Args:
        points: The instants that are measured, and the end point.
        start: w_0, shape ``[D]``.
        exclude_tail: Share of the steps, at the end, that the numbers leave out.
        weight_decay: λ; None where not all parameters have the same.
        drawing: How the training batches were drawn; None where that is not known.
    """

    points: Waypoints
    start: Tensor
    exclude_tail: float
    weight_decay: float | None
    drawing: Drawing | None
