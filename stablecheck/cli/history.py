"""``stablecheck history``: the runs of a folder."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stablecheck.exports.listed import ListedRun
    from stablecheck.history import LeftOut

WIDTH = 80
MOST_LEFT_OUT = 5
_COLOURS = {"✓": "green", "✗": "red", "?": "yellow", "!": "yellow", "…": "yellow"}


@click.command(short_help="List all runs with verdict and key figures.")
@click.argument(
    "folder", type=click.Path(path_type=Path), default=Path("stablecheck-runs"), metavar="[DIR]"
)
@click.option("--checklist", metavar="NAME", help="Runs of this checklist alone.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N runs alone.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(folder: Path, checklist: str | None, limit: int | None, as_json: bool) -> None:
    """List all runs in DIR, the newest first; DIR is stablecheck-runs unless it is named.

    The name at the right is what `stablecheck compare` takes.

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
        click.echo(as_document(shown, found.left_out))
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
    from stablecheck.report.cleaning import clean

    of = f" of checklist {clean(checklist)}" if checklist else ""
    if not total:
        yield from _wrapped(f"no runs{of} in {clean(str(folder))}", "", "  ")
        return
    count = "1 run" if total == 1 else f"{total} runs"
    newest = f"the newest {shown} of " if shown < total else ""
    yield from _wrapped(f"{clean(str(folder))}: {newest}{count}{of}, the newest first", "", "  ")
    yield ""


def _run(run: ListedRun) -> Iterator[str]:
    word = click.style(f"{run.verdict:<16}", fg=_COLOURS[run.verdict[0]], bold=True)
    start = f"  {run.moment:<16}  {word}  "
    room = WIDTH - 38
    if len(run.checklist) + 2 + len(run.name) <= room:
        yield f"{start}{run.checklist:<{room - len(run.name)}}{run.name}"
    else:
        yield from _wrapped(run.checklist, start, " " * 38, len(start) - 38)
        yield f"{'':38}{run.name}"
    yield from _wrapped(run.figures, " " * 4, " " * 6)


def _closing(some: bool, left_out: Sequence[LeftOut]) -> Iterator[str]:
    if some:
        yield ""
        yield "  Times are UTC. Score: mean (lowest–highest) of the candidate as it stands."
    if left_out:
        yield from _wrapped(_left_out(left_out), "  ", "  ")


def _left_out(entries: Sequence[LeftOut]) -> str:
    from stablecheck.exports.listed import why_left_out

    named = [why_left_out(entry) for entry in entries[:MOST_LEFT_OUT]]
    more = len(entries) - MOST_LEFT_OUT
    named += [f"and {more} more"] if more > 0 else []
    count = "1 folder" if len(entries) == 1 else f"{len(entries)} folders"
    return f"Left out {count}: {', '.join(named)}"


def _wrapped(text: str, first: str, following: str, hidden: int = 0) -> list[str]:
    """The text in lines; ``hidden`` characters of ``first`` take no room in a terminal."""
    return textwrap.wrap(
        text, WIDTH + hidden, initial_indent=first, subsequent_indent=following,
        break_on_hyphens=False,
    )  # fmt: skip
