"""Digests of what determines a trial beside the checklist: the candidate's code and versions."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stablecheck.command.files import code_files, python_files
from stablecheck.recipe import Candidate, CommandCandidate, Recipe, ScoreCallable
from stablecheck.reference import locate, parse_reference

PACKAGES = ("stablecheck", "torch", "numpy", "scipy", "scikit-learn")
_HERE = Path(__file__).parent
_OF_CANDIDATES = (
    "accelerate",
    "datasets",
    "lightning",
    "peft",
    "pytorch-lightning",
    "skorch",
    "torchvision",
    "transformers",
)
"""Further ones that numbers depend on where a candidate uses them."""


def code_sha256(recipes: Iterable[Recipe], folders: Sequence[Path]) -> str:
    """Digest of every source file the recipes name and of the Python files beside and below each.

    A change in a helper module of the model is thus a change of the candidate.
    """
    return files_sha256(_sources(recipes, folders), (*folders, *_libraries()))


def files_sha256(files: Iterable[Path], folders: Sequence[Path]) -> str:
    """Digest of the names and the content of files, whatever their order.

    Args:
        files: Which.
        folders: A file is called by its path from the first of these that it lies in, so that the
            digest stays when all of them move; else by its whole path.

    Raises:
        OSError: One of them cannot be read.
    """
    digest = hashlib.sha256()
    for name, file in sorted((_name(file, folders), file) for file in set(files)):
        digest.update(name.encode() + b"\0" + _content_sha256(file))
    return digest.hexdigest()


def _name(file: Path, folders: Sequence[Path]) -> str:
    inside = next((folder for folder in folders if file.is_relative_to(folder)), None)
    return (file if inside is None else file.relative_to(inside)).as_posix()


def _libraries() -> tuple[Path, ...]:
    """Where packages are installed, this one among them."""
    return (*(Path(sysconfig.get_path(one)) for one in ("purelib", "platlib")), _HERE.parent)


def _content_sha256(file: Path) -> bytes:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(2**20):
            digest.update(block)
    return digest.digest()


def _sources(recipes: Iterable[Recipe], folders: Sequence[Path]) -> Iterator[Path]:
    commands, named = {}, set[Path]()
    for recipe in recipes:
        if isinstance(recipe, CommandCandidate):
            commands[recipe.command, recipe.code] = recipe
        else:
            named.update(_named(recipe, folders))
    for command in commands.values():
        yield from code_files(command, folders[0])
    yield from named
    for folder in {file.parent for file in named}:
        yield from python_files(folder)


def _named(candidate: Candidate, folders: Sequence[Path]) -> Iterator[Path]:
    found = (locate(parse_reference(text), folders) for text in _references(candidate))
    return (file for file in found if file is not None)


def _references(candidate: Candidate) -> Iterator[str]:
    score = candidate.score.callable if isinstance(candidate.score, ScoreCallable) else ""
    parts = (candidate.model, candidate.data, candidate.loss, candidate.schedule.name, score)
    yield from (text for text in parts if ":" in text and not text.startswith("sklearn:"))


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on, none of them imported."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **found}


def versions_in_use() -> dict[str, str]:
    """Versions of further packages that numbers depend on and that this process has imported."""
    return {name: version for name, version in installed().items() if _is_imported(name)}


def installed() -> dict[str, str]:
    """Versions of further packages that numbers may depend on, as far as they are installed."""
    found = {}
    for name in _OF_CANDIDATES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _is_imported(package: str) -> bool:
    """Whether a module of that name is, and is the package's: a candidate's own may have it too."""
    name = package.replace("-", "_")
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None:
        return False
    start = importlib.metadata.distribution(package).locate_file(f"{name}/__init__.py")
    return Path(file).resolve() == Path(str(start)).resolve()
