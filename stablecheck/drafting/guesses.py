"""The settings of a first recipe: each a value and the reason it was chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from stablecheck.candidate.seen import DataSeen, ModelSeen
from stablecheck.checklist.affordable import fewest_steps
from stablecheck.checklist.schema import Measure

MOST_CLASSES = 20
LOPSIDED = 0.7
FEWEST_STEPS = 600
MOST_EPOCHS = 100
SMALLEST_BATCH, LARGEST_BATCH = 16, 128
STEPS_AN_EPOCH = 16


@dataclass(frozen=True)
class Guess:
    """A value, and why it was chosen: a whole sentence."""

    value: Any
    why: str


@dataclass(frozen=True)
class Bar:
    """What the score must reach at least: the best that a model without inputs gets.

    Args:
        score: scikit-learn's name of the score.
        least: That value, rounded up.
        why: Whole sentences.
    """

    score: str
    least: float
    why: str


def task(data: DataSeen, asked: str | None) -> Guess:
    """Classification or regression."""
    if asked is not None:
        return Guess(asked, "As you asked.")
    if data.target_kind == "names":
        return Guess("classification", f"Guessed: the target holds {data.distinct} names.")
    if math.prod(data.target_shape) > 1:
        count = math.prod(data.target_shape)
        return Guess("regression", f"Guessed: each row has {count} targets.")
    if data.target_kind == "whole" and data.distinct <= min(MOST_CLASSES, data.rows // 2):
        return Guess(
            "classification", f"Guessed: the target holds {data.distinct} distinct whole numbers."
        )
    return Guess("regression", f"Guessed: the target holds {data.distinct} distinct numbers.")


def first_loss(task: str) -> str:
    """The loss to try a model with, before anything is known of its outputs."""
    return "cross_entropy" if task == "classification" else "mse_loss"


def loss(task: str, model: ModelSeen) -> Guess:
    """The loss that goes with what the model returns."""
    if task == "regression":
        return Guess("mse_loss", "Guessed: the usual loss for numbers.")
    if model.outputs == 1:
        return Guess(
            "binary_cross_entropy_with_logits", "Guessed: the model returns one number a row."
        )
    if model.form == "log-probabilities":
        return Guess("nll_loss", "Guessed: the model returns logarithms of probabilities.")
    return Guess("cross_entropy", f"Guessed: the model returns {model.outputs} numbers a row.")


def bar(task: str, data: DataSeen) -> Bar:
    """The score, and what it must reach for a model to have learnt anything."""
    if task == "regression":
        return Bar("r2", 0.0, "Always predicting the mean scores 0.")
    share = data.largest_share
    if share >= LOPSIDED:
        why = f"Always giving the same answer scores 1 of {data.distinct}."
        return Bar("balanced_accuracy", _up(1 / data.distinct), why)
    why = f"Always giving the most frequent answer scores {share:.3f}."
    return Bar("accuracy", _up(share), why)


def score(task: str, data: DataSeen) -> Guess:
    """The score and why it is that one."""
    found = bar(task, data).score
    if task == "regression":
        return Guess(found, "Guessed: the share of the variance that is explained, at best 1.")
    if found == "accuracy":
        share = f"no class has {100 * LOPSIDED:.0f} % of the rows"
        return Guess(found, f"Guessed: {share}, so the share that is right.")
    return Guess(
        found,
        f"Guessed: {100 * data.largest_share:.0f} % of the rows are of one class, and plain "
        "accuracy would praise a model that always answers with that one.",
    )


def batch_size(rows: int) -> Guess:
    """Rows of a step, from the rows of the training part."""
    power = 2 ** int(math.log2(max(1, rows // STEPS_AN_EPOCH)))
    size = min(LARGEST_BATCH, max(SMALLEST_BATCH, power), rows)
    steps = rows // size
    return Guess(
        size, f"Guessed: {steps} step{'s' * (steps != 1)} in each pass over {rows:,} rows."
    )


def epochs(rows: int, batch: int) -> Guess:
    """Passes over the training part."""
    each = max(1, rows // batch)
    count = min(MOST_EPOCHS, max(3, math.ceil(FEWEST_STEPS / each)))
    return Guess(
        count,
        f"Guessed: {count * each:,} steps in all. Below some {fewest_steps(Measure())} steps, "
        "measuring the path costs more than a tenth of the training.",
    )


def training_rows(data: DataSeen, fraction: float) -> int:
    """Rows that are left to train on."""
    if data.heldout_rows is not None:
        return data.rows
    return data.rows - math.ceil(fraction * data.rows)


def _up(value: float) -> float:
    return math.ceil(round(value * 100, 6)) / 100
