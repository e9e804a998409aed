"""The pipelines in ``examples/ci/`` use what there is: commands, options, files, outputs, codes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from stablecheck.cli import exits, github
from stablecheck.cli.main import group
from stablecheck.pipeline.reports import FORMATS, Finished
from tests.report.made_up.scenarios import SCENARIOS

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "ci"
FILES = sorted(FOLDER.glob("*.yml"))
CODES = {value for name, value in vars(exits).items() if name.isupper() and name[0] != "_"}


def texts_in(node: object) -> list[str]:
    """Every string of a document."""
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts_in(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts_in(value)]
    return [node] if isinstance(node, str) else []


def commands_of(file: Path) -> list[list[str]]:
    """The arguments of every call of stablecheck."""
    lines = [
        line for text in texts_in(yaml.safe_load(file.read_text())) for line in text.split("\n")
    ]
    calls = [
        line.strip().split(" || ")[0] for line in lines if line.strip().startswith("stablecheck ")
    ]
    return [shlex.split(call)[1:] for call in calls]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_command_it_calls_takes_these_options(file: Path):
    calls = commands_of(file)
    assert {call[0] for call in calls} == {"validate", "run"}
    for name, *arguments in calls:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        command.make_context(name, arguments)  # refuses what the command does not know


def test_a_wrong_option_would_be_noticed():
    command = group.get_command(click.Context(group), "run")
    with pytest.raises(click.UsageError, match="No such option"):
        command.make_context("run", ["churn.yaml", "--max-costs", "1h"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_of_a_run_that_it_reads_is_written(file: Path):
    named = set(
        re.findall(r"(?:outputs\.folder \}\}|stablecheck-runs/\*)/([\w.-]+)", file.read_text())
    )
    assert named
    assert named <= set(FORMATS.values())


def test_every_output_that_the_workflow_reads_is_set(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "summary.md").touch()
    finished = Finished(tmp_path, SCENARIOS["bare"](), tmp_path / "report.pdf")
    with (tmp_path / "shown").open("w") as shown:
        github.tell(finished, 0, shown)
    written = set(re.findall(r"^([\w-]+)<<", (tmp_path / "outputs").read_text(), re.MULTILINE))
    workflow, readme = (FOLDER / "stablecheck.yml").read_text(), (FOLDER / "README.md").read_text()
    assert set(re.findall(r"steps\.check\.outputs\.([\w-]+)", workflow + readme)) <= written
    assert all(f"`{name}`" in readme or f".{name}`" in readme for name in written)


def test_every_exit_code_that_they_treat_is_one():
    workflow, gitlab = (
        (FOLDER / name).read_text() for name in ("stablecheck.yml", "gitlab-ci.yml")
    )
    treated = {int(code) for code in re.findall(r"^ +(\d+)\) echo", workflow, re.MULTILINE)}
    treated |= set(yaml.safe_load(gitlab)["stablecheck"]["allow_failure"]["exit_codes"])
    assert treated == {exits.INCONCLUSIVE, exits.NO_GO}
    readme = (FOLDER / "README.md").read_text()
    listed = re.search(r"Exit codes: (.*?)\n\n", readme, re.DOTALL).group(1)
    assert {int(code) for code in re.findall(r"\d+", listed)} <= CODES
