"""The files of a command: what it names, and what its code and its data are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stablecheck.command.template import placeholders, words
from stablecheck.recipe import CommandCandidate

_SKIPPED = frozenset({"__pycache__", "node_modules", "stablecheck-runs"})


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
    """What is declared as the code; else the files the command names and Python's beside them."""
    if candidate.code:
        return tuple(files_of(candidate.code, folder))
    named = named_files(candidate.command, folder)
    beside = (path for file in named if file.suffix == ".py" for path in file.parent.glob("*.py"))
    return tuple(dict.fromkeys((*named, *beside)))


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
