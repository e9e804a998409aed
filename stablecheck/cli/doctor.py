"""``stablecheck doctor``: what works here, and what to install."""

from __future__ import annotations

import textwrap

import click

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(short_help="Check GPU, torch, PDF libraries, fonts and disk.")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check GPU, torch, PDF libraries, fonts and disk; say what to install.

    \b
    Example:
      stablecheck doctor
    """
    from stablecheck.doctor import diagnose

    findings = diagnose()
    for finding in findings:
        mark = click.style(_MARKS[finding.status], fg=_COLOURS[finding.status])
        indent = " " * 20
        found = textwrap.fill(finding.found, 78, initial_indent=indent, subsequent_indent=indent)
        click.echo(f"{mark} {finding.name:<16}  {found.strip()}")
        if finding.status != "ok" and finding.remedy:
            remedy = textwrap.fill(
                finding.remedy, 78, initial_indent=indent, subsequent_indent=indent,
                break_on_hyphens=False, break_long_words=False,
            )  # fmt: skip
            click.echo(remedy)
    if any(finding.status == "fail" for finding in findings):
        ctx.exit(1)
