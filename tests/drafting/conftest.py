"""A folder with a model and data of every kind, and drafts of checklists for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stablecheck.drafting import Request, draft
from stablecheck.drafting.writing import write

MODELS = """
from torch import nn

def mlp(in_features, n_classes, hidden=8):
    return nn.Sequential(nn.Linear(in_features, hidden), nn.ReLU(), nn.Linear(hidden, n_classes))

def sized(inputs=99, outputs=99):
    return nn.Linear(inputs, outputs)

def convolution(in_channels, num_classes):
    return nn.Sequential(
        nn.Conv2d(in_channels, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(4, num_classes),
    )

def one_number():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))

def logarithms():
    return nn.Sequential(nn.Linear(3, 2), nn.LogSoftmax(1))

def probabilities():
    return nn.Sequential(nn.Linear(3, 2), nn.Softmax(1))

def seven():
    return nn.Linear(3, 7)

def needs_more(inputs, flavour, temper):
    return nn.Linear(inputs, 2)

def broken():
    raise ValueError("no such layer")
"""

DATA = """
import numpy as np

def images(n=80):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 3, 6, 6)).astype("float32")
    y = (x.mean((1, 2, 3)) > 0).astype("int64")
    return x[: n // 2], y[: n // 2], x[n // 2 :], y[n // 2 :]
"""


def table(folder: Path, name: str, target: list[str], rows: int = 200) -> None:
    """Three columns of numbers, and a target that takes its values in turn."""
    rng = np.random.default_rng(0)
    lines = ["a,b,c,y"]
    lines += [
        ",".join(f"{value:.3f}" for value in rng.normal(size=3)) + f",{target[row % len(target)]}"
        for row in range(rows)
    ]
    (folder / name).write_text("\n".join(lines) + "\n")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The current folder, with models and data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "data.py").write_text(DATA)
    table(tmp_path, "two.csv", ["stays", "leaves"])
    table(tmp_path, "lopsided.csv", ["stays"] * 9 + ["leaves"])
    table(tmp_path, "prices.csv", [f"{price / 7:.4f}" for price in range(150)])
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "three.npz", X=rng.normal(size=(150, 5)), y=np.arange(150) % 3)
    return tmp_path


@pytest.fixture
def drafted(folder):
    """Draft and write a checklist for a model and data; its file."""

    def make(model: str, data: str, **changes) -> Path:
        output = changes.pop("output", folder / "own.yaml")
        request = Request(model=model, data=data, output=output, name="own", **changes)
        write(output, draft(request), replace=False)
        return output

    return make
