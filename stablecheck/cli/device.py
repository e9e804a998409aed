"""The ``--device`` option."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from stablecheck.cli.completing import devices


def _known(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from stablecheck.checklist.schema import DEVICE

        if not re.match(DEVICE, value):
            message = f"{value!r} is none of auto, cpu, cuda, cuda:1 and mps"
            raise click.BadParameter(message, ctx, parameter)
    return value


def device_option() -> Callable[[Any], Any]:
    """``--device``, refused where it is no device's name."""
    shown = "auto, cpu, cuda, cuda:1 or mps."
    return click.option(
        "--device", metavar="DEVICE", callback=_known, help=shown, shell_complete=devices
    )
