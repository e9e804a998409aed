"""Where a check stands, for tools that know files by their path in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stablecheck.report.cleaning import clean
from stablecheck.result import CheckResult, Result


@dataclass(frozen=True)
class Spot:
    """A position in a file.

    Args:
        file: Path with forward slashes, relative to the root of the repository where it lies in it.
        line, column: Counted from 1; None where only the file, or only the line, is known.
    """

    file: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Repository:
    """The checkout around a folder.

    Args:
        root: Its uppermost folder.
        start: The folder that relative paths of a run are meant from.
    """

    root: Path
    start: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The Git checkout that a folder belongs to, or the folder itself where there is none."""
        start = folder.resolve()
        roots = (parent for parent in (start, *start.parents) if (parent / ".git").exists())
        return cls(next(roots, start), start)

    def spot(self, check: CheckResult, result: Result) -> Spot:
        """Where a requirement stands.

        What is inherited from a file elsewhere, such as a shipped preset, is placed at the top of
        the checklist that extends it.
        """
        file, _, line = (check.place or "").rpartition(":")
        inside = self.path(file)
        if inside is not None:
            return Spot(inside, int(line), check.column)
        checklist = self.path(result.checklist.file)
        if checklist is not None:
            return Spot(checklist, 1)
        return Spot(clean(file), int(line), check.column) if file else Spot(_name_of(result))

    def path(self, file: str) -> str | None:
        """Path of an existing file from the root; None where it is no file of the repository."""
        path = (self.start / file).resolve()
        if not file or not path.is_relative_to(self.root) or not path.is_file():
            return None
        return path.relative_to(self.root).as_posix()


def _name_of(result: Result) -> str:
    return clean(result.checklist.file) or clean(result.checklist.name)
