"""The recorder as a callback of Hugging Face's Trainer."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from stablecheck.errors import RecorderError
from stablecheck.recorder.callback import RecordingCallback
from stablecheck.recorder.path_recorder import PathRecorder

try:
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
except ImportError as error:
    raise RecorderError(
        "PathTrainerCallback needs Hugging Face transformers, which is not installed; install it "
        "with pip install 'stablecheck[huggingface]'"
    ) from error


class PathTrainerCallback(RecordingCallback, TrainerCallback):
    """Records a training of a Trainer.

    By default the loss is the model's own ``loss``, given the batch by name: a Trainer's
    ``compute_loss`` is not seen from here. Held-out batches are by default those of the Trainer's
    last evaluation, if it had one. Arguments and attributes: see ``RecordingCallback``.
    """

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
            self._loss or own_loss,
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
