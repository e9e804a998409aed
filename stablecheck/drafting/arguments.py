"""Arguments of a model that can be told from the data, by the names such arguments usually have."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stablecheck.candidate.seen import Argument, DataSeen
from stablecheck.errors import NotDraftableError

_INPUTS = (
    "inputs", "input", "input_dim", "input_size", "in_dim", "in_features", "n_features",
    "num_features", "features", "n_inputs", "num_inputs", "dim_in", "d_in",
)  # fmt: skip
_OUTPUTS = (
    "outputs", "output", "output_dim", "output_size", "out_dim", "out_features", "n_classes",
    "num_classes", "classes", "n_outputs", "num_outputs", "dim_out", "d_out", "num_labels",
)  # fmt: skip
_CHANNELS = ("in_channels", "channels_in", "input_channels", "n_channels", "num_channels")
_SIDE = ("side", "image_size", "img_size", "resolution")
_LENGTH = ("length", "seq_len", "sequence_length", "max_length", "context_length")
_VOCABULARY = ("vocabulary", "vocab", "vocab_size", "num_tokens", "num_embeddings")


def offers(
    arguments: Sequence[Argument],
    data: DataSeen,
    outputs: int,
    given: Mapping[str, Any],
    model: str,
) -> tuple[dict[str, Any], ...]:
    """Ways to fill a model's arguments, the plainest first; those that are given stay.

    First what it needs alone, then also what it has a default for but the data can tell; then the
    same where ``inputs`` stands for the channels of an image.

    Args:
        arguments: What the model takes.
        data: What it is to take in.
        outputs: Numbers that it should return for a row.
        given: Arguments that are not to be guessed.
        model: Its name, for messages.

    Raises:
        NotDraftableError: It needs an argument whose name says nothing.
    """
    known = _sizes(data, outputs)
    as_channels = known | _channels_as_inputs(data)
    needed = {one.name for one in arguments if one.required} - set(given)
    unknown = sorted(needed - set(known))
    if unknown:
        raise NotDraftableError(
            f"--model: {model} needs {' and '.join(map(repr, unknown))}, which the data does not "
            f"tell; give it a default, or name it: --model-args '{{{unknown[0]}: …}}'"
        )
    every = {one.name for one in arguments} - set(given)
    found: list[dict[str, Any]] = []
    for sizes in (known, as_channels):
        for names in (needed, every & set(sizes)):
            filled = {**given, **{name: sizes[name] for name in sorted(names)}}
            if filled not in found:
                found.append(filled)
    return tuple(found)


def _sizes(data: DataSeen, outputs: int) -> dict[str, int]:
    found = dict.fromkeys(_INPUTS, math.prod(data.shape)) | dict.fromkeys(_OUTPUTS, outputs)
    if len(data.shape) >= 2:
        found |= dict.fromkeys(_CHANNELS, data.shape[0]) | dict.fromkeys(_SIDE, data.shape[-1])
    elif len(data.shape) == 1:
        found |= dict.fromkeys(_LENGTH, data.shape[0])
        side = math.isqrt(data.shape[0])
        if side * side == data.shape[0]:
            found |= dict.fromkeys(_SIDE, side)
    if data.vocabulary is not None:
        found |= dict.fromkeys(_VOCABULARY, data.vocabulary)
    return found


def _channels_as_inputs(data: DataSeen) -> dict[str, int]:
    return dict.fromkeys(_INPUTS, data.shape[0]) if len(data.shape) >= 2 else {}
