"""Where the files are that the package ships beside its code."""

from __future__ import annotations

from pathlib import Path


def templates() -> Path:
    """The folder of templates, styles, fonts and locales."""
    return _shipped("templates")


def shipped_checklists() -> Path:
    """The folder of the checklists that can be run or extended by name."""
    return _shipped("checklists")


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped checklists, in alphabetical order."""
    return tuple(sorted(file.stem for file in shipped_checklists().glob("*.yaml")))


def languages() -> tuple[str, ...]:
    """The languages that a report can be written in, in alphabetical order."""
    return tuple(sorted(file.stem for file in (templates() / "locale").glob("*.yaml")))


def _shipped(folder: str) -> Path:
    """In a wheel the folder lies inside the package, in a source checkout beside it."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped" / folder
    return inside if inside.is_dir() else package.parent / folder
