"""Paths that contradict themselves are found; one that fits itself is left in peace."""

from __future__ import annotations

import copy
import json

import pytest

from stablecheck.trial.external.soundness import faults
from stablecheck.trial.record import PathRecord


def read(path: dict) -> PathRecord:
    return PathRecord.model_validate_json(json.dumps(path))


def test_a_path_that_fits_itself_has_no_fault(path):
    assert list(faults(read(path))) == []


def change_step(path):
    path["step"] = [0, 0]


def change_total(path):
    path["total_steps"] = 4


def change_beginning(path):
    path["step"] = [1, 5]


def shorten_lr(path):
    path["lr"] = [0.1]


def lose_distance(path):
    path["distance"] = [None, 1.0]


def shorten_series(path):
    path["train"]["rsi"] = [[0.5]]


def widen_series(path):
    path["train"]["eb"] = [[1.0, 1.0], [2.0, 2.0]]


def empty_series(path):
    path["train"] = {name: [[], []] for name in path["train"]}


def break_product(path):
    path["train"]["rsi"][1] = [0.7]


def turn_size(path):
    path["train"]["eb"][0] = [-1.0]
    path["train"]["alignment"][0] = [-0.5]


def exceed_cosine(path):
    path["train"]["rsi"][0], path["train"]["alignment"][0] = [1.5], [1.5]


def add_control(path):
    path["cross_seed"] = copy.deepcopy(path["train"])


def add_full(path):
    path["full"] = {**path["train"], "step": [0, 5], "lr": [0.1], "distance": [2.0, 1.0]}


def add_line(path):
    path["interpolation"] = {"alpha": [0.0, 1.0], "loss": [2.0]}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (change_step, "path.step must rise"),
        (change_total, "path.step must rise, up to path.total_steps at most"),
        (change_beginning, "path.step must begin with 0"),
        (shorten_lr, "path.lr has 1 values for 2 snapshots"),
        (lose_distance, "path.lr and path.distance must be numbers"),
        (shorten_series, "path.train must have rsi, eb, alignment, loss of one shape, 2 snapshots"),
        (widen_series, "path.train must have rsi, eb, alignment, loss of one shape"),
        (empty_series, "path.train must have rsi, eb, alignment, loss of one shape"),
        (break_product, "path.train breaks RSI = alignment × EB"),
        (turn_size, "path.train breaks RSI = alignment × EB"),
        (exceed_cosine, "path.train breaks RSI = alignment × EB"),
        (add_control, "path.cross_seed and path.cross_seed_distance belong together"),
        (add_full, "path.full.lr has 1 values for 2 snapshots"),
        (add_line, "path.interpolation.loss has 1 values for 2 snapshots"),
    ],
)
def test_a_contradiction_is_told(path, spoil, message):
    spoil(path)
    (fault, *_) = faults(read(path))
    assert message in fault


def test_numbers_that_are_not_finite_are_told(path):
    record = read(path).model_copy(update={"distance": (2.0, float("inf"))})
    assert list(faults(record)) == ["path.distance holds a number that is not finite"]


def test_undefined_numbers_are_no_contradiction(path):
    for name in ("rsi", "eb", "alignment"):
        path["train"][name][1] = [None]
    assert list(faults(read(path))) == []
