"""STABLECHECK_* variables: which is heeded, in what order, and what is said of wrong ones."""

import json

import pytest
from click.testing import CliRunner

from stablecheck.cli import variables
from stablecheck.cli.main import COMMANDS, group


def ask(*arguments, **environment):
    """Call a command in this process, with these variables alone."""
    return CliRunner().invoke(group, list(arguments), prog_name="stablecheck", env=environment)


def heeded(*arguments, **environment):
    """The values that a command would work with."""
    with (
        CliRunner().isolation(env=environment),
        group.make_context("stablecheck", ["run"]) as outer,
    ):
        name, *rest = arguments
        command = group.get_command(outer, name)
        return command.make_context(name, rest, parent=outer).params


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """No variables of whoever runs the tests."""
    for name in variables.os.environ:
        if name.startswith(variables.PREFIX):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value", "option", "expected"),
    [
        ("STABLECHECK_DEVICE", "cpu", "device", "cpu"),
        ("STABLECHECK_EXECUTOR", "inline", "executor", "inline"),
        ("STABLECHECK_WORKERS", "3", "workers", 3),
        ("STABLECHECK_MAX_COST", "5min", "max_cost", "5min"),
        ("STABLECHECK_STRICT", "1", "strict", True),
        ("STABLECHECK_STRICT", "no", "strict", False),
        ("STABLECHECK_QUIET", "true", "quiet", True),
        ("STABLECHECK_JSON", "on", "as_json", True),
        ("STABLECHECK_RUN_RESUME", "yes", "resume", True),
        ("STABLECHECK_DEVICE", "", "device", None),
    ],
)
def test_a_variable_stands_in_for_its_option(name, value, option, expected):
    assert heeded("run", "own.yaml", **{name: value})[option] == expected


def test_an_output_of_runs_is_no_output_of_init():
    found = heeded("run", "own.yaml", STABLECHECK_OUTPUT="elsewhere")
    assert str(found["output"]) == "elsewhere"
    assert heeded("init", STABLECHECK_OUTPUT="elsewhere")["output"] is None


def test_a_flag_goes_before_the_long_variable_and_that_before_the_short_one():
    short = {"STABLECHECK_DEVICE": "mps"}
    both = {**short, "STABLECHECK_RUN_DEVICE": "cuda"}
    assert heeded("run", "own.yaml", **short)["device"] == "mps"
    assert heeded("run", "own.yaml", **both)["device"] == "cuda"
    assert heeded("plan", "own.yaml", **both)["device"] == "mps"
    assert heeded("run", "own.yaml", "--device", "cpu", **both)["device"] == "cpu"


def test_a_variable_goes_before_the_checklist(project):
    """The checklist asks for processes and for one worker."""
    project.edit("own.yaml", "workers: 1", "workers: 1, executor: processes, device: cuda:7")
    ran = project.stablecheck(
        "run", "own.yaml", "--quiet",
        STABLECHECK_EXECUTOR="inline", STABLECHECK_DEVICE="cpu", STABLECHECK_OUTPUT="mine",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (result,) = project.folder.glob("mine/*/result.json")
    environment = json.loads(result.read_text())["environment"]
    assert (environment["executor"], environment["device"]) == ("inline", "cpu")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("STABLECHECK_DEVICE", "gpu", "STABLECHECK_DEVICE: 'gpu' is none of auto, cpu, cuda"),
        ("STABLECHECK_EXECUTOR", "rya", "STABLECHECK_EXECUTOR: 'rya' is none of auto, ensembles"),
        ("STABLECHECK_RUN_WORKERS", "many", "STABLECHECK_RUN_WORKERS: 'many' is not a valid"),
        ("STABLECHECK_WORKERS", "0", "STABLECHECK_WORKERS: 0 is not in the range x>=1"),
        ("STABLECHECK_MAX_COST", "soon", "STABLECHECK_MAX_COST: 'soon' is not a duration"),
        ("STABLECHECK_STRICT", "maybe", "STABLECHECK_STRICT: 'maybe' is neither yes nor no"),
        ("STABLECHECK_DEBUG", "maybe", "STABLECHECK_DEBUG: 'maybe' is neither yes nor no"),
    ],
)
def test_a_wrong_value_is_one_line_with_the_variables_name(name, value, expected):
    ended = ask("run", "quickstart", **{name: value})
    assert ended.exit_code == 2
    assert ended.stderr.startswith(expected)
    assert ended.stderr.endswith("; mend or unset that variable\n")
    assert ended.stderr.count("\n") == 1


def test_what_a_variable_of_a_switch_may_hold_is_told():
    ended = ask("run", "quickstart", STABLECHECK_STRICT="maybe")
    assert ended.stderr == (
        "STABLECHECK_STRICT: 'maybe' is neither yes nor no; expected 1, true, yes or on, or 0, "
        "false, no or off; mend or unset that variable\n"
    )


def test_a_wrong_flag_is_not_blamed_on_a_variable():
    ended = ask("run", "quickstart", "--device", "gpu", STABLECHECK_DEVICE="cpu")
    assert "Invalid value for '--device': 'gpu' is none of" in ended.stderr


def test_an_unknown_variable_is_warned_of_with_the_closest_name():
    ended = ask("validate", "quickstart", STABLECHECK_DEVISE="cpu")
    assert ended.exit_code == 0
    assert ended.stderr == (
        "Warning: no option is set by the variable STABLECHECK_DEVISE; "
        "did you mean 'STABLECHECK_DEVICE'?\n"
    )
    assert ended.stdout == "quickstart: valid\n"


def test_a_variable_of_another_command_is_no_mistake():
    assert ask("validate", "quickstart", STABLECHECK_PLAN_NO_PILOT="1").stderr == ""


def test_every_option_of_every_command_has_a_variable_but_help():
    with group.make_context("stablecheck", ["run"]) as outer:
        for name in COMMANDS:
            for option in group.get_command(outer, name).params:
                flags = [text for text in option.opts if text.startswith("--")]
                if flags and "--help" not in flags:
                    words = f"stablecheck_{name}_{flags[0][2:]}".replace("-", "_").upper()
                    assert words in variables.names_of(option)
