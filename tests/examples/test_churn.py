"""The customers of the example: the table is the script's, and its truth is what is counted."""

import csv

import numpy as np
import pytest

from stablecheck.candidate.prepared import prepare
from stablecheck.checklist.loader import load
from tests.examples.conftest import EXAMPLES

CHURN = EXAMPLES / "churn"


@pytest.fixture
def script(code):
    return code("churn/make_data.py")


def test_the_table_is_what_the_script_writes(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "__file__", str(tmp_path / "make_data.py"))
    script.main()
    assert (tmp_path / "churn.csv").read_bytes() == (CHURN / "churn.csv").read_bytes()


def test_a_table_without_noise_follows_from_its_columns_alone(script):
    """The chance is worked out again from the text of the table, row by row."""
    known = script.customers()
    chance = script.chance_to_leave(known)
    for line, expected in zip(script.rows(known, chance > 0.5), chance, strict=True):
        row = dict(zip(script.HEADER, map(str, line), strict=True))
        level = ["basic", "plus", "premium"].index(row["plan"])
        logit = 1.5 * (int(row["complaints"]) - 1.2) - (level - 1)
        logit += (float(row["price"]) - (10, 20, 30)[level]) / 4 * (1.5, 0.75, 0.0)[level]
        logit += {"AT": 1, "CH": -2, "DE": 0, "FR": 2, "": 0.5}[row["country"]]
        logit += (20 - float(row["usage"])) / 10 if row["usage"] else 1.5
        assert 1 / (1 + np.exp(-2 * logit)) == pytest.approx(expected)


def test_as_many_leave_as_the_chances_say(script):
    chance = script.chance_to_leave(script.customers())
    with (CHURN / "churn.csv").open() as file:
        left = np.array([row["leaves"] == "yes" for row in csv.DictReader(file)])
    standard_error = np.sqrt((chance * (1 - chance)).sum())
    assert abs(left.sum() - chance.sum()) < 3 * standard_error


def test_the_comment_beside_the_limit_gives_the_accuracy_of_the_true_chances(script, capsys):
    chance = script.chance_to_leave(script.customers())
    with (CHURN / "churn.csv").open() as file:
        left = np.array([row["leaves"] == "yes" for row in csv.DictReader(file)])
    best = f"{((chance > 0.5) == left)[-400:].mean():.3f}"
    for text in ("churn.yaml", "README.md"):
        assert best in (CHURN / text).read_text()


def test_the_model_takes_as_many_inputs_as_the_columns_become():
    candidate = load(CHURN / "churn.yaml").checklist.candidate
    dataset = prepare(candidate, (CHURN,)).dataset
    assert len(dataset.inputs) == candidate.model_args["inputs"]
    assert {"country=FR", "usage missing", "plan"} <= set(dataset.inputs)


def test_the_model_is_judged_on_the_latest_customers():
    dataset = prepare(load(CHURN / "churn.yaml").checklist.candidate, (CHURN,)).dataset
    assert len(dataset.heldout) == pytest.approx(400, abs=5)
    assert len(dataset.train) + len(dataset.heldout) == 2000
