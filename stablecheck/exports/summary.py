"""A summary in Markdown, for pull requests and job pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stablecheck.report.cleaning import clean
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.reasons import rests_on
from stablecheck.report.view.steps import conditions, step_of
from stablecheck.store import FinishedRun

_MARKS = {"pass": "✓", "fail": "✗", "inconclusive": "?", "error": "!", "waived": "~"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")


def markdown_summary(run: FinishedRun) -> str:
    """Verdict, checks, conditions and next steps; everything a person wrote is escaped."""
    context = context_of(run)
    return "\n".join(_lines(context)) + "\n"


def _lines(context: Context) -> Iterator[str]:
    result, phrases = context.result, context.phrases
    word = phrases.text(f"verdicts.{result.verdict.decision}")
    yield f"## {word}: {escape(context.title)}"
    yield ""
    yield escape(rests_on(context))
    yield ""
    yield "| | check | requirement | found | n |"
    yield "|---|---|---|---|---|"
    for row in weightiest(context):
        yield _row(row)
    yield from _list(phrases.text("page.conditions"), conditions(context))
    steps = [step_of(step, context) for step in result.verdict.next_steps]
    shown = [f"{step.text} ({step.cost})" if step.cost else step.text for step in steps]
    yield from _list(phrases.text("page.next_steps"), shown)
    yield ""
    checklist = result.checklist
    yield (
        f"<sub>{escape(clean(checklist.name))} {escape(clean(checklist.version))} · run "
        f"{escape(result.run.id)} · checklist {checklist.sha256[:12]}</sub>"
    )


def _row(row: CheckRow) -> str:
    found = f"{row.value} ({row.interval})" if row.interval else row.value
    cells = (
        f"{_MARKS[row.outcome]} {escape(row.word)}",
        f"{escape(row.id)} ({escape(row.severity)})",
        escape(row.requirement),
        escape(found),
        escape(row.n),
    )
    return f"| {' | '.join(cells)} |"


def _list(heading: str, entries: list[str] | tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield ""
        yield f"**{escape(heading)}**"
        yield ""
        yield from (f"- {escape(entry)}" for entry in entries)


def escape(text: str) -> str:
    """Text that Markdown shows as it is written, on one line.

    >>> escape("<b>|_x_")
    '\\\\<b\\\\>\\\\|\\\\_x\\\\_'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
