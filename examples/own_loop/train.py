"""A training loop as a team has it: clipping, warm-up, a schedule of its own, nothing of stablecheck.

The two lines that begin with ``recorder`` are all that is added.
"""

from __future__ import annotations

import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Subset, TensorDataset

import stablecheck

BATCH_SIZE = 64


def main() -> None:
    """Train once, with the settings of the command line."""
    options = parsed()
    torch.manual_seed(options.seed)
    train, heldout = loaders(options.data_fraction)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=options.lr, momentum=0.9)
    recorder = stablecheck.PathRecorder(model, optimizer)
    total = options.epochs * len(train)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=total)
    for _ in range(options.epochs):
        for x, y in train:
            optimizer.zero_grad()
            cross_entropy(model(x), y).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    score = accuracy(model, heldout)
    print(f"seed {options.seed}: accuracy {score:.3f}")
    if not recorder.diverged:
        recorder.measure(loss, train=train, heldout=heldout)
    recorder.report(score=score)


def loss(model: nn.Module, batch: list[torch.Tensor]) -> torch.Tensor:
    """What is minimised, as the recorder asks for it."""
    x, y = batch
    return cross_entropy(model(x), y)


def accuracy(model: nn.Module, heldout: DataLoader) -> float:
    """Share of the held-out rows that are classified right."""
    model.eval()
    with torch.no_grad():
        right = [(model(x).argmax(1) == y).float() for x, y in heldout]
    model.train()
    return torch.cat(right).mean().item()


def loaders(data_fraction: float) -> tuple[DataLoader, DataLoader]:
    """Training and held-out rows; the split is the same for every seed."""
    x, y = load_digits(return_X_y=True)
    rows = TensorDataset(torch.tensor(x / 16, dtype=torch.float32), torch.tensor(y))
    kept, held = train_test_split(range(len(y)), test_size=0.25, random_state=0, stratify=y)
    chosen = torch.randperm(len(kept))[: round(data_fraction * len(kept))]
    train = Subset(rows, [kept[place] for place in chosen])
    return (
        DataLoader(train, BATCH_SIZE, shuffle=True, drop_last=True),
        DataLoader(Subset(rows, held), BATCH_SIZE),
    )


def parsed() -> argparse.Namespace:
    """What a training can be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--data-fraction", type=float, default=1.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
