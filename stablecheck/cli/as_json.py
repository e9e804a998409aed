"""``--json``: standard output for programs; everything meant for people goes to standard error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from stablecheck.errors import InvalidChecklistError, Problem

_KEY = "stablecheck.json"


def _remember(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    ctx.meta[_KEY] = value
    return value


def json_option() -> Callable[[Any], Any]:
    """``--json``, which errors heed as well."""
    return click.option(
        "--json", "as_json", is_flag=True, callback=_remember,
        help="Print JSON, and what is for people to standard error.",
    )  # fmt: skip


def wanted(ctx: click.Context) -> bool:
    """Whether standard output is to be JSON."""
    return bool(ctx.meta.get(_KEY, False))


def show(content: dict[str, Any]) -> None:
    """Print an answer."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


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
