"""A candidate that is a command: what can be known of it before it is run. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stablecheck.command.files import files_of, missing
from stablecheck.command.program import find_program
from stablecheck.command.template import words
from stablecheck.errors import CandidateError
from stablecheck.fingerprint import files_sha256
from stablecheck.recipe import CandidateFacts, CommandCandidate


def examine_command(candidate: CommandCandidate, folder: Path) -> CandidateFacts:
    """Look for the program and the files of a command; nothing of it runs.

    Raises:
        CandidateError: One of them is not there.
    """
    program = words(candidate.command)[0]
    if find_program(program, folder) is None:
        raise CandidateError(
            ("candidate", "command"),
            f"there is no program {program!r} that may be executed here; expected one that is "
            "installed, or a path from the folder of the checklist",
        )
    for name in ("code", "data"):
        _check_files(name, getattr(candidate, name), folder)
    return CandidateFacts(
        steps=candidate.steps,
        batch_size=candidate.batch_size,
        data_sha256=_data_sha256(candidate, folder),
    )


def _check_files(name: str, paths: Sequence[str], folder: Path) -> None:
    for index in missing(paths, folder):
        expected = "expected a path from the folder of the checklist"
        raise CandidateError(("candidate", name), f"no file or folder {paths[index]!r}; {expected}")


def _data_sha256(candidate: CommandCandidate, folder: Path) -> str | None:
    if not candidate.data:
        return None
    try:
        return files_sha256(files_of(candidate.data, folder), (folder,))
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}"
        raise CandidateError(("candidate", "data"), message) from error
