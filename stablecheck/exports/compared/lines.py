"""A comparison in words, line by line, whatever it is shown on."""

from __future__ import annotations

from dataclasses import dataclass

ARROW = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Args:
        id: Its folder's name.
        finished: Date and time in UTC.
        verdict: Mark and word.
    """

    id: str
    finished: str
    verdict: str


@dataclass(frozen=True)
class Line:
    """One change: a label, what it was and what it is, and remarks on it.

    Args:
        mark: ``+``, ``−`` or a space for an input; the outcomes' marks for a check.
        before, after: Empty where there is no such side.
    """

    label: str
    before: str = ""
    after: str = ""
    mark: str = " "
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Changes of one kind."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Compared:
    """A comparison in words: what went in, then what came out.

    Args:
        subject: The checklist, or both where they differ.
        verdict: What became of the verdict.
        went_in: Groups of inputs that differ; empty where none does.
        came_out: Checks whose outcome or limit differs, or whose numbers provably do.
        within: Names of the other checks whose numbers moved.
        facts: Score, trainings and time.
    """

    subject: str
    before: Side
    after: Side
    verdict: str
    went_in: tuple[Group, ...]
    came_out: tuple[Line, ...]
    within: tuple[str, ...]
    facts: tuple[Line, ...]
