"""Files that appear whole or not at all, and what the file system refuses in one clear line."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from stablecheck.errors import OutputFolderError

_ELSEWHERE, _ROOM = "choose another folder with --output", "free some space"
_REFUSALS: Mapping[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _ROOM),
    errno.EDQUOT: ("the disk quota is used up", _ROOM),
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.EACCES: ("permission denied", _ELSEWHERE),
}
_REFUSALS_TO_MAKE: Mapping[int, tuple[str, str]] = {
    **_REFUSALS,
    errno.ENOENT: ("the file system takes nothing there", _ELSEWHERE),
    errno.EEXIST: ("a file is in the way", _ELSEWHERE),
    errno.ENOTDIR: ("a file is in the way", _ELSEWHERE),
}


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into one clear line.

    Raises:
        OutputFolderError: With what is wrong and what to do.
    """
    try:
        yield
    except OSError as error:
        raise OutputFolderError(
            f"{folder}: cannot write: {_refusal(error, _REFUSALS)}. "
            "Finished trials are kept; continue with --resume."
        ) from error


@contextmanager
def makeable(output: Path) -> Iterator[None]:
    """The same where the folder of a run is made, before there is anything to be kept.

    Raises:
        OutputFolderError: With what is wrong and what to do.
    """
    try:
        yield
    except OSError as error:
        raise OutputFolderError(
            f"no run folder can be made in {output}: {_refusal(error, _REFUSALS_TO_MAKE)}"
        ) from error


def _refusal(error: OSError, known: Mapping[int, tuple[str, str]]) -> str:
    what, remedy = known.get(error.errno or 0, (str(error.strerror or error), _ELSEWHERE))
    return f"{what}; {remedy}"


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name once it is on disk.

    Raises:
        OSError: What the file system refuses; nothing is left then.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
