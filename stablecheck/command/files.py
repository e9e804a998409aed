"""The files of a command: what it names, and what its code and its data are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stablecheck.command.template import placeholders, words
from stablecheck.recipe import CommandCandidate

MOST_PYTHON_FILES = 2000
"""Where a folder has more, it is no project's, and those below it are left out."""

_SKIPPED = frozenset({"__pycache__", "node_modules", "stablecheck-runs"})
_INSTALLED = ("conda-meta", "pyvenv.cfg")
"""What a folder that Python is installed in has."""
_MOST_FOLDERS = 10_000


def named_files(command: str, folder: Path) -> tuple[Path, ...]:
    """Files that a command names, alone or behind ``=``; paths start at the folder.

    A program is one of them where it lies in the folder, and is no tool of the machine's.
    """
    program, *others = words(command)
    texts = [program, *others, *(word.partition("=")[2] for word in others)]
    found = (folder / text for text in texts if text and not placeholders(text))
    files = [file for file in dict.fromkeys(found) if _is_file(file)]
    return tuple(file for file in files if file != folder / program or file.is_relative_to(folder))


def code_files(candidate: CommandCandidate, folder: Path) -> tuple[Path, ...]:
    """What is declared as the code; else the files the command names and Python's beside and below.

    As ``python_files`` has it.
    """
    if candidate.code:
        return tuple(files_of(candidate.code, folder))
    named = named_files(candidate.command, folder)
    around = dict.fromkeys(file.parent for file in named if file.suffix == ".py")
    python = (path for one in around for path in python_files(one))
    return tuple(dict.fromkeys((*named, *python)))


def python_files(folder: Path) -> tuple[Path, ...]:
    """Python files in a folder and below it; those in it alone where there are very many.

    Hidden folders, what is installed, caches and the folders of runs are left out.
    """
    levels = _python_below(folder)
    beside = next(levels, [])
    found = list(beside)
    for number, level in enumerate(levels):
        found += level
        if len(found) > MOST_PYTHON_FILES or number == _MOST_FOLDERS:
            return tuple(beside)
    return tuple(found)


def files_of(paths: Iterable[str], folder: Path) -> Iterator[Path]:
    """The files that paths name, those in folders included, hidden ones and caches left out."""
    for path in paths:
        found = folder / path
        yield from _files_in(found) if found.is_dir() else (found,)


def missing(paths: Sequence[str], folder: Path) -> Iterator[int]:
    """Indices of the paths under which there is neither a file nor a folder."""
    for index, path in enumerate(paths):
        if not _is_file(folder / path) and not _is_folder(folder / path):
            yield index


def _files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_in(path)
        elif path.is_file():
            yield path


def _python_below(folder: Path) -> Iterator[list[Path]]:
    """Python files of one folder after the other, the first one's first."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_left_out(Path(where, name)))
        named = (Path(where, name) for name in sorted(files) if name.endswith(".py"))
        yield [path for path in named if path.is_file()]


def _is_left_out(folder: Path) -> bool:
    name = folder.name
    if name.startswith(".") or name in _SKIPPED or name == "site-packages":
        return True
    return any((folder / sign).exists() for sign in _INSTALLED)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds what no name may
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
