"""``stablecheck report``: render a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from stablecheck.cli import exits
from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.common import quiet_option, strict_option
from stablecheck.cli.completing import runs
from stablecheck.cli.formats import format_option
from stablecheck.resources import languages


@click.command(short_help="Render the reports of a finished run again.")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN", shell_complete=runs)
@format_option()
@click.option(
    "--language", type=click.Choice(languages()), help="Language; the checklist's by default."
)
@strict_option()
@quiet_option("Print the verdict and the report's path alone, without warnings.")
@json_option()
@click.pass_context
def command(
    ctx: click.Context,
    run: Path,
    formats: tuple[str, ...],
    language: str | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Render the reports of a finished run again, from its folder alone.

    \b
    Examples:
      stablecheck report stablecheck-runs/churn-mlp-20261123T235912Z-ab12cd
      stablecheck report RUN --format pdf,html,sarif --language en
    """
    from stablecheck.cli.closing import verdict_content, verdict_line
    from stablecheck.pipeline.reports import report

    finished = report(run, formats, language=language)
    code = exits.of_decision(finished.result.verdict.decision, strict=strict)
    for warning in () if quiet else finished.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if as_json:
        show(verdict_content(finished, code))
    else:
        click.echo(verdict_line(finished))
    ctx.exit(code)
