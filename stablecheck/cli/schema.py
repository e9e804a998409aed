"""``stablecheck schema``: the JSON Schema of the checklist."""

from __future__ import annotations

import click


@click.command(short_help="Print the JSON Schema of the checklist.")
def command() -> None:
    """Print the JSON Schema of the checklist, for editors and other tools.

    \b
    Example:
      stablecheck schema > stablecheck-1.schema.json
    then, as the first line of a checklist:
      # yaml-language-server: $schema=stablecheck-1.schema.json
    """
    from stablecheck.checklist.json_schema import json_schema_text

    click.echo(json_schema_text())
