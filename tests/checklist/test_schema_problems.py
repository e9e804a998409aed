"""What a checklist may not say in a key, a value or a section, in the words it is reported in."""

from __future__ import annotations

import pytest

from tests.checklist.conftest import Problems

KINDS = (
    "init_seeds, lr_jitter, data_ratio, batch_size, architecture, incumbent, optimizer, schedule, "
    "precision, label_noise"
)


# What is changed in the valid checklist of conftest.py, and the problems that gives. Its lines:
# 1 schema, 2 name, 3 candidate, 4 model, 5 data, 6 task, 7 loss, 8 score, 9 optimizer, 10 epochs,
# 11 probes, 12 seeds, 13 lr, 14 checks, 15 id, 16 require.
SCHEMA_PROBLEMS = [
    (
        "name: churn",
        "nmae: churn",
        [
            "2:1: unknown key 'nmae'; expected one of schema, name, version, owner, extends, "
            "intended_use, out_of_scope, candidate, incumbent, run, measure, probes, checks, "
            "decision, waivers, report, rollout, monitoring; did you mean 'name'?"
        ],
    ),
    (
        "name: churn\n",
        "",
        ["1:1: missing 'name'; expected name of the checklist; starts the run's folder"],
    ),
    (
        "stablecheck/1",
        "stablecheck/2",
        ["1:9: expected stablecheck/1, found text 'stablecheck/2'; did you mean 'stablecheck/1'?"],
    ),
    ("schema: stablecheck/1\n", "", ["1:1: missing 'schema'; expected stablecheck/1"]),
    (
        "name: churn",
        "name: churn\nversion: 1.20",
        ["3:10: expected text, found the number 1.2; write it in quotes: '1.20'"],
    ),
    ("name: churn", "name: true", ["2:7: expected text, found true; write it in quotes: 'true'"]),
    ("name: churn", 'name: ""', ["2:7: expected text, found empty text"]),
    ("name: churn", "name: churn\nowner: [a]", ["3:8: expected text, found a list"]),
    (
        "  loss: cross_entropy\n",
        "",
        [
            "3:1: missing 'loss'; expected a torch.nn.functional name, file.py:callable, or own "
            "for the model's own"
        ],
    ),
    (
        "  task: classification\n",
        "",
        [
            "3:1: missing 'task'; expected one of classification, multi_label, regression, "
            "language_modelling, segmentation, custom"
        ],
    ),
    (
        "classification",
        "clasification",
        [
            "6:9: expected one of classification, multi_label, regression, "
            "language_modelling, segmentation, custom, found text 'clasification'; "
            "did you mean "
            "'classification'?"
        ],
    ),
    ("score: accuracy", "score: 3", ["8:10: expected text or a mapping, found the number 3"]),
    (
        "score: accuracy",
        "score: {callable: model.py:build}",
        ["8:3: missing 'higher_is_better'; expected whether a larger score is a better one"],
    ),
    ("lr: 0.05", 'lr: "0.05"', ["9:19: expected a number, found text '0.05'; remove the quotes"]),
    ("lr: 0.05", "lr: 0", ["9:19: expected a number above 0, found the number 0"]),
    ("lr: 0.05", "lr: 0.1, momentum: 1", ["9:34: expected a number below 1, found the number 1"]),
    (
        "lr: 0.05",
        "lr: 0.1, nesterov: yes",
        ["9:34: expected true or false, found text 'yes'; write true"],
    ),
    (
        "lr: 0.05",
        "lr: 0.1, nesterov: true",
        ["9:3: nesterov needs momentum > 0; expected e.g. momentum: 0.9"],
    ),
    ("lr: 0.05", "lr: 0.1, betas: [0.9]", ["9:24: expected more than 1 entry"]),
    (
        "  epochs: 3",
        "  lr: 3\n  epochs: 3",
        [
            "10:3: unknown key 'lr'; expected one of model, model_args, data, data_args, target, "
            "inputs, columns, missing, streaming, validation, scaling, task, loss, score, "
            "optimizer, schedule, batch_size, epochs, steps, "
            "precision; it belongs in candidate.optimizer"
        ],
    ),
    ("epochs: 3", "epochs: 1.5", ["10:11: expected a whole number, found the number 1.5"]),
    (
        "epochs: 3",
        "steps: 9\n  epochs: 3",
        ["3:1: expected exactly one of epochs and steps, e.g. epochs: 30"],
    ),
    ("  epochs: 3", "  validation:\n  epochs: 3", ["10:14: expected a mapping, found nothing"]),
    (
        "init_seeds",
        "init_seed",
        [
            f"12:17: unknown probe kind 'init_seed'; expected one of {KINDS}; did you mean "
            "'init_seeds'?"
        ],
    ),
    ("kind: init_seeds, ", "", [f"12:3: missing 'kind'; expected one of {KINDS}"]),
    ("kind: init_seeds", "kind: 3", [f"12:17: unknown probe kind 3; expected one of {KINDS}"]),
    ("{kind: init_seeds, seeds: 6}", "6", ["12:10: expected a mapping, found the number 6"]),
    (
        "init_seeds, seeds: 6",
        "init_seeds, seed: 6",
        [
            "12:29: unknown key 'seed'; expected one of kind, seeds, max_seeds; did you mean "
            "'seeds'?"
        ],
    ),
    (
        "init_seeds, seeds: 6",
        "init_seeds, seeds: 0",
        ["12:36: expected at least 1, found the number 0"],
    ),
    (
        "[0.5, 1, 2]",
        "[0.5, 2]",
        ["13:3: factors must be distinct and hold 1, the reference; expected e.g. [0.5, 1, 2]"],
    ),
    ("[0.5, 1, 2]", "1", ["13:34: expected a list, found the number 1; write [1]"]),
    ("[0.5, 1, 2]", "[1]", ["13:25: expected at least 2 entries, found 1"]),
    ("[0.5, 1, 2]", "[0.5, 1, two]", ["13:43: expected a number, found text 'two'"]),
    (
        "[0.5, 1, 2], seeds: 2",
        "[0.5, 1, 2], seeds: 2, lr_jitter: 1",
        ["13:57: unknown key 'lr_jitter'; expected one of kind, seeds, max_seeds, factors"],
    ),
    (
        "  lr: {",
        "  Lr: {",
        [
            "13:3: 'Lr' is not a name; expected lower-case letters, digits, _ and -, "
            "starting with a "
            "letter, at most 64"
        ],
    ),
    (
        "id: target",
        "id: Target",
        [
            "15:9: 'Target' is not a name; expected lower-case letters, digits, _ and -, "
            "starting with a "
            "letter, at most 64"
        ],
    ),
    (
        "  - id: target\n    require",
        "  - require",
        ["15:5: missing 'id'; expected unique name, cited by waivers and reports"],
    ),
    (
        '"median(seeds.score) >= 0.9"',
        "0.9",
        ["16:14: expected text, found the number 0.9; write it in quotes: '0.9'"],
    ),
    (
        "    require: ",
        "    severity: of\n    require: ",
        ["16:15: expected one of blocker, major, minor, off, found text 'of'; did you mean 'off'?"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {workers: some}",
        ["3:16: expected a whole number or auto, found text 'some'"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {workers: 0}",
        ["3:16: expected at least 1, or auto, found the number 0"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {device: gpu}",
        ["3:15: expected auto, cpu, cuda, cuda:1 or mps, found text 'gpu'"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {trial_timeout: 30 sec}",
        ["3:22: '30 sec' is not a duration; expected e.g. 90s, 30min, 2h or 7d"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {snapshot_memory: 2 gigs}",
        ["3:24: '2 gigs' is not a size; expected e.g. 512MiB, 1GiB or 2GB"],
    ),
    (
        "name: churn",
        "name: churn\nrun: {max_trials: 9}",
        ["3:7: the plan needs 10 trials, run.max_trials allows 9; raise it, or lower seeds"],
    ),
    (
        "name: churn",
        "name: churn\nmeasure: {sources: [trian]}",
        ["3:21: expected one of train, heldout, full, found text 'trian'; did you mean 'train'?"],
    ),
    (
        "name: churn",
        "name: churn\nmeasure: {sources: []}",
        ["3:11: expected at least 1 entry, found none"],
    ),
    (
        "name: churn",
        "name: churn\nreport: {reviewers: CTO}",
        ["3:21: expected a list, found text 'CTO'; write [CTO]"],
    ),
    (
        "name: churn",
        "name: churn\nrollout: {stages: [5, 5], hold: 1h, guard: g}",
        ["3:23: stages must rise; expected a percentage above 5 and at most 100, found 5"],
    ),
    (
        "name: churn",
        "name: churn\nrollout: {stages: [101], hold: 1h, guard: g}",
        ["3:20: stages must rise; expected a percentage above 0 and at most 100, found 101"],
    ),
    (
        "name: churn",
        "name: churn\nwaivers: [{check: target, owner: a, reason: b, expires: 2027-02-30}]",
        ["3:57: expected a date as YYYY-MM-DD, found text '2027-02-30'"],
    ),
    (
        "name: churn",
        "name: churn\nwaivers: [{check: taget, owner: a, reason: b, expires: 2027-02-03}]",
        ["3:19: no check 'taget'; expected one of target; did you mean 'target'?"],
    ),
    (
        "name: churn",
        "name: churn\nwaivers:\nreport: 3",
        ["3:9: expected a list, found nothing", "4:9: expected a mapping, found the number 3"],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), SCHEMA_PROBLEMS)
def test_a_problem_is_told_in_one_line_with_its_place(
    problems: Problems, valid: str, before: str, after: str, expected: list[str]
):
    assert problems(valid, before, after) == [f"c.yaml:{line}" for line in expected]


def test_no_message_speaks_pydantic(problems: Problems, valid: str):
    text = "\n".join(
        line for before, after, _ in SCHEMA_PROBLEMS for line in problems(valid, before, after)
    )
    for jargon in ("pydantic", "Input should", "Field required", "Value error", "Tuple", "https"):
        assert jargon not in text
