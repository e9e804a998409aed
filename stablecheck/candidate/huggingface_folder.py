"""Folders that the library datasets of Hugging Face wrote with ``save_to_disk``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stablecheck.candidate.importing import explained
from stablecheck.candidate.raw import Unread
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "data")
_HELDOUT = ("validation", "valid", "dev", "test")


def load_folder(name: str, folders: Sequence[Path]) -> Unread:
    """Open a folder; its rows stay on disk.

    A set of several parts is trained on ``train``; the held-out part is ``validation``, ``valid``,
    ``dev`` or ``test``, whichever is there first. A single one is split as the recipe says.

    Raises:
        CandidateError: It is no such folder, lacks a part, or the extra is not installed.
    """
    with explained(_FIELD, f"opening {name}"):
        opened = _opened(_find(name, folders))
    if not hasattr(opened, "keys"):
        return Unread(opened.with_format("torch"), None)
    heldout = next((part for part in _HELDOUT if part in opened), None)
    if "train" not in opened or heldout is None:
        raise CandidateError(
            _FIELD,
            f"{name} has the parts {', '.join(opened)}; expected train and one of "
            f"{', '.join(_HELDOUT)}",
        )
    return Unread(opened["train"].with_format("torch"), opened[heldout].with_format("torch"))


def _opened(folder: Path) -> Any:
    try:
        import datasets
    except ModuleNotFoundError as error:
        raise CandidateError(
            _FIELD,
            "reading a folder of Hugging Face datasets needs a package that is not installed; "
            "install it with: pip install 'stablecheck[huggingface]'",
        ) from error
    return datasets.load_from_disk(str(folder))


def _find(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / name).is_dir():
            return folder / name
    raise CandidateError(_FIELD, f"no folder {name}; give a path relative to the checklist")
