"""What changed between two runs as Markdown, for pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.exports.compared.lines import ARROW, Compared, Group, Line
from stablecheck.exports.markdown import escaped, table_row


def markdown_comparison(compared: Compared) -> str:
    """Verdicts, what went in and what came out as GitHub's Markdown."""
    return "\n".join(_lines(compared)).rstrip() + "\n"


def _lines(compared: Compared) -> Iterator[str]:
    before, after = compared.before, compared.after
    yield f"## {escaped(compared.subject)}: {before.verdict} {ARROW} {after.verdict}"
    yield ""
    yield table_row("", "Before", "After")
    yield table_row("---", "---", "---")
    yield table_row("Run", escaped(before.id), escaped(after.id))
    yield table_row("Finished (UTC)", escaped(before.finished), escaped(after.finished))
    yield table_row("Verdict", before.verdict, after.verdict)
    yield ""
    yield f"Verdict: {escaped(compared.verdict)}."
    yield ""
    yield "### What went in"
    yield ""
    if not compared.went_in:
        yield "Nothing changed."
        yield ""
    for group in compared.went_in:
        yield from _table(group)
    yield "### What came out"
    yield ""
    yield from _table(Group("", (*compared.came_out, *compared.facts)))
    if compared.within:
        names = ", ".join(escaped(name) for name in compared.within)
        yield f"Moved with intervals that overlap: {names}."


def _table(group: Group) -> Iterator[str]:
    yield table_row("", escaped(group.heading), "Before", "After")
    yield table_row("---", "---", "---", "---")
    yield from (_row(line) for line in group.lines)
    yield ""


def _row(line: Line) -> str:
    label = "<br>".join(escaped(text) for text in (line.label, *line.remarks))
    mark = f" {ARROW} ".join(line.mark.strip())
    return table_row(escaped(mark), label, escaped(line.before), escaped(line.after))
