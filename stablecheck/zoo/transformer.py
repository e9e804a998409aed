"""Small decoder-style Transformer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from stablecheck.zoo.residual import chain


def transformer(
    vocabulary: int,
    outputs: int,
    length: int,
    width: int = 32,
    depth: int = 2,
    heads: int = 4,
    norm: bool = True,
    skip: bool = True,
) -> nn.Module:
    """Predicts from the last of ``length`` tokens: the next token, or a class of the sequence.

    For inputs ``[n, t]`` of token ids below ``vocabulary``, 1 ≤ t ≤ ``length``; gives
    ``[n, outputs]``. Each position attends to itself and those before it.

    Args:
        vocabulary: Number of different tokens.
        outputs: Classes; ``vocabulary`` to predict the next token.
        length: Longest sequence.
        width: Numbers per position.
        depth: Number of blocks, each attention and then a two-layer perceptron of 4 · ``width``.
        heads: Attention heads; they share ``width`` equally.
        norm: Whether layer normalisation stands before attention, perceptron and output.
        skip: Whether attention and perceptron each add their input to their output.

    Raises:
        ValueError: A number makes no network, or ``width`` is no multiple of ``heads``.

    Source: Radford et al. 2019 (GPT-2). Its initial standard deviation of 0.02 is 1/√(3 · width)
    at its width of 768, which is what is used here at any width.
    """
    if min(vocabulary, length, width, depth, heads) < 1 or width % heads:
        raise ValueError(
            f"width {width}, depth {depth} and heads {heads} make no Transformer; expected "
            "positive numbers and a width that is a multiple of heads, e.g. width 32 and heads 4"
        )
    normalised = nn.LayerNorm if norm else nn.Identity
    around = chain(skip=skip)
    blocks = []
    for _ in range(depth):
        attending = around(normalised(width), _CausalAttention(width, heads))
        blocks.append(nn.Sequential(attending, around(normalised(width), *_perceptron(width))))
    return nn.Sequential(
        _Embedding(vocabulary, length, width),
        *blocks,
        normalised(width),
        _LastPosition(),
        nn.Linear(width, outputs),
    )


class _Embedding(nn.Module):
    """Token plus position, ids ``[n, t]`` to ``[n, t, width]``."""

    def __init__(self, vocabulary: int, length: int, width: int) -> None:
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Embedding(length, width)
        for table in (self.token, self.position):
            nn.init.normal_(table.weight, std=(3 * width) ** -0.5)

    def forward(self, ids: Tensor) -> Tensor:
        longest = self.position.num_embeddings
        if ids.is_floating_point() or ids.ndim != 2 or ids.shape[1] > longest:
            raise ValueError(
                f"inputs of shape {tuple(ids.shape)} and type {ids.dtype}; expected token ids as "
                f"integers, [n, t] with t up to {longest}"
            )
        places = torch.arange(ids.shape[1], device=ids.device)
        states: Tensor = self.token(ids) + self.position(places)
        return states


class _CausalAttention(nn.Module):
    """Multi-head self-attention, ``[n, t, width]`` to ``[n, t, width]``, none looking ahead.

    Written out, because PyTorch's fused kernels cannot be differentiated twice.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, states: Tensor) -> Tensor:
        n, t, width = states.shape
        parts = self.query_key_value(states).view(n, t, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        closeness = query @ key.transpose(-2, -1) * (width // self.heads) ** -0.5
        ahead = torch.ones(t, t, dtype=torch.bool, device=states.device).triu(1)
        weights = closeness.masked_fill(ahead, float("-inf")).softmax(dim=-1)
        gathered: Tensor = self.output((weights @ value).transpose(1, 2).reshape(n, t, width))
        return gathered


class _LastPosition(nn.Module):
    """States ``[n, t, width]`` to those of the last position, ``[n, width]``."""

    def forward(self, states: Tensor) -> Tensor:
        return states[:, -1]


def _perceptron(width: int) -> tuple[nn.Module, ...]:
    return nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
