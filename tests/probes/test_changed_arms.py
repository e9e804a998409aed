"""Arms that change the recipe itself: batch size, model, optimiser, schedule, precision, labels."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from stablecheck.probes import PROBES
from stablecheck.probes.architecture import Architecture
from stablecheck.probes.batch_size import BatchSize
from stablecheck.probes.controls import Controls
from stablecheck.probes.incumbent import AgainstIncumbent
from stablecheck.probes.label_noise import LabelNoise
from stablecheck.probes.optimizer import OptimizerChoice
from stablecheck.probes.precision import Precision
from stablecheck.probes.schedule import ScheduleChoice
from stablecheck.recipe import PLAIN, Candidate, Optimizer, Schedule, Treatment

FIELDS = {
    "model": "stablecheck.zoo:mlp",
    "model_args": {"hidden": [8, 8], "batch_norm": True},
    "data": "sklearn:digits",
    "task": "classification",
    "loss": "cross_entropy",
    "score": "accuracy",
    "optimizer": Optimizer(name="sgd", lr=0.08, momentum=0.9),
    "batch_size": 32,
}
BY_STEPS = Candidate(**FIELDS, steps=40)
BY_EPOCHS = Candidate(**FIELDS, epochs=3)


def differing(arm, candidate):
    """The fields of the recipe that an arm changes."""
    own, changed = candidate.model_dump(), arm.candidate.model_dump()
    return {field for field in own if own[field] != changed[field]}


def test_batch_sizes_come_in_order_with_the_candidates_own_among_them():
    arms = BatchSize(kind="batch_size", sizes=(128, 16)).arms(BY_EPOCHS)
    assert [(arm.name, arm.value, arm.reference) for arm in arms] == [
        ("16", 16.0, False),
        ("32", 32.0, True),
        ("128", 128.0, False),
    ]
    assert [arm.candidate.batch_size for arm in arms] == [16, 32, 128]


@pytest.mark.parametrize("hold", ["epochs", "steps"])
@pytest.mark.parametrize("candidate", [BY_EPOCHS, BY_STEPS])
def test_a_listed_batch_size_of_the_candidates_own_is_not_trained_twice(candidate, hold):
    arms = BatchSize(kind="batch_size", sizes=(32, 64), hold=hold).arms(candidate)
    assert [arm.name for arm in arms] == ["32", "64"]
    assert (arms[0].candidate, arms[0].treatment) == (candidate, PLAIN)


@pytest.mark.parametrize(
    ("candidate", "hold", "small", "large"),
    [
        (BY_EPOCHS, "epochs", PLAIN, PLAIN),
        (BY_STEPS, "steps", PLAIN, PLAIN),
        (BY_STEPS, "epochs", Treatment(step_fraction=2.0), Treatment(step_fraction=0.25)),
        (BY_EPOCHS, "steps", Treatment(epoch_batch_size=32), Treatment(epoch_batch_size=32)),
    ],
)
def test_batch_size_holds_what_it_is_told_to_hold(candidate, hold, small, large):
    arms = BatchSize(kind="batch_size", sizes=(16, 128), hold=hold).arms(candidate)
    assert [arm.treatment for arm in arms] == [small, PLAIN, large]


@pytest.mark.parametrize(
    ("rule", "rates"),
    [("keep", [0.08] * 3), ("linear", [0.04, 0.08, 0.32]), ("sqrt", [0.08 / 2**0.5, 0.08, 0.16])],
)
def test_the_learning_rate_follows_the_batch_size_as_asked(rule, rates):
    arms = BatchSize(kind="batch_size", sizes=(16, 128), lr=rule).arms(BY_EPOCHS)
    assert [arm.candidate.optimizer.lr for arm in arms] == pytest.approx(rates)
    assert all(differing(arm, BY_EPOCHS) <= {"batch_size", "optimizer"} for arm in arms)
    for arm in arms:
        back = arm.candidate.optimizer.model_copy(update={"lr": 0.08})
        assert back == BY_EPOCHS.optimizer


def test_architecture_merges_each_variant_over_the_model_arguments():
    variants = {"no-norm": {"batch_norm": False}, "deep": {"hidden": [8] * 4, "skip": True}}
    base, no_norm, deep = Architecture(kind="architecture", variants=variants).arms(BY_STEPS)
    assert (base.name, base.candidate, base.reference) == ("base", BY_STEPS, True)
    assert no_norm.candidate.model_args == {"hidden": [8, 8], "batch_norm": False}
    assert deep.candidate.model_args == {"hidden": [8] * 4, "batch_norm": True, "skip": True}
    assert differing(no_norm, BY_STEPS) == differing(deep, BY_STEPS) == {"model_args"}
    assert [arm.name for arm in (no_norm, deep)] == list(variants)


@pytest.mark.parametrize(
    ("kind", "name", "variant"),
    [
        (OptimizerChoice, "optimizer", Optimizer(name="adam", lr=0.001)),
        (ScheduleChoice, "schedule", Schedule(name="linear", warmup=0.1)),
    ],
)
def test_a_whole_section_takes_the_place_of_the_candidates(kind, name, variant):
    base, other = kind(kind=name, variants={"other": variant}).arms(BY_STEPS)
    assert (base.name, base.candidate) == ("base", BY_STEPS)
    assert getattr(other.candidate, name) == variant
    assert differing(other, BY_STEPS) == {name}


@pytest.mark.parametrize("own", ["fp32", "bf16"])
def test_precision_takes_the_candidates_own_as_the_reference(own):
    candidate = BY_STEPS.model_copy(update={"precision": own})
    arms = Precision(kind="precision").arms(candidate)
    assert [(arm.name, arm.candidate.precision) for arm in arms] == [
        ("fp32", "fp32"),
        ("bf16", "bf16"),
    ]
    assert [arm.name for arm in arms if arm.reference] == [own]


def test_label_noise_comes_in_order_and_changes_no_recipe():
    arms = LabelNoise(kind="label_noise", shares=(0.5, 0.0, 0.1)).arms(BY_STEPS)
    assert [arm.name for arm in arms] == ["0", "0.1", "0.5"]
    assert [arm.value for arm in arms] == [0.0, 0.1, 0.5]
    assert [arm.treatment for arm in arms] == [
        PLAIN,
        Treatment(label_noise=0.1),
        Treatment(label_noise=0.5),
    ]
    assert all(arm.candidate == BY_STEPS for arm in arms)


def test_the_incumbent_stands_beside_the_candidate():
    own, other = AgainstIncumbent(kind="incumbent").arms(BY_STEPS, BY_EPOCHS)
    assert (own.name, own.candidate, own.reference) == ("candidate", BY_STEPS, True)
    assert (other.name, other.candidate, other.reference) == ("incumbent", BY_EPOCHS, False)
    assert own.treatment == other.treatment == PLAIN


def test_without_an_incumbent_the_candidate_stands_alone():
    (own,) = AgainstIncumbent(kind="incumbent").arms(BY_STEPS)
    assert own.reference


def test_controls_learn_nothing_have_no_reference_and_cannot_be_listed():
    labels, noise = Controls(kind="controls").arms(BY_STEPS)
    assert (labels.name, labels.treatment) == ("random-labels", Treatment(label_noise=1.0))
    assert (noise.name, noise.treatment) == ("noise-gradients", Treatment(gradients="noise"))
    assert not labels.reference
    assert not noise.reference
    assert labels.candidate == noise.candidate == BY_STEPS
    assert Controls(kind="controls").seeds == 3
    assert Controls not in PROBES


ADAM = Optimizer(name="adam", lr=0.001)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (BatchSize, {"sizes": (16,)}, "at least 2 items"),
        (BatchSize, {"sizes": (0, 16)}, "greater than or equal to 1"),
        (
            BatchSize,
            {"sizes": (16, 16)},
            r"sizes must be distinct; expected e\.g\. \[16, 64, 256\]",
        ),
        (BatchSize, {"hold": "rows"}, "'epochs' or 'steps'"),
        (BatchSize, {"lr": "cubic"}, "'keep', 'linear' or 'sqrt'"),
        (Architecture, {}, "Field required"),
        (Architecture, {"variants": {}}, "at least 1 item"),
        (
            Architecture,
            {"variants": {"thin": {}}},
            "'thin' changes nothing; expected e.g. {no-skip",
        ),
        (Architecture, {"variants": {"base": {"skip": True}}}, "'base' is the candidate itself"),
        (
            Architecture,
            {"variants": {"a": {"skip": True}, "b": {"skip": True}}},
            "variants 'a' and 'b' are equal; leave one out",
        ),
        (OptimizerChoice, {"variants": {"a": ADAM, "b": ADAM}}, "variants 'a' and 'b' are equal"),
        (ScheduleChoice, {"variants": {}}, "at least 1 item"),
        (Precision, {"precisions": ("fp32",)}, "at least 2 items"),
        (Precision, {"precisions": ("fp32", "fp32")}, r"distinct; expected \[fp32, bf16\]"),
        (Precision, {"precisions": ("fp32", "fp16")}, "'fp32', 'tf32' or 'bf16'"),
        (LabelNoise, {"shares": (0.0,)}, "at least 2 items"),
        (LabelNoise, {"shares": (0.0, 1.5)}, r"shares must lie in \[0, 1\]"),
        (LabelNoise, {"shares": (0.1, 0.2)}, "distinct and hold 0, the reference"),
        (LabelNoise, {"shares": (0.0, 0.1, 0.1)}, "distinct and hold 0, the reference"),
        (AgainstIncumbent, {"seeds": 0}, "greater than or equal to 1"),
        (Controls, {"seeds": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_that_make_no_experiment_are_refused(kind, settings, message):
    (name,) = kind.model_fields["kind"].annotation.__args__
    with pytest.raises(ValidationError, match=message):
        kind(kind=name, **settings)


@pytest.mark.parametrize("name", ["No-skip", "", "-x", "a b", "a/b", "x" * 33, "é"])
def test_names_that_cannot_stand_in_a_file_name_are_refused(name):
    with pytest.raises(ValidationError, match=r"cannot name a variant; expected lower-case"):
        Architecture(kind="architecture", variants={name: {"skip": True}})


@pytest.mark.parametrize("name", ["no-skip", "0", "adam_1e-3", "v1.2", "x" * 32])
def test_names_that_can_are_taken(name):
    _, arm = Architecture(kind="architecture", variants={name: {"skip": True}}).arms(BY_STEPS)
    assert arm.name == name
