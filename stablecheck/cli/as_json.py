"""``--json``: standard output for programs; everything meant for people goes to standard error."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from stablecheck.errors import InvalidChecklistError, Problem

_KEY = "stablecheck.json"


def _take_standard_output(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """Keep standard output for the answer; whatever else is printed goes to standard error.

    So does what a candidate prints that the inline executor runs in this process.
    """
    if value:
        ctx.meta[_KEY] = sys.stdout
        ctx.with_resource(contextlib.redirect_stdout(sys.stderr))
    return value


def json_option() -> Callable[[Any], Any]:
    """``--json``, which errors heed as well."""
    return click.option(
        "--json", "as_json", is_flag=True, callback=_take_standard_output,
        help="Print JSON, and what is for people to standard error.",
    )  # fmt: skip


def wanted(ctx: click.Context) -> bool:
    """Whether the answer is to be JSON."""
    return _KEY in ctx.meta


def show(content: dict[str, Any]) -> None:
    """Print the answer."""
    show_text(json.dumps(content, indent=2, ensure_ascii=False))


def show_text(document: str) -> None:
    """Print an answer that is JSON already."""
    click.echo(document, file=click.get_current_context().meta[_KEY])


def show_error(error: BaseException, message: str, exit_code: int) -> None:
    """Print what stands in the place of an answer."""
    found = error.problems if isinstance(error, InvalidChecklistError) else ()
    problems = [problem_content(problem) for problem in found]
    show({"error": message, "exit_code": exit_code, "problems": problems})


def problem_content(problem: Problem) -> dict[str, Any]:
    """One problem of a checklist, its parts apart."""
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "expected": problem.expected,
        "hint": problem.hint,
    }
