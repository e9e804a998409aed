"""The host reads no number of a step: on PyTorch's meta device there is none to be read.

A step that waited for the device would raise there, so that this holds for CUDA too.
"""

import contextlib
import itertools
from dataclasses import replace

import pytest
import torch

from stablecheck.errors import NotVectorizableError
from stablecheck.recipe import Optimizer
from stablecheck.trial import loop
from stablecheck.trial.member_optimizers import MemberOptimizers
from stablecheck.trial.snapshot_limits import DEFAULT
from stablecheck.trial.snapshots import make_recorder
from stablecheck.trial.vectorized import Stack, Vectorized
from tests.trial.ensembles import begun, prepared_all, varied
from tests.trial.rows import all_rows

META = torch.device("meta")
OPTIMIZERS = [
    Optimizer(name="sgd", lr=0.1),
    Optimizer(name="sgd", lr=0.1, momentum=0.9, nesterov=True),
    Optimizer(name="adam", lr=0.01),
    Optimizer(name="adamw", lr=0.01, weight_decay=0.1),
]


@pytest.fixture(autouse=True)
def without_autocast(monkeypatch):
    """The meta device does not know it; these candidates compute in single precision anyway."""
    monkeypatch.setattr(torch, "autocast", lambda *_args, **_settings: contextlib.nullcontext())


def on_meta(part):
    return {name: tensor.to(META) for name, tensor in part.items()}


def step_together(specs):
    """One step of an ensemble whose numbers are nowhere; the losses and the new parameters."""
    prepared, models = prepared_all(specs), [training.model for training in begun(specs)]
    vectorized = Vectorized(prepared[0], models[0])
    real = vectorized.stack(models)
    stack = Stack(on_meta(real.parameters), on_meta(real.fixed))
    data = begun(specs)[0].data
    x, y = (torch.stack([part[:8]] * len(specs)) for part in all_rows(data))
    generators = [torch.Generator().manual_seed(place) for place in range(len(specs))]
    masks = [mask.to(META) for mask in vectorized.masks(x, y, generators)]
    settings = [specs[0].candidate.optimizer] * len(specs)
    optimizers = MemberOptimizers(settings, list(stack.parameters.values()))
    losses, gradients = vectorized.descent(stack, x.to(META), y.to(META), masks)
    optimizers.step(gradients, 0.5)
    return losses


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.name)
@pytest.mark.parametrize("model", ["mlp", "dropped"])
def test_a_step_of_an_ensemble_reads_nothing(make_candidate, make_spec, model, optimizer):
    specs = varied(
        make_candidate, make_spec, (0.1, 0.1), model=f"models.py:{model}", optimizer=optimizer
    )
    losses = step_together(specs)
    assert (losses.device.type, losses.shape) == ("meta", (2,))


def test_a_model_that_reads_a_number_would_be_noticed(make_candidate, make_spec):
    specs = varied(make_candidate, make_spec, (0.1, 0.1), model="models.py:reading")
    with pytest.raises(NotVectorizableError, match="takes a number out of a tensor"):
        step_together(specs)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.name)
def test_a_step_alone_reads_nothing(make_candidate, make_spec, optimizer):
    (spec,) = varied(make_candidate, make_spec, (0.1,), optimizer=optimizer)
    (prepared,), (training,) = prepared_all([spec]), begun([spec])
    own = training.data
    data = replace(own, samples=own.samples.on(META), rows=own.rows.to(META))
    there = replace(training, model=training.model.to(META), data=data)
    recorder = make_recorder(spec.measuring, there.steps, DEFAULT)
    losses = list(itertools.islice(loop._descend(prepared, spec, there, recorder), 10))
    assert {loss.device.type for loss in losses} == {"meta"}
    assert len(recorder.taken) == 2
