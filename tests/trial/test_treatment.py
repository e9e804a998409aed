"""Treatments: shuffled labels, noise in place of gradients, and budgets that do not follow."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.randomness import seed_everything
from stablecheck.recipe import PLAIN, Optimizer, Treatment
from stablecheck.trial.loop import begin, train
from stablecheck.trial.order import nested_subset
from stablecheck.trial.snapshots import flat_parameters
from stablecheck.trial.training_data import training_data
from stablecheck.trial.treatment import gradient_rule, replace_by_noise, shuffled_targets
from tests.trial.rows import all_rows

CPU = torch.device("cpu")


def trained_weights(candidate, spec):
    prepared = prepare(candidate, ())
    return flat_parameters(train(prepared, spec, begin(prepared, spec, CPU)).model)


def written_out(candidate, spec):
    """A training of the recipe alone: the package gives model, rows and nothing else."""
    prepared = prepare(candidate, ())
    x, y = prepared.dataset.train.inputs, prepared.dataset.train.targets
    rows = nested_subset(len(y), 1.0, spec.seeds.subset, y)
    x, y = x[rows], y[rows]
    seed_everything(spec.seeds.init)
    model = prepared.build_model()
    seed_everything(spec.seeds.dropout)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, fused=True)
    generator = torch.Generator().manual_seed(spec.seeds.order)
    steps = iter(range(candidate.steps))
    while True:
        for batch in torch.randperm(len(x), generator=generator)[: len(x) // 64 * 64].split(64):
            if next(steps, None) is None:
                return flat_parameters(model)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimizer.step()


def test_without_a_treatment_the_weights_are_bitwise_those_of_a_plain_training(
    make_candidate, make_spec
):
    arguments = {"inputs": 64, "outputs": 10, "hidden": [16], "dropout": 0.1}
    candidate = make_candidate(model_args=arguments)
    spec = make_spec(candidate, seed=3)
    assert torch.equal(trained_weights(candidate, spec), written_out(candidate, spec))


labels = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(torch.tensor)
shares = st.floats(0, 1)


@settings(deadline=None)
@given(labels, shares, st.integers(0, 1000))
def test_label_noise_keeps_every_label_as_frequent_as_it_was(targets, share, seed):
    before = targets.clone()
    shuffled = shuffled_targets(targets, share, seed)
    assert torch.equal(targets, before)
    assert torch.equal(shuffled.sort().values, targets.sort().values)
    assert int((shuffled != targets).sum()) <= round(share * len(targets))


@settings(deadline=None)
@given(labels, shares, shares, st.integers(0, 1000))
def test_a_smaller_share_shuffles_a_part_of_the_rows_of_a_larger_one(targets, one, other, seed):
    """Then the rows that either moves are together no more than the larger share."""
    numbers = torch.arange(len(targets))
    moved = [shuffled_targets(numbers, share, seed) != numbers for share in (one, other)]
    assert int((moved[0] | moved[1]).sum()) <= round(max(one, other) * len(numbers))


def test_fewer_labels_are_wrong_than_are_shuffled():
    """p(1 − Σ q²) with q = 0.7, 0.2, 0.1 and p = 0.5; 20000 rows leave an error of 0.003."""
    targets = torch.repeat_interleave(torch.arange(3), torch.tensor([14000, 4000, 2000]))
    wrong = (shuffled_targets(targets, 0.5, seed=1) != targets).float().mean()
    assert float(wrong) == pytest.approx(0.5 * (1 - 0.49 - 0.04 - 0.01), abs=0.01)


def test_rows_of_several_targets_stay_together():
    targets = torch.arange(40.0).reshape(20, 2)
    shuffled = shuffled_targets(targets, 1.0, seed=0)
    assert torch.equal(shuffled[:, 1] - shuffled[:, 0], torch.ones(20))
    assert not torch.equal(shuffled, targets)


def test_label_noise_touches_neither_inputs_nor_the_held_out_part(make_candidate, make_spec):
    candidate = make_candidate()
    prepared, spec = prepare(candidate, ()), make_spec(candidate)
    noisy = spec.model_copy(update={"treatment": Treatment(label_noise=0.5)})
    plain, spoilt = (training_data(prepared, one, CPU) for one in (spec, noisy))
    (x, y), (same, noisy_targets) = all_rows(plain), all_rows(spoilt)
    assert torch.equal(x, same)
    assert spoilt.heldout is plain.heldout
    assert torch.equal(noisy_targets, shuffled_targets(y, 0.5, spec.seeds.labels))


def test_random_labels_teach_nothing_that_holds_on_other_rows(make_candidate, make_spec):
    candidate = make_candidate(steps=200)
    prepared = prepare(candidate, ())
    scores = []
    for treatment in (PLAIN, Treatment(label_noise=1.0)):
        spec = make_spec(candidate, treatment=treatment)
        model = train(prepared, spec, begin(prepared, spec, CPU)).model
        scores.append(evaluate(prepared, model, prepared.dataset.heldout)[0])
    assert scores[0] > 0.9
    assert scores[1] < 0.25


def parameters_with(*gradients):
    found = [nn.Parameter(torch.zeros(len(gradient))) for gradient in gradients]
    for parameter, gradient in zip(found, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    return found


def joined(parameters):
    return torch.cat([one.grad for one in parameters])


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=3, max_size=3), st.integers(0, 1000))
def test_noise_is_as_long_as_the_gradient_it_replaces(gradient, seed):
    parameters = parameters_with(gradient[:1], gradient[1:])
    before = joined(parameters).norm()
    replace_by_noise(parameters, torch.Generator().manual_seed(seed))
    assert float(joined(parameters).norm()) == pytest.approx(float(before), rel=1e-5, abs=1e-15)


def test_noise_points_anywhere_whatever_the_gradients_shape():
    """1000 directions in 4 dimensions, one of them holding all the gradient: E[u uᵀ] = I/4.

    Standard errors are 0.016 of the mean and about 0.01 of the second moments.
    """
    generator, found = torch.Generator().manual_seed(0), []
    for _ in range(1000):
        parameters = parameters_with([3.0], [0.0, 0.0, 0.0])
        replace_by_noise(parameters, generator)
        found.append(joined(parameters) / 3)
    directions = torch.stack(found)
    assert directions.mean(dim=0).abs().max() < 0.06
    assert torch.allclose(directions.T @ directions / 1000, torch.eye(4) / 4, atol=0.04)


def test_a_parameter_without_a_gradient_stays_without_one():
    (parameter,) = parameters_with([1.0, 2.0])
    frozen = nn.Parameter(torch.zeros(2))
    replace_by_noise([frozen, parameter], torch.Generator().manual_seed(0))
    assert frozen.grad is None
    assert parameter.grad is not None


def test_a_recipe_of_its_own_keeps_its_gradients():
    (parameter,) = parameters_with([1.0, 2.0])
    gradient_rule(PLAIN, 0, CPU)([parameter])
    assert parameter.grad.tolist() == [1.0, 2.0]


def test_noise_gradients_walk_as_far_as_the_gradients_are_long_and_the_same_way_each_time(
    make_candidate, make_spec
):
    """One step of plain SGD moves the weights by lr · ‖G‖, in another direction."""
    candidate = make_candidate(optimizer=Optimizer(name="sgd", lr=0.05), steps=1)
    prepared = prepare(candidate, ())
    spec = make_spec(candidate)
    noisy = spec.model_copy(update={"treatment": Treatment(gradients="noise")})
    start = flat_parameters(begin(prepared, spec, CPU).model)
    step, noise, again = (trained_weights(candidate, one) - start for one in (spec, noisy, noisy))
    assert torch.equal(noise, again)
    assert float(noise.norm()) == pytest.approx(float(step.norm()), rel=1e-4)
    assert abs(float(torch.cosine_similarity(step, noise, dim=0))) < 0.15
    other = noisy.model_copy(update={"seeds": noisy.seeds.model_copy(update={"noise": 7})})
    assert not torch.equal(trained_weights(candidate, other) - start, noise)


@pytest.mark.parametrize(
    ("budget", "batch_size", "treatment", "steps"),
    [
        ({"steps": 40}, 64, PLAIN, 40),
        ({"steps": 40}, 64, Treatment(step_fraction=0.25), 10),
        ({"steps": 40}, 64, Treatment(step_fraction=1e-3), 1),
        ({"steps": 40}, 64, Treatment(epoch_batch_size=16), 40),
        ({"steps": None, "epochs": 3}, 64, PLAIN, 3 * math.floor(1437 / 64)),
        (
            {"steps": None, "epochs": 3},
            256,
            Treatment(epoch_batch_size=64),
            3 * math.floor(1437 / 64),
        ),
        ({"steps": None, "epochs": 3}, 4096, PLAIN, 3),
        ({"steps": None, "epochs": 3}, 64, Treatment(epoch_batch_size=4096), 3),
    ],
)
def test_the_budget_is_counted_as_the_treatment_says(
    make_candidate, make_spec, budget, batch_size, treatment, steps
):
    candidate = make_candidate(batch_size=batch_size, **budget)
    training = begin(prepare(candidate, ()), make_spec(candidate, treatment=treatment), CPU)
    assert training.steps == steps
    assert training.batch_size == min(batch_size, 1437)
