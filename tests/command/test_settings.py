"""What placeholders stand for in each arm, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from stablecheck.command.settings import settings, used_settings
from stablecheck.probes.batch_size import BatchSize
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.probes.label_noise import LabelNoise
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.recipe import (
    PLAIN,
    CommandCandidate,
    Optimizer,
    ReportedScore,
    Schedule,
    Treatment,
)


def recipe(**changes) -> CommandCandidate:
    fields = {
        "command": "train.py --seed {seed}",
        "score": ReportedScore(name="accuracy", higher_is_better=True),
    }
    return CommandCandidate(**(fields | changes))


def values(probe, candidate: CommandCandidate, name: str) -> list[object]:
    arms = probe.arms(candidate)
    return [settings(arm.candidate, arm.treatment).get(name) for arm in arms]


def test_only_what_is_declared_has_a_value():
    assert settings(recipe(), PLAIN) == {"data_fraction": 1.0, "label_noise": 0.0}


def test_every_declared_part_has_its_placeholder():
    candidate = recipe(
        optimizer=Optimizer(name="sgd", lr=0.1, momentum=0.9),
        schedule=Schedule(name="cosine", warmup=0.1),
        model_args={"depth": 3},
        batch_size=32,
        steps=100,
        precision="bf16",
    )
    assert settings(candidate, PLAIN) == {
        "data_fraction": 1.0,
        "label_noise": 0.0,
        "batch_size": 32,
        "precision": "bf16",
        "optimizer": "sgd",
        "lr": 0.1,
        "momentum": 0.9,
        "nesterov": False,
        "weight_decay": 0.0,
        "betas": (0.9, 0.999),
        "schedule": "cosine",
        "warmup": 0.1,
        "milestones": (0.5, 0.75),
        "gamma": 0.1,
        "steps": 100,
        "model_args.depth": 3,
    }


def test_an_optimizer_without_a_name_is_the_scripts_own_unless_it_has_momentum():
    own = recipe(optimizer=Optimizer(lr=1.0))
    sgd = recipe(optimizer=Optimizer(lr=1.0, momentum=0.9))
    named = recipe(optimizer=Optimizer(name="sgd", lr=1.0))
    assert [one.optimizer.name for one in (own, sgd, named)] == ["own", "sgd", "sgd"]
    again = CommandCandidate.model_validate_json(own.model_dump_json())
    assert again == own


def test_a_learning_rate_is_multiplied_by_each_factor():
    probe = LrJitter(kind="lr_jitter", factors=(0.5, 1.0, 2.0))
    assert values(probe, recipe(optimizer=Optimizer(lr=0.1)), "lr") == [0.05, 0.1, 0.2]


def test_shares_of_the_labels_and_of_the_rows_are_passed_as_they_are():
    noise = LabelNoise(kind="label_noise", shares=(0.0, 0.2))
    assert values(noise, recipe(), "label_noise") == [0.0, 0.2]
    data = DataRatio(kind="data_ratio", fractions=(0.25, 0.5, 1.0))
    assert values(data, recipe(), "data_fraction") == [0.25, 0.5, 1.0]


@pytest.mark.parametrize(
    ("hold", "budget", "name", "expected"),
    [
        ("steps", {"steps": 100}, "steps", [100, 100, 100]),
        ("epochs", {"steps": 100}, "steps", [25, 50, 100]),
        ("steps", {"epochs": 3}, "epochs", [12, 6, 3]),
        ("epochs", {"epochs": 3}, "epochs", [3, 3, 3]),
    ],
)
def test_a_script_that_counts_epochs_over_fewer_rows_makes_more_of_them_for_equal_steps(
    hold, budget, name, expected
):
    probe = DataRatio(kind="data_ratio", fractions=(0.25, 0.5, 1.0), hold=hold)
    assert values(probe, recipe(**budget), name) == expected


@pytest.mark.parametrize(
    ("hold", "budget", "name", "expected"),
    [
        ("epochs", {"epochs": 4}, "epochs", [4, 4, 4]),
        ("steps", {"epochs": 4}, "epochs", [2, 4, 8]),
        ("epochs", {"steps": 60}, "steps", [120, 60, 30]),
        ("steps", {"steps": 60}, "steps", [60, 60, 60]),
    ],
)
def test_batches_of_another_size_change_steps_or_epochs_as_the_probe_says(
    hold, budget, name, expected
):
    probe = BatchSize(kind="batch_size", sizes=(16, 64), hold=hold)
    assert values(probe, recipe(batch_size=32, **budget), name) == expected


def test_a_budget_is_at_least_one():
    assert settings(recipe(steps=3), Treatment(step_fraction=0.01))["steps"] == 1


def test_only_what_the_command_takes_is_told_of():
    candidate = recipe(command="t --seed {seed} --lr {lr}", optimizer=Optimizer(lr=0.1))
    assert used_settings(candidate, PLAIN) == {"lr": 0.1}
