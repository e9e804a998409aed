"""The situations that stop stablecheck, each named after what happened.

Every one of them is something a user can understand and mend, so each carries a message that says
what is wrong, where, what was expected and what to do. The command line prints that message and
never a traceback.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A position in a checklist, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a checklist, and where."""

    place: Place
    message: str

    @property
    def expected(self) -> str | None:
        """What should stand there: the message's part that begins with "expected", if any.

        >>> Problem(Place("a.yaml", 1, 1), "expected a number, found nothing").expected
        'a number'
        """
        found = re.search(r"(?:^|; )expected (.*?)(?:, found .*)?(?:; |$)", self.message)
        return found.group(1) if found else None

    @property
    def hint(self) -> str | None:
        """What to do: the message's last part, where that says neither what is wrong nor expected.

        >>> Problem(Place("a.yaml", 1, 1), "expected a number; remove the quotes").hint
        'remove the quotes'
        """
        _, *others = self.message.split("; ")
        last = others[-1] if others else ""
        return last if last and not last.startswith("expected ") else None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class StablecheckError(Exception):
    """Base of every situation that stablecheck explains in one line."""


class InvalidChecklistError(StablecheckError):
    """The checklist cannot be run; carries every problem found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.problems,))


class RequirementSyntaxError(StablecheckError):
    """A requirement cannot be parsed; ``offset`` counts characters from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (str(self), self.offset))


class CommandSyntaxError(StablecheckError):
    """A command cannot be read; ``offset`` counts characters from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (str(self), self.offset))


class CandidateError(StablecheckError):
    """The candidate's model, data, loss or score cannot be used as declared.

    Args:
        field: Path of the checklist field that names the part, such as ``("candidate", "model")``.
        message: What was expected, what was found and what to do.
    """

    def __init__(self, field: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.field, str(self)))


class FontNotInstalledError(StablecheckError):
    """The language of a report needs a font that is not installed."""


class NotDraftableError(StablecheckError):
    """No first checklist can be worked out from what was given; begins with the option at fault."""


class NoSuchDeviceError(StablecheckError):
    """The device asked for is not on this machine."""


class NoSuchExecutorError(StablecheckError):
    """The executor asked for cannot run this candidate."""


class DivergedError(StablecheckError):
    """A training's loss stopped being finite or ran away; ``step`` is where that was seen."""

    def __init__(self, step: int, message: str) -> None:
        super().__init__(message)
        self.step = step

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.step, str(self)))


class NotVectorizableError(StablecheckError):
    """Trainings of a candidate cannot be computed together; the message continues "because"."""


class NotCapturableError(StablecheckError):
    """Steps cannot be captured and replayed; the message continues "because"."""


class RecorderError(StablecheckError):
    """A training of somebody else's loop cannot be recorded, or not be measured as asked."""


class ZeroDisplacementError(StablecheckError):
    """A geometric measure was asked for at the reference point itself, where it is undefined."""


class OutputFolderError(StablecheckError):
    """The run folder cannot be created, read or written."""


class RunLockedError(StablecheckError):
    """Another process is writing the same run folder."""


class NotARunError(StablecheckError):
    """A folder is not a run of stablecheck, or its files do not fit each other."""


class RunInterruptedError(StablecheckError):
    """The run was stopped before it was complete; what was finished is kept."""


class CandidateLostError(StablecheckError):
    """The candidate's code ended the process it ran in."""


class WorkersLostError(StablecheckError):
    """No worker process could be started, or all of them are gone."""


class ClusterError(StablecheckError):
    """A cluster cannot be reached, or cannot do what is asked of it."""


class ReportError(StablecheckError):
    """The run is decided and kept, but a report of it could not be written."""


class TrackingError(StablecheckError):
    """MLflow is not installed, cannot be reached, or refuses what is logged."""


class NotAReportError(StablecheckError):
    """A file is not a report that can be verified."""


class NativeLibraryError(StablecheckError):
    """The PDF cannot be written because a native library is missing."""


class UndefinedEstimateError(StablecheckError):
    """A statistic has no value on the data there is; the message says why."""
