"""``stablecheck verify``: whether the parts of a report agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len

from stablecheck.cli import exits
from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.colour import of_mark
from stablecheck.cli.common import quiet_option
from stablecheck.cli.completing import runs
from stablecheck.cli.lines import wrapped

if TYPE_CHECKING:
    from stablecheck.verification import Finding, Verification

_LABEL = 16
_MARKS = {"agrees": "✓", "partly": "~", "differs": "✗", "unchecked": "?"}


@click.command(short_help="Check that a report's page 1, attachments and hashes agree.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT.pdf")
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    shell_complete=runs,
    help="The run folder to compare with. Without it: the folder the report lies in, if it is one.",
)
@click.option(
    "--exact",
    is_flag=True,
    help="Exit with 1 also where lines and shapes of page 1 cannot be compared on this machine.",
)
@quiet_option("Print only what does not agree.")
@json_option()
@click.pass_context
def command(
    ctx: click.Context,
    report: Path,
    folder: Path | None,
    exact: bool,
    quiet: bool,
    as_json: bool,
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
        show(_content(found))
    else:
        for line in _open(found) if quiet else _lines(found):
            click.echo(line)
    if not found.holds or (exact and not found.complete):
        ctx.exit(exits.NOT_VERIFIED)


def _content(found: Verification) -> dict[str, object]:
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
    from stablecheck.exports.naming import decision_word

    yield str(found.report)
    verdict = decision_word(found.decision) if found.decision else None
    known = (found.run, verdict, found.written_by)
    yield from wrapped(" · ".join(part for part in known if part), "  ", "  ")
    yield ""
    for finding in found.findings:
        yield from _finding(finding)
    yield ""
    yield from wrapped(_conclusion(found), "  ", "  ")


def _open(found: Verification) -> Iterator[str]:
    for finding in found.findings:
        if finding.state != "agrees":
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    plain = _MARKS[finding.state]
    mark = click.style(plain, fg=of_mark(plain))
    first = f"  {mark} {finding.subject:<{_LABEL}}"
    yield from wrapped(
        finding.text, first, " " * (_LABEL + 4), hidden=cell_len(mark) - cell_len(plain)
    )


def _conclusion(found: Verification) -> str:
    if found.contradicts:
        return "Does not hold: the parts of this report contradict each other."
    if not found.holds:
        return "Not verified: parts of this report could not be compared."
    agreed = "Holds: the parts of this report agree."
    if not found.complete:
        agreed = "Holds, as far as it could be compared here."
    return f"{agreed} Who wrote it is not proven by this; a signature does that."
