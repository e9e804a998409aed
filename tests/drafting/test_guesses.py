"""What is guessed of a recipe, against cases worked out by hand."""

import pytest

from stablecheck.candidate.seen import DataSeen
from stablecheck.drafting import guesses


def seen(**changes):
    fields = {
        "rows": 1000, "heldout_rows": None, "shape": (4,), "vocabulary": None, "scalable": True,
        "target_shape": (), "target_kind": "whole", "distinct": 3, "largest_share": 0.4,
    }  # fmt: skip
    return DataSeen(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "task"),
    [
        ({}, "classification"),
        ({"target_kind": "names", "distinct": 300}, "classification"),
        ({"distinct": 20}, "classification"),
        ({"distinct": 21}, "regression"),
        ({"distinct": 9, "rows": 12}, "regression"),
        ({"target_kind": "real"}, "regression"),
        ({"target_shape": (2,)}, "regression"),
        ({"target_shape": (1,)}, "classification"),
    ],
)
def test_the_task_is_told_from_the_target(changes, task):
    assert guesses.task(seen(**changes), None).value == task


def test_a_task_that_is_given_stays():
    assert guesses.task(seen(), "regression").value == "regression"


@pytest.mark.parametrize(
    ("rows", "batch", "epochs"),
    [(9, 9, 100), (100, 16, 100), (1920, 64, 20), (4096, 128, 19), (1_000_000, 128, 3)],
)
def test_batches_and_epochs_make_at_least_600_steps_where_100_epochs_allow_that(
    rows, batch, epochs
):
    assert guesses.batch_size(rows).value == batch
    assert guesses.epochs(rows, batch).value == epochs
    assert epochs in (3, 100) or 600 <= epochs * (rows // batch) < 600 + rows // batch


@pytest.mark.parametrize(
    ("task", "share", "score", "least"),
    [
        ("classification", 0.5, "accuracy", 0.5),
        ("classification", 0.531, "accuracy", 0.54),
        ("classification", 0.9, "balanced_accuracy", 0.34),
        ("regression", 0.9, "r2", 0.0),
    ],
)
def test_the_score_must_beat_what_one_fixed_answer_gets(task, share, score, least):
    found = guesses.bar(task, seen(largest_share=share))
    assert (found.score, found.least) == (score, least)
