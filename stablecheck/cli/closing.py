"""The last lines of a run: verdict, checks, what to do next, where the report is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click

from stablecheck.cli.colour import of_mark
from stablecheck.cli.lines import WIDTH
from stablecheck.exports.naming import LANGUAGE, OUTCOME_MARKS, VERDICT_MARKS, decision_word
from stablecheck.pipeline.reports import Finished
from stablecheck.report.numbers import seconds
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.reasons import line_of, rests_on
from stablecheck.report.view.steps import step_of
from stablecheck.result import VerdictWord

MOST_STEPS = 3
_INDENT = 15


def verdict_line(finished: Finished) -> str:
    """Verdict and report in one line."""
    return f"{_coloured(finished.result.verdict.decision)}  {finished.report}"


def verdict_content(finished: Finished, code: int) -> dict[str, Any]:
    """Verdict and checks as ``result.json`` has them, and where everything lies."""
    result = finished.result.model_dump(mode="json", include={"verdict", "checks"})
    return {
        "decision": finished.result.verdict.decision,
        "exit_code": code,
        "folder": str(finished.folder),
        "report": str(finished.report),
        "reasons": result["verdict"]["reasons"],
        "next_steps": result["verdict"]["next_steps"],
        "checks": result["checks"],
        "warnings": list(finished.warnings),
    }


def closing_lines(finished: Finished, code: int) -> Iterator[str]:
    """What a run prints when it is done; every number in it is in ``result.json`` too."""
    context = context_of(finished.run, LANGUAGE)
    decision = finished.result.verdict.decision
    word, styled = decision_word(decision), _coloured(decision)
    yield ""
    first, *rest = textwrap.wrap(rests_on(context), WIDTH - len(word) - 5)
    yield f"  {styled}   {first}"
    for line in rest:
        yield " " * (len(word) + 5) + line
    yield from _ended_early(context)
    yield from _checks(weightiest(context))
    yield from _steps(context)
    yield ""
    for warning in finished.warnings:
        yield from _labelled("Warning", warning)
    yield f"  Report   {finished.report}"
    run = finished.result.run
    yield (
        f"  Time     {seconds(run.seconds)}, trainings {seconds(run.trial_seconds)} of which "
        f"{seconds(run.measuring_seconds)} measuring · exit {code}"
    )


def _ended_early(context: Context) -> Iterator[str]:
    for reason in context.result.verdict.reasons:
        if reason.code == "RUN_ABORTED":
            yield from textwrap.wrap(
                line_of(reason, context).detail, WIDTH,
                initial_indent="  Ended    ", subsequent_indent=" " * 11,
            )  # fmt: skip


def _coloured(decision: VerdictWord) -> str:
    return click.style(decision_word(decision), fg=of_mark(VERDICT_MARKS[decision]), bold=True)


def _checks(rows: Sequence[CheckRow]) -> Iterator[str]:
    names = min(24, max((len(row.id) for row in rows), default=0))
    widest = min(30, max((len(row.found) for row in rows), default=0))
    for row in rows:
        plain = OUTCOME_MARKS[row.outcome]
        mark = click.style(plain, fg=of_mark(plain))
        value = f"{row.found:<{widest}}  must be {row.strip.limit_text}"
        place = "" if row.outcome == "pass" else row.place
        first, *rest = _lines([f"{row.id:<{names}}", value, place])
        yield f"    {mark} {row.severity:<8} {first}"
        yield from (" " * _INDENT + line for line in rest)


def _lines(parts: Sequence[str]) -> list[str]:
    """Parts beside each other, as many as the width behind mark and severity holds."""
    lines = [parts[0]]
    for part in filter(None, parts[1:]):
        if _INDENT + len(lines[-1]) + 2 + len(part) <= WIDTH:
            lines[-1] += f"  {part}"
        else:
            lines.append(part)
    return lines


def _steps(context: Context) -> Iterator[str]:
    steps = context.result.verdict.next_steps[:MOST_STEPS]
    for number, step in enumerate(steps, start=1):
        place = f"{number}. " if len(steps) > 1 else ""
        yield from _labelled("Next" if number == 1 else "", f"{place}{step_of(step, context)}")


def _labelled(label: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"  {label:<8} ",
        subsequent_indent=" " * 11,
        break_long_words=False,
        break_on_hyphens=False,
    )
