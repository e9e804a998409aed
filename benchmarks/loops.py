"""What one would write without stablecheck: a plain training, and the paper's own method.

The paper's method (arXiv 2306.11922, section 3) trains once to know where the path ends, then
trains again with the same seed and takes RSI and EB of every step's gradient on the way there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from benchmarks.recipes import BATCH_SIZE, LR, MODELS, MOMENTUM
from stablecheck import zoo

Look = Callable[[nn.Module], None]


@dataclass
class Digits:
    """Four fifths of scikit-learn's digits on a device."""

    device: torch.device
    x: Tensor = field(init=False)
    y: Tensor = field(init=False)

    def __post_init__(self) -> None:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        self.x = torch.tensor(bunch.data[:1437] / 16, dtype=torch.float32).to(self.device)
        self.y = torch.tensor(bunch.target[:1437]).to(self.device)


def build(model: str) -> nn.Module:
    """A fresh model of the zoo."""
    name = MODELS[model]["model"].rpartition(":")[2]
    built: nn.Module = getattr(zoo, name)(**MODELS[model]["model_args"])
    return built


def train(model: str, steps: int, seed: int, digits: Digits, look: Look | None = None) -> nn.Module:
    """Train with SGD, momentum and a cosine; ``look`` sees the model before every update."""
    torch.manual_seed(seed)
    net = build(model).to(digits.device)
    optimizer = torch.optim.SGD(net.parameters(), lr=LR, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    rows = len(digits.x) // BATCH_SIZE * BATCH_SIZE
    for step in range(steps):
        first = step * BATCH_SIZE % rows
        if first == 0:
            order = torch.randperm(len(digits.x)).to(digits.device)
        batch = order[first : first + BATCH_SIZE]
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(digits.x[batch]), digits.y[batch]).backward()
        if look is not None:
            look(net)
        optimizer.step()
        schedule.step()
    return net


def papers_method(model: str, steps: int, seed: int, digits: Digits) -> list[tuple[float, float]]:
    """RSI and EB at every step of a training."""
    end = _flat(p.detach() for p in train(model, steps, seed, digits).parameters())
    found: list[tuple[float, float]] = []

    def look(net: nn.Module) -> None:
        gradient = _flat(p.grad for p in net.parameters() if p.grad is not None)
        displacement = _flat(p.detach() for p in net.parameters()) - end
        product, square = gradient @ displacement, displacement @ displacement
        rsi, eb = product / square, gradient.norm() / square.sqrt()
        found.append((rsi.item(), eb.item()) if square > 0 else (math.nan, math.nan))

    train(model, steps, seed, digits, look)
    return found


def _flat(parts) -> Tensor:
    return torch.cat([part.reshape(-1) for part in parts])
