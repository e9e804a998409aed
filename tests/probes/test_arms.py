"""The arms of each kind of probe: what they change, and that they change nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stablecheck.probes import PROBES
from stablecheck.probes.architecture import Architecture
from stablecheck.probes.batch_size import BatchSize
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.probes.incumbent import AgainstIncumbent
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.label_noise import LabelNoise
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.probes.optimizer import OptimizerChoice
from stablecheck.probes.precision import Precision
from stablecheck.probes.schedule import ScheduleChoice
from stablecheck.recipe import PLAIN, Candidate, Optimizer, Schedule

IN_FILE_NAMES = re.compile(r"[A-Za-z0-9.+-]+")
SETTINGS = {
    "init_seeds": InitSeeds(kind="init_seeds"),
    "lr_jitter": LrJitter(kind="lr_jitter"),
    "data_ratio": DataRatio(kind="data_ratio"),
    "batch_size": BatchSize(kind="batch_size"),
    "architecture": Architecture(kind="architecture", variants={"no-skip": {"skip": False}}),
    "incumbent": AgainstIncumbent(kind="incumbent"),
    "optimizer": OptimizerChoice(
        kind="optimizer", variants={"adam": Optimizer(name="adam", lr=0.001)}
    ),
    "schedule": ScheduleChoice(kind="schedule", variants={"linear": Schedule(name="linear")}),
    "precision": Precision(kind="precision"),
    "label_noise": LabelNoise(kind="label_noise"),
}
CANDIDATE = Candidate(
    model="stablecheck.zoo:mlp",
    data="sklearn:digits",
    task="classification",
    loss="cross_entropy",
    score="accuracy",
    optimizer=Optimizer(name="sgd", lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    steps=40,
)
INCUMBENT = CANDIDATE.model_copy(update={"model_args": {"hidden": [8]}})

two_digits = st.integers(1, 999).map(lambda number: number / 100)
lr_factors = st.sets(two_digits, min_size=1, max_size=8).map(lambda found: (*(found | {1.0}), 2000))
data_shares = st.sets(st.integers(1, 99), min_size=2, max_size=8).map(
    lambda found: (*(percent / 100 for percent in found), 1.0)
)


def test_every_kind_is_covered_here():
    assert {type(probe) for probe in SETTINGS.values()} == set(PROBES)


@pytest.mark.parametrize("kind", SETTINGS)
def test_exactly_one_arm_is_the_reference_and_it_is_the_candidate_itself(kind):
    arms = SETTINGS[kind].arms(CANDIDATE, INCUMBENT)
    (reference,) = [arm for arm in arms if arm.reference]
    assert reference.candidate == CANDIDATE
    assert reference.treatment == PLAIN


@pytest.mark.parametrize("kind", [kind for kind in SETTINGS if kind != "init_seeds"])
def test_every_other_arm_differs_from_the_reference(kind):
    arms = SETTINGS[kind].arms(CANDIDATE, INCUMBENT)
    others = [(arm.candidate, arm.treatment) for arm in arms if not arm.reference]
    assert others
    assert (CANDIDATE, PLAIN) not in others


@given(factors=lr_factors, fractions=data_shares)
def test_names_are_unique_and_usable_in_file_names(factors, fractions):
    grids = {
        "lr_jitter": LrJitter(kind="lr_jitter", factors=factors),
        "data_ratio": DataRatio(kind="data_ratio", fractions=fractions),
    }
    for probe in (SETTINGS | grids).values():
        names = [arm.name for arm in probe.arms(CANDIDATE, INCUMBENT)]
        assert len(set(names)) == len(names)
        assert all(IN_FILE_NAMES.fullmatch(name) for name in names)


@given(factors=lr_factors, fractions=data_shares)
def test_arms_come_in_the_order_of_their_values(factors, fractions):
    lr = LrJitter(kind="lr_jitter", factors=factors).arms(CANDIDATE)
    data = DataRatio(kind="data_ratio", fractions=fractions).arms(CANDIDATE)
    assert [arm.value for arm in lr] == sorted(factors)
    assert [arm.value for arm in data] == sorted(fractions)


def test_init_seeds_trains_the_candidate_as_it_is():
    (arm,) = InitSeeds(kind="init_seeds", seeds=3).arms(CANDIDATE)
    assert (arm.name, arm.value, arm.candidate) == ("base", None, CANDIDATE)


def test_lr_jitter_multiplies_the_learning_rate_and_changes_nothing_else():
    arms = LrJitter(kind="lr_jitter", factors=(2.0, 0.5, 1.0)).arms(CANDIDATE)
    assert [arm.name for arm in arms] == ["x0.5", "x1", "x2"]
    assert [arm.candidate.optimizer.lr for arm in arms] == [0.025, 0.05, 0.1]
    for arm in arms:
        changed = arm.candidate.model_dump()
        changed["optimizer"]["lr"] = CANDIDATE.optimizer.lr
        assert changed == CANDIDATE.model_dump()
        assert (arm.treatment.data_fraction, arm.treatment.step_fraction) == (1.0, 1.0)


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_candidate_that_was_given_is_left_alone(kind):
    before = CANDIDATE.model_dump()
    SETTINGS[kind].arms(CANDIDATE, INCUMBENT)
    assert CANDIDATE.model_dump() == before


@pytest.mark.parametrize(
    ("hold", "steps"), [("steps", [1.0, 1.0, 1.0]), ("epochs", [0.25, 0.5, 1.0])]
)
def test_data_ratio_takes_rows_away_and_holds_steps_or_epochs(hold, steps):
    probe = DataRatio(kind="data_ratio", fractions=(1.0, 0.25, 0.5), hold=hold)
    arms = probe.arms(CANDIDATE)
    assert [arm.name for arm in arms] == ["0.25", "0.5", "1"]
    assert [arm.treatment.data_fraction for arm in arms] == [0.25, 0.5, 1.0]
    assert [arm.treatment.step_fraction for arm in arms] == steps
    assert all(arm.candidate == CANDIDATE for arm in arms)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (InitSeeds, {"seeds": 0}, "greater than or equal to 1"),
        (InitSeeds, {"seeds": 5, "max_seeds": 4}, "max_seeds is below seeds; expected at least 5"),
        (InitSeeds, {"seed": 5}, "Extra inputs are not permitted"),
        (LrJitter, {"seeds": 0}, "greater than or equal to 1"),
        (LrJitter, {"factors": (1.0,)}, "at least 2 items"),
        (LrJitter, {"factors": (0.0, 1.0)}, r"must be positive; expected e\.g\. \[0\.5, 1, 2\]"),
        (LrJitter, {"factors": (-1.0, 1.0)}, "factors must be positive"),
        (LrJitter, {"factors": (0.5, 2.0)}, "distinct and hold 1, the reference"),
        (LrJitter, {"factors": (1.0, 2.0, 2.0)}, "distinct and hold 1, the reference"),
        (DataRatio, {"seeds": 0}, "greater than or equal to 1"),
        (DataRatio, {"fractions": (0.5, 1.0)}, "at least 3 items"),
        (DataRatio, {"fractions": (0.0, 0.5, 1.0)}, r"must lie in \(0, 1\]"),
        (DataRatio, {"fractions": (0.5, 1.0, 2.0)}, r"must lie in \(0, 1\]"),
        (DataRatio, {"fractions": (0.25, 0.5, 0.75)}, "distinct and hold 1, the reference"),
        (DataRatio, {"fractions": (0.5, 0.5, 1.0)}, "distinct and hold 1, the reference"),
        (DataRatio, {"hold": "rows"}, "'steps' or 'epochs'"),
    ],
)
def test_settings_that_make_no_experiment_are_refused(kind, settings, message):
    name = next(name for name, probe in SETTINGS.items() if isinstance(probe, kind))
    with pytest.raises(ValidationError, match=message):
        kind(kind=name, **settings)
