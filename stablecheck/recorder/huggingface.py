"""The recorder as a callback of Hugging Face's Trainer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import ArrayLike
from torch import Tensor, nn

from stablecheck.errors import RecorderError
from stablecheck.recorder.checked_loss import Loss
from stablecheck.recorder.path_recorder import PathRecorder
from stablecheck.trial.path import Measured

try:
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
except ImportError as error:
    raise RecorderError(
        "PathTrainerCallback needs Hugging Face transformers, which is not installed; install it "
        "with pip install 'stablecheck[huggingface]'"
    ) from error


class PathTrainerCallback(TrainerCallback):
    """Records a training from its first step, and measures the path at its end.

    Args:
        loss: ``loss(model, batch)``, the mean loss that was minimised. By default the model's own
            ``loss``, given the batch by name; a Trainer's ``compute_loss`` is not seen from here.
        heldout: Held-out batches; by default those of the Trainer's last evaluation, if it had one.
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
        self._loss = own_loss if loss is None else loss
        self._heldout = heldout
        self._measuring: dict[str, Any] = {"batches": batches, "other_end_point": other_end_point}
        self._options = options
        self.recorder: PathRecorder | None = None
        self.found: Measured | None = None

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """Begin to record.

        Raises:
            RecorderError: The training cannot be recorded, or its end will not be its last step.
        """
        if args.load_best_model_at_end:
            raise RecorderError(
                "load_best_model_at_end puts other weights into the model than the training's "
                "last ones, where the path ends; expected it to be off; load the best checkpoint "
                "after the training"
            )
        self.recorder = PathRecorder(kwargs["model"], kwargs["optimizer"], **self._options)

    def on_train_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """Measure what was recorded.

        Raises:
            RecorderError: There is no path, or loss or loaders are not what they have to be.
        """
        assert self.recorder is not None  # the training has begun
        self.recorder.detach()
        self.found = self.recorder.measure(
            self._loss,
            train=kwargs["train_dataloader"],
            heldout=kwargs.get("eval_dataloader") if self._heldout is None else self._heldout,
            **self._measuring,
        )


def own_loss(model: nn.Module, batch: Any) -> Tensor:
    """The loss that the model itself gives.

    Raises:
        RecorderError: It gives none.
    """
    loss: Tensor | None = getattr(model(**batch), "loss", None)
    if loss is None:
        raise RecorderError(
            "the model's output has no loss; expected batches with labels, or "
            "PathTrainerCallback(loss=...), the loss(model, batch) that the Trainer minimises"
        )
    return loss
