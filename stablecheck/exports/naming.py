"""How commands name a run: its verdict, its outcomes, its checklist and its moment."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.codes import Outcome, VerdictWord
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.phrases import Phrases, load

LANGUAGE = "en"
"""The program's own language, and that of what other tools show; a run's reports have theirs."""
VERDICT_MARKS: Mapping[VerdictWord, str] = {
    "GO": "✓",
    "CONDITIONAL_GO": "!",
    "INCONCLUSIVE": "?",
    "NO_GO": "✗",
}
OUTCOME_MARKS: Mapping[Outcome, str] = {
    "pass": "✓",
    "fail": "✗",
    "inconclusive": "?",
    "error": "!",
    "waived": "~",
}
_NAME = 64
_VERSION = 20


def english() -> Phrases:
    """The phrases of ``LANGUAGE``."""
    return load(LANGUAGE)


def decision_word(decision: VerdictWord) -> str:
    """The word of a decision."""
    return english().text(f"verdicts.{decision}")


def verdict_word(decision: VerdictWord) -> str:
    """Mark and word of a decision."""
    return f"{VERDICT_MARKS[decision]} {decision_word(decision)}"


def moment(text: str) -> str:
    """A time stamp to the minute, in UTC, which is what runs record.

    >>> moment("2026-11-23T23:59:12+00:00")
    '2026-11-23 23:59'
    """
    return clean(text)[:16].replace("T", " ")


def checklist_name(name: str, version: str) -> str:
    """Name and version, cleaned and cut to a length."""
    return f"{clamp(clean(name), _NAME)} {clamp(clean(version), _VERSION)}".strip()
