"""A draft on disk, with the schema that its first line names."""

from __future__ import annotations

from pathlib import Path

from stablecheck.checklist.json_schema import json_schema_text
from stablecheck.drafting.document import SCHEMA_FILE
from stablecheck.drafting.request import Draft
from stablecheck.errors import NotDraftableError, OutputFolderError


def refuse_existing(file: Path) -> None:
    """Never write over somebody's work.

    Raises:
        NotDraftableError: There is such a file.
    """
    if file.exists():
        raise NotDraftableError(
            f"--output: {file} is there already; --force replaces it, --output names another"
        )


def write(file: Path, draft: Draft, *, replace: bool) -> Path:
    """Write the checklist, and its schema beside it; the schema's file.

    Args:
        file: The checklist.
        draft: What it says.
        replace: Whether a file that is there may go.

    Raises:
        NotDraftableError: The checklist is there.
        OutputFolderError: It cannot be written.
    """
    schema = file.parent / SCHEMA_FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w" if replace else "x", encoding="utf-8") as opened:
            opened.write(draft.text)
        schema.write_text(json_schema_text() + "\n", encoding="utf-8")
    except FileExistsError:
        refuse_existing(file)
        raise
    except OSError as error:
        raise OutputFolderError(
            f"{error.filename or file}: cannot write: {error.strerror}; name another file with "
            "--output"
        ) from error
    return schema
