"""The option ``--format``: what a run is written as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stablecheck.checklist.problems.suggestion import did_you_mean

_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option() -> Callable[[_Command], _Command]:
    """One format or several, separated by commas or by giving the option again; all by default."""
    return click.option(
        "--format", "formats", multiple=True, callback=_formats, metavar="FORMAT[,FORMAT...]",
        help="What to write: pdf, html, md, junit, sarif, code-scanning. All by default.",
    )  # fmt: skip


def _formats(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    from stablecheck.pipeline.reports import FORMATS

    asked = [name.strip().lower() for text in given for name in text.split(",")]
    for name in asked:
        if name not in FORMATS:
            raise click.BadParameter(
                f"{name!r} is none of {', '.join(FORMATS)}{did_you_mean(name, tuple(FORMATS))}"
            )
    return tuple(dict.fromkeys(asked)) or tuple(FORMATS)
