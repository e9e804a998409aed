"""What a command tells GitHub Actions, where it runs as a step of a workflow; nothing elsewhere."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from stablecheck.errors import Problem

if TYPE_CHECKING:
    from stablecheck.pipeline.reports import Finished

MOST = 1024 * 1024
"""Bytes that GitHub takes as the summary, and as the outputs, of one step."""


def is_step() -> bool:
    """Whether this process runs as a step of a GitHub workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def literally(out: IO[str]) -> Iterator[None]:
    """Let GitHub take nothing for a command that is printed inside, whoever wrote the text.

    Args:
        out: Where it is printed.
    """
    if not is_step():
        yield
        return
    token = secrets.token_hex(16)
    click.echo(f"::stop-commands::{token}", file=out)
    try:
        yield
    finally:
        click.echo(f"::{token}::", file=out)


def tell(finished: Finished, code: int, out: IO[str]) -> None:
    """Annotate the checklist, add to the step's summary and set its outputs.

    Args:
        finished: The run and its reports.
        code: Exit code of the command.
        out: Where annotations are printed.
    """
    if not is_step():
        return
    from stablecheck.exports.github import check_annotations, outputs
    from stablecheck.exports.repository import Repository
    from stablecheck.pipeline.reports import FORMATS

    for line in check_annotations(finished.run, Repository.around(Path.cwd())):
        click.echo(line, file=out)
    _append("GITHUB_STEP_SUMMARY", (finished.folder / FORMATS["md"]).read_text("utf-8"))
    _append("GITHUB_OUTPUT", outputs(_values(finished, code), secrets.token_hex(16)))


def point_at(problems: Iterable[Problem]) -> None:
    """Annotate the problems of checklists."""
    if not is_step():
        return
    from stablecheck.exports.github import problem_annotations
    from stablecheck.exports.repository import Repository

    for line in problem_annotations(problems, Repository.around(Path.cwd())):
        click.echo(line, err=True)


def _values(finished: Finished, code: int) -> Mapping[str, str]:
    return {
        "verdict": finished.result.verdict.decision,
        "exit-code": str(code),
        "report": str(finished.report),
        "folder": str(finished.folder),
    }


def _append(variable: str, text: str) -> None:
    """Add to a file that GitHub names; the verdict stands, whatever becomes of it."""
    name = os.environ.get(variable)
    if not name:
        return
    content = text.encode()
    try:
        with Path(name).open("ab") as file:
            if file.tell() + len(content) > MOST:
                raise OSError("it is full; GitHub takes no more than 1 MiB of one step")
            file.write(content)
    except OSError as error:
        click.echo(f"Warning: {variable} was not written: {error.strerror or error}", err=True)
