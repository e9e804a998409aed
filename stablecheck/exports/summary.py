"""A run as Markdown, for pull requests and job summaries."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.exports.markdown import escaped as _plain
from stablecheck.exports.markdown import table_row as _row
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import number, seconds, written_in
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.page_one import device_of, page_one
from stablecheck.report.view.reasons import line_of
from stablecheck.report.view.steps import conditions, step_of
from stablecheck.report.view.values import level
from stablecheck.store import FinishedRun

_SYMBOLS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "error": "⚠️", "waived": "➖"}
_VERDICTS = {"GO": "✅", "NO_GO": "❌", "CONDITIONAL_GO": "⚠️", "INCONCLUSIVE": "❔"}


def markdown_summary(run: FinishedRun, language: str | None = None) -> str:
    """Verdict, reasons, checks, conditions and next steps as GitHub's Markdown.

    People read it beside the report, so it is in the report's language.
    """
    context = context_of(run, language)
    with written_in(context.phrases):
        return "\n".join(_lines(context)).rstrip() + "\n"


def _lines(context: Context) -> Iterator[str]:
    phrases, verdict = context.phrases, context.result.verdict
    page = page_one(context)
    title = phrases.text("summary.title", title=context.title, verdict=page.word)
    yield f"## {_VERDICTS[verdict.decision]} {_plain(title)}"
    yield ""
    yield _plain(page.rests_on)
    yield ""
    open_ = [reason for reason in verdict.reasons if reason.code != "CHECK_PASSES"]
    for line in (line_of(reason, context) for reason in open_):
        yield f"- **{_plain(line.lead)}** {_plain(line.detail)}"
    yield from [""] if open_ else []
    yield from _table(context)
    yield from _list(phrases.text("page.conditions"), conditions(context))
    steps = (step_of(step, context) for step in verdict.next_steps)
    texts = tuple(f"{step.text} ({step.cost})" if step.cost else step.text for step in steps)
    yield from _list(phrases.text("summary.next"), texts)
    yield _run(context)


def _table(context: Context) -> Iterator[str]:
    columns = ("outcome", "severity", "check", "value", "limit", "n")
    yield _row(*(context.phrases.text(f"summary.{column}") for column in columns))
    yield _row("---", "---", "---", "---:", "---:", "---:")
    for row in weightiest(context):
        yield _check(row)
    yield ""


def _check(row: CheckRow) -> str:
    value = f"{row.value} ({row.interval})" if row.interval else row.value
    return _row(
        f"{_SYMBOLS[row.outcome]} {_plain(row.word)}",
        _plain(row.severity),
        f"{_plain(row.requirement)}<br>{_plain(row.id)}",
        _plain(value),
        _plain(row.strip.limit_text),
        row.n.rpartition("=")[2].strip(),
    )


def _list(heading: str, items: tuple[str, ...]) -> Iterator[str]:
    if items:
        yield f"### {_plain(heading)}"
        yield ""
        yield from (f"- {_plain(item)}" for item in items)
        yield ""


def _run(context: Context) -> str:
    result = context.result
    return _plain(
        context.phrases.text(
            "summary.run",
            trainings=number(len(result.trials), 0),
            time=seconds(result.run.trial_seconds),
            device=device_of(context),
            confidence=level(context.run.checklist.decision.confidence),
            name=clean(result.checklist.name),
            version=clean(result.checklist.version),
            id=clean(result.run.id),
        )
    )
