"""What the READMEs of the examples say: folders that are there, commands with their checklists."""

import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
COMMAND = re.compile(r"stablecheck (validate|plan|run) (\S+\.yaml)")


def test_the_table_has_a_row_for_every_folder():
    listed = re.findall(r"^\| `(\w+)/` \|", (EXAMPLES / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_commands_of_a_readme_name_checklists_of_its_folder(folder):
    commands = COMMAND.findall((EXAMPLES / folder / "README.md").read_text())
    there = {path.name for path in (EXAMPLES / folder).glob("*.yaml")}
    assert {name for _, name in commands} <= there
    assert bool(commands) == bool(there)
