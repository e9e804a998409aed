"""Many copies of one model computed at once, with ``torch.func``."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from stablecheck.candidate.importing import describe
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.samples import Inputs, mapped, tensors
from stablecheck.errors import NotVectorizableError
from stablecheck.trial.dropout import Calls, replaying
from stablecheck.trial.loop import batch_loss

State = dict[str, Tensor]
"""Tensors by the names they have in the model, each with the copies along its first axis."""


@dataclass(frozen=True)
class Stack:
    """The numbers of many copies of one model.

    Args:
        parameters: Trainable ones.
        fixed: Parameters that are not trained and buffers; those that every copy shares bitwise and
            that no forward pass changes are left to the model.
    """

    parameters: State
    fixed: State

    def at(self, kept: Tensor) -> Stack:
        """Some of the copies, by their places."""
        chosen = [
            {name: tensor.detach()[kept] for name, tensor in part.items()}
            for part in (self.parameters, self.fixed)
        ]
        return Stack(*chosen)


class Vectorized:
    """A model's structure, applied to many sets of numbers.

    Args:
        prepared: The candidate.
        model: Any one of the copies; only its structure counts, and what all of them share.

    Attributes:
        names: Trainable parameters in the order of flat vectors.
    """

    def __init__(self, prepared: Prepared, model: nn.Module) -> None:
        if prepared.objective.alone is not None:
            raise NotVectorizableError(prepared.objective.alone)
        self._prepared = prepared
        self._model = copy.deepcopy(model).train()
        trained = [(n, p) for n, p in self._model.named_parameters() if p.requires_grad]
        self.names = tuple(name for name, _ in trained)
        self._like = tuple(parameter for _, parameter in trained)
        self._calls: dict[tuple[torch.Size, ...], Calls] = {}

    def stack(self, models: Sequence[nn.Module]) -> Stack:
        """The numbers of the models, copied."""
        states = [dict(m.named_parameters()) | dict(m.named_buffers()) for m in models]
        buffers = {name for name, _ in self._model.named_buffers()}
        parameters, fixed = {}, {}
        for name in states[0]:
            stacked = torch.stack([state[name].detach() for state in states])
            if name in self.names:
                parameters[name] = stacked
            elif name in buffers or not bool((stacked == stacked[:1]).all()):
                fixed[name] = stacked
        return Stack(parameters, fixed)

    def masks(
        self, x: Inputs, y: Tensor, generators: Sequence[torch.Generator]
    ) -> tuple[Tensor, ...]:
        """Dropout masks of one forward pass of every copy, each from its own generator.

        Args:
            x: Inputs, shape ``[L, rows, ...]`` each.
            y: Targets, shape ``[L, rows, ...]``.
            generators: L of them, on the device.

        Raises:
            NotVectorizableError: A forward pass draws random numbers otherwise.
        """
        shapes = tuple(one.shape[1:] for one in tensors(x))
        if shapes not in self._calls:
            self._calls[shapes] = self._rehearsed(mapped(x, lambda one: one[0]), y[0])
        return self._calls[shapes].draw(generators, y.device)

    def _rehearsed(self, x: Inputs, y: Tensor) -> Calls:
        """Find out which masks a forward pass on such a batch draws; changes nothing."""
        calls, model = Calls(), copy.deepcopy(self._model)
        apart = torch.random.fork_rng(_devices(y))
        with _explained(), torch.no_grad(), apart, calls.recording():
            batch_loss(self._prepared, model, x, y)
        return calls

    def losses(self, stack: Stack, x: Inputs, y: Tensor, masks: Sequence[Tensor]) -> Tensor:
        """Loss of every copy on its own batch, differentiable with respect to its parameters.

        Buffers in ``stack`` are what the forward pass leaves behind, as the model's own would be.

        Args:
            stack: L copies.
            x: Their inputs, shape ``[L, rows, ...]`` each.
            y: Their targets, shape ``[L, rows, ...]``.
            masks: Dropout masks, each of shape ``[L, ...]``.

        Returns:
            Shape ``[L]``.

        Raises:
            NotVectorizableError: The model cannot be computed so.
        """
        with _explained():
            losses, after = vmap(self._one)(stack.parameters, stack.fixed, x, y, tuple(masks))
        with torch.no_grad():
            for name, tensor in after.items():
                if tensor.data_ptr() != stack.fixed[name].data_ptr():
                    stack.fixed[name].copy_(tensor)
        return losses

    def _one(
        self, parameters: State, fixed: State, x: Inputs, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, State]:
        state = parameters | fixed

        def forward(*inputs: Any, **named: Any) -> Any:
            return functional_call(self._model, state, inputs, named)

        with replaying(masks):
            loss = batch_loss(self._prepared, forward, x, y)
        return loss, {name: state[name] for name in fixed}

    def descent(
        self, stack: Stack, x: Inputs, y: Tensor, masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor | None]]:
        """Losses ``[L]`` and gradients of the stack's parameters, as ``losses`` takes them."""
        parameters = [stack.parameters[name].requires_grad_() for name in self.names]
        losses = self.losses(stack, x, y, masks)
        return losses.detach(), _gradients(losses, parameters)

    def gradients(
        self, flat: Tensor, fixed: Mapping[str, Tensor], x: Inputs, y: Tensor,
        masks: Sequence[Tensor],
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Gradients of the mean loss at L points, shape ``[L, D]`` float32, and losses ``[L]``.

        Args:
            flat: The points, shape ``[L, D]``.
            fixed: As in ``Stack``; copied before use.
            x: As in ``losses``.
            y: As in ``losses``.
            masks: As in ``losses``.
        """
        leaf = flat.detach().requires_grad_()
        parts = torch.split(leaf, [parameter.numel() for parameter in self._like], dim=1)
        parameters = {
            name: part.view(len(flat), *like.shape).to(like.dtype)
            for name, part, like in zip(self.names, parts, self._like, strict=True)
        }
        stack = Stack(parameters, {name: tensor.clone() for name, tensor in fixed.items()})
        losses = self.losses(stack, x, y, masks)
        (gradient,) = _gradients(losses, [leaf])
        gradients = torch.zeros_like(leaf) if gradient is None else gradient
        return gradients.float(), losses.detach()


def _gradients(losses: Tensor, points: Sequence[Tensor]) -> list[Tensor | None]:
    """Gradients of every copy's loss at its own numbers; None where a loss does not use them."""
    with _explained():
        return list(torch.autograd.grad(losses.sum(), points, allow_unused=True))


def _devices(targets: Tensor) -> list[torch.device]:
    return [targets.device] if targets.device.type == "cuda" else []


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever stands against computing copies at once into one reason."""
    try:
        yield
    except (NotVectorizableError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise NotVectorizableError(_reason(error)) from error


_IN_PLACE = "it changes a tensor in place that all copies share"
_NO_BATCHED_FORM = "its layers of kind {} have no batched form in PyTorch"
_REASONS = (
    ("data-dependent control flow", "its forward pass branches on data"),
    (".item()", "its forward pass takes a number out of a tensor"),
    ("called random operation", "it draws random numbers other than dropout's"),
    ("vmap: inplace arithmetic", _IN_PLACE),
    ("doesn't match the broadcast shape", _IN_PLACE),
    ("not implemented for aten::gru", _NO_BATCHED_FORM.format("GRU")),
    ("not implemented for aten::lstm", _NO_BATCHED_FORM.format("LSTM")),
    ("not implemented for aten::rnn_", _NO_BATCHED_FORM.format("RNN")),
)


def _reason(error: Exception) -> str:
    said = describe(error)
    for sign, reason in _REASONS:
        if sign in str(error):
            place = said[said.rindex(" (") :] if said.endswith(")") and ".py:" in said else ""
            return reason + place
    return f"together they raised {said}"
