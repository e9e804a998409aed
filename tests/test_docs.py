"""The README says what the program does: commands, exit codes, and a checklist that works."""

import re
from pathlib import Path

import pytest
import torch

from stablecheck.checklist.affordable import fewest_steps
from stablecheck.checklist.loader import load
from stablecheck.checklist.schema import Measure
from stablecheck.cli import exits
from stablecheck.cli.main import COMMANDS
from stablecheck.drafting import guesses

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def section(title):
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def block(language, first_line):
    """The fenced block that starts with this line."""
    (found,) = re.findall(rf"```{language}\n({re.escape(first_line)}\n.*?)```", README, re.DOTALL)
    return found


@pytest.fixture
def project(tmp_path):
    """The three files of the README's example; the table is the smallest that fits the model."""
    columns = [f"feature_{number}" for number in range(8)] + ["leaves"]
    rows = [",".join(["0.5"] * 8 + [answer]) for answer in ("yes", "no")]
    (tmp_path / "churn.csv").write_text("\n".join([",".join(columns), *rows]) + "\n")
    (tmp_path / "model.py").write_text(block("python", "# model.py"))
    (tmp_path / "churn.yaml").write_text(block("yaml", "# churn.yaml"))
    return tmp_path


def test_the_declarations_of_a_table_in_the_readme_are_valid(project):
    """They stand in the place of the example's own data."""
    declared = block("yaml", "candidate:").removeprefix("candidate:\n")
    example = (project / "churn.yaml").read_text()
    assert example.count("  data: churn.csv\n  target: leaves") == 1
    lines = example.splitlines()
    start = lines.index("  data: churn.csv")
    text = "\n".join([*lines[:start], declared, *lines[start + 2 :]])
    (project / "churn.yaml").write_text(text)
    (project / "customers.csv").write_text("")
    assert load(project / "churn.yaml").checklist.candidate.columns.drop == ("customer_id",)


def test_the_readme_lists_the_commands_there_are():
    cells = re.findall(r"^\| (`.+?) \|", section("Commands and exit codes"), re.MULTILINE)
    listed = [name for cell in cells for name in re.findall(r"`([a-z]+)", cell)]
    assert sorted(listed) == sorted(COMMANDS)


def test_the_readme_lists_the_exit_codes_there_are():
    (sentence,) = re.findall(
        r"`run` and `report` end with (.*?);", section("Commands and exit codes"), re.DOTALL
    )
    defined = {value for name, value in vars(exits).items() if name.isupper() and name[0] != "_"}
    assert {int(code) for code in re.findall(r"\d+", sentence)} == defined


def test_readme_and_draft_name_the_same_number_of_steps_that_measuring_keeps_to_its_tenth_from():
    (told,) = re.findall(r"below\s+some (\d+) steps that is more than a tenth", README)
    (drafted,) = re.findall(
        r"Below some (\d+) steps, .* a tenth", guesses.epochs(rows=1000, batch=64).why
    )
    assert int(told) == int(drafted) == fewest_steps(Measure())


def test_the_readmes_checklist_is_valid(project):
    loaded = load(project / "churn.yaml")
    own = next(check for check in loaded.checklist.checks if check.id == "reproducible")
    assert own.severity == "blocker"
    assert set(loaded.checklist.probes) == {"seeds", "lr", "data"}


def test_the_readmes_model_fits_its_checklist_and_table(project):
    names = {}
    exec(compile((project / "model.py").read_text(), "model.py", "exec"), names)
    model = names["build"](**load(project / "churn.yaml").checklist.candidate.model_args)
    assert model(torch.zeros(5, 8)).shape == (5, 2)
