"""``stablecheck doctor``: what works here, and what to install."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.colour import of_mark
from stablecheck.cli.common import quiet_option

if TYPE_CHECKING:
    from stablecheck.doctor import Finding

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@click.command(short_help="Check GPU, torch, PDF libraries, fonts and disk.")
@quiet_option("Print only what does not work.")
@json_option()
@click.pass_context
def command(ctx: click.Context, quiet: bool, as_json: bool) -> None:
    """Check GPU, torch, PDF libraries, fonts and disk; say what to install.

    \b
    Example:
      stablecheck doctor
    """
    from stablecheck.doctor import diagnose

    findings = diagnose()
    code = int(any(finding.status == "fail" for finding in findings))
    if as_json:
        show({"exit_code": code, "findings": [asdict(finding) for finding in findings]})
    for finding in () if as_json else findings:
        if finding.status != "ok" or not quiet:
            _print(finding)
    ctx.exit(code)


def _print(finding: Finding) -> None:
    plain = _MARKS[finding.status]
    mark = click.style(plain, fg=of_mark(plain))
    indent = " " * 20
    found = textwrap.fill(finding.found, 78, initial_indent=indent, subsequent_indent=indent)
    click.echo(f"{mark} {finding.name:<16}  {found.strip()}")
    if finding.status != "ok" and finding.remedy:
        remedy = textwrap.fill(
            finding.remedy, 78, initial_indent=indent, subsequent_indent=indent,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip
        click.echo(remedy)
