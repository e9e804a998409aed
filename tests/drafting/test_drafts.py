"""A draft can be loaded, planned and run, and every field of it is explained."""

import json
import re

import pytest
import yaml
from click.testing import CliRunner

from stablecheck.checklist.loader import load, validate_file
from stablecheck.cli import plan
from stablecheck.drafting import Request, draft

CASES = {
    "digits": ("stablecheck.zoo:cnn", "sklearn:digits", {}),
    "iris": ("models.py:mlp", "sklearn:iris", {}),
    "diabetes": ("stablecheck.zoo:mlp", "sklearn:diabetes", {}),
    "csv-classes": ("models.py:mlp", "two.csv", {"target": "y"}),
    "csv-numbers": ("models.py:one_number", "prices.csv", {"target": "y"}),
    "npz": ("models.py:sized", "three.npz", {}),
    "images": ("models.py:convolution", "data.py:images", {"data_args": {"n": 160}}),
    "zoo-images": ("stablecheck.zoo:cnn", "data.py:images", {"preset": "none"}),
}


@pytest.mark.parametrize(("model", "data", "changes"), CASES.values(), ids=CASES)
def test_a_draft_is_valid_and_can_be_planned(drafted, model, data, changes):
    file = drafted(model, data, **changes)
    assert validate_file(file) == ()
    planned = CliRunner().invoke(plan.command, [str(file), "--no-pilot"])
    assert planned.exit_code == 0, planned.output
    assert "trainings" in planned.output


@pytest.mark.parametrize("preset", ["standard", "none"])
def test_every_field_of_a_draft_has_a_comment_above_it(drafted, preset):
    lines = drafted("models.py:mlp", "two.csv", target="y", preset=preset).read_text().splitlines()
    fields = [
        index
        for index, line in enumerate(lines)
        if re.match(r" *(- )?#? ?[a-z_]+: ?\S*", line)
        and not line.lstrip().startswith("# yaml-language-server")
    ]
    assert len(fields) > 25
    for index in fields:
        above = lines[index - 1].strip()
        assert above.startswith("# "), lines[index]
        assert not re.match(r"# [a-z_]+: ", above), lines[index]


def test_a_draft_names_the_schema_that_lies_beside_it(drafted):
    import jsonschema

    file = drafted("models.py:mlp", "two.csv", target="y")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text())
    schema = json.loads((file.parent / named.group(1)).read_text())
    jsonschema.validate(yaml.safe_load(file.read_text()), schema)


def test_what_is_trained_fits_the_data(drafted):
    recipe = load(drafted("models.py:mlp", "two.csv", target="y")).checklist.candidate
    assert recipe.model_args == {"in_features": 3, "n_classes": 2}
    assert (recipe.task, recipe.loss, recipe.score) == (
        "classification",
        "cross_entropy",
        "accuracy",
    )


def test_arguments_with_a_default_are_filled_only_where_the_default_does_not_fit(drafted):
    recipe = load(drafted("models.py:sized", "three.npz")).checklist.candidate
    assert recipe.model_args == {"inputs": 5, "outputs": 3}


def test_inputs_stand_for_the_channels_of_images_where_that_fits(drafted):
    recipe = load(drafted("stablecheck.zoo:cnn", "data.py:images")).checklist.candidate
    assert recipe.model_args == {"inputs": 3, "outputs": 2, "side": 6}


def test_arguments_that_are_given_stay(drafted):
    file = drafted("models.py:mlp", "two.csv", target="y", model_args={"hidden": 3})
    assert load(file).checklist.candidate.model_args["hidden"] == 3


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        ("one_number", "binary_cross_entropy_with_logits"),
        ("logarithms", "nll_loss"),
        ("probabilities", "cross_entropy"),
    ],
)
def test_the_loss_goes_with_what_the_model_returns(drafted, model, loss):
    file = drafted(f"models.py:{model}", "two.csv", target="y")
    assert load(file).checklist.candidate.loss == loss


def test_a_softmax_before_cross_entropy_is_warned_of(folder):
    request = Request("models.py:probabilities", "two.csv", folder / "own.yaml", "own", target="y")
    (warning,) = draft(request).warnings
    assert "leave its last softmax out" in warning


def test_a_column_that_counts_the_rows_is_warned_of(folder):
    rows = [f"{row},{row % 5},{'yes' if row % 2 else 'no'}" for row in range(60)]
    (folder / "counted.csv").write_text("\n".join(["id,x,y", *rows]) + "\n")
    request = Request("stablecheck.zoo:mlp", "counted.csv", folder / "own.yaml", "own", target="y")
    (warning,) = draft(request).warnings
    assert warning.startswith("column 'id' counts the rows")


def test_lopsided_classes_are_not_judged_by_accuracy(drafted):
    checklist = load(drafted("models.py:mlp", "lopsided.csv", target="y")).checklist
    assert checklist.candidate.score == "balanced_accuracy"
    (own,) = [check for check in checklist.checks if check.id == "reproducible"]
    assert own.require == "tolerance(seeds.score, 0.9) >= 0.5"


def test_files_are_named_from_the_folder_of_the_checklist(drafted, folder):
    file = drafted("models.py:mlp", "two.csv", target="y", output=folder / "checks" / "own.yaml")
    recipe = load(file).checklist.candidate
    assert (recipe.model, recipe.data) == ("../models.py:mlp", "../two.csv")
    assert validate_file(file) == ()


def test_little_data_is_not_divided_into_shares_too_small_to_train_on(drafted, folder):
    """An eighth of 32 training rows is less than the 8 rows that a training needs."""
    header, *rows = (folder / "two.csv").read_text().splitlines()
    (folder / "few.csv").write_text("\n".join([header, *rows[:40]]) + "\n")
    probe = load(drafted("models.py:mlp", "few.csv", target="y")).checklist.probes["data"]
    assert probe.fractions == (0.25, 0.5, 1)


@pytest.mark.parametrize("name", ["a: b # c", "'quoted\"", "<b>kund:innen</b>", "مرحبا 🚀", "yes"])
def test_a_name_of_any_kind_stays_what_it_is(folder, name):
    request = Request("models.py:mlp", "two.csv", folder / "own.yaml", name, target="y")
    (folder / "own.yaml").write_text(draft(request).text)
    assert load(folder / "own.yaml").checklist.name == name
