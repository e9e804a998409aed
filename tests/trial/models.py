"""Models of the tests of ensembles: in double precision, and such as no ensemble can compute."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Double(nn.Module):
    """Computes in double precision, in which the order of a sum hardly counts."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers).double()

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x.double())


def mlp() -> nn.Module:
    """Layers and batch normalisation."""
    return Double(nn.Linear(64, 12), nn.BatchNorm1d(12), nn.Tanh(), nn.Linear(12, 10))


def dropped() -> nn.Module:
    """Dropout of units and of whole channels, several times."""
    return Double(
        nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 4, 3), nn.Dropout2d(0.3), nn.BatchNorm2d(4),
        nn.Flatten(), nn.Dropout(0.2), nn.Linear(144, 12), nn.Tanh(), nn.Dropout(0.5),
        nn.Linear(12, 10),
    )  # fmt: skip


def adapted() -> nn.Module:
    """A base that is not trained and is the same for every seed, another one that is not."""
    model = Double(nn.Linear(64, 12), nn.Tanh(), nn.Linear(12, 12), nn.Linear(12, 10))
    base, own = model.layers[0], model.layers[2]
    with torch.no_grad():
        base.weight.copy_(torch.linspace(-1, 1, 12 * 64).view(12, 64))
        base.bias.zero_()
    for layer in (base, own):
        layer.requires_grad_(False)
    return model


class Branching(nn.Linear):
    """Looks at its numbers."""

    def forward(self, x: Tensor) -> Tensor:
        out = super().forward(x)
        if out.sum() > 0:
            return out
        return -out


class Reading(nn.Linear):
    """Takes a number out of a tensor."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * x.abs().max().item()


class Noisy(nn.Linear):
    """Draws random numbers that are no dropout."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + torch.randn(10)


class Counting(nn.Linear):
    """Changes a tensor that is no buffer."""

    def __init__(self) -> None:
        super().__init__(64, 10)
        self.seen = torch.zeros(10)

    def forward(self, x: Tensor) -> Tensor:
        out = super().forward(x)
        self.seen.add_(out.detach().mean(0))
        return out


def branching() -> nn.Module:
    return Branching(64, 10)


def reading() -> nn.Module:
    return Reading(64, 10)


def noisy() -> nn.Module:
    return Noisy(64, 10)


def sparse() -> nn.Module:
    """Its gradients are sparse."""
    return nn.Sequential(
        Indices(), nn.Embedding(17, 2, sparse=True), nn.Flatten(), nn.Linear(128, 10)
    )


class Reader(nn.Module):
    """Reads the rows of an image with a recurrent layer.

    Args:
        kind: Class of the layer.
    """

    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.recurrent, self.output = kind(8, 4, batch_first=True), nn.Linear(4, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.recurrent(x.view(-1, 8, 8))[0][:, -1])


def gru() -> nn.Module:
    return Reader(nn.GRU)


def lstm() -> nn.Module:
    return Reader(nn.LSTM)


def rnn() -> nn.Module:
    return Reader(nn.RNN)


class Indices(nn.Module):
    """Pixels as numbers of tokens."""

    def forward(self, x: Tensor) -> Tensor:
        return (x * 16).long().clamp(0, 16)


class LowRank(nn.Module):
    """A base that is not trained, and adapters of rank 8 beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.base = nn.Sequential(nn.Linear(64, 1000), nn.Tanh(), nn.Linear(1000, 1000))
        self.base.requires_grad_(False)
        self.last = nn.Linear(1000, 64).requires_grad_(False)
        self.down = nn.Linear(64, 8)
        self.up = nn.Linear(8, 64)
        self.head = nn.Linear(8, 10, bias=False)
        self.head.requires_grad_(True)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.down(self.last(self.base(x))) + self.down(self.up(self.down(x))))


def low_rank() -> nn.Module:
    return LowRank()
