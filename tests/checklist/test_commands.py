"""A candidate that is a command: what its checklist may ask, and every refusal at its place."""

from __future__ import annotations

import jsonschema
import pytest
import yaml

from stablecheck.checklist.json_schema import json_schema
from stablecheck.checklist.loader import load, validate_file
from stablecheck.checklist.planned import arms_of
from stablecheck.plan import make_plan
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.recipe import UNTOLD, CommandCandidate
from stablecheck.trial.record import ReportedFacts

CHECKLIST = """\
schema: stablecheck/1
name: churn
candidate:
  command: python train.py --seed {seed} --lr {lr} --data-fraction {data_fraction}
  score: {name: accuracy, higher_is_better: true}
  optimizer: {lr: 0.05}
  epochs: 3
probes:
  seeds: {kind: init_seeds, seeds: 6}
  lr: {kind: lr_jitter, factors: [0.5, 1, 2], seeds: 2}
  data: {kind: data_ratio, fractions: [0.25, 0.5, 1], seeds: 2, hold: epochs}
checks:
  - id: target
    require: "median(seeds.score) >= 0.9"
"""


@pytest.fixture
def changed(folder, write):
    """Write the checklist with texts of it replaced, beside its script."""
    (folder / "train.py").write_text("")

    def _changed(*changes: tuple[str, str], name: str = "c.yaml"):
        text = CHECKLIST
        for before, after in changes:
            assert text.count(before) == 1, f"{before!r} stands in it {text.count(before)} times"
            text = text.replace(before, after)
        return write(text, name=name)

    return _changed


@pytest.fixture
def found(changed):
    """The problems of the checklist with texts of it replaced, as the user sees them."""

    def _found(*changes: tuple[str, str]) -> list[str]:
        return [str(problem) for problem in validate_file(changed(*changes))]

    return _found


def test_a_command_is_a_candidate_and_resolves_to_itself(changed, write):
    loaded = load(changed((EPOCHS, f"{EPOCHS}  code: [train.py]\n  data: [train.py]\n")))
    assert isinstance(loaded.checklist.candidate, CommandCandidate)
    again = load(write(loaded.text, name="again.yaml"))
    assert again.checklist == loaded.checklist
    assert again.sha256 == loaded.sha256


def test_an_editor_is_told_the_same_by_the_json_schema():
    document = yaml.safe_load(CHECKLIST)
    jsonschema.validate(document, json_schema())
    jsonschema.validate({"schema": "stablecheck/1", "candidate": {"epochs": 2}}, json_schema())
    document["candidate"]["loss"] = "cross_entropy"
    with pytest.raises(jsonschema.ValidationError, match="unexpected"):
        jsonschema.validate(document, json_schema())


def test_equal_trainings_of_a_command_are_planned_once(changed):
    plan = make_plan(load(changed()).checklist, "")
    assert len(plan.trials) == 6 + 2 * 2 + 2 * 2


COMMAND = "python train.py --seed {seed} --lr {lr} --data-fraction {data_fraction}"
EPOCHS = "  epochs: 3\n"


def field(text: str) -> tuple[str, str]:
    """Another field of the candidate in the place of its budget."""
    return EPOCHS, f"  {text}\n"


def section(text: str) -> tuple[str, str]:
    """A section before the probes, in line 8."""
    return "probes:\n", f"{text}\nprobes:\n"


def probe(text: str) -> tuple[str, str]:
    """A probe before the others, in line 9."""
    return "probes:\n", f"probes:\n  {text}\n"


REFUSED = [
    (("{lr}", "{lrr}"), "4:47: unknown placeholder {lrr}; expected one of {seed}, {device}, {lr}"),
    (("{lr}", "{lrr}"), "; did you mean 'lr'?"),
    (("{lr}", "{lr"), "4:47: '{' belongs to no placeholder; write {{ for a brace itself"),
    ((" --seed {seed}", ""), "4:12: the command has no {seed}, so that all of its trainings"),
    (("{lr}", "{lr} {batch_size}"), "4:52: {batch_size} has no value in the candidate as it is"),
    (("{lr}", "{lr} {model_args.depth}"), "expected candidate.model_args.depth"),
    (("  optimizer: {lr: 0.05}\n", ""), "4:47: {lr} has no value in the candidate as it is"),
    (
        (" --lr {lr}", ""),
        "10:3: probe lr varies the learning rate, but the command has no {lr}; add it where the "
        "script takes it, such as --lr {lr}",
    ),
    (
        (" --data-fraction {data_fraction}", ""),
        "11:3: probe data varies the share of the training rows, but the command has no "
        "{data_fraction}; add it where the script takes it, such as --data-fraction",
    ),
    (
        (", hold: epochs", ""),
        "11:3: probe data trains its arms for other numbers of epochs, but the command has no "
        "{epochs}; add it and declare candidate.epochs, or write hold: epochs",
    ),
    (field("steps: 30"), "11:3: probe data trains its arms for other numbers of steps"),
    (field("epochs: 3\n  steps: 9"), "3:1: expected one of epochs and steps, not both"),
    (
        field("model: model.py:build"),
        "7:3: 'model' has no meaning beside 'command', which trains in its own way; leave one",
    ),
    (field("task: classification"), "7:3: 'task' has no meaning beside 'command'"),
    (field("epoch: 3"), "7:3: unknown key 'epoch'; expected one of command, score, optimizer"),
    (field("data: train.csv"), "7:9: expected a list, found text 'train.csv'; write [train.csv]"),
    (field("data: [gone.csv]"), "7:10: no file or folder 'gone.csv'; expected a path"),
    (field("code: [train.py, gone]"), "7:20: no file or folder 'gone'; expected a path"),
    (("{name: accuracy, higher_is_better: true}", "accuracy"), "5:10: expected a mapping"),
    ((", higher_is_better: true", ""), "5:3: missing 'higher_is_better'"),
    (("train.py --seed", "-m train --seed"), "4:12: the command names no file in the folder"),
    (("python train.py", "./gone.sh train.py"), "4:12: no program './gone.sh'; expected a path"),
    (("python train.py", "cd x && python train.py"), "4:17: '&&' means nothing, because no shell"),
    ((COMMAND, '""'), "4:12: expected text, found empty text"),
    (section("run: {executor: ensembles}"), "8:17: ensembles compute models of one process"),
    (section("measure: {controls: full}"), "8:21: a command's steps cannot be replaced by noise"),
    (("seeds.score", "seeds.ntk.drift"), "14:28: ntk.drift is measured inside the training"),
    (
        section("incumbent: {model: model.py:build}"),
        "8:13: the candidate is a command, so 'model' says nothing; expected e.g. command",
    ),
    (
        section("incumbent: {command: python train.py}"),
        "8:22: the command has no {seed}, so that all of its trainings would be one",
    ),
    (
        section("incumbent: {command: 'python train.py {seed} {steps}'}"),
        "8:46: {steps} has no value in the candidate as it is; expected incumbent.steps",
    ),
    (
        probe("batch: {kind: batch_size}"),
        "9:3: probe batch varies the batch size, but the command has no {batch_size}",
    ),
    (
        probe("arch: {kind: architecture, variants: {deep: {depth: 9}}}"),
        "9:41: probe arch varies the model's depth, but the command has no {model_args.depth}",
    ),
    (
        probe("low: {kind: precision}"),
        "9:3: probe low varies the precision, but the command has no {precision}",
    ),
    (
        probe("noise: {kind: label_noise}"),
        "9:3: probe noise varies the share of shuffled labels, but the command has no",
    ),
    (
        probe("opt: {kind: optimizer, variants: {adam: {name: adam, lr: 0.05}}}"),
        "9:37: probe opt varies the optimiser, but the command has no {optimizer}",
    ),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_a_command_cannot_do_is_told_at_its_place(found, change, message):
    problems = found(change)
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("c.yaml:") for problem in problems)
    assert len(problems) == 1, problems


