"""Trainings together against the same trainings one by one, in double precision."""

import pytest
import torch

from stablecheck.errors import DivergedError, NotVectorizableError
from stablecheck.recipe import PLAIN, Optimizer, Schedule
from stablecheck.trial.ensemble import train_together
from tests.trial.ensembles import alone, begun, prepared_all, together, varied

RATES = (0.05, 0.1, 0.05, 0.02)


def assert_same(found, expected, tolerance=1e-8):
    """Adam divides gradients of about 1e-17 by its eps of 1e-8, so that rounding comes to 1e-10."""
    for one, other in zip(found, expected, strict=True):
        state, wanted = one.model.state_dict(), other.model.state_dict()
        for name in wanted:
            torch.testing.assert_close(state[name], wanted[name], rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    "optimizer",
    [
        Optimizer(name="sgd", lr=1),
        Optimizer(name="sgd", lr=1, momentum=0.9),
        Optimizer(name="sgd", lr=1, momentum=0.9, nesterov=True),
        Optimizer(name="adam", lr=1),
        Optimizer(name="adamw", lr=1, betas=(0.8, 0.99)),
    ],
    ids=["sgd", "momentum", "nesterov", "adam", "adamw"],
)
def test_every_optimizer_ends_where_each_training_ends_alone(make_candidate, make_spec, optimizer):
    specs = varied(make_candidate, make_spec, RATES, optimizer=optimizer)
    assert_same(together(specs), alone(specs))


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(name="constant", warmup=0.25),
        Schedule(name="cosine", warmup=0.1),
        Schedule(name="linear"),
        Schedule(name="step", milestones=(0.5,), gamma=0.1),
    ],
    ids=["constant", "cosine", "linear", "step"],
)
def test_every_schedule_ends_where_each_training_ends_alone(make_candidate, make_spec, schedule):
    specs = varied(make_candidate, make_spec, RATES, schedule=schedule)
    assert_same(together(specs), alone(specs))


@pytest.mark.parametrize("model", ["mlp", "dropped", "adapted"])
def test_buffers_dropout_and_frozen_weights_are_each_members_own(make_candidate, make_spec, model):
    specs = varied(make_candidate, make_spec, RATES, model=f"models.py:{model}")
    assert_same(together(specs), alone(specs))


def test_momentum_and_betas_may_differ_between_members(make_candidate, make_spec):
    specs = [
        make_spec(make_candidate(model="models.py:mlp", model_args={}, optimizer=optimizer), seed)
        for seed, optimizer in enumerate(
            [
                Optimizer(name="adam", lr=0.01, betas=(0.9, 0.99)),
                Optimizer(name="adam", lr=0.01, betas=(0.5, 0.9)),
                Optimizer(name="adam", lr=0.01, betas=(0.9, 0.99)),
            ]
        )
    ]
    assert_same(together(specs), alone(specs))


def test_snapshots_are_taken_at_the_same_instants(make_candidate, make_spec):
    specs = varied(make_candidate, make_spec, RATES, schedule=Schedule(name="cosine"))
    specs = [
        spec.model_copy(
            update={"measuring": spec.measuring.model_copy(update={"companions": ("adam",)})}
        )
        for spec in specs
    ]
    for found, expected in zip(together(specs), alone(specs), strict=True):
        assert [s.step for s in found.snapshots] == [0, 8, 16, 24, 32]
        for one, other in zip(found.snapshots, expected.snapshots, strict=True):
            assert (one.step, one.lr) == (other.step, other.lr)
            torch.testing.assert_close(one.parameters, other.parameters, rtol=0, atol=1e-6)
            assert one.buffers.keys() == other.buffers.keys()
            for name, buffer in other.buffers.items():
                torch.testing.assert_close(one.buffers[name], buffer, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("rates", "lost"), [((0.05, 1e6, 0.1, 0.05), 1), ((1e6, 0.1, 0.05), 0)])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_diverged_member_ends_as_alone_and_touches_no_other(
    make_candidate, make_spec, rates, lost, optimizer
):
    settings = Optimizer(name=optimizer, lr=1, **{"sgd": {"momentum": 0.9}}.get(optimizer, {}))
    specs = varied(make_candidate, make_spec, rates, optimizer=settings)
    found, expected = together(specs), alone(specs)
    assert isinstance(found[lost], DivergedError)
    assert isinstance(expected[lost], DivergedError)
    assert (found[lost].step, str(found[lost])) == (expected[lost].step, str(expected[lost]))
    others = [place for place in range(len(rates)) if place != lost]
    assert_same([found[place] for place in others], [expected[place] for place in others])


def test_when_all_diverge_each_says_where(make_candidate, make_spec):
    specs = varied(make_candidate, make_spec, (1e6, 1e7, 1e8))
    assert [ending.step for ending in together(specs)] == [e.step for e in alone(specs)]


def test_bfloat16_is_each_members_own_precision_too(make_candidate, make_spec):
    arguments = {"inputs": 64, "outputs": 10, "hidden": [16]}
    specs = varied(
        make_candidate, make_spec, RATES,
        model="stablecheck.zoo:mlp", model_args=arguments, precision="bf16", steps=4,
    )  # fmt: skip
    assert_same(together(specs), alone(specs), tolerance=1e-2)  # eight bits of mantissa


@pytest.mark.parametrize("hidden", [[16], [32, 32]])
def test_single_precision_agrees_to_rounding_over_a_short_training(
    make_candidate, make_spec, hidden
):
    arguments = {"inputs": 64, "outputs": 10, "hidden": hidden, "batch_norm": True}
    specs = varied(
        make_candidate, make_spec, RATES, model="stablecheck.zoo:mlp", model_args=arguments
    )
    assert_same(together(specs), alone(specs), tolerance=1e-5)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("branching", "its forward pass branches on data"),
        ("reading", "its forward pass takes a number out of a tensor"),
        ("noisy", "it draws random numbers other than dropout's"),
        ("Counting", "it changes a tensor in place that all copies share"),
        ("gru", "its layers of kind GRU have no batched form in PyTorch"),
        ("lstm", "its layers of kind LSTM have no batched form in PyTorch"),
        ("rnn", "its layers of kind RNN have no batched form in PyTorch"),
        ("sparse", "together they raised .* sparse"),
    ],
)
def test_a_model_that_cannot_be_computed_together_is_refused_with_the_reason(
    make_candidate, make_spec, model, reason
):
    specs = varied(make_candidate, make_spec, (0.05, 0.1), model=f"models.py:{model}")
    with pytest.raises(NotVectorizableError, match=reason):
        together(specs)


def test_the_random_state_of_the_caller_is_left_alone(make_candidate, make_spec):
    specs = varied(make_candidate, make_spec, RATES, model="models.py:dropped")
    trainings = begun(specs)
    before = torch.get_rng_state()
    train_together(prepared_all(specs), specs, trainings)
    assert torch.equal(torch.get_rng_state(), before)


def test_one_row_a_batch_is_refused_by_batch_normalisation_with_its_own_words(
    make_candidate, make_spec
):
    specs = varied(make_candidate, make_spec, (0.05, 0.1), batch_size=1)
    specs = [spec.model_copy(update={"treatment": PLAIN}) for spec in specs]
    with pytest.raises(NotVectorizableError, match="more than 1 value per channel"):
        together(specs)
