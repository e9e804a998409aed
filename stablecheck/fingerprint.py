"""Digests of what determines a trial beside the checklist: the candidate's code and versions."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stablecheck.command.files import code_files
from stablecheck.recipe import Candidate, CommandCandidate, Recipe, ScoreCallable
from stablecheck.reference import locate, parse_reference

PACKAGES = ("stablecheck", "torch", "numpy", "scipy", "scikit-learn")
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
    """Digest of every source file the recipes name and of the Python files beside each.

    A change in a helper module next to the model is thus a change of the candidate.
    """
    return files_sha256(source for recipe in recipes for source in _sources(recipe, folders))


def files_sha256(files: Iterable[Path]) -> str:
    """Digest of the names and the content of files, whatever their order.

    Raises:
        OSError: One of them cannot be read.
    """
    digest = hashlib.sha256()
    for file in sorted(set(files)):
        digest.update(file.name.encode() + b"\0" + _content_sha256(file))
    return digest.hexdigest()


def _content_sha256(file: Path) -> bytes:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(2**20):
            digest.update(block)
    return digest.digest()


def _sources(recipe: Recipe, folders: Sequence[Path]) -> Iterator[Path]:
    if isinstance(recipe, CommandCandidate):
        yield from code_files(recipe, folders[0])
        return
    for text in _references(recipe):
        named = locate(parse_reference(text), folders)
        if named is not None:
            yield named
            yield from named.parent.glob("*.py")


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
