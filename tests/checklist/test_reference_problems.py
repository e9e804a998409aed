"""Callables and data that cannot be found; they are looked for without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checklist.conftest import Problems

WHERE = "in the checklist's folder or the current one"
REFERENCE = "file.py:callable or package.module:callable"


# What is changed in the valid checklist of conftest.py, and the problems that gives.
FILE_PROBLEMS = [
    (
        "task: classification",
        "task: multi_label",
        [
            "7:9: cross_entropy is for one class out of several; expected e.g. "
            "binary_cross_entropy_with_logits for task: multi_label"
        ],
    ),
    (
        "model.py:build",
        "model.py:biuld",
        [
            "4:10: 'model.py' defines no 'biuld' at its top level; it has build; did you "
            "mean 'build'?"
        ],
    ),
    (
        "model.py:build",
        "models.py:build",
        [f"4:10: no file 'models.py' {WHERE}; expected {REFERENCE}"],
    ),
    (
        "model.py:build",
        "no.such:build",
        [f"4:10: no module 'no.such' is installed or beside it; expected {REFERENCE}"],
    ),
    ("model.py:build", "model.py", [f"4:10: 'model.py' names no callable; expected {REFERENCE}"]),
    (
        "model.py:build",
        "torch.nn.Linear",
        [f"4:10: 'torch.nn.Linear' names no callable; expected {REFERENCE}"],
    ),
    (
        "loss: cross_entropy",
        "loss: model.py:loss",
        ["7:9: 'model.py' defines no 'loss' at its top level; it has build"],
    ),
    (
        "score: accuracy",
        "score: model.py:build",
        [
            "8:10: a score of one's own must say its direction; expected {callable: "
            "'model.py:build', "
            "higher_is_better: true}"
        ],
    ),
    (
        "score: accuracy",
        "score: {callable: model.py:f, higher_is_better: true}",
        ["8:21: 'model.py' defines no 'f' at its top level; it has build"],
    ),
    (
        "task: classification\n  loss: cross_entropy\n  score: accuracy",
        "task: segmentation\n  loss: cross_entropy\n  score: mean_iuo",
        [
            "8:10: segmentation has no score 'mean_iuo'; expected neg_loss, pixel_accuracy, "
            "mean_iou or {callable, higher_is_better}; did you mean 'mean_iou'?"
        ],
    ),
    (
        "task: classification\n  loss: cross_entropy\n  score: accuracy",
        "task: custom\n  loss: model.py:build\n  score: r2",
        ["8:10: custom has no score 'r2'; expected neg_loss or {callable, higher_is_better}"],
    ),
    (
        "task: classification",
        "task: language_modelling",
        [
            "8:10: language_modelling has no score 'accuracy'; expected neg_loss, token_accuracy, "
            "neg_perplexity or {callable, higher_is_better}; did you mean 'token_accuracy'?"
        ],
    ),
    (
        "sklearn:digits",
        "sklearn:digit",
        [
            "5:9: unknown bundled data set 'digit'; expected one of breast_cancer, diabetes, "
            "digits, "
            "iris, wine; did you mean 'digits'?"
        ],
    ),
    (
        "sklearn:digits",
        "digits",
        [
            "5:9: 'digits' names no data; expected sklearn:NAME, a file ending in .csv, "
            ".parquet, .npz, FOLDER/, "
            f"{REFERENCE}; did you mean 'sklearn:digits'?"
        ],
    ),
    (
        "sklearn:digits",
        "t.npz",
        [f"5:9: no file 't.npz' {WHERE}; expected a path relative to the checklist"],
    ),
    (
        "sklearn:digits",
        "t.csv",
        [
            "5:3: missing 'target'; expected the column to predict, for a table",
            f"5:9: no file 't.csv' {WHERE}; expected a path relative to the checklist",
        ],
    ),
    (
        "  epochs: 3",
        "  schedule: {name: model.py:f}\n  epochs: 3",
        ["10:20: 'model.py' defines no 'f' at its top level; it has build"],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), FILE_PROBLEMS)
def test_a_problem_is_told_in_one_line_with_its_place(
    problems: Problems, valid: str, before: str, after: str, expected: list[str]
):
    assert problems(valid, before, after) == [f"c.yaml:{line}" for line in expected]


def test_a_model_file_with_a_syntax_error_is_told_with_its_line(
    problems: Problems, valid: str, folder: Path
):
    (folder / "model.py").write_text("x = 1\ndef build(:\n")
    assert problems(valid) == [
        "c.yaml:4:10: model.py is not valid Python in line 2: invalid syntax"
    ]


def test_nothing_of_the_candidate_is_executed(problems: Problems, valid: str, folder: Path):
    (folder / "package").mkdir()
    for name in ("package/__init__.py", "package/inner.py", "model.py"):
        (folder / name).write_text("raise SystemExit\ndef build(): ...\n")
    assert problems(valid) == []
    assert problems(valid, "model.py:build", "package.inner:build") == []
