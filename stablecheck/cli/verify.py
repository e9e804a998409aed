"""``stablecheck verify``: whether the parts of a report agree."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stablecheck.cli import exits

if TYPE_CHECKING:
    from stablecheck.verification import Finding, Verification

_WIDTH = 80
_LABEL = 16
_MARKS = {"agrees": "✓", "partly": "~", "differs": "✗", "unchecked": "?"}
_WORDS = {
    "GO": "GO",
    "CONDITIONAL_GO": "CONDITIONAL GO",
    "NO_GO": "NO-GO",
    "INCONCLUSIVE": "INCONCLUSIVE",
}
_COLOURS = {"agrees": "green", "partly": "yellow", "differs": "red", "unchecked": "yellow"}


@click.command(short_help="Check that a report's page 1, attachments and hashes agree.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT.pdf")
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The run folder to compare with. Without it: the folder the report lies in, if it is one.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 also where lines and shapes of page 1 cannot be compared here.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(
    ctx: click.Context, report: Path, folder: Path | None, strict: bool, as_json: bool
) -> None:
    """Check that page 1, attachments and hashes of a report agree with each other.

    Page 1 is laid out again from the attached result.json and checklist.yaml and compared with
    the page in the file: words, numbers, lines, shapes of letters. Then the hashes: as printed,
    in the metadata, of the attachments and, in a run folder, of its files and trials.

    This finds a changed verdict, a changed number on page 1 and a swapped attachment. The pages
    after it show single trials, which the PDF does not carry; of them the printed hashes alone
    are compared. And it does not prove who wrote the report: somebody who makes every part anew,
    so that all agree, is stopped by a signature alone.

    \b
    Examples:
      stablecheck verify report.pdf
      stablecheck verify by-mail.pdf --run stablecheck-runs/churn-mlp-2026…

    \b
    Exit codes:
      0 all parts agree
      1 a part contradicts another or cannot be compared, or the file is no report
    """
    from stablecheck.verification import verify

    found = verify(report, folder)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        for line in _lines(found):
            click.echo(line)
    if not found.holds or (strict and not found.complete):
        ctx.exit(exits.NOT_VERIFIED)


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "schema": "stablecheck-verification/1",
        "report": str(found.report),
        "written_by": found.written_by,
        "language": found.language,
        "run": found.run,
        "decision": found.decision,
        "holds": found.holds,
        "complete": found.complete,
        "findings": [
            {"subject": one.subject, "state": one.state, "text": one.text} for one in found.findings
        ],
    }


def _lines(found: Verification) -> Iterator[str]:
    yield str(found.report)
    known = (found.run, _WORDS.get(found.decision or ""), found.written_by)
    yield "  " + " · ".join(part for part in known if part)
    yield ""
    for finding in found.findings:
        yield from _finding(finding)
    yield ""
    yield from textwrap.wrap(
        _conclusion(found), _WIDTH, initial_indent="  ", subsequent_indent="  "
    )


def _finding(finding: Finding) -> Iterator[str]:
    mark = click.style(_MARKS[finding.state], fg=_COLOURS[finding.state])
    indent = " " * (_LABEL + 4)
    first, *rest = textwrap.wrap(
        finding.text, _WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_on_hyphens=False,
    )  # fmt: skip
    yield f"  {mark} {finding.subject:<{_LABEL}}{first.strip()}"
    yield from rest


def _conclusion(found: Verification) -> str:
    if found.contradicts:
        return "Does not hold: the parts of this report contradict each other."
    if not found.holds:
        return "Not verified: parts of this report could not be compared."
    agreed = "Holds: the parts of this report agree."
    if not found.complete:
        agreed = "Holds, as far as it could be compared here."
    return f"{agreed} Who wrote it is not proven by this; a signature does that."
