"""Which methods of a LightningModule are its own, and which of them nobody would call."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from stablecheck.candidate.frameworks.lightning.progress import PACKAGES
from stablecheck.candidate.names import some
from stablecheck.errors import CandidateError

CALLED = (
    "on_fit_start", "on_train_start", "on_train_epoch_start", "on_train_batch_start",
    "on_before_zero_grad", "on_before_backward", "on_after_backward", "on_before_optimizer_step",
    "configure_gradient_clipping", "on_train_batch_end", "on_train_epoch_end", "on_train_end",
    "on_fit_end",
)  # fmt: skip
"""Called in every training, in Lightning's order."""

_REPLACING = {
    "backward": "on_after_backward",
    "optimizer_step": "a scheduler in configure_optimizers",
    "optimizer_zero_grad": "on_before_zero_grad",
    "on_before_batch_transfer": "training_step and forward",
    "transfer_batch_to_device": "training_step and forward",
    "on_after_batch_transfer": "training_step and forward",
}
"""Those that would replace a part of a step here, and where what they do may stand instead."""

_MODEL = ("candidate", "model")


def overridden(module: Any, names: Sequence[str]) -> list[str]:
    """Those of the methods that the module's class has of its own."""
    base = next(
        kind
        for kind in type(module).__mro__
        if kind.__name__ == "LightningModule" and kind.__module__.split(".")[0] in PACKAGES
    )
    kind = type(module)
    own = ((name, getattr(kind, name, None)) for name in names)
    return [name for name, one in own if callable(one) and one is not getattr(base, name, None)]


def check_hooks(module: Any) -> None:
    """Refuse a module whose training is another one than what is done here.

    Raises:
        CandidateError: It optimises manually, or replaces a part of a step.
    """
    name = type(module).__name__
    if not module.automatic_optimization:
        raise CandidateError(
            _MODEL,
            f"{name} sets automatic_optimization = False; expected a training_step that returns "
            "the loss, and one optimiser from configure_optimizers",
        )
    for hook in overridden(module, tuple(_REPLACING)):
        raise CandidateError(
            _MODEL,
            f"{name} overrides {hook}, which is not called here; move what it does to "
            f"{_REPLACING[hook]}",
        )


def check_modes(module: Any) -> None:
    """Refuse parts that are to stay in evaluation mode and would not.

    Raises:
        CandidateError: There are some.
    """
    parts = dict(module.named_modules())
    fixed = [
        name
        for name, one in parts.items()
        if not one.training and parts[name.rpartition(".")[0]].training
    ]
    if module.training and fixed:
        raise CandidateError(
            _MODEL,
            f"{type(module).__name__} builds {some(fixed)} in evaluation mode, but a training "
            "begins with train() of the whole; call train() there too, or override it so that the "
            "mode is kept",
        )


def takes_batch_idx(module: Any) -> bool:
    """Whether ``training_step`` takes the number of the batch too.

    Raises:
        CandidateError: It takes what there is none of.
    """
    parameters = inspect.signature(module.training_step).parameters
    for other in ("optimizer_idx", "dataloader_iter"):
        if other in parameters:
            raise CandidateError(
                _MODEL,
                f"training_step of {type(module).__name__} takes {other}; expected (batch) or "
                "(batch, batch_idx)",
            )
    kinds = [one.kind for one in parameters.values()]
    return len(kinds) > 1 or inspect.Parameter.VAR_POSITIONAL in kinds
