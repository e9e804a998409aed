"""Options that several commands have, the same in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import click

Decorator = Callable[[Any], Any]


def quiet_option(shown: str) -> Decorator:
    """``--quiet``, with what is left to print."""
    return click.option("-q", "--quiet", is_flag=True, help=shown)


def strict_option() -> Decorator:
    """``--strict``: a CONDITIONAL GO does not pass."""
    return click.option("--strict", is_flag=True, help="Exit with 98 on CONDITIONAL GO.")


def workers_option() -> Decorator:
    """``--workers``."""
    return click.option("--workers", type=click.IntRange(min=1), help="Trials at the same time.")


def _known_executor(
    ctx: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    if value is not None:
        from stablecheck.checklist.schema import Run

        names = get_args(Run.model_fields["executor"].annotation)
        if value not in names:
            message = f"{value!r} is none of {', '.join(names)}"
            raise click.BadParameter(message, ctx, parameter)
    return value


def executor_option() -> Decorator:
    """``--executor``, refused where it is none."""
    return click.option(
        "--executor", metavar="NAME", callback=_known_executor,
        help="auto, ensembles, processes, inline or ray.",
    )  # fmt: skip


def _debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().params["debug"] = True


def debug_option() -> click.Option:
    """``--debug``, which may stand before or behind a command's name."""
    return click.Option(
        ["--debug"], is_flag=True, expose_value=False, callback=_debug,
        help="Show a traceback with every error.",
    )  # fmt: skip
