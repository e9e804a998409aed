"""Everything that can be wrong with a checklist, in the words and at the place it is reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Problems = Callable[..., list[str]]

KINDS = (
    "init_seeds, lr_jitter, data_ratio, batch_size, architecture, incumbent, optimizer, schedule, "
    "precision, label_noise"
)
WHERE = "in the checklist's folder or the current one"
REFERENCE = "file.py:callable or package.module:callable"

# What is changed in the valid checklist of conftest.py, and the problems that gives. Its lines:
# 1 schema, 2 name, 3 candidate, 4 model, 5 data, 6 task, 7 loss, 8 score, 9 optimizer, 10 epochs,
# 11 probes, 12 seeds, 13 lr, 14 checks, 15 id, 16 require.
SCHEMA_PROBLEMS = [
    (
        "name: churn",
        "nmae: churn",
        [
            "2:1: unknown key 'nmae'; expected one of schema, name, version, owner, extends, "
            "intended_use, candidate, incumbent, run, measure, probes, checks, decision, waivers, "
            "report, rollout; did you mean 'name'?"
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
        ["3:1: missing 'loss'; expected a torch.nn.functional name, or file.py:callable"],
    ),
    (
        "  task: classification\n",
        "",
        ["3:1: missing 'task'; expected one of classification, regression"],
    ),
    (
        "classification",
        "clasification",
        [
            "6:9: expected one of classification, regression, found text 'clasification'; "
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
            "validation, scaling, task, loss, score, optimizer, schedule, batch_size, "
            "epochs, steps, "
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
        ["13:57: unknown key 'lr_jitter'; expected one of kind, seeds, factors"],
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

REQUIREMENT_PROBLEMS = [
    (
        "medain(seeds.score) >= 1",
        [
            "0: unknown statistic 'medain'; expected one of mean, median, iqm, min, max, "
            "std, spread, cv, "
            "p, count, share, tolerance; did you mean 'median'?"
        ],
    ),
    (
        "median(seed.score) >= 1",
        ["7: unknown probe 'seed'; expected one of seeds, lr, all; did you mean 'seeds'?"],
    ),
    ("median(seeds.scor) >= 1", ["13: unknown measure 'scor'; did you mean 'score'?"]),
    (
        "median(all.path.heldout.aligment) >= 1",
        ["11: unknown measure 'path.heldout.aligment'; did you mean 'path.heldout.alignment'?"],
    ),
    (
        "median(lr.headroom) >= 1",
        ["10: 'headroom' is a summary of the probe; expected lr.headroom(delta)"],
    ),
    ("mean(all.diverged) <= 0.1", ["5: all.diverged is yes or no; expected share(all.diverged)"]),
    (
        "tolerance(all.diverged, 0.9) <= 0",
        ["10: all.diverged is yes or no; expected share(all.diverged)"],
    ),
    (
        "share(seeds.score) >= 0.9",
        ["6: seeds.score is a number, not yes or no; expected e.g. share(seeds.score >= 0.9)"],
    ),
    ("share(all.diverged) <= 6", ["22: a share lies between 0 and 1, found 6; expected e.g. 0.9"]),
    (
        "lr.headrom(0.1) >= 1",
        [
            "3: unknown summary 'headrom' of a probe of kind lr_jitter; expected one of headroom, "
            "sensitivity; did you mean 'headroom'?"
        ],
    ),
    ("lr.headroom >= 1", ["3: wrong number of arguments; expected lr.headroom(delta), found none"]),
    (
        "lr.sensitivity(1, 2) >= 1",
        ["3: wrong number of arguments; expected lr.sensitivity, found 2"],
    ),
    (
        "seeds.headroom(1) >= 1",
        ["6: unknown summary 'headroom' of a probe of kind init_seeds; this kind has none"],
    ),
    (
        "seeds.score >= 1",
        ["6: 'score' is a measure; expected a statistic of it, e.g. median(seeds.score)"],
    ),
    (
        "all.headroom(1) >= 1",
        ["0: 'all' has no summaries; expected a probe, or a statistic of all trials"],
    ),
    (
        "median(nope.nothing) >= 1",
        [
            "7: unknown probe 'nope'; expected one of seeds, lr, all",
            "12: unknown measure 'nothing'",
        ],
    ),
]

FILE_PROBLEMS = [
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
            ".parquet, .npz, "
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


@pytest.mark.parametrize(("before", "after", "expected"), SCHEMA_PROBLEMS + FILE_PROBLEMS)
def test_a_problem_is_told_in_one_line_with_its_place(
    problems: Problems, valid: str, before: str, after: str, expected: list[str]
):
    assert problems(valid, before, after) == [f"c.yaml:{line}" for line in expected]


@pytest.mark.parametrize(("require", "expected"), REQUIREMENT_PROBLEMS)
def test_a_requirement_is_checked_against_its_checklist(
    problems: Problems, valid: str, require: str, expected: list[str]
):
    """The text starts in column 15, after the quote."""
    lines = [line.partition(": ") for line in expected]
    shown = [f"c.yaml:16:{15 + int(offset)}: {message}" for offset, _, message in lines]
    found = problems(valid, "median(seeds.score) >= 0.9", require)
    assert len(found) == len(shown)
    assert all(line.startswith(start) for line, start in zip(found, shown, strict=True))


MEASURE_PROBLEMS = [
    (
        "sources: [heldout]",
        "median(seeds.path.rsi) > 0",
        ["path.rsi needs train batches; add train to measure.sources"],
    ),
    (
        "sources: [train]",
        "median(seeds.path.heldout.rsi) > 0",
        ["path.heldout.rsi needs heldout batches; add heldout to measure.sources"],
    ),
    (
        "controls: none",
        "median(all.path.cross_seed.rsi) > 0",
        ["path.cross_seed.rsi needs the cross-seed control; set measure.controls: basic"],
    ),
    (
        "controls: basic",
        "median(one.path.cross_seed.rsi) > 0",
        ["path.cross_seed.rsi needs another seed; give one seeds: 2 or more"],
    ),
    ("controls: basic", "median(all.path.cross_seed.rsi) > 0", []),
    ("sources: [train]", "median(seeds.score) > 0", []),
]


@pytest.mark.parametrize(("measure", "require", "expected"), MEASURE_PROBLEMS)
def test_a_measure_must_be_measured(
    problems: Problems, valid: str, measure: str, require: str, expected: list[str]
):
    text = valid.replace("median(seeds.score) >= 0.9", require).replace(
        "checks:", f"  one: {{kind: init_seeds, seeds: 1}}\nmeasure: {{{measure}}}\nchecks:"
    )
    assert [line.partition(": ")[2] for line in problems(text)] == expected


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("'median(nope.score) > 1'", "16:22"),
        ("median(nope.score) > 1", "16:21"),
        ('"median(\\x6eope.score) > 1"', "16:14"),
        ("median(nope.score)\n      > 1", "16:14"),
        (">\n      median(nope.score) > 1", "16:14"),
    ],
    ids=["quoted", "plain", "escaped", "two lines", "folded"],
)
def test_an_error_inside_a_requirement_points_into_it_where_it_can(
    problems: Problems, valid: str, written: str, place: str
):
    (line,) = problems(valid, '"median(seeds.score) >= 0.9"', written)
    assert line.startswith(f"c.yaml:{place}: unknown probe 'nope'")


def test_a_requirement_cut_at_its_comma_is_told_to_use_quotes(problems: Problems, valid: str):
    check = "- {id: b, require: tolerance(seeds.score, 0.9) >= 0.9}"
    found = problems(valid, "checks:", f"checks:\n  {check}")
    assert found[1] == (
        "c.yaml:15:45: unknown key '0.9) >= 0.9'; expected one of id, require, severity, because; "
        "text with ',' or ':' needs quotes"
    )


def test_problems_of_every_sort_are_told_at_once_in_the_order_of_the_file(
    problems: Problems, valid: str
):
    text = (
        valid.replace("name:", "nmae:")
        .replace("model.py", "mdl.py")
        .replace("seeds: 6", "seeds: 0")
    )
    text += "  - {id: target, require: mean(x.y) > 1, severity: off}\n"
    found = [line.split(": ")[0] for line in problems(text)]
    assert found == [
        "c.yaml:2:1",
        "c.yaml:4:10",
        "c.yaml:12:36",
        "c.yaml:17:10",
        "c.yaml:17:32",
        "c.yaml:17:34",
    ]


def test_what_is_inside_a_misspelt_section_is_still_checked(problems: Problems, valid: str):
    found = problems(valid.replace("probes:", "porbes:").replace("seeds: 6", "seeds: -6"))
    assert [line.split(": ")[0] for line in found] == ["c.yaml:11:1", "c.yaml:12:36"]


def test_all_cannot_name_a_probe(problems: Problems, valid: str):
    assert problems(valid, "  lr: {", "  all: {") == [
        "c.yaml:13:3: 'all' stands for every trial and cannot name a probe; expected another name"
    ]


def test_a_duplicate_check_is_told_with_both_places(problems: Problems, valid: str):
    assert problems(valid + "  - {id: target, require: mean(lr.score) > 0}\n") == [
        "c.yaml:17:10: duplicate check id 'target'; it first stands in line 15; rename one"
    ]


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


def test_no_message_speaks_pydantic(problems: Problems, valid: str):
    text = "\n".join(
        line for before, after, _ in SCHEMA_PROBLEMS for line in problems(valid, before, after)
    )
    for jargon in ("pydantic", "Input should", "Field required", "Value error", "Tuple", "https"):
        assert jargon not in text
