"""As a step of a GitHub workflow, the real command tells GitHub what came out."""

from __future__ import annotations

import io
import re

import pytest
from click.testing import CliRunner

from stablecheck.cli import github, validate
from stablecheck.pipeline.reports import Finished
from tests.exports.folders import write_folder
from tests.report.made_up.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def made_up():
    return SCENARIOS["no_go"]()


@pytest.fixture
def finished(made_up, tmp_path):
    folder = write_folder(made_up, tmp_path / "run")
    (folder / "summary.md").write_text("## The verdict\n")
    return Finished(folder, made_up, folder / "report.pdf")


@pytest.fixture
def step(tmp_path, monkeypatch):
    """The files that GitHub gives a step."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    files = {}
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        files[name] = tmp_path / name
        files[name].write_text("earlier\n")
        monkeypatch.setenv(name, str(files[name]))
    return files


def told(finished, code=99):
    out = io.StringIO()
    github.tell(finished, code, out)
    return out.getvalue()


def test_summary_outputs_and_annotations_are_added_to_what_is_there(finished, step):
    assert re.findall("^::(error|warning|notice) ", told(finished), re.M) == ["error", "warning"]
    assert step["GITHUB_STEP_SUMMARY"].read_text() == "earlier\n## The verdict\n"
    lines = step["GITHUB_OUTPUT"].read_text().splitlines()
    assert lines[0] == "earlier"
    assert [line.split("<<")[0] for line in lines[1::3]] == [
        "verdict", "exit-code", "report", "folder",
    ]  # fmt: skip
    assert lines[2::3] == ["NO_GO", "99", str(finished.report), str(finished.folder)]


def test_elsewhere_nothing_is_told(finished, step, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert told(finished) == ""
    assert step["GITHUB_STEP_SUMMARY"].read_text() == "earlier\n"


def test_a_full_summary_is_left_as_it_is_and_a_warning_says_so(finished, step, capsys):
    step["GITHUB_STEP_SUMMARY"].write_text("x" * (1024 * 1024 - 3))
    told(finished)
    assert step["GITHUB_STEP_SUMMARY"].stat().st_size == 1024 * 1024 - 3
    assert capsys.readouterr().err == (
        "Warning: GITHUB_STEP_SUMMARY was not written: it is full; GitHub takes no more than 1 MiB "
        "of one step\n"
    )


def test_a_summary_that_cannot_be_written_costs_nothing_else(finished, step, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(finished.folder))
    told(finished)
    assert "Warning: GITHUB_STEP_SUMMARY was not written: Is a directory" in capsys.readouterr().err
    assert "NO_GO" in step["GITHUB_OUTPUT"].read_text()


def test_whatever_is_printed_inside_is_no_command(step):
    out = io.StringIO()

    def candidate():
        print("::set-output name=verdict::GO", file=out)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), github.literally(out):
        candidate()
    first, hostile, last = out.getvalue().splitlines()
    token = re.fullmatch("::stop-commands::([0-9a-f]{32})", first).group(1)
    assert hostile == "::set-output name=verdict::GO"
    assert last == f"::{token}::"


def test_every_stop_has_a_token_of_its_own(step):
    out = io.StringIO()
    for _ in range(2):
        with github.literally(out):
            pass
    tokens = re.findall("stop-commands::(.*)", out.getvalue())
    assert len(set(tokens)) == 2


def test_outside_of_a_step_output_is_left_alone(monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    out = io.StringIO()
    with github.literally(out):
        print("as it is", file=out)
    assert out.getvalue() == "as it is\n"


def test_validate_points_at_every_problem(tmp_path, monkeypatch, step):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text("schema: stablecheck/1\nnmae: x\n")
    shown = CliRunner().invoke(validate.command, ["wrong.yaml"]).stderr
    assert "\n::error file=wrong.yaml,line=2,col=1,title=invalid checklist::" in shown
    assert "did you mean 'name'?" in shown


@pytest.mark.slow
@pytest.mark.parametrize("quiet", [[], ["--quiet"]], ids=["usual", "quiet"])
def test_a_run_is_told_and_quiet_keeps_standard_output_for_the_verdict(project, tmp_path, quiet):
    project.edit("own.yaml", ">= 0.8", ">= 1.5")
    files = {name: str(tmp_path / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    ended = project.stablecheck("run", "own.yaml", *quiet, GITHUB_ACTIONS="true", **files)
    assert ended.returncode == 99, ended.stderr
    told = ended.stderr if quiet else ended.stdout
    commands = [line for line in told.splitlines() if line.startswith("::")]
    assert [line.split("::")[1].split(" ")[0] for line in commands[::2]] == [
        "stop-commands",
        "error",
    ]
    assert "file=own.yaml,line=18,col=" in commands[2]
    assert "exit-code" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().startswith("## ❌ own: NO-GO")
    if quiet:
        assert ended.stdout.startswith("NO-GO  stablecheck-runs")
        assert ended.stdout.count("\n") == 1
