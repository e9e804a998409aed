"""``stablecheck compare``: what changed between two runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len

from stablecheck.cli import exits
from stablecheck.cli.as_json import json_option, show_text
from stablecheck.cli.colour import of_mark
from stablecheck.cli.completing import runs as runs_there
from stablecheck.cli.lines import WIDTH, padded, wrapped
from stablecheck.cli.variables import OUTPUT, RUNS

if TYPE_CHECKING:
    from stablecheck.exports.compared.lines import Compared, Group, Line, Side


@click.command(short_help="Show what changed between two runs.")
@click.argument("before", metavar="RUN", shell_complete=runs_there)
@click.argument("after", metavar="RUN", shell_complete=runs_there)
@click.option(
    "--runs", type=click.Path(path_type=Path), default=RUNS,
    envvar=OUTPUT, show_default=True,
    help="Folder in which a RUN is looked up that is no path.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "md"]), default="text", show_default=True,
    help="For the terminal, or Markdown for a pull request.",
)  # fmt: skip
@json_option()
@click.option(
    "--fail-on-worse", is_flag=True,
    help="Exit with 96 if the verdict, a blocker or a major check is worse, by the later run's "
    "checks or by the earlier one's.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    before: str,
    after: str,
    runs: Path,
    form: str,
    as_json: bool,
    fail_on_worse: bool,
) -> None:
    """Show what changed from the first RUN to the second: what went in, and what came out.

    RUN is a run's folder, or the end of its name as `stablecheck history` shows it. Trainings
    of two runs share their seeds, so scores are compared pair by pair.

    \b
    Examples:
      stablecheck compare 41fa9c03 82f85b84
      stablecheck compare main/churn-20261120T140200Z-41fa9c03 82f85b84
      stablecheck compare 41fa9c03 82f85b84 --format md >> $GITHUB_STEP_SUMMARY
    """
    from stablecheck.comparison.order import is_worse
    from stablecheck.pipeline.comparing import compare_runs

    found = compare_runs(before, after, runs)
    if as_json:
        show_text(found.json)
    elif form == "md":
        from stablecheck.exports.compared.markdown import markdown_comparison

        click.echo(markdown_comparison(found.words), nl=False)
    else:
        for line in _lines(found.words):
            click.echo(line)
    if fail_on_worse and is_worse(found.changes):
        ctx.exit(exits.WORSE)


def _lines(compared: Compared) -> Iterator[str]:
    yield from wrapped(compared.subject, "", "  ")
    yield ""
    yield from _side("Before", compared.before, compared)
    yield from _side("After", compared.after, compared)
    yield from wrapped(compared.verdict, "  Verdict  ", " " * 11)
    yield ""
    yield "What went in"
    if not compared.went_in:
        yield "  nothing changed"
    for group in compared.went_in:
        yield from _group(group)
    yield ""
    yield "What came out"
    for line in compared.came_out:
        yield from _check(line)
    if compared.within:
        names = f"moved with intervals that overlap: {', '.join(compared.within)}"
        yield from wrapped(names, "   ·  ", " " * 8)
    for line in compared.facts:
        yield from _entry(f"  {line.label:<10}", line, "")


def _side(label: str, side: Side, compared: Compared) -> Iterator[str]:
    width = max(len(compared.before.verdict), len(compared.after.verdict))
    padding = " " * (width - len(side.verdict))
    verdict = click.style(side.verdict, fg=of_mark(side.verdict[0]), bold=True)
    start = f"  {label:<7}  {verdict}{padding}  {side.finished}"
    if 11 + width + 2 + len(side.finished) + 2 + len(side.id) <= WIDTH:
        yield f"{start}  {side.id}"
    else:
        yield start
        yield f"{'':11}{side.id}"


def _group(group: Group) -> Iterator[str]:
    names = min(34, max(cell_len(line.label) for line in group.lines))
    for index, line in enumerate(group.lines):
        heading = group.heading if index == 0 else ""
        yield from _entry(f"  {heading:<10}{line.mark} ", line, f"{padded(line.label, names)}  ")


def _check(line: Line) -> Iterator[str]:
    arrow = "→" if line.mark.strip() == line.mark and len(line.mark) == 2 else " "
    shown = arrow.join(
        mark if mark == " " else click.style(mark, fg=of_mark(mark)) for mark in line.mark
    )
    yield f"  {shown} {line.label}"
    yield from _values(line, " " * 6)
    for remark in line.remarks:
        yield from wrapped(remark, " " * 6, " " * 8)


def _entry(start: str, line: Line, label: str) -> Iterator[str]:
    """A change on one line where it fits; else its sides below the label."""
    change = _change(line)
    if cell_len(start + label + change) <= WIDTH:
        yield f"{start}{label}{change}".rstrip()
    else:
        yield from wrapped(label.strip(), start, " " * len(start))
        yield from _values(line, " " * (len(start) + 2))
    for remark in line.remarks:
        yield from wrapped(remark, " " * len(start), " " * (len(start) + 2))


def _values(line: Line, indent: str) -> Iterator[str]:
    change = _change(line)
    if cell_len(indent + change) <= WIDTH:
        yield f"{indent}{change}"
        return
    sides = [line.before] if line.before else []
    sides += [f"→ {line.after}" if line.before else line.after] if line.after else []
    for side in sides:
        yield from wrapped(side, indent, f"{indent}  ")


def _change(line: Line) -> str:
    return " → ".join(side for side in (line.before, line.after) if side)
