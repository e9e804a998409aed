"""``stablecheck schema``: the JSON Schema of the checklist."""

from __future__ import annotations

import json

import click


@click.command(short_help="Print the JSON Schema of the checklist.")
def command() -> None:
    """Print the JSON Schema of the checklist, for editors and other tools.

    \b
    Example:
      stablecheck schema > stablecheck.schema.json
    then, as the first line of a checklist:
      # yaml-language-server: $schema=stablecheck.schema.json
    """
    from stablecheck.checklist.json_schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
