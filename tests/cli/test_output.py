"""What goes where: --json, --quiet, --debug and colours, alike in every command."""

import json

import click
import pytest
from click.testing import CliRunner

from stablecheck.cli import colour
from stablecheck.cli.main import COMMANDS, group

PAINTED = "\x1b["


def ask(*arguments, **environment):
    """Call a command in this process."""
    return CliRunner().invoke(
        group, list(arguments), prog_name="stablecheck", env=environment, color=False
    )


def options_of(name):
    """The long options of a command."""
    command = group.get_command(None, name)
    return {max(option.opts, key=len) for option in command.params}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_knows_debug(name):
    assert "--debug" in options_of(name)


@pytest.mark.parametrize(
    "name",
    ["run", "plan", "validate", "doctor", "explain", "report", "compare", "history", "verify"],
)
def test_what_answers_programs_knows_json(name):
    assert "--json" in options_of(name)


@pytest.mark.parametrize("name", ["init", "run", "plan", "validate", "doctor", "report", "verify"])
def test_what_talks_knows_quiet(name):
    assert "--quiet" in options_of(name)


def test_a_run_for_programs_prints_one_document_and_talks_elsewhere(project):
    ran = project.stablecheck("run", "own.yaml", "--json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    result = json.loads((project.runs[0] / "result.json").read_text())
    assert told["decision"] == result["verdict"]["decision"] == "GO"
    assert told["checks"] == result["checks"]
    assert told["next_steps"] == result["verdict"]["next_steps"]
    assert told["exit_code"] == 0
    assert "3/3 seeds-base-s2" in ran.stderr
    assert (project.folder / told["report"]).exists()
    again = project.stablecheck("report", told["folder"], "--json")
    assert json.loads(again.stdout) == told
    quiet = project.stablecheck("report", told["folder"], "--quiet", NO_COLOR="", FORCE_COLOR="1")
    assert quiet.stdout.startswith(PAINTED)
    assert click.unstyle(quiet.stdout) == f"GO  {told['report']}\n"


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, None),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, None),
        ({"FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_unless_somebody_asks(monkeypatch, variables, wanted):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert colour.wanted() is wanted


def test_a_candidate_that_prints_does_not_spoil_the_document(project):
    """With the inline executor, it prints from this very process."""
    project.edit("model.py", "def build(width=8):", "def build(width=8):\n    print('hello')")
    told = project.stablecheck("plan", "own.yaml", "--executor", "inline", "--json")
    assert json.loads(told.stdout)["trials"] == 3
    assert "hello" in told.stderr


def test_problems_for_programs_have_their_parts_apart(project):
    project.edit("own.yaml", "kind: init_seeds", "kind: init_seed")
    project.edit("own.yaml", "batch_size: 32", "batch_size: '32'")
    own = str(project.folder / "own.yaml")
    ended = ask("validate", own, "quickstart", "--json")
    assert ended.exit_code == 104
    told = json.loads(ended.stdout)
    assert told["files"] == [{"file": own, "valid": False}, {"file": "quickstart", "valid": True}]
    size, kind = told["problems"]
    assert size == {
        "file": own, "line": 11, "column": 15,
        "message": "expected a whole number, found text '32'; remove the quotes",
        "expected": "a whole number",
        "hint": "remove the quotes",
    }  # fmt: skip
    assert (kind["line"], kind["hint"]) == (16, "did you mean 'init_seeds'?")
    assert kind["expected"].startswith("one of init_seeds, lr_jitter, ")


@pytest.mark.parametrize("name", ["run", "plan", "report"])
def test_a_command_that_fails_answers_programs_too(tmp_path, name):
    ended = ask(name, str(tmp_path / "missing"), "--json")
    told = json.loads(ended.stdout)
    assert told["exit_code"] == ended.exit_code
    assert told["error"] == ended.stderr.strip()
    assert len(told["problems"]) == (0 if name == "report" else 1)


def test_validate_quiet_prints_errors_alone(project):
    assert ask("validate", "quickstart", "--quiet").output == ""
    project.edit("own.yaml", "kind: init_seeds", "kind: init_seed")
    ended = ask("validate", str(project.folder / "own.yaml"), "quickstart", "-q")
    assert ended.stdout == ""
    assert "did you mean 'init_seeds'" in ended.stderr


def test_plan_quiet_is_one_line():
    assert ask("plan", "quickstart", "--no-pilot", "-q").output == (
        "quickstart 1.0.0: 49 trainings\n"
    )


def test_a_plan_for_programs_says_what_n_can_prove():
    """14 of 14 prove 0.05^(1/14)."""
    told = json.loads(ask("plan", "quickstart", "--no-pilot", "--json").stdout)
    assert (told["trials"], told["seconds"], told["pilot"]) == (49, None, None)
    assert told["probes"]["lr"]["arms"] == ["x0.5", "x0.7", "x1", "x1.4", "x2"]
    most, least = told["proofs"]
    assert most["probes"] == ["seeds"]
    assert most["share"] == pytest.approx(0.05 ** (1 / 14))
    assert least["share"] == pytest.approx(0.05 ** (1 / 5))


def test_a_plan_with_a_pilot_tells_programs_its_figures(project):
    told = json.loads(project.stablecheck("plan", "own.yaml", "--json").stdout)
    assert told["gradient_steps"] == 90
    assert told["pilot"]["device"] == "cpu"
    assert told["seconds"] > 0
    assert told["exceeds_max_cost"] is False


def test_explain_for_programs_has_the_parts_of_a_definition():
    told = json.loads(ask("explain", "path.alignment", "--json").stdout)
    assert told["name"] == "path.alignment"
    assert set(told) == {"name", "definition", "unit", "formula", "source"}
    listed = json.loads(ask("explain", "--json").stdout)
    assert "tolerance" in listed["statistics"]
    assert "lr.headroom" in listed["summaries"]


def test_doctor_for_programs_and_quiet(monkeypatch):
    from stablecheck import doctor

    found = (
        doctor.Finding("Python", "ok", "3.12.1"),
        doctor.Finding("Fonts", "fail", "none", "install some"),
    )
    monkeypatch.setattr(doctor, "diagnose", lambda: found)
    ended = ask("doctor", "--json")
    assert ended.exit_code == 1
    told = json.loads(ended.stdout)
    assert told["findings"][1] == {
        "name": "Fonts", "status": "fail", "found": "none", "remedy": "install some",
    }  # fmt: skip
    quiet = ask("doctor", "--quiet").output
    assert "Python" not in quiet
    assert "install some" in quiet


@pytest.mark.parametrize(
    "arguments", [["--debug", "run", "missing"], ["run", "missing", "--debug"]]
)
def test_debug_shows_a_traceback_wherever_it_stands(arguments):
    shown = ask(*arguments).stderr
    assert "Traceback (most recent call last)" in shown
    assert "Traceback" not in ask("run", "missing").stderr


def test_what_nobody_foresaw_is_one_line_and_never_a_verdict(monkeypatch):
    monkeypatch.setattr("stablecheck.checklist.loader.validate_file", lambda file: 1 / 0)
    ended = ask("validate", "quickstart", "--json")
    assert ended.exit_code == 1
    assert ended.stderr.count("\n") == 1
    assert "ZeroDivisionError" in json.loads(ended.stdout)["error"]


def test_the_name_of_the_program_is_not_that_of_its_module(project):
    assert project.stablecheck("run").stderr.startswith("Usage: stablecheck run ")
