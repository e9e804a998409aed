"""Help and README say the same as the commands do, whichever commands there are."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stablecheck.checklist.loader import validate_file
from stablecheck.cli.main import COMMANDS, group
from stablecheck.resources import shipped_names

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
SECTION = README.split("\n## Commands and exit codes\n")[1].split("\n## ")[0]


def command_of(name):
    with group.make_context("stablecheck", [name, "--help"]) as outer:
        return group.get_command(outer, name)


def public_options(name):
    """The long form of every option that help shows."""
    return {
        max(option.opts, key=len)
        for option in command_of(name).params
        if isinstance(option, click.Option) and not option.hidden
    }


def shown_help(name):
    shown = CliRunner().invoke(group, [name, "--help"], prog_name="stablecheck")
    assert shown.exit_code == 0
    return shown.output


def examples_of(name):
    """The command lines below Example or Examples, without what a shell makes of the rest."""
    block = re.search(r"^  Examples?:\n((?:    .*\n|\s*\n)+)", shown_help(name), re.M)
    assert block, f"the help of {name} has no example"
    lines = [line.strip() for line in block.group(1).splitlines() if line.strip()]
    return [line for line in lines if line.startswith("stablecheck ")]


def readme_lines():
    """Every command line of the README's code blocks."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S):
        for line in () if language else block.splitlines():
            found = re.search(r"(?:^|\s)(stablecheck [a-z]+(?: .*)?)$", line)
            if found and "pip install" not in line:
                yield found.group(1)


def words_of(line):
    """Command and arguments; comments and redirections are the shell's."""
    before_comment = re.split(r"\s{2,}|\s#", line)[0]
    return shlex.split(re.split(r"\s[>|]", before_comment)[0])[1:]


def parse(words):
    """Parse as the program would, and run nothing."""
    with group.make_context("stablecheck", words) as outer:
        name, *rest = words
        command = group.get_command(outer, name)
        assert command is not None, f"there is no command {name}"
        return command.make_context(name, rest, parent=outer)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_that_the_command_takes(name):
    examples = examples_of(name)
    assert examples
    for line in examples:
        name_, *rest = words_of(line)
        assert name_ == name
        parse([name_, *rest])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_shipped_checklist_that_help_names_is_valid(name):
    for line in examples_of(name):
        for word in words_of(line)[1:]:
            if word in shipped_names():
                assert validate_file(word) == ()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_80_columns_and_the_list_of_commands_says_something_of_it(name):
    assert max(map(len, shown_help(name).splitlines())) <= 80
    listed = CliRunner().invoke(group, ["--help"], prog_name="stablecheck").output
    assert re.search(rf"^  {name} +\S.*\.$", listed, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_in_help_says_what_it_does(name):
    for option in command_of(name).params:
        if isinstance(option, click.Option):
            assert option.help, option.opts


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_lists_every_option(name):
    for option in public_options(name) - {"--help"}:
        assert re.search(rf"{option}\b(?!-)", README), f"the README lacks {name} {option}"


def test_every_option_that_the_readme_names_is_one():
    known = {"--help"}.union(*map(public_options, COMMANDS))
    named = set(re.findall(r"`(?:[a-z]+ )?(--[a-z-]+)", SECTION))
    assert named
    assert named <= known


def test_every_command_line_of_the_readme_is_one():
    lines = list(readme_lines())
    assert len(lines) >= 5
    for line in lines:
        parse(words_of(line))


def test_every_variable_that_the_readme_names_is_heeded():
    from stablecheck.cli.variables import names_of

    options = [*group.params, *(one for name in COMMANDS for one in command_of(name).params)]
    known = {name for option in options for name in names_of(option)}
    named = set(re.findall(r"`(STABLECHECK_\w+)`", README))
    assert "STABLECHECK_DEVICE" in named
    assert named <= known
