"""Files that appear whole or not at all, and what the file system refuses in one clear line."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from stablecheck.errors import OutputFolderError


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into one clear line.

    Raises:
        OutputFolderError: With what is wrong and what to do.
    """
    try:
        yield
    except OSError as error:
        what = {
            errno.ENOSPC: "the disk is full; free some space",
            errno.EDQUOT: "the disk quota is used up; free some space",
            errno.EROFS: "the file system is read-only; choose another folder with --output",
            errno.EACCES: "permission denied; choose another folder with --output",
        }.get(error.errno or 0, f"{error.strerror or error}; choose another folder with --output")
        raise OutputFolderError(
            f"{folder}: cannot write: {what}. Finished trials are kept; continue with --resume."
        ) from error


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
