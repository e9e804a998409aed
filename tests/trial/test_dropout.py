"""Dropout masks against those that PyTorch's own dropout draws from the same seed."""

import pytest
import torch
from torch.nn import functional

from stablecheck.errors import NotVectorizableError
from stablecheck.trial.dropout import Calls, replaying

CPU = torch.device("cpu")


def drawn_alone(forward, inputs, seed):
    torch.manual_seed(seed)
    return forward(inputs)


def several(x):
    x = functional.dropout2d(x.relu(), 0.3, training=True)
    return functional.dropout(x.flatten(1), 0.6, training=True) + functional.dropout(
        x.flatten(1), 0.1, training=True
    )


@pytest.mark.parametrize(
    "forward",
    [
        lambda x: functional.dropout(x, 0.4, training=True),
        lambda x: functional.dropout(x.transpose(1, 3), 0.4, training=True),
        lambda x: functional.dropout(x.to(memory_format=torch.channels_last), 0.4, training=True),
        lambda x: functional.dropout(x[:, :, ::2], 0.4, training=True),
        lambda x: functional.dropout1d(x[:, 0], 0.4, training=True),
        lambda x: functional.dropout2d(x, 0.4, training=True),
        lambda x: functional.dropout3d(x[:, None], 0.4, training=True),
        several,
    ],
)
def test_every_lane_gets_the_masks_that_it_would_draw_alone(forward):
    inputs = torch.rand(3, 5, 4, 6, generator=torch.Generator().manual_seed(1)) + 0.5
    calls = Calls()
    with calls.recording():
        forward(inputs)
    generators = [torch.Generator().manual_seed(seed) for seed in (7, 8)]
    for _ in range(2):  # the second forward pass goes on where the first one ended
        masks = calls.draw(generators, CPU)
        for lane, generator in enumerate(generators):
            with replaying([mask[lane] for mask in masks]):
                found = forward(inputs)
            torch.manual_seed(7 + lane)
            expected = [forward(inputs) for _ in range(2)][_]
            assert torch.equal(found, expected)
            assert generator.initial_seed() == 7 + lane


def test_dropout_that_drops_nothing_or_everything_draws_nothing():
    inputs, calls = torch.ones(4, 3), Calls()
    with calls.recording():
        assert torch.equal(functional.dropout(inputs, 0.0), inputs)
        assert torch.equal(functional.dropout(inputs, 0.5, training=False), inputs)
        assert torch.equal(functional.dropout(inputs, 1.0), torch.zeros(4, 3))
    assert calls.found == []


def test_a_pass_with_more_masks_than_the_one_before_is_refused():
    with replaying([]), pytest.raises(NotVectorizableError, match="the same dropout masks"):
        functional.dropout(torch.ones(2, 2), 0.5)


@pytest.mark.parametrize("draw", [functional.alpha_dropout, functional.feature_alpha_dropout])
def test_dropout_of_another_kind_is_refused_by_name(draw):
    with Calls().recording(), pytest.raises(NotVectorizableError, match=f"in {draw.__name__}"):
        draw(torch.ones(2, 2, 2), 0.5, training=True)


def test_a_mask_of_channels_needs_a_batch_of_them():
    with Calls().recording(), pytest.raises(NotVectorizableError, match="without a batch"):
        functional.dropout1d(torch.ones(2, 2), 0.5, training=True)
