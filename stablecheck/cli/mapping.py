"""Options whose value is a mapping, written as in a checklist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def _read(ctx: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, Any]:
    if value is None:
        return {}
    import yaml

    try:
        found = yaml.safe_load(value)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        message = f"{value!r} is no mapping; expected e.g. '{{hidden: [32, 32]}}'"
        raise click.BadParameter(message, ctx, parameter)
    return found


def mapping_option(flag: str, shown: str) -> Callable[[Any], Any]:
    """An option that takes ``{hidden: [32, 32]}``, refused where it is no mapping."""
    return click.option(flag, metavar="MAPPING", callback=_read, help=shown)
