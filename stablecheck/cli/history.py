"""``stablecheck history``: the runs of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stablecheck.cli.as_json import json_option, show_text
from stablecheck.cli.colour import of_mark
from stablecheck.cli.variables import OUTPUT, RUNS

if TYPE_CHECKING:
    from stablecheck.exports.listed import ListedRun
    from stablecheck.history import LeftOut

MOST_LEFT_OUT = 5
_INDENT = 38


@click.command(short_help="List all runs with verdict and key figures.")
@click.argument(
    "folder", type=click.Path(path_type=Path), default=RUNS, metavar="[DIR]",
    envvar=OUTPUT,
)  # fmt: skip
@click.option("--checklist", metavar="NAME", help="Runs of this checklist alone.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N runs alone.")
@json_option()
def command(folder: Path, checklist: str | None, limit: int | None, as_json: bool) -> None:
    """List all runs in DIR, the newest first.

    DIR is where `stablecheck run` puts them unless it is named: STABLECHECK_OUTPUT, or
    stablecheck-runs. The name at the right is what `stablecheck compare` takes.

    \b
    Examples:
      stablecheck history
      stablecheck history --checklist churn --limit 10
      stablecheck history ci-runs --json
    """
    from stablecheck.exports.listed import as_document, listed
    from stablecheck.history import endings, history

    found = history(folder)
    runs = [run for run in found.runs if checklist is None or run.name == checklist]
    shown = runs[:limit]
    if as_json:
        show_text(as_document(shown, found.left_out))
        return
    for line in _head(folder, checklist, len(shown), len(runs)):
        click.echo(line)
    short = endings(run.folder.name for run in found.runs)
    for run in shown:
        for line in _run(listed(run, short[run.folder.name])):
            click.echo(line)
    for line in _closing(shown != [], found.left_out):
        click.echo(line)


def _head(folder: Path, checklist: str | None, shown: int, total: int) -> Iterator[str]:
    from stablecheck.cli.lines import wrapped
    from stablecheck.report.cleaning import clean

    of = f" of checklist {clean(checklist)}" if checklist else ""
    if not total:
        yield from wrapped(f"no runs{of} in {clean(str(folder))}", "", "  ")
        return
    count = "1 run" if total == 1 else f"{total} runs"
    newest = f"the newest {shown} of " if shown < total else ""
    yield from wrapped(f"{clean(str(folder))}: {newest}{count}{of}, the newest first", "", "  ")
    yield ""


def _run(run: ListedRun) -> Iterator[str]:
    from rich.cells import cell_len

    from stablecheck.cli.lines import WIDTH, padded, wrapped

    word = click.style(f"{run.verdict:<16}", fg=of_mark(run.verdict[0]), bold=True)
    start = f"  {run.moment:<16}  {word}  "
    room = WIDTH - _INDENT - cell_len(run.name)
    if cell_len(run.checklist) + 2 <= room:
        yield f"{start}{padded(run.checklist, room)}{run.name}"
    else:
        yield from wrapped(run.checklist, start, " " * _INDENT, cell_len(start) - _INDENT)
        yield f"{'':{_INDENT}}{run.name}"
    yield from wrapped(run.figures, " " * 4, " " * 6)


def _closing(some: bool, left_out: Sequence[LeftOut]) -> Iterator[str]:
    from stablecheck.cli.lines import wrapped

    if some:
        yield ""
        yield "  Times are UTC. Score: mean (lowest–highest) of the candidate as it stands."
    if left_out:
        yield from wrapped(_left_out(left_out), "  ", "  ")


def _left_out(entries: Sequence[LeftOut]) -> str:
    from stablecheck.exports.listed import why_left_out

    named = [why_left_out(entry) for entry in entries[:MOST_LEFT_OUT]]
    more = len(entries) - MOST_LEFT_OUT
    named += [f"and {more} more"] if more > 0 else []
    count = "1 folder" if len(entries) == 1 else f"{len(entries)} folders"
    return f"Left out {count}: {', '.join(named)}"
