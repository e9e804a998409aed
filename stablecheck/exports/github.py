"""A run as GitHub Actions shows it: annotations beside the checklist, and outputs for later steps.

Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from stablecheck.errors import Problem
from stablecheck.exports.findings import finding
from stablecheck.exports.naming import LANGUAGE
from stablecheck.exports.repository import Repository, Spot
from stablecheck.exports.sarif import LEVELS
from stablecheck.report.view.checks import weightiest
from stablecheck.report.view.context import context_of
from stablecheck.store import FinishedRun

MOST = 10
"""Annotations of each kind that GitHub shows of one step."""
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def check_annotations(run: FinishedRun, repository: Repository) -> Iterator[str]:
    """One workflow command for each check that does not pass, the weightiest first.

    A blocker is an error, a major check a warning; a minor one, and what a waiver accepts, a
    notice. At most ten of each kind.
    """
    context = context_of(run, LANGUAGE)
    told: Counter[str] = Counter()
    for row in weightiest(context):
        check = context.check(row.id)
        kind = "notice" if check.outcome == "waived" else _COMMANDS[LEVELS[check.severity]]
        told[kind] += check.outcome != "pass"
        if check.outcome != "pass" and told[kind] <= MOST:
            title = f"{row.severity} {row.id} {row.word}"
            spot = repository.spot(check, run.result)
            yield _annotation(kind, spot, title, finding(check, context))


def problem_annotations(problems: Iterable[Problem], repository: Repository) -> Iterator[str]:
    """One error for each of the first ten problems of a checklist."""
    for problem in list(problems)[:MOST]:
        place = problem.place
        spot = Spot(repository.path(place.file) or place.file, place.line, place.column)
        yield _annotation("error", spot, "invalid checklist", problem.message)


def outputs(values: Mapping[str, str], delimiter: str) -> str:
    """What a step writes to ``GITHUB_OUTPUT``.

    Args:
        values: The outputs by name.
        delimiter: A word that nobody can guess, so that no value can end itself and begin another.
    """
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items())


def _annotation(kind: str, spot: Spot, title: str, message: str) -> str:
    known = {"file": spot.file, "line": spot.line, "col": spot.column, "title": title}
    properties = ",".join(
        f"{name}={_property(str(value))}" for name, value in known.items() if value is not None
    )
    return f"::{kind} {properties}::{_data(message)}"


def _data(text: str) -> str:
    r"""The text of a command, on one line.

    >>> _data("50%\n::error::x")
    '50%25%0A::error::x'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value among the properties of a command.

    >>> _property("a,b: c")
    'a%2Cb%3A c'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")
