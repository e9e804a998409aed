"""The program of a command, and where it is looked up."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_PATH = "PATH"


def search_path() -> str:
    """The folders of programs: first that of this Python, so that ``python`` is the same one."""
    own = str(Path(sys.executable).parent)
    return os.pathsep.join(filter(None, (own, os.environ.get(_PATH, os.defpath))))


def find_program(program: str, folder: Path) -> str | None:
    """Where a program is; None where it is not there, or may not be executed.

    Args:
        program: A name, or a path that starts at the folder.
        folder: Where the command runs.
    """
    is_path = os.sep in program
    return shutil.which(str(folder / program) if is_path else program, path=search_path())


def runs_this_python(program: str, folder: Path) -> bool:
    """Whether a program lies beside this Python: ``python`` itself, ``torchrun`` and their like."""
    found, own = find_program(program, folder), Path(sys.executable).parent
    return found is not None and Path(found).parent.resolve() == own.resolve()
