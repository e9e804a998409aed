"""From the name of a checklist to its document, with everything it extends merged in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from stablecheck.checklist.merging import merge
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.yaml.node import Node
from stablecheck.checklist.yaml.reader import MAX_BYTES, read_yaml
from stablecheck.checklist.yaml.tree_builder import refusal
from stablecheck.errors import InvalidChecklistError, Place, Problem
from stablecheck.resources import shipped_checklists, shipped_names


@dataclass(frozen=True)
class Document:
    """A checklist as it is written, ``extends`` merged.

    Args:
        root: Its content, each value with the place it came from.
        file: Path of the main file, as places show it.
        files: Every file that was read, the main one first.
        problems: What is wrong with the bases; without problems all of them are merged.
    """

    root: Node
    file: str
    files: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_document(name: str) -> Document:
    """Read a checklist by its path, or by its name if it is a shipped one.

    Raises:
        InvalidChecklistError: The main file cannot be read, or is no YAML mapping.
    """
    reader = _Reader()
    path = Path(name)
    if not path.is_file() and name in shipped_names():
        path = shipped_checklists() / f"{name}.yaml"
    root = reader.read(path, Place(str(path), 1, 1), ())
    return Document(root, str(path), tuple(reader.files), tuple(reader.problems))


@dataclass
class _Reader:
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    done: dict[str, Node] = field(default_factory=dict)

    def read(self, path: Path, place: Place, chain: tuple[str, ...]) -> Node:
        """Read a file and merge it over its bases; ``chain`` holds the files on the way to it."""
        identity = _identity(path)
        if identity in chain:
            shown = " extends ".join(Path(file).name for file in (*chain, identity))
            raise refusal(place, f"the checklists extend each other in a circle: {shown}")
        if identity not in self.done:
            self.files.append(str(path))
            own = read_yaml(_read_bytes(path, place), str(path))
            self.done[identity] = self._merged(own, path.parent, (*chain, identity))
        return self.done[identity]

    def _merged(self, own: Node, folder: Path, chain: tuple[str, ...]) -> Node:
        extends = own.child("extends")
        if extends is None or not isinstance(extends.content, tuple):
            return own  # what is wrong with it, the schema will say
        merged: Node | None = None
        for entry in extends.content:
            base = self._base(entry, folder, chain)
            if base is not None:
                merged = base if merged is None else merge(merged, base)
        return own if merged is None else merge(merged, own)

    def _base(self, entry: Node, folder: Path, chain: tuple[str, ...]) -> Node | None:
        if not isinstance(entry.content, str):
            return None
        try:
            return self.read(_base_path(entry.content, folder, entry.place), entry.place, chain)
        except InvalidChecklistError as error:
            self.problems.extend(error.problems)
            return None


def _base_path(name: str, folder: Path, place: Place) -> Path:
    path = Path(os.path.normpath(folder / name)) if name else folder
    if name in shipped_names() and not path.is_file():
        return shipped_checklists() / f"{name}.yaml"
    if not path.exists():
        names = ", ".join(shipped_names())
        hint = did_you_mean(name, shipped_names())
        message = f"no checklist {name!r}; expected a path relative to this file, or one of {names}"
        raise refusal(place, message + hint)
    return path


def _read_bytes(path: Path, place: Place) -> bytes:
    if not path.exists():
        names = ", ".join(shipped_names())
        message = f"no such file; expected a path, or the name of a shipped checklist: {names}"
        raise refusal(place, message + did_you_mean(str(path), shipped_names()))
    if path.is_dir():
        raise refusal(place, f"{str(path)!r} is a folder; expected a checklist file")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refusal(place, f"{str(path)!r} cannot be read: {reason}") from error


def _identity(path: Path) -> str:
    return os.path.realpath(path)
