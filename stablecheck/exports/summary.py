"""A run as Markdown, for pull requests and job summaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stablecheck.exports.markdown import code, code_block, escaped, folded, table_row
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import number, seconds, written_in
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.environment import environment_of
from stablecheck.report.view.page_one import device_of, page_one
from stablecheck.report.view.reasons import line_of
from stablecheck.report.view.steps import conditions, step_of
from stablecheck.report.view.values import level
from stablecheck.store import FinishedRun, slug

LIMIT = 65_536
"""Characters that a comment on GitHub may have."""
MOST_CHECKS = 40
MOST_ITEMS = 10
_LONGEST = 300
_SYMBOLS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "error": "⚠️", "waived": "➖"}
_VERDICTS = {"GO": "✅", "NO_GO": "❌", "CONDITIONAL_GO": "⚠️", "INCONCLUSIVE": "❔"}


def markdown_summary(run: FinishedRun, language: str | None = None) -> str:
    """Verdict, reasons, checks, conditions and next steps, then what a reader may unfold.

    People read it beside the report, so it is in the report's language. It always fits a comment:
    what may be long is cut short, and a part that would not fit any more is left out; the report
    has everything.
    """
    context = context_of(run, language)
    with written_in(context.phrases):
        return _fitting((*_front(context), *_back(context)))


def _fitting(parts: Iterable[Iterable[str]]) -> str:
    """The parts that fit a comment, with an empty line between them."""
    kept: list[str] = []
    room = LIMIT
    for lines in parts:
        part = "\n".join(lines).strip() + "\n"
        if part.strip() and len(part) < room:
            kept.append(part)
            room -= len(part) + 1  # the empty line between two parts
    return "\n".join(kept)


def _front(context: Context) -> Iterator[Iterable[str]]:
    phrases, page = context.phrases, page_one(context)
    title = phrases.text("summary.title", title=_short(context.title), verdict=page.word)
    yield (f"## {_VERDICTS[context.result.verdict.decision]} {escaped(title)}",)
    yield (f"**{_plain(page.rests_on)}**",)
    yield _reasons(context)
    yield _table(context)
    yield _list("- ", phrases.text("page.conditions"), conditions(context), context)
    steps = (str(step_of(step, context)) for step in context.result.verdict.next_steps)
    yield _list("1. ", phrases.text("summary.next"), steps, context)


def _back(context: Context) -> Iterator[Iterable[str]]:
    phrases = context.phrases
    yield (_run(context),)
    # By this line a job finds its earlier comment on the same checklist, to write it again.
    yield (f"<!-- stablecheck:{slug(context.result.checklist.name)} -->",)
    yield folded(phrases.text("summary.requirements"), _requirements(context))
    yield folded(phrases.text("sections.environment"), _environment(context))


def _reasons(context: Context) -> Iterator[str]:
    """Why the verdict is not better; a GO needs no reasons beside its checks."""
    reasons = [r for r in context.result.verdict.reasons if r.code != "CHECK_PASSES"]
    lines = [line_of(reason, context) for reason in reasons]
    if lines:
        yield f"### {context.phrases.text('summary.why')}"
        yield ""
    for line in lines[:MOST_ITEMS]:
        yield f"- **{_plain(line.lead)}** {_plain(line.detail)}"
    yield from _more(len(lines) - MOST_ITEMS, context)


def _table(context: Context) -> Iterator[str]:
    rows = weightiest(context)
    if rows:
        yield f"### {context.phrases.text('sections.checks')}"
        yield ""
        columns = ("outcome", "severity", "check", "value", "limit", "n")
        yield table_row(*(context.phrases.text(f"summary.{column}") for column in columns))
        yield table_row("---", "---", "---", "---:", "---:", "---:")
    yield from (_check(found) for found in rows[:MOST_CHECKS])
    yield from _more(len(rows) - MOST_CHECKS, context)


def _check(row: CheckRow) -> str:
    return table_row(
        f"{_SYMBOLS[row.outcome]} {escaped(row.word)}",
        escaped(row.severity),
        f"{_plain(row.requirement)}<br>{escaped(row.id)}",
        escaped(row.found),
        escaped(row.strip.limit_text),
        row.n.rpartition("=")[2].strip(),
    )


def _list(mark: str, heading: str, items: Iterable[str], context: Context) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"### {escaped(heading)}"
        yield ""
    yield from (f"{mark}{_plain(item)}" for item in found[:MOST_ITEMS])
    yield from _more(len(found) - MOST_ITEMS, context)


def _more(n: int, context: Context) -> Iterator[str]:
    if n > 0:
        yield from ("", context.phrases.count("summary.more", n))


def _run(context: Context) -> str:
    result = context.result
    return escaped(
        context.phrases.text(
            "summary.run",
            trainings=number(len(result.trials), 0),
            time=seconds(result.run.trial_seconds),
            device=_short(device_of(context)),
            confidence=level(context.run.checklist.decision.confidence),
            name=_short(clean(result.checklist.name)),
            version=_short(clean(result.checklist.version)),
            id=clean(result.run.id),
        )
    )


def _requirements(context: Context) -> Iterator[str]:
    """Each check as the checklist has it, with the reason it gives."""
    for found in weightiest(context)[:MOST_CHECKS]:
        place = f" ({_plain(found.place)})" if found.place else ""
        because = f"<br>{_plain(found.because)}" if found.because else ""
        yield f"- {escaped(found.id)}: {code(_short(found.require))}{place}{because}"


def _environment(context: Context) -> Iterator[str]:
    phrases, known = context.phrases, environment_of(context)
    yield table_row(phrases.text("summary.fact"), phrases.text("summary.value_of_fact"))
    yield table_row("---", "---")
    for label, value in (*known.short_facts, *known.long_facts):
        yield table_row(_plain(label), _plain(value))
    yield from ("", code_block(known.command), "", _plain(known.repeats), "")
    for lost in known.failed[:MOST_ITEMS]:
        yield f"- {_plain(lost.id)} {_plain(lost.status)}: {_plain(lost.message)}"
    yield from _more(len(known.failed) - MOST_ITEMS, context)


def _short(text: str) -> str:
    return clamp(text, _LONGEST)


def _plain(text: str) -> str:
    return escaped(_short(text))
