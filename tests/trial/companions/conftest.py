"""Finished trainings of tiny models, ready to be measured."""

from __future__ import annotations

import pytest
import torch

from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.recipe import Candidate, Optimizer
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.context import Context, make_context
from stablecheck.trial.loop import begin, train

LINEAR = """
import numpy as np
from torch import nn

def build():
    return nn.Linear(3, 2)

def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 3)).astype("float32")
    y = (x @ rng.normal(size=(3, 2)) + 0.1 * rng.normal(size=(80, 2))).astype("float32")
    return x[:60], y[:60], x[60:], y[60:]
"""


@pytest.fixture
def make_finished(make_spec):
    """Train a candidate whose files are in the folders; give prepared candidate, spec, training."""

    def make(candidate, folders=(), **changes):
        measuring = {"companions": tuple(GROUPS), **changes}
        prepared, spec = prepare(candidate, folders), make_spec(candidate, measuring=measuring)
        with seeded(0):
            return prepared, spec, train(prepared, spec, begin(prepared, spec, torch.device("cpu")))

    return make


@pytest.fixture
def finished_context(make_finished):
    """The context of a candidate's finished training."""

    def make(candidate, folders=(), **changes) -> Context:
        with seeded(0):
            return make_context(*make_finished(candidate, folders, **changes))

    return make


@pytest.fixture
def linear_candidate(tmp_path):
    """Linear regression with two outputs; its file is in ``tmp_path``."""
    (tmp_path / "linear.py").write_text(LINEAR)
    return Candidate(
        model="linear.py:build",
        data="linear.py:data",
        task="regression",
        loss="mse_loss",
        score="r2",
        optimizer=Optimizer(name="sgd", lr=0.05),
        batch_size=12,
        steps=30,
    )


@pytest.fixture
def mlp_candidate(make_candidate):
    """A small network without batch normalisation."""
    return make_candidate(
        model_args={"inputs": 64, "outputs": 10, "hidden": [8], "batch_norm": False}
    )