TARGET = "median(seeds.score) >= 0.9"


@pytest.mark.parametrize(
    "name",
    [
        "dimension",
        "effective_dimension",
        "n_per_dimension",
        "n_per_dimension_class",
        "n_per_effective_dimension",
    ],
)
def test_what_rests_on_the_inputs_of_a_command_is_refused(found, name):
    (problem,) = found((TARGET, f"data.{name} >= 5"))
    assert problem.startswith(f"c.yaml:14:20: {name} rests on the inputs, which a command keeps to")


@pytest.mark.parametrize("name", ["n_per_parameter", "gain_from_doubling"])
def test_what_a_command_may_tell_is_allowed(found, name):
    assert found((TARGET, f"data.{name} >= 0.01")) == []


def test_every_fact_of_the_n_over_d_family_is_told_by_commands_or_known_not_to_be():
    needed = {name for one in DataRatio.summaries.values() for name in one.facts}
    assert needed == UNTOLD | {"parameters"}
    assert UNTOLD.isdisjoint(ReportedFacts.model_fields)
    assert "parameters" in ReportedFacts.model_fields


def test_a_model_has_no_incumbent_that_is_a_command(problems, valid):
    (problem,) = problems(valid + "incumbent: {command: 'python model.py {seed}'}\n")
    assert problem == (
        "c.yaml:17:13: the candidate is no command, so its incumbent is none; expected e.g. model"
    )


def test_an_incumbent_is_another_command_with_its_own_settings(changed, folder):
    (folder / "old.py").write_text("")
    incumbent = "incumbent: {command: 'python old.py {seed} {lr}', optimizer: {lr: 0.2}}\n"
    probe = "probes:\n  rival: {kind: incumbent}\n"
    checklist = load(
        changed(
            ("  epochs: 3\n", "  epochs: 3\n  code: [train.py]\n"), ("probes:\n", incumbent + probe)
        )
    ).checklist
    own, other = arms_of(checklist, checklist.probes["rival"])
    assert own.candidate.code == ("train.py",)
    assert other.candidate.command == "python old.py {seed} {lr}"
    assert other.candidate.code == ()
    assert other.candidate.optimizer.lr == 0.2
    assert other.candidate.score == own.candidate.score


def test_a_command_takes_the_place_of_the_model_that_it_extends(changed, folder, valid):
    (folder / "base.yaml").write_text(valid)
    loaded = load(changed(("name: churn\n", "name: churn\nextends: [base.yaml]\n")))
    assert isinstance(loaded.checklist.candidate, CommandCandidate)
    assert "model" not in loaded.text.partition("incumbent:")[0].replace("model_args", "")


def test_a_model_takes_the_place_of_the_command_that_it_extends(changed, folder, write, valid):
    changed(name="base.yaml")
    loaded = load(write(valid, "name: churn\n", "name: churn\nextends: [base.yaml]\n"))
    assert not isinstance(loaded.checklist.candidate, CommandCandidate)


def test_what_a_command_extends_of_another_one_merges_key_by_key(changed, folder, write):
    changed(("  epochs: 3\n", "  epochs: 3\n  code: [train.py]\n"), name="base.yaml")
    text = "schema: stablecheck/1\nname: other\nextends: [base.yaml]\ncandidate: {epochs: 9}\n"
    candidate = load(write(text)).checklist.candidate
    assert (candidate.epochs, candidate.optimizer.lr, candidate.code) == (9, 0.05, ("train.py",))


def test_the_presets_fit_a_command(changed):
    load(changed(("name: churn\n", "name: churn\nextends: [standard]\n")))
