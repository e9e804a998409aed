"""Loss gap, updates and averaging against plain loops over the snapshots."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from stablecheck.recipe import Optimizer
from stablecheck.trial.batches import draw
from stablecheck.trial.companions.run import run_companion
from stablecheck.trial.replica import replica_of
from stablecheck.trial.sources import train_batches


def gradients(subject, batches, points):
    """Gradient and loss of every batch, by ``backward`` on a copy, and the way still to go."""
    for place, snapshot in enumerate(points):
        for x, y in batches.at(place):
            replica = replica_of(subject.trained.model)
            replica.put(snapshot.parameters, snapshot.buffers)
            loss = cross_entropy(replica.model(x), y)
            loss.backward()
            flat = torch.cat([p.grad.reshape(-1) for p in replica.parameters])
            yield flat.double(), loss.item(), snapshot, (x, y)


def test_the_pl_ratio_is_that_of_two_losses_on_the_same_batch(finished_context, make_candidate):
    """With batch normalisation, whose statistics are the batch's own in both."""
    context = finished_context(make_candidate())
    subject = context.subject
    ratios = []
    points = subject.points.snapshots
    for gradient, loss, _, (x, y) in gradients(subject, train_batches(subject), points):
        end = replica_of(subject.trained.model)
        gap = loss - cross_entropy(end.model(x), y).item()
        ratios.append(float(gradient @ gradient) / (2 * gap) if gap > 0 else np.nan)
    found = run_companion("loss_gap", context).measures
    assert found == {"path.pl_ratio": pytest.approx(np.nanmedian(ratios), rel=1e-3)}


def test_the_updates_kept_are_the_differences_of_the_weights(finished_context, mlp_candidate):
    """A snapshot at every step: then each update leads from one snapshot to the next."""
    subject = finished_context(mlp_candidate, snapshots=40).subject
    snapshots = subject.trained.snapshots
    after = [s.parameters for s in snapshots[1:]] + [subject.points.end_point]
    for snapshot, then in zip(snapshots, after, strict=True):
        assert torch.equal(snapshot.update, then - snapshot.parameters)


def test_the_update_alignment_is_the_cosine_of_the_steps_taken(finished_context, mlp_candidate):
    context = finished_context(mlp_candidate)
    points = context.subject.points
    cosines = [
        -float(torch.cosine_similarity(s.update, s.parameters - points.end_point, dim=0))
        for s in points.snapshots
    ]
    found = run_companion("updates", context)
    assert found.record["update_alignment"] == pytest.approx(cosines, abs=1e-6)
    kept = [c for c, s in zip(cosines, points.snapshots, strict=True) if s.step <= 0.95 * 40]
    assert found.measures == {"path.update_alignment": pytest.approx(np.median(kept))}


def test_without_companions_no_updates_are_kept(make_finished, mlp_candidate):
    _, _, trained = make_finished(mlp_candidate, companions=())
    assert all(s.update is None for s in trained.snapshots)


def naive_effect(products, blocks):
    """Scatter of the block sums over that of random blocks, block by block."""
    total = sum(len(block) for block in blocks)
    observed = sum((products[b].sum() - len(b) * products.mean()) ** 2 for b in blocks)
    expected = sum(len(b) * products.var() * (total - len(b)) / (total - 1) for b in blocks)
    return observed / expected


def places(model):
    """Coordinates of each output unit and of each tensor, counted through by hand."""
    units, tensors, start = [], [], 0
    for parameter in model.parameters():
        size = parameter.numel()
        here = np.arange(start, start + size)
        tensors.append(here)
        units += list(here.reshape(len(parameter), -1)) if parameter.ndim > 1 else [here]
        start += size
    return units, tensors


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_averaging_is_what_plain_loops_over_neurons_and_tensors_give(
    finished_context, make_candidate, cnn_candidate, kind
):
    context = finished_context(cnn_candidate if kind == "cnn" else make_candidate())
    subject = context.subject
    points = subject.points.before_tail(0.05, 10)
    data = subject.trained.data
    batches = draw(data, 64, 2, len(points.snapshots), subject.spec.seeds.measure)
    units, tensors = places(subject.trained.model)
    rows = []
    for gradient, _, snapshot, _ in gradients(subject, batches, points.snapshots):
        p = (gradient * (snapshot.parameters - points.end_point)).numpy()
        effect = naive_effect(p, units)
        rows.append([(p < 0).mean(), effect, len(p) / effect, naive_effect(p, tensors)])
    expected = np.median(rows, axis=0)
    found = run_companion("averaging", context).measures
    names = ("wrong_way_share", "design_effect", "effective_dimension", "layer_design_effect")
    assert [found[f"averaging.{n}"] for n in names] == pytest.approx(expected, rel=1e-3)


def test_a_gradient_that_is_not_finite_is_no_gradient_the_right_way(
    finished_context, mlp_candidate
):
    context = finished_context(mlp_candidate)
    context.subject.points.snapshots[1].parameters[0] = torch.nan
    with pytest.raises(ValueError, match="a gradient is not finite"):
        run_companion("averaging", context)


def test_a_quadratic_without_noise_goes_no_wrong_way(finished_context, linear_candidate, tmp_path):
    """Full-batch descent of a convex loss: every coordinate's sum points home in the end."""
    candidate = linear_candidate.model_copy(
        update={"batch_size": 60, "optimizer": Optimizer(name="sgd", lr=0.01), "steps": 300}
    )
    context = finished_context(candidate, (tmp_path,))
    assert run_companion("averaging", context).measures["averaging.wrong_way_share"] < 0.2
    assert run_companion("updates", context).measures["path.update_alignment"] > 0.9
