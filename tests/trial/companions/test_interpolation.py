"""The loss between initial and trained weights, against closed forms and plain loops."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from stablecheck.trial.companions.run import run_companion
from stablecheck.trial.replica import replica_of
from tests.trial.rows import all_rows


def test_the_loss_of_a_linear_model_is_a_parabola_that_does_not_rise(
    finished_context, linear_candidate, tmp_path
):
    context = finished_context(linear_candidate, (tmp_path,))
    found = run_companion("interpolation", context)
    curve = found.record["interpolation"]
    second = np.diff(curve.loss, n=2)
    np.testing.assert_allclose(second, second[0], rtol=2e-2)
    assert curve.alpha == pytest.approx(np.linspace(0, 1, 50))
    assert found.measures["interpolation.max_rise"] == pytest.approx(0, abs=1e-4)


def test_the_curve_is_the_loss_on_all_training_rows(finished_context, mlp_candidate):
    """Without batch normalisation a plain evaluation at each point gives the same."""
    context = finished_context(mlp_candidate)
    subject = context.subject
    (x, y), first = all_rows(subject.trained.data), subject.trained.snapshots[0].parameters
    replica = replica_of(subject.trained.model.eval())
    expected = []
    for alpha in np.linspace(0, 1, 50):
        replica.put((1 - alpha) * first + alpha * subject.points.end_point, {})
        with torch.no_grad():
            expected.append(cross_entropy(replica.model(x), y).item())
    curve = run_companion("interpolation", context).record["interpolation"]
    assert curve.loss == pytest.approx(expected, rel=1e-4)


def test_running_statistics_are_taken_anew_at_each_point(finished_context, make_candidate):
    """One batch of all rows: evaluation then normalises as training mode on all rows does."""
    candidate = make_candidate(batch_size=5000)
    context = finished_context(candidate)
    subject = context.subject
    x, y = all_rows(subject.trained.data)
    curve = run_companion("interpolation", context).record["interpolation"]
    replica = replica_of(subject.trained.model)
    n = len(x)
    for place, point in (
        (0, subject.trained.snapshots[0].parameters),
        (-1, subject.points.end_point),
    ):
        replica.put(point, replica.first_buffers)
        with torch.no_grad():
            expected = cross_entropy(replica.model(x), y).item()
        # Running variances are the unbiased ones, n / (n − 1) of what training mode uses.
        assert curve.loss[place] == pytest.approx(expected, rel=5 / n)


def test_the_largest_rise_is_that_of_the_curve(finished_context, make_candidate):
    found = run_companion("interpolation", finished_context(make_candidate()))
    loss = np.array(found.record["interpolation"].loss)
    rises = loss[None, :] - loss[:, None]
    expected = np.triu(rises).max()
    assert found.measures["interpolation.max_rise"] == pytest.approx(expected, abs=1e-12)
