"""The ``--max-cost`` option."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def _duration(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from stablecheck.checklist.duration import seconds

        try:
            seconds(value)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, parameter) from error
    return value


def max_cost_option() -> Callable[[Any], Any]:
    """``--max-cost``, refused where it is no duration."""
    shown = "Start no training after so long, such as 30min; the checklist's run.max_cost."
    return click.option("--max-cost", metavar="DURATION", callback=_duration, help=shown)
