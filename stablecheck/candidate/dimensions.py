"""How many numbers an input has, and how many of them vary on their own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from stablecheck.candidate.samples import InMemory, Inputs, Samples, spread, tensors

_MOST_STREAMED = 4096
_MOST_BYTES = 2**26
"""Rows that the dimensions of streamed data are worked out on, and bytes of them as float64."""
_MOST_COMPARED = 1024
"""Rows of tokens that are compared with each other."""


def dimensions(samples: Samples, model: nn.Module) -> tuple[int, float]:
    """Dimension and effective dimension of the inputs, all their tensors together.

    Whole numbers that a model looks up in a table are names, not amounts. They count one-hot: as
    one number for each token that occurs at a place.
    """
    looked_up = _looks_up(model)
    tokens: list[Tensor] = []
    amounts: list[Tensor] = []
    for tensor in tensors(_rows(samples)):
        named = looked_up and not tensor.is_floating_point()
        (tokens if named else amounts).append(tensor.reshape(len(tensor), -1).double())
    if not tokens:
        together = torch.cat(amounts, dim=1)
        return together.shape[1], participation_ratio(together)
    width = sum(one.shape[1] for one in amounts) + _distinct(torch.cat(tokens, dim=1))
    return width, _from_gram(_centred(_products(tokens, amounts)))


def participation_ratio(inputs: Tensor) -> float:
    """Effective dimension ``(Σλ)² / Σλ²`` of the covariance of inputs, shape ``[n, d]``.

    Equal to d for isotropic inputs and 1 when all variance lies in one direction. Computed from
    traces, ``tr(C)² / tr(C²)``, on the smaller of the two Gram matrices.
    """
    centred = inputs - inputs.mean(dim=0)
    n, d = centred.shape
    return _from_gram(centred.T @ centred if d <= n else centred @ centred.T)


def _rows(samples: Samples) -> Inputs:
    """All rows in memory; of others some, all over the data."""
    if isinstance(samples, InMemory):
        return samples.inputs
    first, _ = samples.take(torch.arange(1))
    row = sum(one.numel() for one in tensors(first)) * torch.float64.itemsize
    most = min(_MOST_STREAMED, max(2, _MOST_BYTES // row))
    return samples.take(spread(len(samples), most))[0]


def _looks_up(model: nn.Module) -> bool:
    return any(isinstance(module, nn.Embedding | nn.EmbeddingBag) for module in model.modules())


def _distinct(tokens: Tensor) -> int:
    """Tokens that occur at a place, counted over all places; shape ``[n, T]``."""
    return sum(len(place.unique()) for place in tokens.T)


def _products(tokens: Sequence[Tensor], amounts: Sequence[Tensor]) -> Tensor:
    """Inner products of some rows, tokens one-hot: the number of places where two rows agree."""
    some = spread(len(tokens[0]), _MOST_COMPARED)
    names = torch.cat([one[some] for one in tokens], dim=1)
    products = names.shape[1] - torch.cdist(names, names, p=0)
    for one in amounts:
        products = products + one[some] @ one[some].T
    return products


def _centred(gram: Tensor) -> Tensor:
    """The Gram matrix of the same rows less their mean."""
    rows = gram.mean(dim=0, keepdim=True)
    return gram - rows - rows.T + gram.mean()


def _from_gram(gram: Tensor) -> float:
    squares = float((gram * gram).sum())
    return float(gram.trace()) ** 2 / squares if squares > 0 else 0.0
