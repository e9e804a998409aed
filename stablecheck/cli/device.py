"""The ``--device`` option."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click


def _known(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from stablecheck.checklist.schema import DEVICE

    if value is not None and not re.match(DEVICE, value):
        raise click.BadParameter(
            f"{value!r} is none of auto, cpu, cuda, cuda:1 and mps", ctx, parameter
        )
    return value


def device_option() -> Callable[[Any], Any]:
    """``--device``, refused where it is no device's name."""
    shown = "auto, cpu, cuda, cuda:1 or mps."
    return click.option("--device", metavar="DEVICE", callback=_known, help=shown)
