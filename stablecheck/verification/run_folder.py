"""The run folder that a report lies in, against what the report carries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from stablecheck.result import Result
from stablecheck.verification.finding import Finding

SUBJECT = "run folder"
_MOST = 5


def folder_of(report: Path) -> Path | None:
    """The run folder that a report lies in; None where it lies elsewhere, as after sending it."""
    folder = report.parent
    is_run = (folder / "result.json").is_file() and (folder / "trials").is_dir()
    return folder if is_run else None


def in_folder(
    folder: Path, files: Mapping[str, bytes], result: Result | None
) -> tuple[Finding, ...]:
    """Whether the folder holds the attached files byte for byte, and the trials they speak of."""
    wrong = [*_files(folder, files), *(_trials(folder, result) if result else ())]
    if wrong:
        return tuple(Finding(SUBJECT, "differs", text) for text in wrong)
    trials = f", and {len(result.trials)} trials with the SHA-256 it states" if result else ""
    text = f"{folder.absolute().name}: both files byte for byte{trials}"
    return (Finding(SUBJECT, "agrees", text),)


def _files(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in files.items():
        found = _read(folder / name)
        if found is None:
            yield f"{folder / name} is missing or cannot be read"
        elif found != content:
            yield f"{folder / name} is not the {name} that the report carries"


def _trials(folder: Path, result: Result) -> Iterator[str]:
    wrong = [line.id for line in result.trials if not _holds(folder, line.id, line.sha256)]
    for trial in wrong[:_MOST]:
        yield f"trials/{trial}.json is missing or not the one that result.json was made from"
    if len(wrong) > _MOST:
        yield f"and {len(wrong) - _MOST} further trials"


def _holds(folder: Path, trial: str, sha256: str) -> bool:
    # An id from a file that may be forged must not lead out of the folder.
    content = _read(folder / "trials" / f"{Path(trial).name}.json")
    return content is not None and hashlib.sha256(content).hexdigest() == sha256


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
