"""The recorder keeps instants and updates, and changes neither."""

import torch
from torch import nn

from stablecheck.plan import Measuring
from stablecheck.trial.snapshot_limits import DEFAULT
from stablecheck.trial.snapshots import make_recorder


def measuring(*companions):
    return Measuring(
        snapshots=2, batches=1, sources=("train",), exclude_tail=0.05, companions=companions
    )


def walk(recorder, steps=4):
    """A model with one weight whose step t adds t + 1; gives it back at the end."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    for step in range(steps):
        recorder.observe(step, 0.1 * step, model)
        with torch.no_grad():
            model.weight += step + 1
        recorder.observe_update(step, model)
    return model


def test_a_snapshot_is_the_instant_before_the_step():
    recorder = make_recorder(measuring(), 4, DEFAULT)
    walk(recorder)
    assert [(s.step, s.lr, s.parameters.item()) for s in recorder.taken] == [
        (0, 0.0, 0.0),
        (2, 0.2, 3.0),
    ]


def test_the_update_is_what_the_step_added():
    recorder = make_recorder(measuring("updates"), 4, DEFAULT)
    walk(recorder)
    assert [s.update.item() for s in recorder.taken] == [1.0, 3.0]


def test_without_the_companion_no_update_is_kept():
    recorder = make_recorder(measuring("ntk", "averaging"), 4, DEFAULT)
    walk(recorder)
    assert [s.update for s in recorder.taken] == [None, None]


def test_the_model_walks_on_as_it_would_alone():
    model = walk(make_recorder(measuring("updates"), 4, DEFAULT))
    assert model.weight.item() == 1 + 2 + 3 + 4
    assert model.weight.requires_grad
