"""``stablecheck report``: render a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from stablecheck.cli import exits


@click.command(short_help="Render the reports of a finished run again.")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--strict", is_flag=True, help="Exit with 98 on CONDITIONAL GO.")
@click.pass_context
def command(ctx: click.Context, run: Path, strict: bool) -> None:
    """Render the reports of a finished run again, from its folder alone.

    \b
    Example:
      stablecheck report stablecheck-runs/churn-mlp-20261123T235912Z-ab12cd
    """
    from stablecheck.pipeline.reports import report

    finished = report(run)
    for warning in finished.warnings:
        click.echo(f"Warning: {warning}", err=True)
    decision = finished.result.verdict.decision
    click.echo(f"{decision.replace('_', ' ')}  {finished.report}")
    ctx.exit(exits.of_decision(decision, strict=strict))
