"""Small models, data and loops of one's own, as a team would write them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from stablecheck.recorder.path_recorder import PathRecorder


def small_model() -> nn.Module:
    """Batch normalisation and dropout, 8·4 + 8 + 2·8 + 3·8 + 3 trained numbers."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3)
    )


D = 8 * 4 + 8 + 2 * 8 + 3 * 8 + 3


def small_data(rows: int = 60) -> TensorDataset:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(rows, 4, generator=generator)
    return TensorDataset(x, x.argmax(1) % 3)


def small_loader(rows: int = 60) -> DataLoader:
    return DataLoader(small_data(rows), batch_size=10)


def cross_entropy(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    x, y = batch
    return nn.functional.cross_entropy(model(x), y)


def sgd(model: nn.Module, lr: float = 0.1) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def walk(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    """Take some steps, batch after batch."""
    loader = small_loader()
    batches = iter(loader)
    for _ in range(steps):
        batch = next(batches, None)
        if batch is None:
            batches = iter(loader)
            batch = next(batches)
        optimizer.zero_grad()
        cross_entropy(model, batch).backward()
        optimizer.step()


def recorded(steps: int = 8, **options: object) -> tuple[PathRecorder, nn.Module]:
    """A model that was trained so far with a recorder attached."""
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer, **options)
    walk(model, optimizer, steps)
    return recorder, model
