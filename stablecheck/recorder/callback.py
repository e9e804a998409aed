"""What the callbacks of all frameworks take and keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import ArrayLike

from stablecheck.recorder.checked_loss import Loss
from stablecheck.recorder.path_recorder import PathRecorder
from stablecheck.trial.path import Measured


class RecordingCallback:
    """Records a training from its first step, and measures the path at its end.

    Args:
        loss: ``loss(model, batch)``, the mean loss that was minimised; None for the model's own.
        heldout: Held-out batches; None for the framework's own, if there are any.
        batches: Batches for each snapshot, as in ``PathRecorder.measure``.
        other_end_point: The control's reference point, as there.
        options: Of the ``PathRecorder``.

    Attributes:
        recorder: The recorder, once the training has begun; its ``report`` is the caller's to call.
        found: What was measured, once the training is over.
    """

    def __init__(
        self,
        loss: Loss | None = None,
        *,
        heldout: Iterable[Any] | None = None,
        batches: int | None = None,
        other_end_point: ArrayLike | None = None,
        **options: Any,
    ) -> None:
        self._loss = loss
        self._heldout = heldout
        self._measuring: dict[str, Any] = {"batches": batches, "other_end_point": other_end_point}
        self._options = options
        self.recorder: PathRecorder | None = None
        self.found: Measured | None = None
