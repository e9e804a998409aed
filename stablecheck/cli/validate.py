"""``stablecheck validate``: every error of every file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from stablecheck.cli import exits, github
from stablecheck.cli.as_json import json_option, problem_content, show
from stablecheck.cli.common import quiet_option
from stablecheck.cli.completing import checklists
from stablecheck.errors import Problem

Found = Mapping[str, Sequence[Problem]]
"""The problems of each file."""


@click.command(short_help="Show every error of checklists; nothing is trained.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=checklists)
@quiet_option("Print errors alone.")
@json_option()
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], quiet: bool, as_json: bool) -> None:
    """Show every error of every checklist, each with file, line and column.

    Nothing is trained and none of the candidate's code runs.

    \b
    Examples:
      stablecheck validate checklists/*.yaml
      stablecheck validate quickstart --json
    """
    from stablecheck.checklist.loader import validate_file

    found = {file: validate_file(file) for file in files}
    warned = {file: _warnings(file) for file, problems in found.items() if not problems}
    code = exits.INVALID_CHECKLIST if any(found.values()) else 0
    if as_json:
        show(_content(found, warned, code))
    else:
        _print(found, warned, quiet)
    github.point_at(problem for problems in found.values() for problem in problems)
    ctx.exit(code)


def _warnings(file: str) -> list[Problem]:
    """What is no error, but will not look as somebody may expect."""
    from stablecheck.checklist.loader import texts_of
    from stablecheck.report.lettering import undrawn_notice

    noticed = ((place, undrawn_notice(text)) for place, text in texts_of(file))
    return [Problem(place, notice) for place, notice in noticed if notice]


def _content(found: Found, warned: Found, code: int) -> dict[str, Any]:
    return {
        "valid": not any(found.values()),
        "exit_code": code,
        "files": [{"file": file, "valid": not problems} for file, problems in found.items()],
        "problems": [problem_content(one) for problems in found.values() for one in problems],
        "warnings": [problem_content(one) for problems in warned.values() for one in problems],
    }


def _print(found: Found, warned: Found, quiet: bool) -> None:
    for file, problems in found.items():
        for problem in problems:
            click.echo(str(problem), err=True)
        if not problems and not quiet:
            click.echo(f"{file}: valid")
        for warning in () if quiet else warned.get(file, ()):
            click.echo(f"Warning: {warning}", err=True)
    count = sum(map(len, found.values()))
    if count:
        click.echo(f"{count} error{'s' * (count != 1)}", err=True)
