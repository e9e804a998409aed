"""Candidates written with a framework, through the real command."""

import json

import pytest

pytestmark = pytest.mark.slow

LIGHTNING = """
import torch
from lightning import LightningModule
from torch import nn

class Net(LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(0.1), nn.Linear(8, 2))
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = nn.functional.cross_entropy(self(x), y)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        adam = torch.optim.AdamW(self.parameters(), lr=0.05, weight_decay=0.01)
        steps = self.trainer.estimated_stepping_batches
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
        return [adam], [{"scheduler": cosine, "interval": "step"}]

build = Net
"""


@pytest.fixture
def ran(project):
    """Run the project's checklist with another model, loss and optimiser, and read the result."""

    def run(model, *changes):
        project.write("model.py", model)
        project.edit("own.yaml", "loss: cross_entropy", "loss: own")
        project.edit("own.yaml", "{name: adam, lr: 0.05}", "{name: own, lr: 1}")
        project.edit(
            "own.yaml", "seeds: 3}", "seeds: 3}\n  lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}"
        )
        for old, new in changes:
            project.edit("own.yaml", old, new)
        done = project.stablecheck("run", "own.yaml")
        assert done.returncode in (0, 97), done.stdout + done.stderr
        (folder,) = project.runs
        return done, json.loads((folder / "result.json").read_text())

    return run


def assert_all_trained(result):
    trials = result["trials"]
    assert [trial["status"] for trial in trials] == ["ok"] * len(trials)
    assert min(trial["score"] for trial in trials) > 0.8
    for trial in trials:
        assert trial["measures"]["path.positive_share"] is not None


def test_a_lightning_module_is_trained_with_its_own_loss_and_optimiser(ran):
    done, result = ran(LIGHTNING)
    assert_all_trained(result)
    said = " ".join((done.stdout + done.stderr).split())
    assert "computed one by one, because the loss is a training_step" in said
    assert said.count("2 of 6 parameters get no gradient") == 1
    assert "unused.weight, unused.bias" in said
    assert {"lightning", "torch"} <= result["environment"]["packages"].keys()


def test_a_package_that_is_missing_is_named_with_the_extra_that_brings_it(project):
    project.write("lightning.py", "raise ModuleNotFoundError(name='lightning')")
    project.write("model.py", "import lightning\nbuild = lightning.Net\n")
    done = project.stablecheck("validate", "own.yaml")
    assert done.returncode == 0
    done = project.stablecheck("run", "own.yaml")
    said = " ".join(done.stderr.split())
    assert "own.yaml:5:10: importing model.py raised ModuleNotFoundError" in said
    assert "install it with pip install 'stablecheck[lightning]'" in said
    assert "Traceback" not in said


TRANSFORMER = """
import os
os.environ["HF_HUB_OFFLINE"] = "1"
from transformers import GPT2Config, GPT2LMHeadModel

def build():
    return GPT2LMHeadModel(GPT2Config(
        n_embd=16, n_layer=1, n_head=2, n_positions=8, vocab_size=9, bos_token_id=0, eos_token_id=0,
    ))
"""
TOKENS = """
import numpy as np

def blobs():
    first = np.random.default_rng(0).integers(0, 9, size=(240, 1))
    tokens = (first + np.arange(8)) % 9
    named = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
    cut = lambda part: {name: array[part] for name, array in named.items()}
    half, rest = slice(0, 160), slice(160, None)
    return cut(half), tokens[half], cut(rest), tokens[rest]
"""


def test_a_transformer_is_trained_as_a_language_model(project, ran):
    project.write("data.py", TOKENS)
    done, result = ran(
        TRANSFORMER,
        ("{name: own, lr: 1}", "{name: adam, lr: 0.01}"),
        ("task: classification", "task: language_modelling"),
        ("score: accuracy", "score: token_accuracy"),
        ("steps: 30", "steps: 60"),
    )
    assert_all_trained(result)
    said = " ".join((done.stdout + done.stderr).split())
    assert "computed one by one, because" in said
    assert "transformers" in result["environment"]["packages"]


NET = """
import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import LRScheduler
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(-1))

    def forward(self, x):
        return self.layers(x)

def build():
    return NeuralNetClassifier(Net, optimizer=torch.optim.Adam, lr=0.05, callbacks=[LRScheduler])
"""


def test_a_net_of_skorch_is_trained_with_its_own_loss_and_optimiser(ran):
    done, result = ran(NET)
    assert_all_trained(result)
    said = " ".join((done.stdout + done.stderr).split())
    assert "computed one by one, because the optimiser is the net's own" in said
    assert said.count("callbacks of the net are not run: LRScheduler") == 1
    assert "skorch" in result["environment"]["packages"]
