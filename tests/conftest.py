"""Small candidates that train in well under a second."""

from __future__ import annotations

import pytest
import torch

from stablecheck.plan import Measuring, TrialSpec, derive_seeds
from stablecheck.recipe import PLAIN, Candidate, Optimizer

MODEL = """
from torch import nn

def build(width=8):
    return nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, 2))
"""

DATA = """
import numpy as np

def blobs():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(240, 2)).astype("float32")
    y = (x[:, 0] + x[:, 1] > 0).astype("int64")
    return x[:160], y[:160], x[160:], y[160:]
"""


@pytest.fixture
def own_files() -> dict[str, str]:
    """A model and data of one's own, as the files of a small project."""
    return {"model.py": MODEL, "data.py": DATA}


@pytest.fixture(autouse=True)
def one_thread():
    """Sums in one order, whatever the machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def make_candidate():
    """Build a digits candidate; keyword arguments replace fields."""

    def make(**changes) -> Candidate:
        fields = {
            "model": "stablecheck.zoo:mlp",
            "model_args": {"inputs": 64, "outputs": 10, "hidden": [16], "batch_norm": True},
            "data": "sklearn:digits",
            "task": "classification",
            "loss": "cross_entropy",
            "score": "accuracy",
            "optimizer": Optimizer(name="sgd", lr=0.05, momentum=0.9),
            "batch_size": 64,
            "steps": 40,
        }
        return Candidate(**(fields | changes))

    return make


@pytest.fixture
def cnn_candidate(make_candidate):
    """A small convolutional network with batch normalisation."""
    arguments = {"side": 8, "outputs": 10, "channels": [4, 8]}
    return make_candidate(model="stablecheck.zoo:cnn", model_args=arguments)


@pytest.fixture
def make_spec():
    """Build the specification of one trial of a candidate."""

    def make(candidate: Candidate, seed: int = 0, **changes) -> TrialSpec:
        measuring = {
            "snapshots": 5,
            "batches": 2,
            "sources": ("train", "heldout"),
            "exclude_tail": 0.05,
        }
        fields = {
            "id": f"seeds-base-s{seed}",
            "key": f"{seed:064d}",
            "probe": "seeds",
            "arm": "base",
            "seed": seed,
            "candidate": candidate,
            "treatment": PLAIN,
            "seeds": derive_seeds(seed),
            "measuring": Measuring(**(measuring | changes.pop("measuring", {}))),
            "timeout": 60.0,
            "cross_seed": None,
            "keeps_end_point": False,
        }
        return TrialSpec(**(fields | changes))

    return make
