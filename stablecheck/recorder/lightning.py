"""The recorder as a callback of PyTorch Lightning's Trainer."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from torch import nn

from stablecheck.errors import RecorderError
from stablecheck.recorder.callback import RecordingCallback
from stablecheck.recorder.checked_loss import Loss
from stablecheck.recorder.path_recorder import PathRecorder

try:
    from lightning.pytorch import Callback, LightningModule, Trainer
except ImportError as error:
    raise RecorderError(
        "PathCallback needs PyTorch Lightning, which is not installed; install it with "
        "pip install 'stablecheck[lightning]'"
    ) from error


class PathCallback(RecordingCallback, Callback):
    """Records a ``fit`` of one optimiser.

    By default the loss is the module's own ``training_step``, in the Trainer's precision, on a copy
    that has no Trainer: what it logs goes nowhere. Held-out batches are by default the Trainer's
    validation batches, if it has any. Arguments and attributes: see ``RecordingCallback``.
    """

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin to record.

        Raises:
            RecorderError: The training cannot be recorded, or not be measured afterwards.
        """
        if len(trainer.optimizers) != 1:
            raise RecorderError(
                f"the module has {len(trainer.optimizers)} optimizers; expected one: a path has "
                "one optimiser's steps; give a PathRecorder of your own the one that matters"
            )
        if self._loss is None and not pl_module.automatic_optimization:
            raise RecorderError(
                "the module optimises by hand, so that its training_step is more than a loss; "
                "expected PathCallback(loss=...), the loss(module, batch) that it minimises"
            )
        _one_loader("train_dataloader", trainer.train_dataloader)
        self.recorder = PathRecorder(pl_module, trainer.optimizers[0], **self._options)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Measure what was recorded.

        Raises:
            RecorderError: There is no path, or loss or loaders are not what they have to be.
        """
        if self.recorder is None:
            return
        self.recorder.detach()
        self.found = self.recorder.measure(
            _own_loss(trainer) if self._loss is None else self._loss,
            train=_one_loader("train_dataloader", trainer.train_dataloader),
            heldout=self._heldout_batches(trainer),
            **self._measuring,
        )

    def _heldout_batches(self, trainer: Trainer) -> Iterable[Any] | None:
        if self._heldout is not None:
            return self._heldout
        found: Iterable[Any] | None = _one_loader("val_dataloaders", trainer.val_dataloaders)
        return found


def _one_loader(name: str, loaders: Any) -> Any:
    """The Trainer's loader, if it is one.

    Raises:
        RecorderError: It is a collection of loaders, whose batches only the Trainer puts together.
    """
    if not isinstance(loaders, list | tuple | Mapping):
        return loaders
    if len(loaders) > 1 or isinstance(loaders, Mapping):
        raise RecorderError(
            f"the Trainer's {name} are {len(loaders)} loaders; expected one; measure with a "
            "PathRecorder of your own, or name heldout= batches"
        )
    return loaders[0] if loaders else None


def _own_loss(trainer: Trainer) -> Loss:
    """What ``training_step`` returns, in the Trainer's precision."""

    def loss(module: nn.Module, batch: Any) -> Any:
        assert isinstance(module, LightningModule)
        batch = module.on_after_batch_transfer(module.on_before_batch_transfer(batch, 0), 0)
        with trainer.precision_plugin.train_step_context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="You are trying to `self.log")
            returned: Any = module.training_step(*_arguments(module, batch))
        return returned["loss"] if isinstance(returned, Mapping) else returned

    return loss


def _arguments(module: LightningModule, batch: Any) -> tuple[Any, ...]:
    """The arguments of ``training_step``, whose index of the batch may be left out."""
    takes_index = len(inspect.signature(module.training_step).parameters) > 1
    return (batch, 0) if takes_index else (batch,)
