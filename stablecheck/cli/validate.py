"""``stablecheck validate``: every error of every file."""

from __future__ import annotations

import click

from stablecheck.cli import exits


@click.command(short_help="Show every error of checklists; nothing is trained.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Show every error of every checklist, each with file, line and column.

    Nothing is trained and none of the candidate's code runs.

    \b
    Example:
      stablecheck validate checklists/*.yaml
    """
    from stablecheck.checklist.loader import validate_file

    found = {file: validate_file(file) for file in files}
    for file, problems in found.items():
        for problem in problems:
            click.echo(str(problem), err=True)
        if not problems:
            click.echo(f"{file}: valid")
    count = sum(len(problems) for problems in found.values())
    if count:
        click.echo(f"{count} error{'s' * (count != 1)}", err=True)
        ctx.exit(exits.INVALID_CHECKLIST)
